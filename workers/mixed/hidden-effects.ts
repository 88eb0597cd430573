import type { Breathe } from './dense';

/** Effects W_k b_k of levels with hidden vectors: W_k (q_k × l_k, row-major) and σ²_k. */
export interface HiddenFactor {
  vectors: ArrayLike<number>;
  width: number;
  levels: number;
  /** Level of each row (n). */
  codes: ArrayLike<number>;
  variance: number;
}

/** Relative residual at which the solution counts as exact. */
const TOLERANCE = 1e-11;
const MOST_ITERATIONS = 1000;

/**
 * Best linear unbiased predictions of level effects W_k b_k, b_k = σ²_k G_k'V⁻¹r (docs/methods.md F10), from
 * all rows: (I + G'G / σ²_e) u = G'r / σ²_e by conjugate gradients, u = b / σ. Rows enter by their levels, so
 * that an iteration takes the size of the tables and one pass over the rows.
 *
 * @param residuals r (n)
 * @returns effects of all levels (q_k) of each factor
 */
export async function hiddenEffects(
  residuals: ArrayLike<number>,
  factors: readonly HiddenFactor[],
  residualVariance: number,
  breathe: Breathe,
): Promise<Float64Array[]> {
  const n = residuals.length;
  const deviations = factors.map(({ variance }) => Math.sqrt(variance));
  /** σ_k W_k v of the levels of a factor. */
  const ofLevels = ({ vectors, width, levels }: HiddenFactor, k: number, v: Float64Array): Float64Array => {
    const found = new Float64Array(levels);
    for (let j = 0; j < levels; j++) {
      let sum = 0;
      for (let a = 0; a < width; a++) sum += vectors[j * width + a] * v[a];
      found[j] = deviations[k] * sum;
    }
    return found;
  };
  /** G'w of a number for each row. */
  const gathered = (w: ArrayLike<number>): Float64Array[] =>
    factors.map(({ vectors, width, levels, codes }, k) => {
      const sums = new Float64Array(levels);
      for (let i = 0; i < n; i++) sums[codes[i]] += w[i];
      const found = new Float64Array(width);
      for (let j = 0; j < levels; j++) {
        if (sums[j] === 0) continue;
        for (let a = 0; a < width; a++) found[a] += deviations[k] * sums[j] * vectors[j * width + a];
      }
      return found;
    });
  /** (I + G'G / σ²_e) v */
  const product = (v: readonly Float64Array[]): Float64Array[] => {
    const rows = new Float64Array(n);
    for (const [k, factor] of factors.entries()) {
      const levels = ofLevels(factor, k, v[k]);
      for (let i = 0; i < n; i++) rows[i] += levels[factor.codes[i]];
    }
    return gathered(rows).map((part, k) => part.map((value, a) => v[k][a] + value / residualVariance));
  };
  const dot = (a: readonly Float64Array[], b: readonly Float64Array[]): number => {
    let sum = 0;
    for (let k = 0; k < a.length; k++) for (let at = 0; at < a[k].length; at++) sum += a[k][at] * b[k][at];
    return sum;
  };
  const left = gathered(residuals).map((part) => part.map((value) => value / residualVariance));
  const solution = left.map((part) => new Float64Array(part.length));
  let direction = left.map((part) => part.slice());
  let energy = dot(left, left);
  const target = TOLERANCE ** 2 * energy;
  for (let iteration = 0; iteration < MOST_ITERATIONS && energy > target; iteration++) {
    const image = product(direction);
    const length = energy / dot(direction, image);
    for (let k = 0; k < solution.length; k++) {
      for (let a = 0; a < solution[k].length; a++) {
        solution[k][a] += length * direction[k][a];
        left[k][a] -= length * image[k][a];
      }
    }
    const next = dot(left, left);
    const share = next / energy;
    direction = direction.map((part, k) => part.map((value, a) => left[k][a] + share * value));
    energy = next;
    await breathe();
  }
  return factors.map((factor, k) => ofLevels(factor, k, solution[k]));
}
