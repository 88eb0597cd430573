import { LabFailure } from '../../data/failure';
import { numbersAt } from '../../numbers/typed-arrays';
import type { Breathe } from '../dense';
import { Descent } from './descent';
import type { LinearEvaluation } from './deviance';
import { factorsOf, scaleUp, thetaOf } from './factor';
import type { RandomTerm, TermGrid, TermLayout } from './layout';
import { LinearRows } from './linear-rows';
import type { TermData } from './sums';
import { thetaOut, timesUnits } from './units';

/** A diagonal entry of T below this may be 0: it is, where the deviance does not mind. */
const MAYBE_NOTHING = 1e-2;
/** What setting it to 0 may cost of the deviance. */
const FOR_NOTHING = 1e-6;
const MOST_STEPS = 200;

/** The effects of a term: as estimated, in the units of its columns. */
export interface TermFit {
  /** Covariance of the effects (r × r). */
  covariance: Float64Array;
  /** Conditional modes (levels × r). */
  effects: Float64Array;
  /** Their covariance given y and the parameters (levels × r × r). */
  conditionalCovariances: Float64Array;
  /** True where the covariance has lost a direction: a variance of 0, or a correlation of ±1. */
  singular: boolean;
}

export interface LinearFit {
  /** −2 log likelihood, restricted where the fit is. */
  deviance: number;
  reml: boolean;
  /** θ in the units of the columns, as lme4 has it. */
  theta: Float64Array;
  residualVariance: number;
  beta: Float64Array;
  betaCovariance: Float64Array;
  /** Rank of X. */
  rank: number;
  terms: TermFit[];
  exact: boolean;
  converged: boolean;
  evaluations: number;
}

/** A fit with what later fits of the same rows can begin from. */
export interface LinearEstimate {
  fit: LinearFit;
  rows: LinearRows;
  /** θ in the units of `rows`. */
  theta: Float64Array;
  /** What the search learnt of the inverse of the curvature in θ. */
  inverse: Float64Array;
}

/** Where a search begins: T = I, effects as large as the residual. */
export function firstTheta(terms: readonly RandomTerm[]): Float64Array {
  const factors = terms.map(({ width: r }) => Float64Array.from({ length: r * r }, (_, at) => (at % (r + 1) === 0 ? 1 : 0)));
  return thetaOf(terms, factors);
}

/** Each column of each T with a diagonal that is not negative: σ²TT' stays the same. */
export function signedTheta(terms: readonly RandomTerm[], theta: ArrayLike<number>): Float64Array {
  const factors = factorsOf(terms, theta);
  for (const [k, { width: r }] of terms.entries())
    for (let b = 0; b < r; b++) if (factors[k][b * r + b] < 0) for (let a = b; a < r; a++) factors[k][a * r + b] *= -1;
  return thetaOf(terms, factors);
}

/** Places of the diagonal entries of each T in θ. */
export function diagonalPlaces(terms: readonly RandomTerm[]): number[] {
  const found: number[] = [];
  let at = 0;
  for (const { width: r } of terms)
    for (let b = 0; b < r; b++) {
      found.push(at);
      at += r - b;
    }
  return found;
}

/** A search that ended at 0 may have ended this far from it; from BESIDE it can leave. */
const AT_NOTHING = 1e-3;
const BESIDE = 0.1;

/**
 * θ with the diagonal entries (at `places`) that are 0, or almost, moved off it: the deviance is the same on
 * both sides of 0, so that its slope is 0 there, and a search from there would not leave.
 */
export function besideZeros(places: readonly number[], theta: Float64Array): Float64Array {
  const moved = theta.slice();
  for (const place of places) if (Math.abs(moved[place]) < AT_NOTHING) moved[place] = BESIDE;
  return moved;
}

/**
 * Sets what may be 0 of the diagonals of T to 0, one after the other, where the value does not rise by it.
 * @returns the θ that is kept, with its evaluation
 */
export async function withZeros<T extends { value: number }>(
  terms: readonly RandomTerm[],
  theta: Float64Array,
  at: T,
  evaluate: (theta: Float64Array) => Promise<T>,
): Promise<{ theta: Float64Array; at: T }> {
  let kept = { theta, at };
  for (const place of diagonalPlaces(terms)) {
    if (kept.theta[place] === 0 || Math.abs(kept.theta[place]) >= MAYBE_NOTHING) continue;
    const tried = kept.theta.slice();
    tried[place] = 0;
    const there = await evaluate(tried);
    if (there.value <= kept.at.value + FOR_NOTHING) kept = { theta: tried, at: there };
  }
  return kept;
}

/** Of numbers that double precision does not hold, squared. */
export const noNumber = (): LabFailure =>
  new LabFailure(
    'formula-ill-conditioned',
    'The likelihood of the mixed model is not a number: the response or a column is too large or too small for double precision, or columns and levels cannot be told apart in it.',
    'Scale the column, or leave out a column or a random part.',
  );

/**
 * Linear mixed model with random terms by maximum likelihood or REML: the profiled deviance of Bates et al.
 * (2015) over θ with exact gradients (docs/methods.md A19). Nothing bounds θ: a column of T and its negative
 * are the same model, so a variance of 0 is a point like any other.
 */
export class LinearTermModel {
  readonly #data: TermData;
  readonly #reml: boolean;

  constructor(data: TermData, { reml }: { reml: boolean }) {
    this.#data = data;
    this.#reml = reml;
  }

  /** @throws LabFailure where the likelihood is no number */
  async fit(breathe: Breathe): Promise<LinearFit> {
    return (await this.estimate(breathe)).fit;
  }

  /** The fit with what later fits of the same rows can begin from. */
  async estimate(breathe: Breathe): Promise<LinearEstimate> {
    const rows = await LinearRows.of(this.#data, breathe);
    const { terms, layout, units } = rows;
    const evaluate = (theta: Float64Array): Promise<LinearEvaluation> =>
      rows.evaluate(theta, { reml: this.#reml, residualVariance: null, gradient: true }, breathe);
    const search = new Descent(firstTheta(terms), evaluate);
    const found = await search.descend(MOST_STEPS, ({ exact }) => exact);
    const kept = await withZeros(terms, signedTheta(terms, search.point), found, evaluate);
    // Conditional covariances come from A⁻¹ at this θ, which is in place only after its evaluation.
    const at = await evaluate(kept.theta);
    if (!at.exact && !Number.isFinite(at.value)) throw noNumber();
    const factors = factorsOf(terms, kept.theta);
    const effects = at.spherical.slice();
    scaleUp(layout, factors, effects, 1);
    const fit: LinearFit = {
      deviance: at.value,
      reml: this.#reml,
      theta: thetaOut(terms, kept.theta, units),
      residualVariance: at.residualVariance,
      beta: at.beta,
      betaCovariance: at.betaCovariance,
      rank: at.rank,
      terms: termFits(layout, factors, units, effects, at.residualVariance),
      exact: at.exact,
      converged: search.converged && !search.stuck,
      evaluations: search.evaluations,
    };
    return { fit, rows, theta: kept.theta, inverse: search.inverse };
  }
}

/**
 * Effects of each term in the units of its columns, from A⁻¹ in the place of its factor.
 * @param effects Λu (size) @param variance σ²
 */
export function termFits(
  layout: TermLayout,
  factors: readonly Float64Array[],
  units: readonly Float64Array[],
  effects: Float64Array,
  variance: number,
): TermFit[] {
  const { values } = layout.cholesky;
  const inverse = layout.ownAt.map((at) => numbersAt(Float64Array, values, at));
  return termFitsOf(layout, factors, units, effects, variance, inverse);
}

/** The same from the blocks of A⁻¹ of each level, by term (levels × r × r). */
export function termFitsOf(
  { terms, firsts }: Pick<TermGrid, 'terms' | 'firsts'>,
  factors: readonly Float64Array[],
  units: readonly Float64Array[],
  effects: Float64Array,
  variance: number,
  inverses: readonly Float64Array[],
): TermFit[] {
  return terms.map(({ levels, width: r }, k): TermFit => {
    const T = timesUnits(units[k], r, factors[k], r);
    const covariance = symmetricProduct(T, r, (a, b) => (a === b ? 1 : 0), variance);
    const own = new Float64Array(levels * r);
    const conditionalCovariances = new Float64Array(levels * r * r);
    for (let j = 0; j < levels; j++) {
      const first = firsts[k] + j * r;
      own.set(timesUnits(units[k], r, effects.subarray(first, first + r), 1), j * r);
      const inverse = (a: number, b: number): number => inverses[k][(j * r + a) * r + b];
      conditionalCovariances.set(symmetricProduct(T, r, inverse, variance), j * r * r);
    }
    const singular = Array.from({ length: r }, (_, a) => factors[k][a * (r + 1)]).some((value) => value === 0);
    return { covariance, effects: own, conditionalCovariances, singular };
  });
}

/** scale · T M T' for a symmetric M (r × r). */
function symmetricProduct(T: Float64Array, r: number, entry: (a: number, b: number) => number, scale: number): Float64Array {
  const result = new Float64Array(r * r);
  for (let a = 0; a < r; a++)
    for (let b = 0; b < r; b++) {
      let sum = 0;
      for (let c = 0; c <= a; c++) for (let d = 0; d <= b; d++) sum += T[a * r + c] * entry(c, d) * T[b * r + d];
      result[a * r + b] = scale * sum;
    }
  return result;
}
