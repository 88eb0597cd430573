import { RandomStream } from '../../random/random';
import type { Breathe } from '../dense';
import type { LinearFormula } from '../formula/fit';
import { costOf } from '../sums';
import { Descent } from '../terms/descent';
import type { LinearEvaluation } from '../terms/deviance';
import { besideZeros, diagonalPlaces, withZeros } from '../terms/linear';
import type { LinearRows } from '../terms/linear-rows';
import { drawResponse } from './draw';
import { type Parameter, parametersOf, valuesOf } from './parameters';
import { type SharedRefit, SharedRefits } from './shared-refits';

/** Refits of responses that the fitted model drew. */
export interface Bootstrap {
  parameters: Parameter[];
  /** Values of the fit. */
  estimates: Float64Array;
  /** By refit (times × parameters); NaN of those that are not there yet. */
  values: Float64Array;
  /** Refits so far, and all of them that were asked for. */
  done: number;
  times: number;
  /** Of those that are done, the refits that did not converge; they have no values. */
  failed: number;
  /**
   * Of refits that share their factors: how many those are, how much is prepared, and how far off a deviance
   * is.
   */
  shared: { refits: number; prepared: number; error: number } | null;
}

/** A predicted decrease of the deviance below this ends a refit: a thousandth of a standard error is left. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 60;
/** From so many multiplications an evaluation on, refits share factors; below, single refits are as quick. */
const SHARED_WORK = 5e7;
/** Fewer refits than this are done one by one. */
const FEW = 50;
/**
 * A surface further than this from the deviances is not used. That of InstEval is 0.020 off at its edge; its
 * refits differ from single ones by 0.01 of a bootstrap standard deviation.
 */
const ROUGH = 0.05;
/** Numbers of responses, or of their sides, that are refitted together: 160 MB, three times. */
const TOGETHER = 2e7;

/**
 * Parametric bootstrap of a linear mixed model: responses drawn from the fit, each fitted anew from where the
 * fit was. The order, the sums of the rows without y and the curvature stay; where a factor takes long,
 * refits share it (`SharedRefits`). @param report after every refit;
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
  const state: Bootstrap = { parameters, estimates, values: emptyValues(times, parameters), done: 0, times, failed: 0, shared: null };
  const draw = (time: number): Float64Array => drawResponse(fitted, new RandomStream(seed, `bootstrap ${time}`));
  const keep = (time: number, at: Pick<LinearEvaluation, 'beta' | 'residualVariance'> & { theta: Float64Array }): void => {
    state.values.set(valuesOf(fitted, parameters, rows, at), time * parameters.length);
    state.done++;
    report(state);
  };
  try {
    const { alone } = await sharedRefits(fitted, times, draw, keep, state, report, breathe);
    for (const time of alone) {
      rows.respond(draw(time));
      keep(time, await refitAlone(rows, theta, inverse, fit.reml, breathe));
      await breathe();
    }
  } finally {
    rows.respond(y);
  }
  return state;
}

/** The response that `rows` has, fitted from θ on, and from beside the zeros that θ has. */
async function refitAlone(rows: LinearRows, theta: Float64Array, inverse: Float64Array, reml: boolean, breathe: Breathe) {
  const options = { reml, residualVariance: null, gradient: true };
  const start = besideZeros(diagonalPlaces(rows.terms), theta);
  const search = new Descent(start, async (at) => ({ ...(await rows.evaluate(at, options, breathe)), inverse }), TOLERANCE);
  const at = await search.descend(MOST_STEPS);
  const kept = await withZeros<LinearEvaluation>(rows.terms, search.point, at, (there) =>
    rows.evaluate(there, { ...options, gradient: false }, breathe),
  );
  return { ...kept.at, theta: kept.theta };
}

/** Refits that share their factors, where the model is for it. @returns those that are to be done alone */
async function sharedRefits(
  fitted: LinearFormula,
  times: number,
  draw: (time: number) => Float64Array,
  keep: (time: number, refit: SharedRefit) => void,
  state: Bootstrap,
  report: (state: Bootstrap) => void,
  breathe: Breathe,
): Promise<{ alone: number[] }> {
  const all = Array.from({ length: times }, (_, time) => time);
  const { layout, data } = fitted.estimate.rows;
  if (times < FEW || costOf(layout.cholesky).work < SHARED_WORK) return { alone: all };
  const surface = await SharedRefits.of(fitted, breathe);
  if (!surface) return { alone: all };
  state.shared = { refits: 0, prepared: 0, error: 0 };
  const together = Math.max(FEW, Math.floor(TOGETHER / Math.max(layout.size, data.rows)));
  const alone: number[] = [];
  for (let first = 0; first < times; first += together) {
    const some = all.slice(first, first + together);
    const shared = state.shared;
    const { refits, error } = await surface.refit(some.map(draw), breathe, (share) => {
      shared.prepared = (first + share * some.length) / times;
      report(state);
    });
    shared.error = Math.max(shared.error, error);
    for (const [at, refit] of refits.entries()) {
      if (!refit || error > ROUGH) alone.push(first + at);
      else {
        shared.refits++;
        keep(first + at, refit);
      }
    }
  }
  return { alone };
}

/** Values of refits before the first of them. */
export const emptyValues = (times: number, parameters: readonly Parameter[]): Float64Array =>
  new Float64Array(times * parameters.length).fill(Number.NaN);

/** Quantiles of the refits so far, by parameter: the percentile interval of this level. */
export function percentileIntervals({ values, times, parameters }: Bootstrap, level: number): { low: number; high: number }[] {
  const size = parameters.length;
  return parameters.map((_, at) => {
    const sorted = Float64Array.from({ length: times }, (__, time) => values[time * size + at])
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
