import { describe, expect, it } from 'vitest';
import { isCounts } from './counts';
import { openTable } from './csv';
import { csvBytes } from './csv-write';
import { checkRoles, tableDataset } from './roles';
import { type ColumnRole, type MissingPolicy, tableSchema } from './schema';
import { shapeOf } from './tag-rows';

const ALL: MissingPolicy = { numeric: 'mean', categorical: 'own-level' };
type Row = (row: number) => string | number | null;

const COLUMNS: Record<string, Row> = {
  weeks: (row) => 0.5 + (row % 17),
  clinic: (row) => `c${row % 4}`,
  dose: (row) => row / 7,
  died: (row) => (row % 3 === 0 ? 0 : 1),
};
const ROLES: Record<string, ColumnRole> = { weeks: 'target', clinic: 'categorical', dose: 'numeric', died: 'event' };

async function check(changed: Record<string, Row> = {}, roles: Record<string, ColumnRole> = {}, task: 'regression' | 'binary' = 'regression') {
  const columns = { ...COLUMNS, ...changed };
  const names = Object.keys(columns);
  const cells = Array.from({ length: 60 }, (_, row) => names.map((name) => columns[name](row)));
  const table = await openTable(new File([csvBytes(names, cells, { guardFormulas: false })], 'mine.csv'));
  const choices = names.map((name) => ({ name, role: { ...ROLES, ...roles }[name] ?? ('ignore' as const) }));
  const spec = tableSchema.parse({ kind: 'table', name: table.name, fingerprint: table.fingerprint, task, columns: choices });
  return { answer: checkRoles(table, choices, ALL, 0.2), dataset: () => tableDataset(table, spec, { split: 1 }) };
}

describe('a column of events', () => {
  it('makes the target a time: scaled, not centred, and every row says whether its event was seen', async () => {
    const { answer, dataset } = await check();
    expect(answer).toMatchObject({ error: null, events: true, p: 1, levels: [4] });
    const data = dataset();
    expect(shapeOf(data)).toMatchObject({ events: true });
    expect(data.targetMean).toBe(0);
    expect(data.targetScale).toBeGreaterThan(1);
    expect(data.events?.name).toBe('died');
    for (let row = 0; row < 60; row++) {
      expect(data.y[row] * data.targetScale).toBeCloseTo(0.5 + (row % 17), 5);
      expect(data.events?.seen[row]).toBe(row % 3 === 0 ? 0 : 1);
    }
  });

  it('may be yes and no, and rows where it is missing are not used', async () => {
    const { answer, dataset } = await check({ died: (row) => (row < 5 ? null : row % 3 === 0 ? 'no' : 'yes') });
    expect(answer.rows.dropped).toBe(5);
    expect(dataset().events?.seen.slice(5, 9)).toEqual(Float32Array.of(1, 0, 1, 1));
  });

  it.each(['yes', 'TRUE', 'ja'])('may say %s in every row, and then every event was seen', async (word) => {
    const { answer, dataset } = await check({ died: () => word });
    expect(answer.error).toBeNull();
    expect(new Set(dataset().events?.seen)).toEqual(new Set([1]));
  });

  it.each([
    ['no event, in words', { died: () => 'no' }, 'no-event', 'is 0 in every row: no event was seen.'],
    ['a letter that may mean anything', { died: () => 'y' }, 'event-not-binary', 'holds "y" on line 2'],
    ['another number', { died: (row: number) => row % 3 }, 'event-not-binary', 'The event column "died" holds "2" on line 4'],
    ['a word', { died: (row: number) => (row === 9 ? 'lost' : 1) }, 'event-not-binary', 'holds "lost" on line 11'],
    ['no event', { died: () => 0 }, 'no-event', 'is 0 in every row: no event was seen.'],
    ['an empty column', { died: () => null }, 'event-missing', 'The event column "died" has no value.'],
    ['a time of 0', { weeks: (row: number) => row % 17 }, 'time-not-positive', 'The target "weeks" is "0" on line 2'],
    ['a time below 0', { weeks: (row: number) => (row === 30 ? -2 : 3 + row) }, 'time-not-positive', 'is "-2" on line 32'],
  ])('is refused for %s, by name and place', async (_, changed, code, message) => {
    const { answer, dataset } = await check(changed as Record<string, Row>);
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.message).toContain(message);
    expect(dataset).toThrow(message);
  });

  it('is refused twice, and beside two classes', async () => {
    const twice = await check({ left: () => 1 }, { left: 'event' });
    expect(twice.answer.error?.message).toBe('2 columns say whether the event was seen: "died", "left".');
    const classes = await check({ weeks: (row) => (row % 2 === 0 ? 'long' : 'short') }, {}, 'binary');
    expect(classes.dataset).toThrow('says whether the event of a time was seen, and the target is one of two classes.');
  });
});

describe('counts', () => {
  it.each([
    ['whole numbers from 0', (row: number) => row % 5, true],
    ['a fraction', (row: number) => (row === 40 ? 1.5 : row % 5), false],
    ['a number below 0', (row: number) => (row === 40 ? -1 : row % 5), false],
    ['more than a million', (row: number) => (row === 40 ? 1_000_001 : row % 5), false],
  ])('are known from the whole target: %s', async (_, weeks, counts) => {
    const { answer, dataset } = await check({ weeks }, { died: 'ignore' });
    expect(answer.error).toBeNull();
    expect(answer.counts ?? false).toBe(counts);
    expect(isCounts(dataset())).toBe(counts);
    expect(shapeOf(dataset()).counts ?? false).toBe(counts);
  });
});
