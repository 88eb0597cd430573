import type { Breathe } from '../dense';
import { endlessEffects, type GeneralisedFormula } from '../formula/fit-generalised';
import { type Descended, Descent } from '../terms/descent';
import { LOG_SHAPES } from '../terms/generalised-rows';
import { generalisedPath } from './generalised-paths';
import { type Parameter, parametersOf, valuesAtPoint } from './parameters';
import type { ProfileInterval } from './profile';
import { type Profiled, profileEnd } from './profile-end';

const MOST_STEPS = 100;

/**
 * Profile likelihood intervals of a generalised linear mixed model, by the fit's own approximation of its
 * likelihood (docs/methods.md A22). The shape of a negative binomial is a parameter like any other, where
 * lme4 takes it as known. Correlations only where a term has two effects. The estimate of an effect without
 * an end is infinite, and so is the interval on that side.
 *
 * @param quantile of |ζ|: 1.96 for 95 % @param report after each parameter
 */
export async function generalisedProfiles(
  fitted: GeneralisedFormula,
  quantile: number,
  breathe: Breathe,
  report: (interval: ProfileInterval) => void = () => {},
): Promise<ProfileInterval[]> {
  const { fit, rows, point } = fitted;
  const parameters = parametersOf(fitted);
  const values = valuesAtPoint(fitted, parameters, point, fit.shape);
  const endless = endlessEffects(fitted.model, fit);
  const intervals: ProfileInterval[] = [];
  for (const [index, parameter] of parameters.entries()) {
    if (parameter.kind === 'correlation' && rows.terms[parameter.term].width > 2) continue;
    const own = parameter.kind === 'shape' ? Math.log(values[index]) : values[index];
    /** The side on which the likelihood only rises. */
    const open = parameter.kind === 'fixed' && endless.includes(parameter.places[0]) ? Math.sign(own) : 0;
    const profile = new GeneralisedProfile(fitted, parameter, own, breathe, open !== 0);
    const end = async (side: -1 | 1): Promise<number> => (side === open ? side * Number.POSITIVE_INFINITY : profileEnd(profile, side, quantile));
    const [low, high] = [await end(-1), await end(1)];
    const estimate = open === 0 ? values[index] : open * Number.POSITIVE_INFINITY;
    const interval = { parameter, estimate, ...(parameter.kind === 'shape' ? shapes(low, high) : { low, high }) };
    intervals.push(interval);
    report(interval);
  }
  return intervals;
}

/** Of log shapes; at the greatest of them counts are those of a Poisson distribution. */
const shapes = (low: number, high: number): { low: number; high: number } => ({
  low: low === LOG_SHAPES[0] ? 0 : Math.exp(low),
  high: high === LOG_SHAPES[1] ? Number.POSITIVE_INFINITY : Math.exp(high),
});

class GeneralisedProfile implements Profiled {
  readonly kind: Parameter['kind'];
  readonly estimate: number;
  readonly least: number;
  readonly #fitted: GeneralisedFormula;
  readonly #parameter: Parameter;
  readonly #best: Float64Array;
  readonly #breathe: Breathe;
  readonly #endless: boolean;

  /** @param endless whether the estimate is only where a search for infinity has stopped */
  constructor(fitted: GeneralisedFormula, parameter: Parameter, estimate: number, breathe: Breathe, endless = false) {
    const { fit, point } = fitted;
    this.kind = parameter.kind;
    this.estimate = estimate;
    this.least = fit.deviance;
    this.#fitted = fitted;
    this.#parameter = parameter;
    this.#best = fit.shape === null ? point : Float64Array.from([...point, Math.log(fit.shape)]);
    this.#breathe = breathe;
    this.#endless = endless;
  }

  start(value: number): Float64Array {
    return generalisedPath(this.#fitted, this.#parameter, this.#best, value).start;
  }

  get firstStep(): number {
    const { model, fit } = this.#fitted;
    const { kind, places } = this.#parameter;
    if (kind === 'correlation') return 0.3;
    if (kind === 'shape') return 0.5;
    if (kind === 'deviation') return Math.max(0.3 * this.estimate, 0.05);
    // Its standard error is endless as well.
    if (this.#endless) return 0.3 * Math.abs(this.estimate);
    const covariance = fit.betaCovariance && model.design.restore({ beta: fit.beta, betaCovariance: fit.betaCovariance }, 0).betaCovariance;
    const variance = covariance ? covariance[places[0] * (model.names.length + 1)] : 0;
    return variance > 0 ? 2 * Math.sqrt(variance) : 1;
  }

  async leastAt(value: number, from: Float64Array): Promise<{ value: number; free: Float64Array }> {
    const { rows } = this.#fitted;
    const path = generalisedPath(this.#fitted, this.#parameter, this.#best, value);
    const evaluate = async (free: Float64Array): Promise<Descended> => {
      const at = await rows.evaluateAll(path.place(free), null, this.#breathe);
      return {
        value: at.value,
        gradient: path.pull(free, at.gradient),
        curvature: free.map(() => 4),
        inverse: at.inverse && path.inverse(at.inverse),
      };
    };
    const search = new Descent(path.leave(from), evaluate, 1e-7);
    const { value: least } = await search.descend(MOST_STEPS);
    return { value: least, free: search.point };
  }
}
