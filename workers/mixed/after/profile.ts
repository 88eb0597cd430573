import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { type Descended, Descent } from '../terms/descent';
import type { LinearEvaluation, LinearOptions } from '../terms/deviance';
import { factorsOf, thetaOf } from '../terms/factor';
import { besideZeros, diagonalPlaces, withZeros } from '../terms/linear';
import type { LinearRows } from '../terms/linear-rows';
import { timesUnits } from '../terms/units';
import { type Parameter, parametersOf, valuesOf } from './parameters';

/**
 * A profile likelihood interval; an end is a bound of the parameter where the likelihood does not leave
 * before it.
 */
export interface ProfileInterval {
  parameter: Parameter;
  /** By maximum likelihood. */
  estimate: number;
  low: number;
  high: number;
}

const MOST_STEPS = 80;
const MOST_POINTS = 40;
/** |ζ| this close to its aim ends the search for an end. */
const CLOSE = 1e-4;

/** How a parameter that has a given value leaves the others free: θ and σ² of free numbers, and back. */
interface Path {
  start: Float64Array;
  /** Free numbers that a search would not leave from 0. */
  leaving: readonly number[];
  place(free: Float64Array): { theta: Float64Array; options: LinearOptions };
  /** Gradient in the free numbers from that in θ and in σ². */
  pull(free: Float64Array, gradient: Float64Array, residualSlope: number): Float64Array;
}

const ML: LinearOptions = { reml: false, residualVariance: null, gradient: true };

/**
 * Profile likelihood intervals of a linear mixed model, by maximum likelihood as lme4's `confint`: the values
 * at which the deviance, least over all other parameters, is above its least by the quantile of χ² with one
 * degree of freedom (docs/methods.md A22). Correlations only where a term has two effects.
 *
 * @param quantile of |ζ|: 1.96 for 95 % @param report after each parameter
 */
export async function profileIntervals(
  fitted: LinearFormula,
  quantile: number,
  breathe: Breathe,
  report: (interval: ProfileInterval) => void = () => {},
): Promise<ProfileInterval[]> {
  const { rows, theta } = fitted.estimate;
  const evaluate = (there: Float64Array): Promise<LinearEvaluation> => rows.evaluate(there, ML, breathe);
  const search = new Descent(besideZeros(diagonalPlaces(rows.terms), theta), evaluate);
  const found = await search.descend(MOST_STEPS);
  const best = await withZeros(rows.terms, search.point, found, evaluate);
  const parameters = parametersOf(fitted);
  const values = valuesOf(fitted, parameters, rows, { ...best.at, theta: best.theta });
  const intervals: ProfileInterval[] = [];
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.kind === 'correlation' && rows.terms[parameter.term].width > 2) continue;
    const profile = new Profile(fitted, parameter, best.theta, best.at.value, search.inverse, breathe);
    const estimate = values[index];
    const interval = { parameter, estimate, low: await profile.end(estimate, -1, quantile), high: await profile.end(estimate, 1, quantile) };
    intervals.push(interval);
    report(interval);
  }
  return intervals;
}

class Profile {
  readonly #fitted: LinearFormula;
  readonly #parameter: Parameter;
  readonly #theta: Float64Array;
  readonly #least: number;
  readonly #inverse: Float64Array;
  readonly #breathe: Breathe;

  constructor(fitted: LinearFormula, parameter: Parameter, theta: Float64Array, least: number, inverse: Float64Array, breathe: Breathe) {
    this.#fitted = fitted;
    this.#parameter = parameter;
    this.#theta = theta;
    this.#least = least;
    this.#inverse = inverse;
    this.#breathe = breathe;
  }

  /** Where |ζ| reaches `aim` on this side of the estimate. */
  async end(estimate: number, side: -1 | 1, aim: number): Promise<number> {
    const { kind } = this.#parameter;
    const bound =
      kind === 'deviation' && side < 0 ? 0 : kind === 'correlation' ? side : kind === 'residual' && side < 0 ? 0 : side * Number.POSITIVE_INFINITY;
    if (Number.isNaN(estimate) || estimate === bound) return bound;
    let free = this.#path(estimate).start;
    const rise = async (value: number): Promise<number> => {
      const found = await this.#leastAt(value, free);
      free = found.free;
      return Math.sqrt(Math.max(0, found.value - this.#least)) - aim;
    };
    if (kind === 'deviation' && side < 0) {
      // A deviation this small is none as far as the likelihood can tell.
      if ((await rise(1e-4 * estimate)) < 0) return 0;
    } else if (kind === 'correlation') {
      if ((await rise(side * (1 - 1e-9))) < 0) return side;
    }
    free = this.#path(estimate).start;
    let [near, nearRise] = [estimate, -aim];
    let far = estimate + side * this.#firstStep(estimate);
    let farRise = Number.NaN;
    for (let point = 0; point < MOST_POINTS; point++) {
      if (side * (far - bound) >= 0) far = (near + bound) / 2;
      farRise = await rise(far);
      if (farRise >= 0) break;
      // ζ is almost linear: from here on to where it should reach its aim, and a little more.
      const slope = (farRise - nearRise) / (far - near);
      const step = slope * side > 0 ? Math.min(4 * Math.abs(far - estimate), 1.15 * Math.abs(farRise / slope)) : Math.abs(far - estimate);
      [near, nearRise] = [far, farRise];
      far += side * Math.max(step, 1e-12);
    }
    // A likelihood that has not left this close to a bound does not leave before it.
    if (!(farRise >= 0)) return Math.abs(far - bound) < CLOSE * Math.abs(estimate - bound) ? bound : Number.NaN;
    // Regula falsi with halved weights (Illinois).
    let [a, fa, b, fb] = [near, nearRise, far, farRise];
    for (let point = 0; point < MOST_POINTS && Math.abs(fb) > CLOSE; point++) {
      const middle = b - (fb * (b - a)) / (fb - fa);
      const own = await rise(middle);
      if (own * fb < 0) [a, fa] = [b, fb];
      else fa /= 2;
      [b, fb] = [middle, own];
    }
    return b;
  }

  #firstStep(estimate: number): number {
    const { kind, places } = this.#parameter;
    const { fit } = this.#fitted.estimate;
    if (kind === 'fixed') {
      const { model } = this.#fitted;
      const covariance = model.design.restore(fit, 0).betaCovariance;
      return 2 * Math.sqrt(covariance[places[0] * (model.names.length + 1)]);
    }
    if (kind === 'correlation') return 0.3;
    return Math.max(0.3 * estimate, 1e-3 * Math.sqrt(fit.residualVariance));
  }

  /** Least deviance with the parameter at this value, from these free numbers on. */
  async #leastAt(value: number, from: Float64Array): Promise<{ value: number; free: Float64Array }> {
    const { rows } = this.#fitted.estimate;
    const path = this.#path(value);
    const evaluate = async (free: Float64Array): Promise<Descended> => {
      const { theta, options } = path.place(free);
      const at = await rows.evaluate(theta, options, this.#breathe);
      const same = free.length === this.#theta.length;
      return {
        value: at.value,
        gradient: path.pull(free, at.gradient, at.residualSlope),
        curvature: same ? at.curvature : free.map(() => 4),
        ...(same && { inverse: this.#inverse }),
      };
    };
    const search = new Descent(besideZeros(path.leaving, from), evaluate, 1e-7);
    const { value: least } = await search.descend(MOST_STEPS);
    return { value: least, free: search.point };
  }

  #path(value: number): Path {
    const { kind, places } = this.#parameter;
    const { rows } = this.#fitted.estimate;
    const leaving = diagonalPlaces(rows.terms);
    const same = { start: this.#theta, leaving, pull: (_: Float64Array, gradient: Float64Array) => gradient };
    if (kind === 'residual') return { ...same, place: (theta) => ({ theta, options: { ...ML, residualVariance: value ** 2 } }) };
    if (kind === 'fixed') {
      const { model, shift } = this.#fitted;
      // The fixed effect as a combination of the design's: its row of what `restore` does.
      const { p } = model.design;
      const direction = Float64Array.from({ length: p }, (_, c) => {
        const beta = new Float64Array(p);
        beta[c] = 1;
        return model.design.restoreBeta(beta, 0)[places[0]];
      });
      const own = value - (model.formula.intercept && places[0] === 0 ? shift : 0);
      return { ...same, place: (theta) => ({ theta, options: { ...ML, fixed: { direction, value: own } } }) };
    }
    return kind === 'deviation' ? this.#deviationPath(value, rows) : this.#correlationPath(value, rows);
  }

  /** σ² is what makes the deviation: s² / |T_a|² for row a of T. */
  #deviationPath(value: number, { terms, units }: LinearRows): Path {
    const { term, places } = this.#parameter;
    const [a] = places;
    const { width: r } = terms[term];
    const S = units[term];
    const row = (theta: Float64Array): Float64Array => timesUnits(S, r, factorsOf(terms, theta)[term], r).subarray(a * r, (a + 1) * r);
    const size = (own: Float64Array): number =>
      Math.max(
        1e-300,
        own.reduce((sum, one) => sum + one * one, 0),
      );
    const diagonal = diagonalPlaces(terms);
    const ownPlace = diagonal[terms.slice(0, term).reduce((sum, { width }) => sum + width, 0) + a];
    return {
      // A start whose row is 0 has no σ² that makes the deviation; where it is small, so is the row, and
      // stays.
      start: size(row(this.#theta)) < 1e-12 ? besideZeros([ownPlace], this.#theta) : this.#theta,
      leaving: diagonal.filter((place) => place !== ownPlace),
      place: (theta) => ({ theta, options: { ...ML, residualVariance: value ** 2 / size(row(theta)) } }),
      pull: (theta, gradient, residualSlope) => {
        const own = row(theta);
        const scale = (-2 * residualSlope * value ** 2) / size(own) ** 2;
        const moved = terms.map(({ width }) => new Float64Array(width * width));
        for (let b = 0; b <= a; b++) for (let c = 0; c <= b; c++) moved[term][b * r + c] = scale * own[c] * S[a * r + b];
        const added = thetaOf(terms, moved);
        return gradient.map((one, at) => one + added[at]);
      },
    };
  }

  /** Of two effects: T = [t 0; ρm √(1 − ρ²)m] in the units of the columns, with t and m free. */
  #correlationPath(value: number, { terms, units }: LinearRows): Path {
    const { term } = this.#parameter;
    const S = units[term];
    const rest = Math.sqrt(Math.max(0, 1 - value ** 2));
    const first = terms.slice(0, term).reduce((sum, { width }) => sum + (width * (width + 1)) / 2, 0);
    const T = timesUnits(S, 2, factorsOf(terms, this.#theta)[term], 2);
    const without = (all: Float64Array, own: readonly number[]): Float64Array =>
      Float64Array.from([...all.slice(0, first), ...own, ...all.slice(first + 3)]);
    return {
      start: without(this.#theta, [T[0], Math.hypot(T[2], T[3])]),
      // Three places of θ are two free numbers, which are not 0 where there is a correlation.
      leaving: diagonalPlaces(terms).flatMap((place) => (place < first ? [place] : place > first + 2 ? [place - 1] : [])),
      place: (free) => {
        const [t, m] = [free[first], free[first + 1]];
        const [t21, t22] = [value * m, rest * m];
        // T̃ = S⁻¹T.
        const own = [t / S[0], (t21 - (S[2] * t) / S[0]) / S[3], t22 / S[3]];
        return { theta: Float64Array.from([...free.slice(0, first), ...own, ...free.slice(first + 2)]), options: ML };
      },
      pull: (_, gradient) => {
        const [g11, g21, g22] = gradient.slice(first, first + 3);
        return without(gradient, [g11 / S[0] - (g21 * S[2]) / (S[0] * S[3]), (value * g21 + rest * g22) / S[3]]);
      },
    };
  }
}
