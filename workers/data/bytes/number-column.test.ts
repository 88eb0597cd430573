import { describe, expect, test, vi } from 'vitest';
import { RandomStream } from '../../random/random';
import { cellIn, missingIn, numbersOf } from '../cells';
import { previewTable } from '../columns';
import { openTable } from '../csv';
import { withSteps } from '../reading/apply';
import type { Step } from '../reading/steps';
import { checkRoles, tableDataset } from '../roles';
import { tableSchema } from '../schema';
import { atOnce } from '../work';
import { manyOf } from './column-store';
import { codingNumbers, distinctNumbers } from './number-codes';
import { NumberColumn } from './number-column';

/** 600 rows: decimals, whole numbers, decimals with words between them, a category. */
function rows(words: readonly string[] = ['NA', '-', '']): string {
  const random = new RandomStream(1, 'numbers');
  const lines = Array.from({ length: 600 }, (_, row) => {
    const [x, id, size] = [random.uniform() * 100 - 50, Math.floor(random.uniform() * 400), random.uniform()];
    return [
      x.toFixed(4),
      id,
      row % 13 === 5 ? words[row % words.length] : (size * 3).toFixed(2),
      `group ${row % 7}`,
      (x / 10 + size).toFixed(5),
    ].join(',');
  });
  return ['x,id,size,group,y', ...lines].join('\n');
}
const open = (text: string, many: number, steps?: Step[]) => openTable(new File([text], 'a.csv'), { many, steps });

describe('a column that holds its numbers row by row', () => {
  test('knows the text of a cell between its numbers, and which cells are missing', () => {
    const others = { rows: Uint32Array.of(1, 4, 5), codes: Uint32Array.of(0, 1, 0), texts: ['none', 'few'] };
    const column = new NumberColumn('n', {
      values: Float64Array.from([1, null, null, 0.5, null, null, null], (n) => n ?? Number.NaN),
      others,
      first: [],
      points: true,
    });
    expect(Array.from({ length: 7 }, (_, row) => column.cell(row))).toEqual(['1', 'none', null, '0.5', 'few', 'none', null]);
  });

  test('is opened and previewed without a list of its numbers', async () => {
    const asked = vi.spyOn(NumberColumn.prototype, 'numbers', 'get');
    previewTable(await open(rows(), 50));
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });

  test('is previewed, checked and trained on as one that lists its texts', async () => {
    const [levels, held] = [await open(rows(), Number.POSITIVE_INFINITY), await open(rows(), 50)];
    expect(held.columns.map((column) => column instanceof NumberColumn)).toEqual([true, true, true, false, true]);
    expect(held.steps).toEqual(levels.steps);
    const shown = (table: typeof held) => {
      const { columns, fingerprint: _, ...rest } = previewTable(table);
      // Only labels are counted from texts: 0.50 and 0.5 are one number.
      return {
        ...rest,
        columns: columns.map(({ rareLevels: _rare, labels: _labels, ...column }) => ({ ...column, mean: column.mean?.toPrecision(10) })),
      };
    };
    expect(shown(held)).toEqual(shown(levels));
    for (const [j, column] of held.columns.entries()) {
      const other = levels.columns[j];
      for (let row = 0; row < held.rows; row++) {
        expect(numbersOf(column)(row)).toBe(numbersOf(other)(row));
        expect(missingIn(column)(row)).toBe(missingIn(other)(row));
        if (column instanceof NumberColumn && row >= 20) expect(Number(cellIn(column, row))).toBe(Number(cellIn(other, row)));
      }
    }
    const columns = previewTable(held).columns.map(({ name, role }) => ({ name, role }));
    const policy = { numeric: 'mean', categorical: 'own-level' } as const;
    expect(checkRoles(held, columns, policy, 0.2)).toEqual(checkRoles(levels, columns, policy, 0.2));
    const spec = (fingerprint: string) =>
      tableSchema.parse({ kind: 'table', name: 'a.csv', fingerprint, task: 'regression', columns, scaling: 'standardized' });
    const [a, b] = [tableDataset(held, spec(held.fingerprint), { split: 1 }), tableDataset(levels, spec(levels.fingerprint), { split: 1 })];
    expect([a.x, a.y, a.categorical, a.split]).toEqual([b.x, b.y, b.categorical, b.split]);
  });

  test.each<[string, Step[]]>([
    ['words that are missing, and numbers that are', [{ kind: 'missing-words', columns: ['size', 'id'], words: ['NA', '7', '11'] }]],
    ['bad cells', [{ kind: 'bad-cells', column: 'size' }]],
    ['names', [{ kind: 'category', column: 'id' }]],
    ['another name', [{ kind: 'rename', column: 'x', to: 'left' }]],
    ['levels that are one', [{ kind: 'merge-levels', column: 'id', from: ['7', '8'], into: '9' }]],
    ['thousands', [{ kind: 'decimal', column: 'id', decimal: ',', thousands: '.' }]],
  ])('takes steps: %s', async (_, steps) => {
    const [levels, held] = [await open(rows(['NA', 'bad', '']), Number.POSITIVE_INFINITY, []), await open(rows(['NA', 'bad', '']), 50, [])];
    const [a, b] = [withSteps(held, steps), withSteps(levels, steps)];
    for (const [j, column] of a.columns.entries()) {
      const other = b.columns[j];
      expect([column.name, column.missing]).toEqual([other.name, other.missing]);
      for (let row = 0; row < a.rows; row++) {
        expect(numbersOf(column)(row)).toBe(numbersOf(other)(row));
        expect(missingIn(column)(row)).toBe(missingIn(other)(row));
      }
      if (column.name === 'id')
        expect(Array.from(column.codes, (code) => column.dictionary[code])).toEqual(Array.from(other.codes, (code) => other.dictionary[code]));
    }
  });

  test('the first bad cell is told with its line, and the question about it can be answered', async () => {
    const table = await open(rows(['bad', 'worse', '']), 50);
    const bad = previewTable(table).columns[2].badCells;
    expect(bad).toMatchObject({ value: 'bad', line: 20 });
    expect(previewTable(table).questions[0]).toMatchObject({ id: 'bad-cells:size', pressing: true });
    const mended = withSteps(table, previewTable(table).questions[0].answers[0].steps);
    expect(mended.columns[2].textLevels).toBe(0);
    expect(mended.columns[2].missing).toBe(table.columns[2].missing + (bad?.count ?? 0));
  });

  test('the fingerprint is that of its numbers, in whatever digits and file', async () => {
    const text = rows();
    const [{ fingerprint }] = [await open(text, 50)];
    expect((await open(text.replaceAll(',', ';').replaceAll('\n', '\r\n'), 50)).fingerprint).toBe(fingerprint);
    expect((await open(text.replace(/^([-\d.]+),/gm, '$10,'), 50)).fingerprint).toBe(fingerprint);
    expect(
      (
        await open(
          text.replace(/(\d)$/, (digit) => String((Number(digit) + 1) % 10)),
          50,
        )
      ).fingerprint,
    ).not.toBe(fingerprint);
  });

  test('different numbers are counted, above a million by counting places within 0.1 %', () => {
    const random = new RandomStream(2, 'count');
    const few = Float64Array.of(1, 0, -0, Number.NaN, 1, 2.5);
    expect([...atOnce(codingNumbers(few)).codes]).toEqual([0, 1, 1, -1, 0, 2]);
    const values = Float64Array.from({ length: 1_500_000 }, () => Math.floor(random.uniform() * 900_000) / 7);
    const exact = atOnce(codingNumbers(values)).numbers.length;
    const facts = { present: values.length, min: 0, max: 900_000 / 7, whole: false };
    expect(Math.abs(atOnce(distinctNumbers(values, facts)) / exact - 1)).toBeLessThan(0.001);
    const whole = values.map((value) => Math.round(value * 7));
    expect(atOnce(distinctNumbers(whole, { present: values.length, min: 0, max: 900_000, whole: true }))).toBe(exact);
  });
});

/** `npm run big -- --only columns` reads 100,000 rows of 500 columns, which do not fit as texts. */
test('of many columns each is held as numbers from fewer of them on', () => {
  expect([1, 64, 500, 1_000].map(manyOf)).toEqual([65_536, 65_536, 8_389, 4_195]);
});
