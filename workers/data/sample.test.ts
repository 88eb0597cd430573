import { describe, expect, test } from 'vitest';
import { cellIn, numbersOf } from './cells';
import { openTable } from './csv';
import { prepareDataset } from './prepare';
import { sampledTable } from './sample';
import { tableSchema } from './schema';

const text = ['user,x,y', ...Array.from({ length: 3000 }, (_, row) => `user ${row % 150},${(row * 0.137).toFixed(3)},${(row % 7) + row / 1e4}`)].join(
  '\n',
);
const open = (many?: number) => openTable(new File([text], 'a.csv'), { many });

describe('a sample of a table', () => {
  test.each([undefined, 100])('of rows: so many, in their order, with cells and lines of the file (held from %s numbers on)', async (many) => {
    const table = await open(many);
    const sample = sampledTable(table, { rows: 400 }, 3);
    expect([sample.rows, sample.fingerprint, sample.fileRows?.length]).toEqual([400, table.fingerprint, 400]);
    const rows = sample.fileRows ?? new Uint32Array();
    for (let i = 0; i < 400; i++) {
      if (i > 0) expect(rows[i]).toBeGreaterThan(rows[i - 1]);
      expect(sample.line(i)).toBe(rows[i] + 2);
      for (const [j, column] of sample.columns.entries()) {
        expect(numbersOf(column)(i)).toBe(numbersOf(table.columns[j])(rows[i]));
        if (j === 0) expect(cellIn(column, i)).toBe(cellIn(table.columns[j], rows[i]));
      }
    }
    expect(sample.columns[0].counts.reduce((sum, count) => sum + count, 0)).toBe(400);
    // Another seed draws other rows, about as often from either half; the same one the same.
    expect(sampledTable(table, { rows: 400 }, 4).fileRows).not.toEqual(rows);
    expect(sampledTable(table, { rows: 400 }, 3).fileRows).toEqual(rows);
    expect(Math.abs(rows.filter((row) => row < 1500).length - 200)).toBeLessThan(50);
    expect(sampledTable(table, { rows: 5000 }, 3)).toBe(table);
  });

  test('of levels: all rows of so many', async () => {
    const sample = sampledTable(await open(), { levels: 30, of: 'user' }, 1);
    expect([sample.rows, sample.columns[0].dictionary.length]).toEqual([600, 30]);
    expect([...sample.columns[0].counts]).toEqual(Array(30).fill(20));
  });

  test('is what a spec trains on, and predictions keep the row of the file', async () => {
    const table = await open(100);
    const columns = (['categorical', 'numeric', 'target'] as const).map((role, j) => ({ name: table.columns[j].name, role }));
    const spec = {
      kind: 'table',
      name: 'a.csv',
      fingerprint: table.fingerprint,
      task: 'regression',
      columns,
      scaling: 'standardized',
      sample: { rows: 400 },
    };
    const dataset = await prepareDataset({ dataset: tableSchema.parse(spec), seeds: { data: 3, split: 1 } }, new Map([[table.fingerprint, table]]));
    const { train, validation, test: tested } = dataset.split;
    expect([dataset.rows, train.length + validation.length + tested.length, dataset.x.length]).toEqual([400, 400, 400]);
    const row = tested[5];
    expect(dataset.exact?.y(row)).toBe(numbersOf(table.columns[2])(dataset.fileRows?.[row] ?? -1));
  });
});

test('a link of an earlier version finds its table: read as then, where it held every text', async () => {
  const former = await open(Number.POSITIVE_INFINITY);
  const now = await open(100);
  expect(now.fingerprint).not.toBe(former.fingerprint);
  const asked = await openTable(new File([text], 'a.csv'), { many: 100, expected: former.fingerprint });
  expect([asked.fingerprint, asked.columns]).toEqual([former.fingerprint, former.columns]);
  expect((await openTable(new File([text], 'a.csv'), { many: 100, expected: '0123456789abcdef' })).fingerprint).toBe(now.fingerprint);
});
