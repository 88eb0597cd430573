import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { type Descended, Descent } from '../terms/descent';
import type { LinearEvaluation } from '../terms/deviance';
import { besideZeros, diagonalPlaces, withZeros } from '../terms/linear';
import { type Parameter, parametersOf, valuesOf } from './parameters';
import { ML, pathOf } from './paths';
import { type Profiled, profileEnd } from './profile-end';

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
    const profile = new LinearProfile(
      fitted,
      parameter,
      values[index],
      { theta: best.theta, least: best.at.value, inverse: search.inverse },
      breathe,
    );
    const [low, high] = [await profileEnd(profile, -1, quantile), await profileEnd(profile, 1, quantile)];
    const interval = { parameter, estimate: profile.estimate, low, high };
    intervals.push(interval);
    report(interval);
  }
  return intervals;
}

/** The best fit: θ in the units of the rows, its deviance, and the inverse of the curvature in θ. */
interface Best {
  theta: Float64Array;
  least: number;
  inverse: Float64Array;
}

class LinearProfile implements Profiled {
  readonly kind: Parameter['kind'];
  readonly estimate: number;
  readonly least: number;
  readonly #fitted: LinearFormula;
  readonly #parameter: Parameter;
  readonly #best: Best;
  readonly #breathe: Breathe;

  constructor(fitted: LinearFormula, parameter: Parameter, estimate: number, best: Best, breathe: Breathe) {
    this.kind = parameter.kind;
    this.estimate = estimate;
    this.least = best.least;
    this.#fitted = fitted;
    this.#parameter = parameter;
    this.#best = best;
    this.#breathe = breathe;
  }

  start(value: number): Float64Array {
    return pathOf(this.#fitted, this.#parameter, this.#best.theta, value).start;
  }

  get firstStep(): number {
    const { kind, places } = this.#parameter;
    const { fit } = this.#fitted.estimate;
    if (kind === 'fixed') {
      const { model } = this.#fitted;
      const covariance = model.design.restore(fit, 0).betaCovariance;
      return 2 * Math.sqrt(covariance[places[0] * (model.names.length + 1)]);
    }
    if (kind === 'correlation') return 0.3;
    return Math.max(0.3 * this.estimate, 1e-3 * Math.sqrt(fit.residualVariance));
  }

  async leastAt(value: number, from: Float64Array): Promise<{ value: number; free: Float64Array }> {
    const { rows } = this.#fitted.estimate;
    const path = pathOf(this.#fitted, this.#parameter, this.#best.theta, value);
    const evaluate = async (free: Float64Array): Promise<Descended> => {
      const { theta, options } = path.place(free);
      const at = await rows.evaluate(theta, options, this.#breathe);
      const same = free.length === this.#best.theta.length;
      return {
        value: at.value,
        gradient: path.pull(free, at.gradient, at.residualSlope),
        curvature: same ? at.curvature : free.map(() => 4),
        ...(same && { inverse: this.#best.inverse }),
      };
    };
    const least = async (start: Float64Array): Promise<{ value: number; free: Float64Array }> => {
      const search = new Descent(start, evaluate, 1e-7);
      const { value: found } = await search.descend(MOST_STEPS);
      return { value: found, free: search.point };
    };
    const first = await least(path.leave(from));
    const aside = path.aside?.(first.free);
    if (!aside) return first;
    const second = await least(aside);
    return second.value < first.value ? second : first;
  }
}
