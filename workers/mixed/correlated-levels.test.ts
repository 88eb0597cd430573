import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { correlationDeviance, fitCorrelation, LevelField, placesAlike } from './correlated-levels';

const now = async (): Promise<void> => {};

interface Golden {
  points: { values: number[] };
  seen: number[];
  unseen: number[];
  vectors: { shape: [number, number]; values: number[] };
  variances: { values: number[] };
  prior: number[];
  asked: { share: number; squaredLength: number };
  means: { values: number[] };
  spread: { values: number[] };
  deviances: { share: number; squaredLength: number; vecchia: number; dense: number }[];
  best: { share: number; squaredLength: number; deviance: number };
}
const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, '../../golden/correlated-levels.json'), 'utf8'));
const points = Float64Array.from(golden.points.values);
const seen = Int32Array.from(golden.seen);
const [q, d] = golden.vectors.shape;
const vectors = golden.vectors.values;

describe('levels that are alike where they are near', () => {
  it('have the deviance of NumPy, by Vecchia’s terms and exactly for few', () => {
    const all = correlationDeviance(points, seen, vectors, d);
    const few = correlationDeviance(points, seen.subarray(0, 11), vectors, d);
    for (const { share, squaredLength, vecchia, dense } of golden.deviances) {
      expect(all(squaredLength, share)).toBeCloseTo(vecchia, 7);
      expect(few(squaredLength, share)).toBeCloseTo(dense, 7);
    }
  });

  it('have the share and length of the largest likelihood', async () => {
    const found = await fitCorrelation(points, seen, vectors, d, 0.99, now);
    const { share, squaredLength, deviance } = golden.best;
    expect(Math.abs((found?.share ?? 0) - share)).toBeLessThan(0.005);
    expect(Math.abs(Math.log((found?.squaredLength ?? 0) / squaredLength))).toBeLessThan(0.01);
    expect(correlationDeviance(points, seen, vectors, d)(found?.squaredLength ?? 0, found?.share ?? 0) - deviance).toBeLessThan(0.001);
    // Nothing to be learned of: one point, or no vectors.
    expect(await fitCorrelation(new Float64Array(2 * q), seen, vectors, d, 0.99, now)).toBeNull();
    expect(await fitCorrelation(points, seen, new Float64Array(q * d), d, 0.99, now)).toBeNull();
  });

  it('give those without rows the conditional means and variances of NumPy, and 0 far away or without correlation', async () => {
    const field = await LevelField.of(placesAlike(points, golden.asked), seen, now);
    const [quick, slow, variances] = [vectors, vectors, golden.variances.values].map((values) => Float32Array.from(values));
    await field.complete(quick, d, now);
    await field.complete(slow, d, now, { variances, prior: golden.prior });
    for (const [u, level] of golden.unseen.entries())
      for (let m = 0; m < d; m++) {
        expect(quick[level * d + m]).toBeCloseTo(golden.means.values[u * d + m], 5);
        expect(slow[level * d + m]).toBeCloseTo(golden.means.values[u * d + m], 5);
        expect(variances[level * d + m]).toBeCloseTo(golden.spread.values[u * d + m], 5);
      }
    for (const level of seen) expect(quick[level * d]).toBe(Math.fround(vectors[level * d]));
    const [away, nowhere, independent] = [1e6, Number.NaN, points[8]].map((x) => Float64Array.from(points, (value, at) => (at === 8 ? x : value)));
    const alone = Float32Array.from(vectors);
    await (await LevelField.of(placesAlike(away, golden.asked), seen, now)).complete(alone, d, now);
    await (await LevelField.of(placesAlike(nowhere, golden.asked), seen, now)).complete(alone, d, now);
    await (await LevelField.of(placesAlike(independent, { share: 0, squaredLength: 1 }), seen, now)).complete(alone, d, now);
    expect([...alone.subarray(4 * d, 5 * d)]).toEqual([0, 0, 0]);
  });

  it('of more than 500 with rows follow from the nearest, within a hundredth of the exact mean', async () => {
    const n = 510;
    // A grid of 51 × 10 and one more between its points, whose field is a plane wave.
    const grid = Float64Array.from({ length: 2 * (n + 1) }, (_, at) =>
      at >> 1 === n ? 5.4 : at % 2 === 0 ? (at >> 1) % 51 : Math.floor((at >> 1) / 51),
    );
    const wave = (level: number): number => Math.sin(0.3 * grid[2 * level] + 0.2 * grid[2 * level + 1]);
    const values = Float32Array.from({ length: n + 1 }, (_, level) => (level < n ? wave(level) : 0));
    const correlation = { share: 0.98, squaredLength: 4 };
    const found: number[] = [];
    for (const known of [n, 500]) {
      const own = values.slice();
      const has = Int32Array.from({ length: known }, (_, i) => i);
      await (await LevelField.of(placesAlike(grid, correlation), has, now)).complete(own, 1, now);
      found.push(own[n]);
    }
    expect(Math.abs(found[0] - found[1])).toBeLessThan(0.01);
    expect(Math.abs(found[0] - wave(n))).toBeLessThan(0.05);
  });
});
