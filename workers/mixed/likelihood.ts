import { numbersAt } from '../numbers/typed-arrays';
import { type Breathe, breathing } from './dense';
import type { MixedSums } from './sums';
import { sweep } from './sweep';

export interface LikelihoodOptions {
  /** Restricted maximum likelihood instead of maximum likelihood. */
  reml: boolean;
  /**
   * Residual variance, where it is known (1 for the working response of a logistic model); null: profiled
   * out.
   */
  residualVariance: number | null;
}

/** The likelihood at one ratio γ_k = σ²_k / σ²_e per factor. Arrays by factor are in the data's order. */
export interface Evaluation {
  /** −2 log likelihood (or restricted likelihood), maximised over β and, unless known, σ²_e. */
  deviance: number;
  /** Its derivative with respect to each log γ_k. */
  gradient: Float64Array;
  residualVariance: number;
  /** True where the residual is rounding: X and the levels give y. */
  exact: boolean;
  /** Rows, less the rank of X under REML: what the residual sum of squares is divided by. */
  freedom: number;
  /** β (p) and its covariance (p × p); 0 in columns that others explain. */
  beta: Float64Array;
  betaCovariance: Float64Array;
  /** Best linear unbiased predictions b_k (q_k) of each factor. */
  effects: Float64Array[];
  /** Conditional variance of b_k given y and the parameters, by level (q_k). */
  conditionalVariances: Float64Array[];
  /** Σ_j u²_kj of the spherical effects u = b / √γ. */
  squares: Float64Array;
  /** q_k − tr (A⁻¹)_kk: levels that the data determine; under REML less those that the fixed effects take. */
  determined: Float64Array;
  /** Σ_j (1 − (A⁻¹)_jj)²: a first guess of the curvature of the deviance in log γ_k. */
  curvature: Float64Array;
}

/** What rounding leaves of a residual that is 0, as a share of the sum of squares of y over so many rows. */
const rounding = (rows: number): number => 4 * Number.EPSILON * Math.sqrt(rows);

/** The data with the effects integrated out, and the swept moments. */
interface Solved {
  logDeterminant: number;
  /** Diagonal of A⁻¹. */
  inverse: Float64Array;
  /** A⁻¹ΛZ'[X, y], row-major with `width` columns. */
  solutions: Float64Array;
  /** [X, y]'M⁻¹[X, y] after the sweep over X. */
  swept: Float64Array;
  logDeterminantX: number;
  rank: number;
}

/** √γ of each column of Z. */
export function scales({ factors, firsts, size }: MixedSums, ratios: ArrayLike<number>): Float64Array {
  const scale = new Float64Array(size);
  for (const [k, { levels }] of factors.entries()) scale.fill(Math.sqrt(ratios[k]), firsts[k], firsts[k] + levels);
  return scale;
}

/** A = ΛZ'ZΛ + I in the place of its Cholesky factor. */
export function fill(sums: MixedSums, scale: Float64Array): void {
  const { cholesky, diagonal, diagonalAt, values, valuesAt, left, right } = sums;
  const target = cholesky.values;
  target.fill(0);
  for (let j = 0; j < diagonal.length; j++) target[diagonalAt[j]] = 1 + scale[j] * scale[j] * diagonal[j];
  for (let at = 0; at < values.length; at++) target[valuesAt[at]] = scale[left[at]] * scale[right[at]] * values[at];
}

/** Integrates the effects out (Bates et al. 2015, section 3): A = ΛZ'ZΛ + I, M = ZΛ²Z' + I. */
async function solve(sums: MixedSums, scale: Float64Array, breathe: Breathe): Promise<Solved> {
  const { size, width, sides, cholesky, diagonalAt } = sums;
  fill(sums, scale);
  await breathe();
  const logDeterminant = await breathing(cholesky.factorise(), breathe);
  const solutions = new Float64Array(size * width);
  for (let j = 0; j < size; j++) for (let c = 0; c < width; c++) solutions[j * width + c] = scale[j] * sides[j * width + c];
  cholesky.solve(solutions, width);
  await breathe();
  // [X, y]'M⁻¹[X, y] = [X, y]'[X, y] − C'A⁻¹C with C = ΛZ'[X, y].
  // What the levels explain is summed before it is taken off: one rounding instead of one a level.
  const explained = new Float64Array(width * width);
  for (let j = 0; j < size; j++) {
    for (let a = 0; a < width; a++) {
      const side = scale[j] * sides[j * width + a];
      for (let b = 0; b < width; b++) explained[a * width + b] += side * solutions[j * width + b];
    }
  }
  const swept = sums.products.map((product, at) => product - explained[at]);
  const { logDeterminant: logDeterminantX, rank } = sweep(swept, width, width - 1);
  await breathing(cholesky.invert(), breathe);
  const { values } = cholesky;
  const inverse = numbersAt(Float64Array, values, diagonalAt);
  return { logDeterminant, inverse, solutions, swept, logDeterminantX, rank };
}

/**
 * The profiled likelihood of a linear mixed model with crossed random intercepts, its exact gradient and
 * everything that follows from the same factor (docs/methods.md A11).
 */
export async function evaluate(sums: MixedSums, ratios: ArrayLike<number>, options: LikelihoodOptions, breathe: Breathe): Promise<Evaluation> {
  const { factors, firsts, width, rows } = sums;
  const solved = await solve(sums, scales(sums, ratios), breathe);
  const p = width - 1;
  const K = ratios.length;
  const freedom = options.reml ? rows - solved.rank : rows;
  // Below this share of y'y the residual sum of squares is rounding, and may be negative.
  const least = Math.max(rounding(rows) * sums.products[width * width - 1], Number.MIN_VALUE);
  const residual = Math.max(solved.swept[width * width - 1], least);
  const residualVariance = options.residualVariance ?? residual / freedom;
  const beta = Float64Array.from({ length: p }, (_, j) => solved.swept[j * width + p]);
  const evaluation: Evaluation = {
    deviance:
      solved.logDeterminant +
      (options.reml ? solved.logDeterminantX : 0) +
      freedom * Math.log(2 * Math.PI * residualVariance) +
      residual / residualVariance,
    gradient: new Float64Array(K),
    residualVariance,
    exact: options.residualVariance === null && residual === least,
    freedom,
    beta,
    betaCovariance: Float64Array.from({ length: p * p }, (_, i) => residualVariance * solved.swept[Math.floor(i / p) * width + (i % p)]),
    effects: [],
    conditionalVariances: [],
    squares: new Float64Array(K),
    determined: new Float64Array(K),
    curvature: new Float64Array(K),
  };
  for (const [k, { levels }] of factors.entries()) {
    const solutions = solved.solutions.subarray(firsts[k] * width, (firsts[k] + levels) * width);
    const diagonal = solved.inverse.subarray(firsts[k], firsts[k] + levels);
    const root = Math.sqrt(ratios[k]);
    const effects = new Float64Array(diagonal.length);
    let squares = 0;
    for (let j = 0; j < diagonal.length; j++) {
      const at = solutions.subarray(j * width, (j + 1) * width);
      let u = at[p];
      for (let c = 0; c < p; c++) u -= at[c] * beta[c];
      effects[j] = root * u;
      squares += u * u;
      evaluation.determined[k] += 1 - diagonal[j];
      evaluation.curvature[k] += (1 - diagonal[j]) ** 2;
      // d log |X'M⁻¹X| / d log γ_k = −tr((X'M⁻¹X)⁻¹ U_x'U_x).
      if (options.reml) evaluation.determined[k] -= quadratic(solved.swept, width, at);
    }
    evaluation.effects[k] = effects;
    evaluation.conditionalVariances[k] = diagonal.map((entry) => residualVariance * ratios[k] * entry);
    evaluation.squares[k] = squares;
    evaluation.gradient[k] = evaluation.determined[k] - squares / residualVariance;
  }
  return evaluation;
}

/** v'Sv over the swept X block. */
function quadratic(swept: Float64Array, width: number, v: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < width - 1; a++) for (let b = 0; b < width - 1; b++) sum += v[a] * swept[a * width + b] * v[b];
  return sum;
}
