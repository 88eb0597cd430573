import { RandomStream } from '../../random/random';
import type { Breathe } from '../dense';
import { endlessEffects, type GeneralisedFormula } from '../formula/fit-generalised';
import { Descent } from '../terms/descent';
import { thetaCount } from '../terms/factor';
import type { GeneralisedRows } from '../terms/generalised-rows';
import { besideZeros, diagonalPlaces, withZeros } from '../terms/linear';
import { type Bootstrap, emptyValues } from './bootstrap';
import { drawGeneralised } from './draw';
import { parametersOf, valuesAtPoint } from './parameters';

/** A predicted decrease of the deviance below this ends a refit: a thousandth of a standard error is left. */
const TOLERANCE = 1e-6;
const MOST_STEPS = 100;

/**
 * Parametric bootstrap of a generalised linear mixed model: counts or classes drawn from the fit, each fitted
 * anew from where the fit was, by the fit's own approximation (docs/methods.md A22); the shape of a negative
 * binomial is estimated anew as well. Rows are ordered once. Effects without an end have no interval: where
 * their refits stop says nothing. @param report after every refit
 * @param breathe lets others run, and ends the bootstrap by throwing
 */
export async function bootstrapGeneralised(
  fitted: GeneralisedFormula,
  { times, seed }: { times: number; seed: number },
  breathe: Breathe,
  report: (state: Bootstrap) => void = () => {},
): Promise<Bootstrap> {
  const { fit, rows, point } = fitted;
  const parameters = parametersOf(fitted, endlessEffects(fitted.model, fit));
  const estimates = valuesAtPoint(fitted, parameters, point, fit.shape);
  const state: Bootstrap = { parameters, estimates, values: emptyValues(times, parameters), done: 0, times, failed: 0, shared: null };
  try {
    for (let time = 0; time < times; time++) {
      rows.respond(drawGeneralised(fitted, new RandomStream(seed, `bootstrap ${time}`)));
      const found = await refitGeneralised(rows, point, fit.shape, breathe);
      if (found) state.values.set(valuesAtPoint(fitted, parameters, found.point, found.shape), time * parameters.length);
      else state.failed++;
      state.done++;
      report(state);
      await breathe();
    }
  } finally {
    rows.respond(rows.given.y);
  }
  return state;
}

/**
 * The response that `rows` has, fitted from the point and the shape on, and from beside the zeros of θ.
 * Null where the search did not converge.
 */
export async function refitGeneralised(
  rows: GeneralisedRows,
  from: Float64Array,
  shape: number | null,
  breathe: Breathe,
): Promise<{ point: Float64Array; shape: number | null; deviance: number } | null> {
  const start = besideZeros(diagonalPlaces(rows.terms), shape === null ? from : Float64Array.from([...from, Math.log(shape)]));
  const search = new Descent(start, (at) => rows.evaluateAll(at, null, breathe), TOLERANCE);
  const at = await search.descend(MOST_STEPS);
  if (!search.converged || !Number.isFinite(at.value)) return null;
  const own = shape === null ? null : Math.exp(search.point[from.length]);
  const point = search.point.slice(0, from.length);
  const count = thetaCount(rows.terms);
  const whole = (theta: Float64Array): Float64Array => Float64Array.from([...theta, ...point.subarray(count)]);
  const kept = await withZeros(rows.terms, point.slice(0, count), { value: at.value }, async (theta) => ({
    value: await rows.value(whole(theta), own, breathe),
  }));
  return { point: whole(kept.theta), shape: own, deviance: kept.at.value };
}
