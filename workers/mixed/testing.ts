import { RandomStream } from '../random/random';
import { type Factor, hasCodes, type LevelFactor, type SetFactor } from './factor';
import type { MixedData } from './sums';

/**
 * Rows of a random-intercept model with these cardinalities, two numeric features and an intercept; every
 * standard deviation is 1 but the first factor's.
 */
export function simulateMixed(
  rows: number,
  levels: readonly number[],
  seed: number,
  deviation = 1,
): Omit<MixedData, 'factors'> & { factors: readonly LevelFactor[] } {
  const random = new RandomStream(seed, 'mixed');
  const effects = levels.map((q, k) => Float64Array.from({ length: q }, () => (k === 0 ? deviation : 1) * random.normal()));
  const factors = levels.map((q) => ({ codes: Int32Array.from({ length: rows }, () => random.integer(q)), levels: q }));
  const x = Float64Array.from({ length: 3 * rows }, (_, i) => (i % 3 === 0 ? 1 : random.normal()));
  const y = Float64Array.from({ length: rows }, (_, i) => {
    const fixed = 2 - x[3 * i + 1] + 0.5 * x[3 * i + 2];
    return factors.reduce((sum, { codes }, k) => sum + effects[k][codes[i]], fixed) + random.normal();
  });
  return { rows, x, p: 3, y, factors };
}

/** Sets of up to three levels a row, some of them empty. */
export function simulateSets(rows: number, levels: number, seed: number): SetFactor {
  const random = new RandomStream(seed, 'sets');
  const sets = Array.from({ length: rows }, () => [...new Set(Array.from({ length: random.integer(4) }, () => random.integer(levels)))]);
  const offsets = [0];
  for (const set of sets) offsets.push(offsets[offsets.length - 1] + set.length);
  return { offsets, ids: sets.flat(), levels };
}

/** Z of a factor, row by row: 1 at a row's level, or 1 / a at each of its a levels. */
export function designOf(factor: Factor, rows: number): number[][] {
  return Array.from({ length: rows }, (_, i) => {
    const own = hasCodes(factor) ? [factor.codes[i]] : Array.from(factor.ids).slice(factor.offsets[i], factor.offsets[i + 1]);
    return Array.from({ length: factor.levels }, (_, level) => (own.includes(level) ? 1 / own.length : 0));
  });
}

/** The marginal covariance V / σ²_e = I + Σ_k γ_k Z_k Z_k' (n × n). */
export function marginalCovariance({ rows, factors }: MixedData, ratios: ArrayLike<number>): number[][] {
  const designs = factors.map((factor) => designOf(factor, rows));
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: rows }, (_, j) =>
      designs.reduce((sum, z, k) => sum + ratios[k] * z[i].reduce((product, value, level) => product + value * z[j][level], 0), i === j ? 1 : 0),
    ),
  );
}

/** Inverse and log determinant of a symmetric positive definite matrix by Gauss–Jordan, the textbook way. */
export function invertPlainly(matrix: readonly (readonly number[])[]): { inverse: number[][]; logDeterminant: number } {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  let logDeterminant = 0;
  for (let k = 0; k < n; k++) {
    const pivot = work[k][k];
    logDeterminant += Math.log(pivot);
    for (let c = 0; c < 2 * n; c++) work[k][c] /= pivot;
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = work[r][k];
      for (let c = 0; c < 2 * n; c++) work[r][c] -= factor * work[k][c];
    }
  }
  return { inverse: work.map((row) => row.slice(n)), logDeterminant };
}

export const multiply = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

export const transpose = (a: readonly (readonly number[])[]): number[][] => a[0].map((_, j) => a.map((row) => row[j]));
