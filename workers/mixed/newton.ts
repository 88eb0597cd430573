import { solveCholesky } from '../metrics/cholesky';

/** A least point of a smooth function of few variables, and the curvature there. */
export interface Minimum {
  point: Float64Array;
  value: number;
  /** Second derivatives (d × d). */
  hessian: Float64Array;
  converged: boolean;
}

export interface MinimumOptions {
  /** Step of the differences; the variables should be of size 1 (logarithms, or scaled). */
  step: number;
  /** A predicted decrease below this ends the search. */
  tolerance: number;
  mostSteps: number;
  /** Largest change of a variable in one step. */
  longest: number;
}

const DEFAULTS: MinimumOptions = { step: 1e-3, tolerance: 1e-10, mostSteps: 60, longest: 2 };

/**
 * Newton's method with derivatives by central differences, for functions of at most about eight variables
 * whose derivatives are long to write by hand. Curvature that is not positive is lifted until it is, and
 * steps are halved until the function falls.
 *
 * @param evaluate the function; Infinity outside its domain
 */
export async function newtonMinimum(
  start: ArrayLike<number>,
  evaluate: (point: Float64Array) => Promise<number>,
  options: Partial<MinimumOptions> = {},
): Promise<Minimum> {
  const { step, tolerance, mostSteps, longest } = { ...DEFAULTS, ...options };
  let point = Float64Array.from(start);
  let value = await evaluate(point);
  for (let count = 0; ; count++) {
    const { gradient, hessian } = await differences(evaluate, point, value, step);
    const direction = downhill(gradient, hessian, longest);
    const slope = direction.reduce((sum, d, i) => sum + d * gradient[i], 0);
    // Half the predicted change of a Newton step is what it gains.
    if (-slope < 2 * tolerance) return { point, value, hessian, converged: true };
    if (count >= mostSteps) return { point, value, hessian, converged: false };
    let share = 1;
    for (; share > 1e-6; share /= 2) {
      const next = point.map((entry, i) => entry + share * direction[i]);
      const there = await evaluate(next);
      if (there > value + 1e-4 * share * slope || !Number.isFinite(there)) continue;
      point = next;
      value = there;
      break;
    }
    // Nothing lower within rounding: this is the minimum.
    if (share <= 1e-6) return { point, value, hessian, converged: true };
  }
}

/** Gradient and second derivatives by central differences; needs 1 + 2d + 2d(d − 1) evaluations. */
export async function differences(
  evaluate: (point: Float64Array) => Promise<number>,
  point: Float64Array,
  value: number,
  step: number,
): Promise<{ gradient: Float64Array; hessian: Float64Array }> {
  const d = point.length;
  const gradient = new Float64Array(d);
  const hessian = new Float64Array(d * d);
  const at = (i: number, si: number, j = 0, sj = 0) => {
    const moved = point.slice();
    moved[i] += si * step;
    moved[j] += sj * step;
    return evaluate(moved);
  };
  for (let i = 0; i < d; i++) {
    const above = await at(i, 1);
    const below = await at(i, -1);
    gradient[i] = (above - below) / (2 * step);
    hessian[i * d + i] = (above - 2 * value + below) / step ** 2;
    for (let j = 0; j < i; j++) {
      const mixed = ((await at(i, 1, j, 1)) - (await at(i, 1, j, -1)) - (await at(i, -1, j, 1)) + (await at(i, -1, j, -1))) / (4 * step ** 2);
      hessian[i * d + j] = mixed;
      hessian[j * d + i] = mixed;
    }
  }
  return { gradient, hessian };
}

/**
 * −(H + λI)⁻¹ g with the least λ of a coarse ladder that makes it a descent, no entry longer than `longest`.
 */
function downhill(gradient: Float64Array, hessian: Float64Array, longest: number): Float64Array {
  const d = gradient.length;
  const size = Math.max(...Array.from({ length: d }, (_, i) => Math.abs(hessian[i * d + i])), 1e-12);
  for (let lift = 0; ; lift = lift === 0 ? 1e-6 * size : lift * 10) {
    const matrix = hessian.slice();
    for (let i = 0; i < d; i++) matrix[i * d + i] += lift;
    if (!isPositive(matrix, d)) continue;
    const direction = gradient.map((g) => -g);
    solveCholesky(matrix, direction);
    const most = Math.max(...direction.map(Math.abs));
    return most > longest ? direction.map((entry) => (entry * longest) / most) : direction;
  }
}

/** Whether a symmetric matrix is positive definite, by elimination on a copy. */
function isPositive(matrix: Float64Array, d: number): boolean {
  const left = matrix.slice();
  for (let j = 0; j < d; j++) {
    const pivot = left[j * d + j];
    if (!(pivot > 1e-10 * Math.abs(matrix[j * d + j]))) return false;
    for (let i = j + 1; i < d; i++) {
      const factor = left[i * d + j] / pivot;
      for (let k = j; k < d; k++) left[i * d + k] -= factor * left[j * d + k];
    }
  }
  return true;
}

/** Inverse of a symmetric positive definite matrix (d × d); null where it is not one. */
export function inverseOf(matrix: Float64Array, d: number): Float64Array | null {
  if (!isPositive(matrix, d)) return null;
  const inverse = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const column = new Float64Array(d);
    column[i] = 1;
    solveCholesky(matrix.slice(), column);
    inverse.set(column, i * d);
  }
  return inverse;
}
