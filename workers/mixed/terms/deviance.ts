import { type Breathe, breathing } from '../dense';
import { sweep } from '../sweep';
import { curvatures, determinantSlopes, factorsOf, fillFactor, scaleDown, scaleUp, thetaPlaces, timesBlocks } from './factor';
import type { TermGrid, TermLayout } from './layout';
import type { TermSums } from './sums';

export interface LinearOptions {
  /** Restricted maximum likelihood instead of maximum likelihood. */
  reml: boolean;
  /** σ² where it is given; null: profiled out. */
  residualVariance: number | null;
  /** A combination c'β of the fixed effects (p) that has a given value; null: β is free. */
  fixed?: { direction: Float64Array; value: number } | null;
  /** Whether the gradient is wanted, which takes the entries of A⁻¹. */
  gradient: boolean;
}

/** The likelihood of a linear mixed model at one θ, maximised over β and, unless given, σ². */
export interface LinearEvaluation {
  /** −2 log likelihood (or restricted likelihood). */
  value: number;
  /** Its derivative with respect to each entry of θ. */
  gradient: Float64Array;
  /** A first guess of its second derivative with respect to each entry of θ. */
  curvature: Float64Array;
  residualVariance: number;
  /** Derivative of the value by a given σ²; 0 where it is profiled out. */
  residualSlope: number;
  /** Rows, less the rank of X under REML. */
  freedom: number;
  /** β (p) and its covariance (p × p); 0 in columns that others explain. */
  beta: Float64Array;
  betaCovariance: Float64Array;
  rank: number;
  /** True where the residual is rounding: X and the levels give y. */
  exact: boolean;
  /** Spherical effects u = Λ⁻¹b (size). */
  spherical: Float64Array;
}

/**
 * The profiled deviance at θ and its exact gradient (docs/methods.md A19), with A⁻¹ in the place of its
 * factor afterwards where the gradient was wanted.
 */
export async function linearDeviance(
  layout: TermLayout,
  sums: TermSums,
  theta: ArrayLike<number>,
  { reml, residualVariance: known, fixed, gradient: wanted }: LinearOptions,
  breathe: Breathe,
): Promise<LinearEvaluation> {
  const { terms, cholesky } = layout;
  const { width, sides } = sums;
  const factors = factorsOf(terms, theta);
  fillFactor(layout, sums, factors);
  const logDeterminant = await breathing(cholesky.factorise(), breathe);
  const scaled = sides.slice();
  scaleDown(layout, factors, scaled, width);
  const solutions = scaled.slice();
  cholesky.solve(solutions, width);
  await breathe();
  const { swept, logDeterminantX, residual, best } = profileOf(layout, sums, scaled, solutions, { reml, residualVariance: known, fixed });
  const { freedom, residualVariance, beta, spherical } = best;
  let [gradient, curvature]: Float64Array[] = [new Float64Array(0), new Float64Array(0)];
  if (wanted) {
    await breathing(cholesky.invert(), breathe);
    const halves = determinantSlopes(layout, sums, factors);
    await breathe();
    const fits = crossSlopes(layout, sums, factors, { spherical, solutions, beta, swept, reml });
    gradient = gradientOf(halves, fits, residualVariance, reml);
    curvature = curvatures(layout, factors);
  }
  return {
    value: logDeterminant + (reml ? logDeterminantX : 0) + freedom * Math.log(2 * Math.PI * residualVariance) + residual / residualVariance,
    gradient,
    curvature,
    residualSlope: known === null ? 0 : freedom / known - residual / known ** 2,
    ...best,
  };
}

/** β, σ² and the effects that are best at one θ, and what they follow from. */
interface Profile {
  /** The moments of X and y over M⁻¹, swept over X ((p + 1) × (p + 1)). */
  swept: Float64Array;
  /** log |X'M⁻¹X|. */
  logDeterminantX: number;
  /** The penalised squares, or their rounding where they are less. */
  residual: number;
  best: Pick<LinearEvaluation, 'residualVariance' | 'freedom' | 'beta' | 'betaCovariance' | 'rank' | 'exact' | 'spherical'>;
}

/**
 * What maximises the likelihood at one θ, from the right sides Λ'Z'[X y] and their solutions A⁻¹Λ'Z'[X y]
 * (size × (p + 1) each), however they were solved (docs/methods.md A19).
 */
export function profileOf(
  { size, rows }: TermGrid,
  { width, products }: TermSums,
  sides: Float64Array,
  solutions: Float64Array,
  { reml, residualVariance: known, fixed }: Omit<LinearOptions, 'gradient'>,
): Profile {
  const p = width - 1;
  const explained = new Float64Array(width * width);
  for (let j = 0; j < size; j++)
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) explained[a * width + b] += sides[j * width + a] * solutions[j * width + b];
  const swept = products.map((product, at) => product - explained[at]);
  const { logDeterminant: logDeterminantX, rank } = sweep(swept, width, p);
  const freedom = reml ? rows - rank : rows;
  const least = Math.max(4 * Number.EPSILON * Math.sqrt(rows) * products[width * width - 1], Number.MIN_VALUE);
  const beta = Float64Array.from({ length: p }, (_, j) => swept[j * width + p]);
  const residual = Math.max(swept[width * width - 1] + (fixed ? constrain(beta, swept, width, fixed) : 0), least);
  const spherical = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    spherical[j] = solutions[j * width + p];
    for (let c = 0; c < p; c++) spherical[j] -= solutions[j * width + c] * beta[c];
  }
  const residualVariance = known ?? residual / freedom;
  const betaCovariance = Float64Array.from({ length: p * p }, (_, i) => residualVariance * swept[Math.floor(i / p) * width + (i % p)]);
  return { swept, logDeterminantX, residual, best: { residualVariance, freedom, beta, betaCovariance, rank, exact: residual === least, spherical } };
}

/** The derivative of the deviance by each entry of θ, from half that of log |A| (`halves`). */
export const gradientOf = (
  halves: Float64Array,
  { squares, fixed }: ReturnType<typeof crossSlopes>,
  residualVariance: number,
  reml: boolean,
): Float64Array => halves.map((half, at) => 2 * half - (2 * squares[at]) / residualVariance - (reml ? 2 * fixed[at] : 0));

/** Moves β to c'β = v at the least cost, and returns that: (v − c'β)² / c'Sc with S = (X'M⁻¹X)⁻¹. */
function constrain(beta: Float64Array, swept: Float64Array, width: number, { direction, value }: { direction: Float64Array; value: number }): number {
  const p = beta.length;
  const along = beta.map((_, a) => {
    let sum = 0;
    for (let b = 0; b < p; b++) sum += swept[a * width + b] * direction[b];
    return sum;
  });
  let [apart, size] = [value, 0];
  for (let a = 0; a < p; a++) {
    apart -= direction[a] * beta[a];
    size += direction[a] * along[a];
  }
  for (let a = 0; a < p; a++) beta[a] += (along[a] * apart) / size;
  return apart ** 2 / size;
}

interface Solved {
  spherical: Float64Array;
  solutions: Float64Array;
  beta: Float64Array;
  swept: Float64Array;
  reml: boolean;
}

/**
 * By entry (a, b) of each T: Σ_j v_a u_b with v = Z'(y − Xβ − ZΛu), minus half the derivative of the
 * penalised squares; and Σ_j V_a S U_b', minus half that of log |X'M⁻¹X|, where U = A⁻¹Λ'Z'X, V = Z'(X −
 * ZΛU).
 */
export function crossSlopes(
  layout: TermGrid,
  sums: TermSums,
  factors: readonly Float64Array[],
  { spherical, solutions, beta, swept, reml }: Solved,
): { squares: Float64Array; fixed: Float64Array } {
  const { size, terms, firsts } = layout;
  const { width, sides } = sums;
  const p = width - 1;
  // Columns of u and U side by side; only u for maximum likelihood.
  const columns = reml ? width : 1;
  const u = new Float64Array(size * columns);
  for (let j = 0; j < size; j++) {
    for (let c = 0; c + 1 < columns; c++) u[j * columns + c] = solutions[j * width + c];
    u[j * columns + columns - 1] = spherical[j];
  }
  const up = u.slice();
  scaleUp(layout, factors, up, columns);
  const v = timesBlocks(layout, sums, up, columns);
  for (let j = 0; j < size; j++) {
    for (let c = 0; c + 1 < columns; c++) v[j * columns + c] = sides[j * width + c] - v[j * columns + c];
    let side = sides[j * width + p];
    for (let c = 0; c < p; c++) side -= sides[j * width + c] * beta[c];
    v[j * columns + columns - 1] = side - v[j * columns + columns - 1];
  }
  const places = thetaPlaces(terms);
  const squares = new Float64Array(places.length);
  const fixed = new Float64Array(places.length);
  for (const [at, { k, a, b }] of places.entries()) {
    const { levels, width: r } = terms[k];
    for (let j = 0; j < levels; j++) {
      const [one, other] = [(firsts[k] + j * r + a) * columns, (firsts[k] + j * r + b) * columns];
      squares[at] += v[one + columns - 1] * u[other + columns - 1];
      for (let c = 0; c + 1 < columns; c++) for (let d = 0; d + 1 < columns; d++) fixed[at] += v[one + c] * swept[c * width + d] * u[other + d];
    }
  }
  return { squares, fixed };
}
