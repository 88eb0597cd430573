import { type Breathe, breathing, inverseWithLogDeterminant } from '../dense';
import { sweep } from '../sweep';
import { loadProducts } from '../wasm/kernel';
import { Descent } from './descent';
import { factorsOf, scaleUp, thetaCount } from './factor';
import { binomialRows, type FamilyRows, negativeBinomialRows, poissonRows, ROW } from './families';
import { type MarginalEvaluation, marginalDeviance, marginalValue } from './laplace';
import { gridOf, layoutOf, type RandomTerm, type TermLayout } from './layout';
import { firstTheta, signedTheta, type TermFit, termFits, withZeros } from './linear';
import { type GeneralisedData, Modes } from './modes';
import { hermiteRule, type Rule } from './quadrature';
import { inUnits, thetaOut, unitsOf } from './units';

export interface CountedRows {
  rows: number;
  x: Float64Array;
  p: number;
  offset: Float64Array | null;
  terms: readonly RandomTerm[];
  family: 'binomial' | 'poisson' | 'negative-binomial';
  /** Counts, or shares of successes in `trials`. */
  y: Float64Array;
  trials: Float64Array | null;
}

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

const MOST_STEPS = 300;
/** Steps in search of a shape. */
const MOST_ROUNDS = 48;
/** More parameters than this: standard errors are those given θ. */
const MOST_DIFFERENCES = 60;
/** Bounds of log shape: beyond them counts are Poisson, or almost all 0. */
const SHAPES = [-7, 12] as const;
const SHAPE_STEP = 1e-3;

/**
 * Generalised linear mixed model by Laplace's approximation, or by adaptive Gauss–Hermite quadrature where it
 * has one term of one effect (docs/methods.md A21): a quasi-Newton search over θ and β, and over the shape of
 * a negative binomial, with exact gradients.
 */
export class GeneralisedTermModel {
  readonly #given: CountedRows;
  readonly #units: Float64Array[];
  readonly #terms: RandomTerm[];
  readonly #rule: Rule | null;
  #layout: TermLayout | null = null;
  #modes: Modes | null = null;
  #evaluations = 0;
  #breathe: Breathe = async () => {};

  /** @param nodes of the quadrature; 1 is Laplace's approximation */
  constructor(given: CountedRows, { nodes }: { nodes: number }) {
    this.#given = given;
    this.#units = given.terms.map(unitsOf);
    this.#terms = given.terms.map((term, k) => inUnits(term, this.#units[k]));
    this.#rule = nodes > 1 ? hermiteRule(nodes) : null;
  }

  #family(shape: number | null): FamilyRows {
    const { family, y, trials } = this.#given;
    if (family === 'binomial') return binomialRows(y, trials);
    return family === 'poisson' || shape === null ? poissonRows(y) : negativeBinomialRows(y, shape);
  }

  /** Modes and rows at a shape; the modes go on from where they were. */
  #at(shape: number | null): { modes: Modes; data: GeneralisedData } {
    const data: GeneralisedData = { ...this.#given, terms: this.#terms, family: this.#family(shape) };
    const modes = new Modes(this.#layout as TermLayout, data);
    if (this.#modes) modes.spherical = this.#modes.spherical;
    this.#modes = modes;
    return { modes, data };
  }

  async #search(point: Float64Array, shape: number | null): Promise<Descent<MarginalEvaluation>> {
    const { modes, data } = this.#at(shape);
    const search = new Descent(point, (at) => {
      this.#evaluations++;
      return marginalDeviance(modes, data, at, this.#rule, this.#breathe);
    });
    await search.descend(MOST_STEPS);
    return search;
  }

  async fit(breathe: Breathe): Promise<GeneralisedFit> {
    this.#breathe = breathe;
    const { rows, p, family } = this.#given;
    await loadProducts();
    this.#layout = await breathing(layoutOf(await breathing(gridOf(this.#terms, rows), breathe)), breathe);
    let shape: number | null = family === 'negative-binomial' ? 1 : null;
    const start = Float64Array.from([...firstTheta(this.#terms), ...withoutEffects(this.#given, this.#family(shape))]);
    let search = await this.#search(start, shape);
    if (shape !== null) ({ search, shape } = await this.#shaped(search, shape));
    const count = thetaCount(this.#terms);
    const { modes, data } = this.#at(shape);
    const beta = search.point.slice(count);
    const whole = (theta: Float64Array): Float64Array => Float64Array.from([...theta, ...beta]);
    const value = async (theta: Float64Array): Promise<{ value: number }> => ({
      value: await marginalValue(modes, data, whole(theta), this.#rule, breathe),
    });
    const signed = signedTheta(this.#terms, search.point.slice(0, count));
    const { theta } = await withZeros(this.#terms, signed, await value(signed), value);
    const point = whole(theta);
    const at = await marginalDeviance(modes, data, point, this.#rule, breathe);
    const betaCovariance = (await this.#betaCovariance(modes, data, point, at)) ?? at.betaCovariance;
    // The modes at the point once more, and A⁻¹ there.
    const deviance = await marginalValue(modes, data, point, this.#rule, breathe);
    await breathing(this.#layout.cholesky.invert(), breathe);
    const factors = factorsOf(this.#terms, theta);
    const effects = modes.spherical.slice();
    scaleUp(this.#layout, factors, effects, 1);
    return {
      deviance,
      theta: thetaOut(this.#terms, theta, this.#units),
      beta,
      betaCovariance,
      rank: p,
      terms: termFits(this.#layout, factors, this.#units, effects, 1),
      shape,
      converged: search.converged && !search.stuck && Number.isFinite(deviance),
      evaluations: this.#evaluations,
    };
  }

  /** Covariance of β (p × p) from central differences of the exact gradient; null where it is none. */
  async #betaCovariance(modes: Modes, data: GeneralisedData, point: Float64Array, at: MarginalEvaluation): Promise<Float64Array | null> {
    const { p } = this.#given;
    const count = point.length - p;
    const covariance = at.betaCovariance;
    if (!covariance || point.length > MOST_DIFFERENCES) return null;
    // A variance of 0 has no curvature of the usual kind: the others are then taken as given.
    const moving = [...point.keys()].filter((place) => place >= count || point[place] !== 0);
    const size = moving.length;
    const information = new Float64Array(size * size);
    for (const [row, place] of moving.entries()) {
      const step = place < count ? 1e-4 * Math.max(0.1, Math.abs(point[place])) : 1e-3 * Math.sqrt(covariance[(place - count) * (p + 1)]);
      const gradients: Float64Array[] = [];
      for (const sign of [1, -1]) {
        const moved = point.slice();
        moved[place] += sign * step;
        gradients.push((await marginalDeviance(modes, data, moved, this.#rule, this.#breathe)).gradient);
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

  /**
   * The shape of a negative binomial: secant steps on the derivative of the deviance in log shape, which is
   * that at fixed θ and β where these are at their best.
   */
  async #shaped(first: Descent<MarginalEvaluation>, from: number): Promise<{ search: Descent<MarginalEvaluation>; shape: number }> {
    let search = first;
    const slopeAt = async (log: number): Promise<number> => {
      const values: number[] = [];
      for (const sign of [1, -1]) {
        const { modes, data } = this.#at(Math.exp(log + sign * SHAPE_STEP));
        values.push(await marginalValue(modes, data, search.point, this.#rule, this.#breathe));
      }
      return (values[0] - values[1]) / (2 * SHAPE_STEP);
    };
    let [log, slope] = [Math.log(from), await slopeAt(Math.log(from))];
    let [low, high]: [number, number] = [...SHAPES];
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
      search = await this.#search(search.point, Math.exp(log));
      slope = await slopeAt(log);
      if (moved < 1e-6 || high - low < 1e-6) break;
    }
    return { search, shape: Math.exp(log) };
  }
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
