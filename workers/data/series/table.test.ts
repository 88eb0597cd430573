import { describe, expect, it } from 'vitest';
import { openTable, type Table } from '../csv';
import { ownResponse } from '../dataset';
import { type ColumnChoice, type SeriesTableDataset, seriesTableSchema } from '../schema';
import { placeOf, type Series } from './series';
import { seriesDataset } from './table';

const open = (name: string, lines: readonly string[]): Promise<Table> => openTable(new File([lines.join('\n')], name));

const STEPS = 120;
const day = (t: number): string => new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10);

/** Hours 0 … 119 of three series and a target: a_t = t, b_t = 100 + 2 t, c_t = t mod 7, y_t = 5 t. */
const CELLS = Array.from({ length: STEPS }, (_, t) => [day(t), t, 100 + 2 * t, t % 7, 5 * t].map(String));
const HEADER = 'day,a,b,c,y';
const long = (change: (cells: string[][]) => void = () => {}): Promise<Table> => {
  const cells = CELLS.map((row) => [...row]);
  change(cells);
  return open('long.csv', [HEADER, ...cells.map((row) => row.join(','))]);
};

const roles = (given: Record<string, ColumnChoice['role']>): ColumnChoice[] => Object.entries(given).map(([name, role]) => ({ name, role }));
const LONG = roles({ day: 'time', a: 'numeric', b: 'numeric', c: 'numeric', y: 'target' });
const FEATURES = roles({ name: 'key', labels: 'tags' });

const specOf = (table: Table, features: Table | null, changes: object = {}): SeriesTableDataset =>
  seriesTableSchema.parse({
    kind: 'series-table',
    name: table.name,
    fingerprint: table.fingerprint,
    columns: LONG,
    length: 8,
    features: features && { name: features.name, fingerprint: features.fingerprint, columns: FEATURES },
    ...changes,
  });
const dataset = (table: Table, features: Table | null = null, changes: object = {}) =>
  seriesDataset(table, features, specOf(table, features, changes), { split: 1 });
const warningsOf = (data: { series?: Series }): string[] => (data.series?.warnings ?? []).map(({ message }) => message);

describe('series of one’s own', () => {
  it('are standardised one by one by the steps before the test, and told in that unit', async () => {
    const data = dataset(await long());
    const series = data.series as Series;
    const { mean, scale } = series.scales?.[1] ?? { mean: 0, scale: 0 };
    // b over the first 90 steps: 100, 102, … 278.
    expect(mean).toBeCloseTo(189, 10);
    expect(scale).toBeCloseTo(2 * Math.sqrt((90 ** 2 - 1) / 12), 10);
    const [row] = data.split.test;
    const { series: f, start } = placeOf(series, row);
    const asked = ownResponse(data, Uint32Array.of(row));
    const scaleOf = series.scales?.[f] ?? { mean: 0, scale: 1 };
    expect(asked[0] * scaleOf.scale + scaleOf.mean).toBeCloseTo(Number(CELLS[start + 1][1 + f]), 3);
    expect(data.targetScale).toBe(1);
    expect(warningsOf(data)).toEqual([]);
  });

  it('a forecast tells the target in its own unit', async () => {
    const data = dataset(await long(), null, { predicts: 'forecast', horizon: 2 });
    const { start } = placeOf(data.series as Series, data.split.test[0]);
    const [first, second] = ownResponse(data, data.split.test);
    expect([first, second].map((value) => Math.round(value))).toEqual([5 * (start + 8), 5 * (start + 9)]);
    expect(start + 8).toBe(90);
  });

  it('take their tags from the row of their name, wherever it stands', async () => {
    const features = await open('features.csv', ['name,labels', 'c,red; round', 'z,blue', 'a,round', 'b,']);
    const data = dataset(await long(), features);
    const [column] = data.tags ?? [];
    const setOf = (f: number) => Array.from(column.ids.subarray(column.offsets[f], column.offsets[f + 1]), (tag) => column.labels[tag]);
    expect([0, 1, 2].map(setOf)).toEqual([['round'], [], ['red', 'round']]);
    expect(warningsOf(data)).toEqual(['A row of features.csv names no series: "z".']);
  });

  it('without a row have no tags, and are named', async () => {
    const data = dataset(await long(), await open('features.csv', ['name,labels', 'c,red', 'a,blue; red']));
    expect(warningsOf(data)).toEqual(['A series has no row in features.csv, and so no tags: "b".']);
  });

  it('a tag that only held-out series have is left out', async () => {
    const features = await open('features.csv', ['name,labels', 'a,x; p', 'b,x; q', 'c,x; r']);
    const data = dataset(await long(), features, { heldOut: 1 });
    const [column] = data.tags ?? [];
    const held = (data.series as Series).known.indexOf(0);
    expect(Array.from(column.ids.subarray(column.offsets[held], column.offsets[held + 1]), (tag) => column.labels[tag])).toEqual(['x']);
  });

  it('no window has a missing cell, and the first one is named', async () => {
    const data = dataset(
      await long((cells) => {
        cells[30][2] = '';
        cells[31][2] = '';
      }),
    );
    const series = data.series as Series;
    expect(warningsOf(data)).toEqual(['2 cells are missing, the first in "b" on line 32: windows with a missing cell are left out.']);
    const ofB = [...data.split.train].map((row) => placeOf(series, row)).filter(({ series: f }) => f === 1);
    expect(ofB.some(({ start }) => start + 8 >= 30 && start <= 31)).toBe(false);
    // The other series lose none.
    const ofA = [...data.split.train].filter((row) => placeOf(series, row).series === 0);
    expect(ofA.length - ofB.length).toBe(10);
  });

  it('no window crosses a gap in time, and the gap is named', async () => {
    const data = dataset(
      await long((cells) => {
        for (let t = 40; t < STEPS; t++) cells[t][0] = day(t + 3);
      }),
    );
    const series = data.series as Series;
    expect(warningsOf(data)).toEqual(['Time does not go on evenly from line 41 (2024-02-09) to line 42 (2024-02-13): no window crosses such a gap.']);
    const crossing = [...data.split.train].map((row) => placeOf(series, row).start).filter((start) => start < 40 && start + 8 >= 40);
    expect(crossing).toEqual([]);
  });

  it('an hour that the clock shows twice at the end of summer time is two', async () => {
    const hour = (t: number) => {
      const [ahead, offset] = t < 20 ? [2, '+02:00'] : [1, '+01:00'];
      return `${new Date(Date.UTC(2024, 9, 26, 5 + t + ahead)).toISOString().slice(0, 16)}${offset}`;
    };
    expect([hour(19), hour(20)]).toEqual(['2024-10-27T02:00+02:00', '2024-10-27T02:00+01:00']);
    const data = dataset(
      await long((cells) => {
        for (let t = 0; t < STEPS; t++) cells[t][0] = hour(t);
      }),
    );
    expect(warningsOf(data)).toEqual([]);
  });

  it('months of different lengths are no gaps', async () => {
    const month = (t: number) => `${2010 + Math.floor(t / 12)}-${String((t % 12) + 1).padStart(2, '0')}-01`;
    const data = dataset(
      await long((cells) => {
        for (let t = 0; t < STEPS; t++) cells[t][0] = month(t);
      }),
    );
    expect(warningsOf(data)).toEqual([]);
  });
});

describe('what is wrong with series is named', () => {
  const refused =
    (table: Table, features: Table | null = null, changes: object = {}) =>
    () =>
      dataset(table, features, changes);

  it('fewer steps than a window', async () => {
    expect(refused(await long(), null, { length: 35 })).toThrow('The test part has 30 of the 120 steps, and a window takes 35.');
  });

  it('a series that is too short by its missing cells', async () => {
    const table = await long((cells) => {
      for (let t = 0; t < STEPS; t++) if (t % 8 !== 0) cells[t][2] = '';
    });
    expect(warningsOf(dataset(table))).toContain('"b" is shorter than a window everywhere, and not used.');
  });

  it('times that do not rise, are empty or are none', async () => {
    const swapped = await long((cells) => {
      [cells[50][0], cells[51][0]] = [cells[51][0], cells[50][0]];
    });
    expect(refused(swapped)).toThrow('On line 53 the time "day" is "2024-02-20", which does not come after "2024-02-21" on the line before.');
    const empty = await long((cells) => {
      cells[9][0] = '';
    });
    expect(refused(empty)).toThrow('The time "day" is empty on line 11.');
    const strange = await long((cells) => {
      cells[9][0] = 'soon';
    });
    expect(refused(strange)).toThrow('"soon" in "day" on line 11 is neither a number nor a date');
  });

  it('text in a series', async () => {
    const table = await long((cells) => {
      cells[4][3] = 'high';
    });
    expect(refused(table)).toThrow('The column "c" holds "high" on line 6, which is not a number.');
  });

  it('names that match nothing, stand twice or are empty', async () => {
    const table = await long();
    expect(refused(table, await open('f.csv', ['name,labels', 'A,x; y', 'B,x']))).toThrow(
      'No series is named in f.csv: the series are "a", "b", "c", the rows "A", "B".',
    );
    expect(refused(table, await open('f.csv', ['name,labels', 'a,x; y', 'b,x', 'a,y']))).toThrow('f.csv: "a" on line 4 is named a second time');
    expect(refused(table, await open('f.csv', ['name,labels', 'a,x; y', ',x']))).toThrow('f.csv: the name in "name" is empty on line 3.');
  });

  it('two columns of tags for a forecast', async () => {
    const features = await open('f.csv', ['name,labels,more', 'a,x; y,p', 'b,x,q', 'c,y,p; q']);
    const columns = roles({ name: 'key', labels: 'tags', more: 'tags' });
    const table = await long();
    const two = { features: { name: 'f.csv', fingerprint: features.fingerprint, columns } };
    expect(refused(table, features, { ...two, predicts: 'forecast' })).toThrow('2 columns of tags describe the series: "labels", "more"');
    expect(dataset(table, features, two).tags).toHaveLength(2);
  });

  it('a forecast without a target', async () => {
    const columns = roles({ day: 'time', a: 'numeric', y: 'numeric' });
    expect(refused(await long(), null, { predicts: 'forecast', columns })).toThrow('No column is the target that is to be predicted.');
  });
});
