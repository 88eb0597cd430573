import { type Breathe, breathing, inverseWithLogDeterminant } from '../dense';
import { sweep } from '../sweep';
import { Descent } from './descent';
import { factorsOf, scaleUp, thetaCount } from './factor';
import { type FamilyRows, ROW } from './families';
import { type CountedRows, GeneralisedRows, LOG_SHAPES } from './generalised-rows';
import type { MarginalEvaluation } from './laplace';
import { firstTheta, signedTheta, type TermFit, termFits, withZeros } from './linear';
import { thetaOut } from './units';

export interface GeneralisedFit {
  /** −2 log likelihood, approximated. */
  deviance: number;
  theta: Float64Array;
  beta: Float64Array;
  /** From second differences of the deviance in θ and β; given θ where that says nothing; null: neither. */
  betaCovariance: Float64Array | null;
  rank: number;
  terms: TermFit[];
  /** Of the negative binomial family. */
  shape: number | null;
  converged: boolean;
  evaluations: number;
}

/** A fit with what later fits of the same rows can begin from. */
export interface GeneralisedEstimate {
  fit: GeneralisedFit;
  rows: GeneralisedRows;
  /** θ in the units of `rows`, then β. */
  point: Float64Array;
}

const MOST_STEPS = 300;
/** Steps in search of a shape. */
const MOST_ROUNDS = 48;
/** More parameters than this: standard errors are those given θ. */
const MOST_DIFFERENCES = 60;
/** How far a difference in β may move the linear predictor of a row. */
const MOST_MOVED = 1e-2;

/**
 * Generalised linear mixed model by Laplace's approximation, or by adaptive Gauss–Hermite quadrature where it
 * has one term of one effect (docs/methods.md A21): a quasi-Newton search over θ and β, and over the shape of
 * a negative binomial, with exact gradients.
 */
export class GeneralisedTermModel {
  readonly #given: CountedRows;
  readonly #nodes: number;

  /** @param nodes of the quadrature; 1 is Laplace's approximation */
  constructor(given: CountedRows, { nodes }: { nodes: number }) {
    this.#given = given;
    this.#nodes = nodes;
  }

  async fit(breathe: Breathe): Promise<GeneralisedFit> {
    return (await this.estimate(breathe)).fit;
  }

  /** The fit with what later fits of the same rows can begin from. */
  async estimate(breathe: Breathe): Promise<GeneralisedEstimate> {
    const { p, family } = this.#given;
    const rows = await GeneralisedRows.of(this.#given, this.#nodes, breathe);
    const { terms, layout, units } = rows;
    let shape: number | null = family === 'negative-binomial' ? 1 : null;
    const start = Float64Array.from([...firstTheta(terms), ...withoutEffects(this.#given, rows.family(shape))]);
    let search = await searchAt(rows, start, shape, breathe);
    if (shape !== null) ({ search, shape } = await withShape(rows, search, shape, breathe));
    const count = thetaCount(terms);
    const beta = search.point.slice(count);
    const whole = (theta: Float64Array): Float64Array => Float64Array.from([...theta, ...beta]);
    const value = async (theta: Float64Array): Promise<{ value: number }> => ({ value: await rows.value(whole(theta), shape, breathe) });
    const signed = signedTheta(terms, search.point.slice(0, count));
    const { theta } = await withZeros(terms, signed, await value(signed), value);
    const point = whole(theta);
    const at = await rows.evaluate(point, shape, breathe);
    const betaCovariance = (await covarianceOfBeta(rows, point, shape, at, breathe)) ?? at.betaCovariance;
    // The modes at the point once more, and A⁻¹ there.
    const deviance = await rows.value(point, shape, breathe);
    await breathing(layout.cholesky.invert(), breathe);
    const factors = factorsOf(terms, theta);
    const effects = rows.at(shape).modes.spherical.slice();
    scaleUp(layout, factors, effects, 1);
    const fit: GeneralisedFit = {
      deviance,
      theta: thetaOut(terms, theta, units),
      beta,
      betaCovariance,
      rank: p,
      terms: termFits(layout, factors, units, effects, 1),
      shape,
      converged: search.converged && !search.stuck && Number.isFinite(deviance),
      evaluations: rows.evaluations,
    };
    return { fit, rows, point };
  }
}

async function searchAt(rows: GeneralisedRows, from: Float64Array, shape: number | null, breathe: Breathe): Promise<Descent<MarginalEvaluation>> {
  const search = new Descent(from, (point) => rows.evaluate(point, shape, breathe));
  await search.descend(MOST_STEPS);
  return search;
}

/** Covariance of β (p × p) from central differences of the exact gradient; null where it is none. */
async function covarianceOfBeta(
  rows: GeneralisedRows,
  point: Float64Array,
  shape: number | null,
  at: MarginalEvaluation,
  breathe: Breathe,
): Promise<Float64Array | null> {
  const { p } = rows.given;
  const count = point.length - p;
  const covariance = at.betaCovariance;
  if (!covariance || point.length > MOST_DIFFERENCES) return null;
  // A part of the standard error, and no further than a curve stays a curve: of an effect without an end the
  // error is endless as well, and a chord across the whole likelihood would pass for its curvature.
  const reaches = reachesOf(rows.given);
  const stepOf = (c: number): number => Math.min(1e-3 * Math.sqrt(covariance[c * (p + 1)]), MOST_MOVED / reaches[c]);
  // A variance of 0 has no curvature of the usual kind: the others are then taken as given.
  const moving = [...point.keys()].filter((place) => place >= count || point[place] !== 0);
  const size = moving.length;
  const information = new Float64Array(size * size);
  for (const [row, place] of moving.entries()) {
    const step = place < count ? 1e-4 * Math.max(0.1, Math.abs(point[place])) : stepOf(place - count);
    const gradients: Float64Array[] = [];
    for (const sign of [1, -1]) {
      const moved = point.slice();
      moved[place] += sign * step;
      gradients.push((await rows.evaluate(moved, shape, breathe)).gradient);
    }
    for (const [column, other] of moving.entries()) {
      const second = (gradients[0][other] - gradients[1][other]) / (2 * step) / 2;
      information[row * size + column] += second / 2;
      information[column * size + row] += second / 2;
    }
  }
  const inverse = inverseWithLogDeterminant(information, size)?.inverse;
  if (!inverse) return null;
  const first = size - p;
  return Float64Array.from({ length: p * p }, (_, e) => inverse[(first + Math.floor(e / p)) * size + first + (e % p)]);
}

/** The largest |x| of each column (p). */
function reachesOf({ rows, x, p }: CountedRows): Float64Array {
  const reaches = new Float64Array(p);
  for (let i = 0; i < rows; i++) for (let c = 0; c < p; c++) reaches[c] = Math.max(reaches[c], Math.abs(x[i * p + c]));
  return reaches;
}

/**
 * The shape of a negative binomial: secant steps on the derivative of the deviance in log shape, which is
 * that at fixed θ and β where these are at their best.
 */
async function withShape(
  rows: GeneralisedRows,
  first: Descent<MarginalEvaluation>,
  from: number,
  breathe: Breathe,
): Promise<{ search: Descent<MarginalEvaluation>; shape: number }> {
  let search = first;
  const slopeAt = async (log: number): Promise<number> => (await rows.shapeSlope(search.point, log, breathe)).slope;
  let [log, slope] = [Math.log(from), await slopeAt(Math.log(from))];
  let [low, high]: [number, number] = [...LOG_SHAPES];
  let [before, slopeBefore] = [Number.NaN, Number.NaN];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (slope > 0) high = log;
    else low = log;
    const curvature = (slope - slopeBefore) / (log - before);
    let next = curvature > 0 ? log - slope / curvature : log - Math.sign(slope);
    if (!(next > low && next < high)) next = (low + high) / 2;
    [before, slopeBefore] = [log, slope];
    const moved = Math.abs(next - log);
    log = next;
    search = await searchAt(rows, search.point, Math.exp(log), breathe);
    slope = await slopeAt(log);
    if (moved < 1e-6 || high - low < 1e-6) break;
  }
  return { search, shape: Math.exp(log) };
}

/**
 * β without random effects, by a few rounds of iteratively reweighted least squares: where a search begins.
 */
function withoutEffects({ rows, x, p, offset, y, family: kind, trials }: CountedRows, family: FamilyRows): Float64Array {
  const row = new Float64Array(ROW.size);
  const width = p + 1;
  let beta: Float64Array | null = null;
  for (let round = 0; round < 8; round++) {
    const matrix = new Float64Array(width * width);
    for (let i = 0; i < rows; i++) {
      let eta = offset ? offset[i] : 0;
      if (beta) for (let c = 0; c < p; c++) eta += x[i * p + c] * beta[c];
      else if (kind === 'binomial') {
        const m = trials ? trials[i] : 1;
        eta = Math.log((m * y[i] + 0.5) / (m * (1 - y[i]) + 0.5));
      } else eta = Math.log(y[i] + 0.5);
      family.at(i, eta, row);
      const weight = Math.max(1e-8, row[ROW.weight]);
      const response = eta + row[ROW.slope] / weight - (offset ? offset[i] : 0);
      for (let a = 0; a < width; a++)
        for (let b = 0; b < width; b++) matrix[a * width + b] += weight * (a < p ? x[i * p + a] : response) * (b < p ? x[i * p + b] : response);
    }
    sweep(matrix, width, p);
    const next: Float64Array = Float64Array.from({ length: p }, (_, c) => matrix[c * width + p]);
    if (next.some((value) => !Number.isFinite(value))) break;
    beta = next;
  }
  return beta ?? new Float64Array(p);
}
