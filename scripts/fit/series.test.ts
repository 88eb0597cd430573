import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDataset } from '../../workers/data/prepare';
import type { Values } from './options';
import { readSeries, seriesWords } from './series';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'series-'));
  const hour = (t: number) => new Date(Date.UTC(2024, 0, 1, t)).toISOString().slice(0, 16).replace('T', ' ');
  const rows = Array.from({ length: 200 }, (_, t) => [hour(t), Math.sin(t), Math.cos(t), t % 5, `batch ${t % 3}`, t / 10].join(','));
  await writeFile(join(folder, 'long.csv'), ['when,flow,heat,level,batch,load', ...rows].join('\n'));
  await writeFile(join(folder, 'tags.csv'), 'sensor,unit,tags\nheat,K,indoor; temperature\nflow,l/s,outdoor\nlevel,m,outdoor; temperature; tank\n');
  await writeFile(join(folder, 'blocks.csv'), 'sensor,at_roof,at_hall,at_yard\nheat,1,0,1\nflow,0,1,1\nlevel,0,0,0\n');
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);
const rolesOf = async (values: Values) => {
  const { dataset } = await readSeries({ series: file('long.csv'), ...values });
  return {
    ...dataset,
    columns: Object.fromEntries(dataset.columns.map(({ name, role }) => [name, role])),
    features: dataset.features && Object.fromEntries(dataset.features.columns.map(({ name, role }) => [name, role])),
  };
};

describe('series on the command line', () => {
  it('takes all columns of numbers as series, the dates as time, and tags by the guesses of tables', async () => {
    expect(await rolesOf({ features: file('tags.csv'), tags: ['tags'] })).toMatchObject({
      predicts: 'next-step',
      columns: { when: 'time', flow: 'numeric', heat: 'numeric', level: 'numeric', batch: 'ignore', load: 'numeric' },
      features: { sensor: 'key', unit: 'ignore', tags: 'tags' },
      length: 24,
      trainShare: 0.75,
    });
  });

  it('with a target it forecasts, and takes what is named', async () => {
    expect(await rolesOf({ target: 'load', window: '12', horizon: '3', columns: 'flow,heat', test: '0.4', 'hold-out': '1' })).toMatchObject({
      predicts: 'forecast',
      columns: { flow: 'numeric', heat: 'numeric', level: 'ignore', load: 'target' },
      features: null,
      length: 12,
      horizon: 3,
      heldOut: 1,
      trainShare: 0.6,
    });
  });

  it('takes a block of 0/1 columns', async () => {
    const read = await readSeries({ series: file('long.csv'), features: file('blocks.csv'), 'tag-block': ['at_'], columns: 'flow,heat,level' });
    const tables = new Map(read.tables.map((table) => [table.fingerprint, table]));
    const { tags } = await prepareDataset({ dataset: read.dataset, seeds: { data: 1, split: 1 } }, tables);
    expect(tags?.[0]).toMatchObject({ name: 'at', labels: ['roof', 'hall', 'yard'] });
    // flow, heat, level: not the order of the file.
    expect([...(tags?.[0].offsets ?? [])]).toEqual([0, 2, 4, 4]);
    expect([...(tags?.[0].ids ?? [])]).toEqual([1, 2, 0, 2]);
  });

  it('says what it took', async () => {
    const read = await readSeries({ series: file('long.csv'), features: file('tags.csv'), tags: ['tags'] });
    expect(seriesWords(read, [{ message: 'A warning.' }])).toEqual(
      expect.arrayContaining(['Series: flow, heat, level, load', 'Time: when', 'Names in tags.csv: sensor', 'Tags: tags', 'Note: A warning.']),
    );
  });

  it('names columns that are not there and words that do not exist', async () => {
    await expect(readSeries({ series: file('long.csv'), target: 'price' })).rejects.toThrow('The table has no column "price".');
    await expect(readSeries({ series: file('long.csv'), predict: 'tomorrow' })).rejects.toThrow('--predict is "tomorrow".');
    await expect(readSeries({ series: file('long.csv'), window: '1' })).rejects.toThrow('--window is "1"');
  });
});
