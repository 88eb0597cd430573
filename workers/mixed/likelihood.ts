import type { CrossedSums } from './crossed';
import { type Breathe, choleskyInPlace, inverseFromFactor, solveFactored } from './dense';
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

/**
 * The data with the effects integrated out: the Schur complement's inverse, the solutions and the swept
 * moments.
 */
interface Solved {
  /** 1 + γ₁ n_j of the first factor. */
  pivots: Float64Array;
  logDeterminant: number;
  /** Inverse of the Schur complement (m × m). */
  inverse: Float64Array;
  /** A⁻¹ΛZ'[X, y] of the first factor and of the others, row-major with `width` columns. */
  first: Float64Array;
  rest: Float64Array;
  /** [X, y]'M⁻¹[X, y] after the sweep over X. */
  swept: Float64Array;
  logDeterminantX: number;
  rank: number;
}

/** √γ of each level of the dense part. */
function scales({ order, offsets, m }: CrossedSums, ratios: ArrayLike<number>): Float64Array {
  const scale = new Float64Array(m);
  for (let k = 1; k < order.length; k++) scale.fill(Math.sqrt(ratios[order[k]]), offsets[k], offsets[k + 1]);
  return scale;
}

/** γ of the first factor; 0 where there is none. */
const firstRatio = ({ order }: CrossedSums, ratios: ArrayLike<number>): number => (order[0] < 0 ? 0 : ratios[order[0]]);

/** Schur complement of the first factor's block in A = ΛZ'ZΛ + I: its lower triangle. */
function schur(sums: CrossedSums, ratio: number, scale: Float64Array, pivots: Float64Array): Float64Array {
  const { m, dense, starts, columns, values } = sums;
  const s = dense.slice();
  for (let i = 0; i < pivots.length; i++) {
    const weight = ratio / pivots[i];
    for (let a = starts[i]; a < starts[i + 1]; a++) {
      const row = columns[a] * m;
      const factor = weight * values[a];
      for (let b = starts[i]; b < starts[i + 1]; b++) s[row + columns[b]] -= factor * values[b];
    }
  }
  for (let j = 0; j < m; j++) {
    for (let l = 0; l <= j; l++) s[j * m + l] *= scale[j] * scale[l];
    s[j * m + j] += 1;
  }
  return s;
}

/** Integrates the effects out (Bates et al. 2015, section 3): A = ΛZ'ZΛ + I in blocks, M = ZΛ²Z' + I. */
async function solve(sums: CrossedSums, ratios: ArrayLike<number>, scale: Float64Array, breathe: Breathe): Promise<Solved> {
  const { m, width, counts, starts, columns, values } = sums;
  const ratio = firstRatio(sums, ratios);
  const root = Math.sqrt(ratio);
  const pivots = counts.map((count) => 1 + ratio * count);
  const factor = schur(sums, ratio, scale, pivots);
  await breathe();
  const logDeterminant = pivots.reduce((sum, pivot) => sum + Math.log(pivot), 0) + (await choleskyInPlace(factor, m, breathe));
  // Right-hand sides: C = ΛZ'[X, y]; the others' less what the first factor explains.
  const rest = new Float64Array(m * width);
  for (let j = 0; j < m; j++) for (let c = 0; c < width; c++) rest[j * width + c] = scale[j] * sums.rest[j * width + c];
  for (let i = 0; i < pivots.length; i++) {
    for (let at = starts[i]; at < starts[i + 1]; at++) {
      const j = columns[at];
      const share = (scale[j] * values[at] * ratio) / pivots[i];
      for (let c = 0; c < width; c++) rest[j * width + c] -= share * sums.first[i * width + c];
    }
  }
  const column = new Float64Array(m);
  for (let c = 0; c < width; c++) {
    for (let j = 0; j < m; j++) column[j] = rest[j * width + c];
    solveFactored(factor, m, column);
    for (let j = 0; j < m; j++) rest[j * width + c] = column[j];
    await breathe();
  }
  const first = new Float64Array(counts.length * width);
  for (let i = 0; i < pivots.length; i++) {
    for (let c = 0; c < width; c++) {
      let entry = sums.first[i * width + c];
      for (let at = starts[i]; at < starts[i + 1]; at++) entry -= values[at] * scale[columns[at]] * rest[columns[at] * width + c];
      first[i * width + c] = (root * entry) / pivots[i];
    }
  }
  // [X, y]'M⁻¹[X, y] = [X, y]'[X, y] − C'A⁻¹C.
  const swept = sums.products.slice();
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      let explained = 0;
      for (let i = 0; i < counts.length; i++) explained += root * sums.first[i * width + a] * first[i * width + b];
      for (let j = 0; j < m; j++) explained += scale[j] * sums.rest[j * width + a] * rest[j * width + b];
      swept[a * width + b] -= explained;
    }
  }
  const { logDeterminant: logDeterminantX, rank } = sweep(swept, width, width - 1);
  const inverse = await inverseFromFactor(factor, m, breathe);
  return { pivots, logDeterminant, inverse, first, rest, swept, logDeterminantX, rank };
}

/**
 * Diagonal of A⁻¹ by position in `order`: that of the Schur complement's inverse, and for the first factor
 * what comes back through it.
 */
function inverseDiagonals(sums: CrossedSums, ratio: number, scale: Float64Array, { pivots, inverse }: Solved): Float64Array[] {
  const { m, starts, columns, values, order, offsets } = sums;
  const first = pivots.map((pivot, i) => {
    let back = 0;
    for (let a = starts[i]; a < starts[i + 1]; a++) {
      const row = columns[a] * m;
      let sum = 0;
      for (let b = starts[i]; b < starts[i + 1]; b++) sum += inverse[row + columns[b]] * scale[columns[b]] * values[b];
      back += scale[columns[a]] * values[a] * sum;
    }
    return 1 / pivot + (ratio * back) / pivot ** 2;
  });
  const diagonal = Float64Array.from({ length: m }, (_, j) => inverse[j * m + j]);
  return [first, ...order.slice(1).map((_, k) => diagonal.subarray(offsets[k + 1], offsets[k + 2]))];
}

/**
 * The profiled likelihood of a linear mixed model with crossed random intercepts, its exact gradient and
 * everything that follows from the same factor.
 */
export async function evaluate(sums: CrossedSums, ratios: ArrayLike<number>, options: LikelihoodOptions, breathe: Breathe): Promise<Evaluation> {
  const { order, offsets, width, rows } = sums;
  const scale = scales(sums, ratios);
  const solved = await solve(sums, ratios, scale, breathe);
  const p = width - 1;
  const K = ratios.length;
  const freedom = options.reml ? rows - solved.rank : rows;
  // Below this share of y'y the residual sum of squares is rounding, and may be negative.
  const least = Math.max(rounding(rows) * sums.products[width * width - 1], Number.MIN_VALUE);
  const residual = Math.max(solved.swept[width * width - 1], least);
  const residualVariance = options.residualVariance ?? residual / freedom;
  const beta = Float64Array.from({ length: p }, (_, j) => solved.swept[j * width + p]);
  const diagonals = inverseDiagonals(sums, firstRatio(sums, ratios), scale, solved);
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
  for (const [place, k] of order.entries()) {
    if (k < 0) continue;
    const solutions = place === 0 ? solved.first : solved.rest.subarray(offsets[place] * width, offsets[place + 1] * width);
    const diagonal = diagonals[place];
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
