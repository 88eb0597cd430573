import { RandomStream } from '../../random/random';
import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { Descent } from '../terms/descent';
import type { LinearEvaluation } from '../terms/deviance';
import { factorsOf } from '../terms/factor';
import { type Parameter, parametersOf, valuesOf } from './parameters';

/** Refits of responses that the fitted model drew. */
export interface Bootstrap {
  parameters: Parameter[];
  /** Values of the fit. */
  estimates: Float64Array;
  /** By refit (times × parameters). */
  values: Float64Array;
  /** Refits so far, all of them asked for. */
  done: number;
  times: number;
}

/** A predicted decrease of the deviance below this ends a refit: a thousandth of a standard error is left. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 60;

/** A response from the fitted model: Xβ + Zb + e, with b and e drawn anew. */
export function drawResponse({ model, estimate }: LinearFormula, random: RandomStream): Float64Array {
  const { fit, rows, theta } = estimate;
  const { x, p, rows: n } = rows.data;
  const sigma = Math.sqrt(fit.residualVariance);
  const factors = factorsOf(rows.terms, theta);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let c = 0; c < p; c++) y[i] += x[i * p + c] * fit.beta[c];
  for (const [k, { codes, levels, width: r, design }] of rows.terms.entries()) {
    const b = new Float64Array(levels * r);
    const u = new Float64Array(r);
    for (let j = 0; j < levels; j++) {
      for (let a = 0; a < r; a++) u[a] = sigma * random.normal();
      for (let a = 0; a < r; a++) for (let c = 0; c <= a; c++) b[j * r + a] += factors[k][a * r + c] * u[c];
    }
    for (let i = 0; i < n; i++) for (let a = 0; a < r; a++) y[i] += (design ? design[i * r + a] : 1) * b[codes[i] * r + a];
  }
  for (let i = 0; i < n; i++) y[i] += sigma * random.normal();
  if (model.rows.length !== n) throw new Error('a model and its rows are of one length');
  return y;
}

/**
 * Parametric bootstrap of a linear mixed model: responses drawn from the fit, each fitted anew from where the
 * fit was. The order, the sums of the rows without y and the curvature stay. @param report after every refit;
 * @param breathe lets others run, and ends the bootstrap by throwing
 */
export async function bootstrapLinear(
  fitted: LinearFormula,
  { times, seed }: { times: number; seed: number },
  breathe: Breathe,
  report: (state: Bootstrap) => void = () => {},
): Promise<Bootstrap> {
  const { estimate, y } = fitted;
  const { rows, theta, inverse, fit } = estimate;
  const parameters = parametersOf(fitted);
  const estimates = valuesOf(fitted, parameters, rows, { theta, residualVariance: fit.residualVariance, beta: fit.beta });
  const state: Bootstrap = { parameters, estimates, values: new Float64Array(times * parameters.length), done: 0, times };
  const options = { reml: fit.reml, residualVariance: null, gradient: true };
  try {
    for (let time = 0; time < times; time++) {
      rows.respond(drawResponse(fitted, new RandomStream(seed, `bootstrap ${time}`)));
      const evaluate = async (at: Float64Array): Promise<LinearEvaluation & { inverse: Float64Array }> => ({
        ...(await rows.evaluate(at, options, breathe)),
        inverse,
      });
      const search = new Descent(theta, evaluate, TOLERANCE);
      let at = await search.step();
      for (let step = 1; step < MOST_STEPS && !search.converged; step++) at = await search.step();
      state.values.set(valuesOf(fitted, parameters, rows, { ...at, theta: search.point }), time * parameters.length);
      state.done = time + 1;
      report(state);
      await breathe();
    }
  } finally {
    rows.respond(y);
  }
  return state;
}

/** Quantiles of the refits so far, by parameter: the percentile interval of this level. */
export function percentileIntervals({ values, done, parameters }: Bootstrap, level: number): { low: number; high: number }[] {
  return parameters.map((_, at) => {
    const sorted = Float64Array.from({ length: done }, (__, time) => values[time * parameters.length + at])
      .filter((value) => !Number.isNaN(value))
      .sort();
    return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
  });
}

/** R's default (type 7): linear between the order statistics. */
function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const next = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[next] - sorted[low]);
}
