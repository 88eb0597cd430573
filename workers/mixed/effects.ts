import type { Breathe } from './dense';
import { type Factor, sparseDesign } from './factor';

/** Relative residual at which the solution counts as exact. */
const TOLERANCE = 1e-11;
const MOST_ITERATIONS = 2000;

/**
 * Best linear unbiased predictions of crossed random intercepts from residuals r = y − f(X) (docs/methods.md
 * A11): (Z'Z/σ²_e + D⁻¹) b = Z'r/σ²_e, by conjugate gradients on the spherical effects u = b / √γ with the
 * diagonal as preconditioner. Memory and work an iteration grow with rows and levels only.
 *
 * @param residuals r (n)
 * @param ratios γ_k = σ²_k / σ²_e of each factor; 0 gives effects of 0
 * @param weights precision of each row (n) as a multiple of 1/σ²_e; absent: all 1
 * @returns b_k (q_k) of each factor; 0 for a level without rows
 */
export async function predictEffects(
  residuals: ArrayLike<number>,
  factors: readonly Factor[],
  ratios: ArrayLike<number>,
  breathe: Breathe,
  weights?: Float64Array,
): Promise<Float64Array[]> {
  const n = residuals.length;
  const { starts, columns, values, firsts, size } = sparseDesign(factors, n);
  await breathe();
  const roots = factors.map((_, k) => Math.sqrt(ratios[k]));
  /** √γ of each column of Z. */
  const scale = new Float64Array(size);
  for (const [k, { levels }] of factors.entries()) scale.fill(roots[k], firsts[k], firsts[k] + levels);
  const diagonal = new Float64Array(size).fill(1);
  const residual = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    const weight = weights?.[i] ?? 1;
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      const j = columns[at];
      const entry = scale[j] * values[at];
      diagonal[j] += entry * entry * weight;
      residual[j] += entry * weight * residuals[i];
    }
  }
  await breathe();
  /** (ΛZ'WZΛ + I) v */
  const product = (v: Float64Array): Float64Array => {
    const result = v.slice();
    for (let i = 0; i < n; i++) {
      let row = 0;
      for (let at = starts[i]; at < starts[i + 1]; at++) row += scale[columns[at]] * values[at] * v[columns[at]];
      row *= weights?.[i] ?? 1;
      for (let at = starts[i]; at < starts[i + 1]; at++) result[columns[at]] += scale[columns[at]] * values[at] * row;
    }
    return result;
  };
  const solution = new Float64Array(size);
  let direction = residual.map((value, j) => value / diagonal[j]);
  let energy = dot(residual, direction);
  const target = TOLERANCE ** 2 * energy;
  for (let iteration = 0; iteration < MOST_ITERATIONS && energy > target; iteration++) {
    const image = product(direction);
    const length = energy / dot(direction, image);
    for (let j = 0; j < size; j++) {
      solution[j] += length * direction[j];
      residual[j] -= length * image[j];
    }
    const preconditioned = residual.map((value, j) => value / diagonal[j]);
    const next = dot(residual, preconditioned);
    const share = next / energy;
    direction = direction.map((value, j) => preconditioned[j] + share * value);
    energy = next;
    await breathe();
  }
  return factors.map(({ levels }, k) => solution.slice(firsts[k], firsts[k] + levels).map((u) => roots[k] * u));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
