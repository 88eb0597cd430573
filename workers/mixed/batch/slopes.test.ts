import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/random';
import { inverseWithLogDeterminant } from '../dense';
import { slopesLikelihood } from './slopes';

/** Rows of some levels, two to forty of them to a level, and M features. */
function problem(seed: number, m: number, M: number, levels: number) {
  const random = new RandomStream(seed, 'slopes');
  return {
    r: Float64Array.from({ length: m }, () => random.normal()),
    h: Float64Array.from({ length: m * M }, () => random.normal()),
    codes: Int32Array.from({ length: m }, () => random.integer(levels)),
    variances: Float64Array.from({ length: M }, () => 0.05 + 2 * random.uniform()),
    residualVariance: 0.1 + random.uniform(),
  };
}
type Problem = ReturnType<typeof problem>;

/** From the whole V, m × m. */
function densely({ r, h, codes, variances, residualVariance }: Problem): number {
  const [m, M] = [r.length, variances.length];
  const v = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      if (codes[a] === codes[b]) for (let k = 0; k < M; k++) v[a * m + b] += h[a * M + k] * h[b * M + k] * variances[k];
      if (a === b) v[a * m + b] += residualVariance;
    }
  }
  const { inverse, logDeterminant } = inverseWithLogDeterminant(v, m) as NonNullable<ReturnType<typeof inverseWithLogDeterminant>>;
  let quadratic = 0;
  for (let a = 0; a < m; a++) for (let b = 0; b < m; b++) quadratic += r[a] * inverse[a * m + b] * r[b];
  return 0.5 * (m * Math.log(2 * Math.PI) + logDeterminant + quadratic);
}

const of = ({ r, h, codes, variances, residualVariance }: Problem) => slopesLikelihood(r, h, codes, variances, residualVariance);

describe('random slopes of a batch', () => {
  it('have the likelihood of the whole covariance, whatever the sizes of levels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 50 }),
        (seed, m, M, levels) => {
          const one = problem(seed, m, M, levels);
          expect(Math.abs(of(one).value / densely(one) - 1)).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 100 },
    );
  });

  // Four rows a level and 40: fewer than the five features, and more.
  it.each([12, 1])('have its derivatives, with %i levels', (levels) => {
    const one = problem(7, 40, 5, levels);
    const { byResidual, byFeatures, byVariances, byResidualVariance } = of(one);
    const STEP = 1e-5;
    const numerically = (change: (by: number) => Problem): number => (densely(change(STEP)) - densely(change(-STEP))) / (2 * STEP);
    const moved = (values: Float64Array<ArrayBuffer>, at: number, by: number) => values.map((value, i) => (i === at ? value + by : value));
    for (const at of [0, 17, 39])
      expect(byResidual[at]).toBeCloseTo(
        numerically((by) => ({ ...one, r: moved(one.r, at, by) })),
        6,
      );
    for (const at of [0, 3, 88, 199])
      expect(byFeatures[at]).toBeCloseTo(
        numerically((by) => ({ ...one, h: moved(one.h, at, by) })),
        6,
      );
    for (let at = 0; at < 5; at++)
      expect(byVariances[at]).toBeCloseTo(
        numerically((by) => ({ ...one, variances: moved(one.variances, at, by) })),
        6,
      );
    expect(byResidualVariance).toBeCloseTo(
      numerically((by) => ({ ...one, residualVariance: one.residualVariance + by })),
      5,
    );
  });

  it('are not a number where a variance is not one', () => {
    const one = problem(3, 10, 2, 4);
    expect(of({ ...one, residualVariance: Number.NaN }).value).toBeNaN();
  });
});
