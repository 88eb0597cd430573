import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/random';
import { AliasTable } from './alias';
import { Fingerprint } from './fingerprint';
import { randomSplit, testShare } from './split';
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
