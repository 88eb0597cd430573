import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTable } from './csv';
import { tableDataset } from './roles';
import { tableSchema } from './schema';
import { foldSplit, randomSplit, splitRows, testShare } from './split';
import { apportion } from './split-parts';
import { splitTable, type TableSplitSpec } from './split-table';
import { saysTrainAndTest } from './split-words';
import { MISSING, type Table, type TableColumn } from './table';

const column = (name: string, cells: readonly (string | null)[]): TableColumn => {
  const dictionary = [...new Set(cells.filter((cell): cell is string => cell !== null))];
  const codes = Int32Array.from(cells, (cell) => (cell === null ? MISSING : dictionary.indexOf(cell)));
  const numbers = Float64Array.from(dictionary, (cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
  const counts = Uint32Array.from(dictionary, (_, code) => codes.filter((other) => other === code).length);
  return {
    name,
    codes,
    dictionary,
    numbers,
    counts,
    missing: codes.filter((code) => code === MISSING).length,
    textLevels: numbers.filter(Number.isNaN).length,
  };
};

const table = (...columns: TableColumn[]): Table => ({
  name: 'mine.csv',
  bytes: 0,
  rows: columns[0].codes.length,
  columns,
  fingerprint: '0123456789abcdef',
  line: (row) => row + 2,
  raw: { columns: [], separator: ',', steps: [], doubt: null },
  steps: [],
});

const spec = (changes: Partial<TableSplitSpec>): TableSplitSpec => ({
  columns: [],
  split: 'rows',
  validation: 'rows',
  splitFeature: null,
  splitColumn: null,
  testValue: null,
  stratify: false,
  testFraction: 0.2,
  ...changes,
});

const upTo = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);
const sorted = (...parts: Uint32Array[]): number[] => parts.flatMap((part) => [...part]).sort((a, b) => a - b);
const ofNoClass = { categorical: [], classes: null };

describe('without the new fields', () => {
  test('a spec of an earlier version divides its rows as it did: the random split, the fold, the split by level', () => {
    const parsed = tableSchema.parse({
      kind: 'table',
      name: 'mine.csv',
      fingerprint: '0123456789abcdef',
      task: 'binary',
      columns: [
        { name: 'a', role: 'categorical' },
        { name: 'y', role: 'target' },
      ],
    });
    expect(parsed).toMatchObject({ split: 'rows', stratify: false, splitColumn: null, testValue: null });
    const a = column(
      'a',
      Array.from({ length: 90 }, (_, row) => `level ${row % 9}`),
    );
    const data = {
      table: table(a),
      rows: upTo(90),
      categorical: [{ ...a, cardinality: 9, labels: a.dictionary }],
      classes: { count: 2, of: (row: number) => row % 2 },
    };
    expect(splitTable(data, parsed, 7)).toEqual(randomSplit(90, 18, 7));
    expect(splitTable(data, { ...parsed, fold: { index: 2, of: 5 } }, 7)).toEqual(foldSplit(upTo(90), { index: 2, of: 5 }, 7));
    const levels = { split: 'by-level', validation: 'by-level', splitFeature: null } as const;
    expect(splitTable(data, { ...parsed, ...levels }, 7)).toEqual(splitRows(90, 18, 7, levels, data.categorical));
  });
});

describe('by level', () => {
  test.each([101, 104, 109])('a fifth of ten levels is two of them, with %i rows too', (rows) => {
    const a = column(
      'a',
      Array.from({ length: rows }, (_, row) => `level ${row % 10}`),
    );
    const data = { ...ofNoClass, table: table(a), rows: upTo(rows), categorical: [{ ...a, cardinality: 10, labels: a.dictionary }] };
    const { test } = splitTable(data, spec({ split: 'by-level' }), 3);
    expect(new Set(Array.from(test, (row) => row % 10)).size).toBe(2);
  });
});

/** Tables of one column with values among `values`, some rows of which are used. */
const cases = (values: number, missing: boolean) =>
  fc.record({
    cells: fc.array(missing ? fc.option(fc.nat(values - 1), { freq: 20 }) : fc.nat(values - 1), { minLength: 60, maxLength: 200 }),
    seed: fc.nat(),
    testFraction: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    of: fc.integer({ min: 2, max: 6 }),
  });

describe('groups of a column', () => {
  test('are in one part each; parts are disjoint and cover all rows; a seed is one split', () => {
    fc.assert(
      fc.property(cases(25, true), ({ cells, seed, testFraction }) => {
        const groups = column(
          'patient',
          cells.map((cell) => (cell === null ? null : `p${cell}`)),
        );
        fc.pre(groups.dictionary.length > 8);
        const data = { table: table(groups), rows: upTo(cells.length).filter((row) => row % 7 !== 3), ...ofNoClass };
        const asked = spec({ split: 'by-group', splitColumn: 'patient', testFraction });
        const { train, validation, test: held } = splitTable(data, asked, seed);
        expect(sorted(train, validation, held)).toEqual([...data.rows]);
        const parts = [train, validation, held].map((part) => new Set([...part].map((row) => groups.codes[row])));
        expect(parts.reduce((sum, part) => sum + part.size, 0)).toBe(new Set([...data.rows].map((row) => groups.codes[row])).size);
        expect(splitTable(data, asked, seed)).toEqual({ train, validation, test: held });
      }),
      { numRuns: 80 },
    );
  });

  test('in folds each group tests once', () => {
    fc.assert(
      fc.property(cases(25, true), ({ cells, seed, of }) => {
        const groups = column(
          'patient',
          cells.map((cell) => (cell === null ? null : `p${cell}`)),
        );
        fc.pre(groups.dictionary.length > 8);
        const data = { table: table(groups), rows: upTo(cells.length), ...ofNoClass };
        const folds = Array.from({ length: of }, (_, i) =>
          splitTable(data, spec({ split: 'by-group', splitColumn: 'patient', fold: { index: i + 1, of } }), seed),
        );
        expect(sorted(...folds.map((fold) => fold.test))).toEqual([...data.rows]);
        for (const { train, validation, test: held } of folds) {
          expect(sorted(train, validation, held)).toEqual([...data.rows]);
          const tested = new Set([...held].map((row) => groups.codes[row]));
          expect([...train, ...validation].some((row) => tested.has(groups.codes[row]))).toBe(false);
        }
        // The largest group first, to the smallest fold: sizes differ by one group at most.
        const sizes = folds.map((fold) => fold.test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(Math.max(...groups.counts, groups.missing));
      }),
      { numRuns: 60 },
    );
  });

  test('folds by level of a feature keep levels together', () => {
    const a = column(
      'a',
      Array.from({ length: 120 }, (_, row) => `level ${(row * row) % 23}`),
    );
    const data = { table: table(a), rows: upTo(120), categorical: [{ ...a, cardinality: a.dictionary.length, labels: null }], classes: null };
    const folds = [1, 2, 3, 4].map((index) => splitTable(data, spec({ split: 'by-level', fold: { index, of: 4 } }), 5));
    expect(sorted(...folds.map((fold) => fold.test))).toEqual([...upTo(120)]);
    for (const { train, validation, test: held } of folds) {
      const tested = new Set([...held].map((row) => a.codes[row]));
      expect([...train, ...validation].some((row) => tested.has(a.codes[row]))).toBe(false);
    }
  });
});

describe('time', () => {
  test('past trains, the latest of the rest validates, the future tests; rows of one time stay together', () => {
    fc.assert(
      fc.property(cases(40, false), ({ cells, seed, testFraction }) => {
        const when = column('day', cells.map(String));
        fc.pre(when.dictionary.length > 12);
        const data = { table: table(when), rows: upTo(cells.length), ...ofNoClass };
        const asked = spec({ split: 'by-time', splitColumn: 'day', testFraction });
        const { train, validation, test: held } = splitTable(data, asked, seed);
        const times = (part: Uint32Array) => [...part].map((row) => cells[row] as number);
        expect(Math.max(...times(train))).toBeLessThan(Math.min(...times(validation)));
        expect(Math.max(...times(validation))).toBeLessThan(Math.min(...times(held)));
        expect(sorted(train, validation, held)).toEqual([...data.rows]);
        expect(held.length).toBeGreaterThanOrEqual(testShare(cells.length, testFraction));
        expect(sorted(splitTable(data, asked, seed + 1).test)).toEqual(sorted(held));
      }),
      { numRuns: 80 },
    );
  });

  test('in folds the test blocks follow each other, and nothing later than its test trains', () => {
    const day = Array.from({ length: 120 }, (_, row) => (row * 37) % 60);
    const data = { table: table(column('day', day.map(String))), rows: upTo(120), ...ofNoClass };
    const folds = [1, 2, 3].map((index) => splitTable(data, spec({ split: 'by-time', splitColumn: 'day', fold: { index, of: 3 } }), 1));
    expect(folds.map(({ train, validation, test: held }) => [train.length + validation.length, held.length])).toEqual([
      [30, 30],
      [60, 30],
      [90, 30],
    ]);
    for (const { train, validation, test: held } of folds)
      expect(Math.max(...[...train, ...validation].map((row) => day[row]))).toBeLessThan(Math.min(...[...held].map((row) => day[row])));
  });

  test('dates are taken in the order of the calendar', () => {
    const months = ['31.12.2025', '01.02.2026', '15.01.2026', '03.11.2025'];
    const data = {
      table: table(
        column(
          'day',
          Array.from({ length: 40 }, (_, row) => months[row % 4]),
        ),
      ),
      rows: upTo(40),
      ...ofNoClass,
    };
    const { train, validation, test: held } = splitTable(data, spec({ split: 'by-time', splitColumn: 'day' }), 1);
    expect([train, validation, held].map((part) => [...new Set([...part].map((row) => months[row % 4]))].sort())).toEqual([
      ['03.11.2025', '31.12.2025'],
      ['15.01.2026'],
      ['01.02.2026'],
    ]);
  });

  test.each([
    ['a text', ['2026-01-01', 'soon'], /"soon" in "day" on line 3 is neither a number nor a date/],
    ['an empty cell', ['1', null], /"day", which divides the rows, is empty on line 3/],
    ['one time', ['1', '1'], /Too many rows share a value of day/],
  ])('%s is refused by its line', (_, [first, second], message) => {
    const cells = Array.from({ length: 40 }, (_, row) => (row === 1 ? second : first));
    const data = { table: table(column('day', cells)), rows: upTo(40), ...ofNoClass };
    expect(() => splitTable(data, spec({ split: 'by-time', splitColumn: 'day' }), 1)).toThrow(message);
  });
});

describe('classes', () => {
  test('have their share in every part within one row, and every part has both', () => {
    fc.assert(
      fc.property(cases(100, false), fc.integer({ min: 3, max: 50 }), ({ cells, seed, testFraction }, rare) => {
        const classOf = (row: number) => (Number(cells[row]) < rare ? 1 : 0);
        const rows = upTo(cells.length);
        const ones = (part: Uint32Array) => part.filter((row) => classOf(row) === 1).length;
        fc.pre(ones(rows) >= 3 && ones(rows) <= rows.length - 3);
        const data = { table: table(column('x', cells.map(String))), rows, categorical: [], classes: { count: 2, of: classOf } };
        const asked = spec({ stratify: true, testFraction });
        const { train, validation, test: held } = splitTable(data, asked, seed);
        expect(sorted(train, validation, held)).toEqual([...rows]);
        expect(held.length).toBe(testShare(rows.length, testFraction));
        expect(Math.abs(ones(held) - (held.length * ones(rows)) / rows.length)).toBeLessThan(1);
        const rest = train.length + validation.length;
        expect(Math.abs(ones(validation) - (validation.length * (ones(train) + ones(validation))) / rest)).toBeLessThan(1);
        expect(ones(held)).toBeGreaterThan(0);
        expect(splitTable(data, asked, seed)).toEqual({ train, validation, test: held });
      }),
      { numRuns: 100 },
    );
  });

  test('in folds differ by one row at most, as do the folds', () => {
    fc.assert(
      fc.property(cases(100, false), fc.integer({ min: 1, max: 50 }), ({ cells, seed, of }, rare) => {
        const classOf = (row: number) => (Number(cells[row]) < rare ? 1 : 0);
        const data = { table: table(column('x', cells.map(String))), rows: upTo(cells.length), categorical: [], classes: { count: 2, of: classOf } };
        const folds = Array.from({ length: of }, (_, i) => splitTable(data, spec({ stratify: true, fold: { index: i + 1, of } }), seed));
        expect(sorted(...folds.map((fold) => fold.test))).toEqual([...data.rows]);
        for (const wanted of [0, 1]) {
          const counts = folds.map((fold) => fold.test.filter((row) => classOf(row) === wanted).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
        const sizes = folds.map((fold) => fold.test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test('rows keep the random order of the seed, so that the classes do not come one after the other', () => {
    const data = {
      table: table(column('x', Array.from({ length: 200 }, String))),
      rows: upTo(200),
      categorical: [],
      classes: { count: 2, of: (row: number) => row % 2 },
    };
    const { train } = splitTable(data, spec({ stratify: true }), 3);
    const changes = [...train].filter((row, i) => i > 0 && row % 2 !== train[i - 1] % 2).length;
    expect(changes).toBeGreaterThan(40);
  });

  test('largest remainders: 7 rows among 10, 20 and 5', () => {
    expect(apportion(7, [10, 20, 5])).toEqual([2, 4, 1]);
    expect(apportion(4, [198, 2])).toEqual([3, 1]);
    expect(apportion(0, [3, 3])).toEqual([0, 0]);
  });
});

describe('a column that says', () => {
  const cells = Array.from({ length: 60 }, (_, row) => ['train', 'train', 'Test ', 'valid'][row % 4]);
  test('train, validation and test in words is taken at its word, whatever the seed', () => {
    const data = { table: table(column('set', cells)), rows: upTo(60), ...ofNoClass };
    for (const seed of [1, 2]) {
      const { train, validation, test: held } = splitTable(data, spec({ split: 'by-column', splitColumn: 'set' }), seed);
      expect([train, validation, held].map((part) => new Set([...part].map((row) => cells[row].trim().toLowerCase())))).toEqual([
        new Set(['train']),
        new Set(['valid']),
        new Set(['test']),
      ]);
      expect(sorted(train, validation, held)).toEqual([...data.rows]);
    }
  });

  test('a fold number tests where it is asked for; validation is the last tenth of the others', () => {
    const folds = Array.from({ length: 60 }, (_, row) => String(1 + (row % 5)));
    const data = { table: table(column('fold', folds)), rows: upTo(60), ...ofNoClass };
    const { train, validation, test: held } = splitTable(data, spec({ split: 'by-column', splitColumn: 'fold', testValue: '3' }), 1);
    expect([...held].every((row) => folds[row] === '3')).toBe(true);
    expect([train.length, validation.length, held.length]).toEqual([43, 5, 12]);
    expect(sorted(train, validation, held)).toEqual([...data.rows]);
  });

  test.each<[string, Partial<TableSplitSpec>, RegExp]>([
    ['a value that is not there', { splitColumn: 'set', testValue: 'later' }, /"set" has no value "later"/],
    ['a column that is not there', { splitColumn: 'sets' }, /has no column "sets"/],
    ['no column', {}, /No column is chosen/],
    ['other words', { splitColumn: 'x' }, /"a" in "x" says neither/],
    ['no training rows', { splitColumn: 'all' }, /"all" marks no training rows/],
  ])('%s is refused', (_, changes, message) => {
    const data = {
      table: table(
        column('set', cells),
        column(
          'x',
          cells.map(() => 'a'),
        ),
        column(
          'all',
          cells.map(() => 'test'),
        ),
      ),
      rows: upTo(60),
      ...ofNoClass,
    };
    expect(() => splitTable(data, spec({ split: 'by-column', ...changes }), 1)).toThrow(message);
  });

  test('words are known by their spelling in any case', () => {
    expect(saysTrainAndTest(['TRAIN', 'Holdout', 'dev'])).toBe(true);
    expect(saysTrainAndTest(['train', 'b'])).toBe(false);
    expect(saysTrainAndTest(['0', '1'])).toBe(false);
  });
});

test('one row in a hundred is a fraud, and every part has some in its share (cases/b06-one-percent)', async () => {
  const file = new File([readFileSync('cases/b06-one-percent.csv')], 'b06-one-percent.csv');
  const opened = await openTable(file, {});
  const dataset = (seed: number) =>
    tableDataset(
      opened,
      tableSchema.parse({
        kind: 'table',
        name: opened.name,
        fingerprint: opened.fingerprint,
        task: 'binary',
        columns: [
          { name: 'clinic', role: 'categorical' },
          { name: 'x', role: 'numeric' },
          { name: 'fraud', role: 'target' },
        ],
        stratify: true,
      }),
      { split: seed },
    );
  for (const seed of [1, 2, 3]) {
    const { split, y } = dataset(seed);
    const frauds = (part: Uint32Array) => part.filter((row) => y[row] === 1).length;
    // 10 of 1,000: two among the 200 that test; of the 8 left, one among the 80 that validate.
    expect([split.train, split.validation, split.test].map(frauds)).toEqual([7, 1, 2]);
  }
});
