import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { type Descended, Descent } from '../terms/descent';
import type { LinearEvaluation } from '../terms/deviance';
import { besideZeros, diagonalPlaces, withZeros } from '../terms/linear';
import { type Parameter, parametersOf, valuesOf } from './parameters';
import { ML, pathOf } from './paths';

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
    let free = pathOf(this.#fitted, this.#parameter, this.#theta, estimate).start;
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
    free = pathOf(this.#fitted, this.#parameter, this.#theta, estimate).start;
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
    const path = pathOf(this.#fitted, this.#parameter, this.#theta, value);
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
}
