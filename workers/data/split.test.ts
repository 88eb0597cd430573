import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import type { CategoricalColumn } from './dataset';
import type { LabFailure } from './failure';
import { Fingerprint } from './fingerprint';
import type { SplitChoice } from './schema';
import { foldSplit, randomSplit, splitRows, testShare, trainingShare, unseenRows } from './split';
import { scaleOf } from './standardize';

describe('random split', () => {
  test('parts are disjoint, complete and of the right size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (rows, share, seed) => {
          const testRows = Math.floor(share * rows.length);
          const { train, validation, test: held } = randomSplit(Uint32Array.from(rows), testRows, seed);
          expect([...train, ...validation, ...held].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
          expect(held.length).toBe(testRows);
          expect(train.length).toBe(Math.floor((rows.length - testRows) * 0.9));
        },
      ),
    );
  });

  test('depends on the seed alone', () => {
    expect(randomSplit(100, 20, 5)).toEqual(
      randomSplit(
        Uint32Array.from({ length: 100 }, (_, i) => i),
        20,
        5,
      ),
    );
    expect(randomSplit(100, 20, 5)).not.toEqual(randomSplit(100, 20, 6));
  });

  test('test shares round up, as scikit-learn', () => {
    expect([testShare(35, 0.2), testShare(73_421, 0.2), testShare(10, 0.25)]).toEqual([7, 14_685, 3]);
  });
});

test('an alias table draws by weight', () => {
  const weights = Float64Array.of(0, 1, 2, 3, 0, 4);
  const table = new AliasTable(weights);
  const random = new RandomStream(1, 'alias');
  const counts = new Float64Array(6);
  for (let i = 0; i < 100_000; i++) counts[table.draw(random)]++;
  for (const [j, weight] of weights.entries()) expect(Math.abs(counts[j] / 100_000 - weight / 10)).toBeLessThan(0.008);
  expect([counts[0], counts[4]]).toEqual([0, 0]);
});

test('a standardised column has mean 0 and variance 1, a constant one becomes 0', () => {
  const values = [3, 5, Number.NaN, 10];
  const { mean, scale } = scaleOf((row) => values[row], [Uint32Array.of(0, 1), Uint32Array.of(2, 3)]);
  expect(mean).toBeCloseTo(6, 12);
  expect(scale).toBeCloseTo(Math.sqrt((9 + 1 + 16) / 3), 12);
  expect(scaleOf(() => 0.1, [Uint32Array.of(0, 1, 2)]).scale).toBe(1);
});

test('fingerprints have 16 digits and tell apart what is cut differently', () => {
  const digest = (...texts: string[]) => texts.reduce((hash, text) => hash.text(text), new Fingerprint()).digest();
  expect(digest('ab', 'c')).toMatch(/^[0-9a-f]{16}$/);
  const all = [digest('ab', 'c'), digest('a', 'bc'), digest('abc'), digest('abc', ''), digest('', 'abc'), digest()];
  expect(new Set(all).size).toBe(all.length);
});

describe('folds', () => {
  test('of one seed are disjoint, cover all rows, and differ in size by one row at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 300 }), fc.integer({ min: 2, max: 10 }), fc.integer({ min: 0, max: 99 }), (n, of, seed) => {
        const rows = Uint32Array.from({ length: n }, (_, i) => 3 * i);
        const folds = Array.from({ length: of }, (_, i) => foldSplit(rows, { index: i + 1, of }, seed));
        expect(folds.flatMap(({ test: part }) => [...part]).sort((a, b) => a - b)).toEqual([...rows]);
        const sizes = folds.map(({ test: part }) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const { train, validation, test: part } of folds) {
          expect([...train, ...validation, ...part].sort((a, b) => a - b)).toEqual([...rows]);
          expect(train.length).toBe(trainingShare(n - part.length));
        }
      }),
    );
  });

  test('more folds than rows are refused', () => {
    expect(() => foldSplit(new Uint32Array(3), { index: 1, of: 4 }, 1)).toThrow('3 rows');
  });
});

describe('split by level', () => {
  const choices = fc.record({
    split: fc.constantFrom('rows' as const, 'by-level' as const),
    validation: fc.constantFrom('rows' as const, 'by-level' as const),
    splitFeature: fc.constantFrom(null, 1, 2),
  });
  /**
   * Rows in arbitrary places of a table of 300, with two features of 12 and 9 levels, and a share to test.
   */
  const cases = fc.record({
    rows: fc.uniqueArray(fc.nat(299), { minLength: 60, maxLength: 300 }),
    share: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
    seed: fc.nat(),
    choice: choices,
  });
  const column = (name: string, q: number, seed: number): CategoricalColumn => {
    const random = new RandomStream(seed, name);
    return { name, cardinality: q, codes: Int32Array.from({ length: 300 }, () => random.integer(q)), labels: null };
  };
  const features = [column('a', 9, 1), column('b', 12, 2)];
  const levelsOf = ({ codes }: CategoricalColumn, rows: Uint32Array) => new Set([...rows].map((row) => codes[row]));
  const overlap = (a: Set<number>, b: Set<number>) => [...a].filter((level) => b.has(level));

  test('parts are disjoint and complete, and levels held apart are in no part before them', () => {
    fc.assert(
      fc.property(cases, ({ rows, share, seed, choice }) => {
        const testRows = Math.ceil(share * rows.length);
        const { train, validation, test: held } = splitRows(Uint32Array.from(rows), testRows, seed, choice, features);
        expect([...train, ...validation, ...held].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
        expect(Math.min(train.length, validation.length, held.length)).toBeGreaterThan(0);
        const divided = choice.splitFeature === 1 ? features[0] : features[1];
        const levels = [train, validation, held].map((part) => levelsOf(divided, part));
        if (choice.split === 'by-level') {
          expect(overlap(levels[2], levels[0])).toEqual([]);
          expect(overlap(levels[2], levels[1])).toEqual([]);
          const all = levelsOf(divided, Uint32Array.from(rows)).size;
          expect(levels[2].size).toBe(testShare(all, testRows / rows.length));
          expect(unseenRows([divided], [train, validation], held)).toEqual({ rows: held, features: [held.length] });
        } else expect(held.length).toBe(testRows);
        if (choice.validation === 'by-level') expect(overlap(levels[1], levels[0])).toEqual([]);
        else expect(train.length).toBe(trainingShare(rows.length - held.length));
      }),
      { numRuns: 60 },
    );
  });

  test('by rows it is the random split; it depends on the seed alone', () => {
    const rows = { split: 'rows', validation: 'rows', splitFeature: null } as const;
    expect(splitRows(300, 60, 4, rows, features)).toEqual(randomSplit(300, 60, 4));
    const levels = { ...rows, split: 'by-level' } as const;
    expect(splitRows(300, 60, 4, levels, features)).toEqual(splitRows(300, 60, 4, levels, features));
    expect(splitRows(300, 60, 4, levels, features)).not.toEqual(splitRows(300, 60, 5, levels, features));
  });

  test('counts unseen levels of every feature', () => {
    const a = { name: 'a', cardinality: 4, codes: Int32Array.of(0, 1, 2, 3, 0), labels: null };
    const b = { name: 'b', cardinality: 2, codes: Int32Array.of(0, 0, 1, 0, 0), labels: null };
    expect(unseenRows([a, b], [Uint32Array.of(0), Uint32Array.of(1)], Uint32Array.of(2, 3, 4))).toEqual({
      rows: Uint32Array.of(2, 3),
      features: [2, 1],
    });
  });

  test.each<[string, Partial<SplitChoice>, readonly CategoricalColumn[], string, RegExp]>([
    ['no categorical feature', {}, [], 'split-feature', /needs a categorical feature/],
    ['a number beyond the features', { splitFeature: 3 }, features, 'split-feature', /no categorical feature number 3 .* there are 2/],
    ['a number beyond the one feature', { splitFeature: 3 }, features.slice(0, 1), 'split-feature', /number 3 .* there is 1\./],
    ['one level', {}, [{ name: 'one', cardinality: 1, codes: new Int32Array(300), labels: null }], 'split-levels', /one has 1 level/],
    [
      'two levels and validation by level',
      { validation: 'by-level' },
      [{ name: 'two', cardinality: 2, codes: new Int32Array(300).map((_, i) => i % 2), labels: null }],
      'split-levels',
      /two has 1 level in the rows to divide/,
    ],
    [
      'nearly all rows in one level that tests',
      {},
      [{ name: 'big', cardinality: 2, codes: new Int32Array(300).map((_, i) => (i === 0 ? 1 : 0)), labels: null }],
      'split-rows',
      /leaves 0 rows to train and 1 to validate/,
    ],
  ])('refuses %s', (_, changes, columns, code, message) => {
    const choice: SplitChoice = { split: 'by-level', validation: 'rows', splitFeature: null, ...changes };
    // Some seed lets the large level test.
    const failures = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => {
      try {
        splitRows(300, 60, seed, choice, columns);
        return [];
      } catch (thrown) {
        return [thrown as LabFailure];
      }
    });
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure.code).toBe(code);
      expect(failure.message).toMatch(message);
    }
  });
});
