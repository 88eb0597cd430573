import type { Dataset } from '../data/dataset';
import type { Estimate } from '../methods/method';
import { gammaQuantile } from '../metrics/check/distributions';
import { kaplanMeier, weibullShare } from '../metrics/survival';
import type { SurvivalCurves } from './method-result';
import { seenOf, testResponse } from './test-metrics';

/** Share of the times that the curves go to: later all of them are near 0. */
const DRAWN = 0.85;

/** Places of the curves. */
const POINTS = 60;

/** Rows of the mean curve between two breaths: a few milliseconds. */
const BREATH = 1 << 16;

/** Frailties that are drawn: of few, of the middle and of many levels. */
const SHARES = [0.1, 0.5, 0.9];

/** Quantile of some numbers, by the nearest rank. */
function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/**
 * Shares of the test rows without their event over time: as they were (Kaplan–Meier), as the method predicts
 * them in the mean, and of a row with the middle prediction whose level has a low, a middle and a high
 * frailty. Undefined for a method that estimates no Weibull curve.
 *
 * @param breathe awaited between pieces of work
 */
export async function survivalCurves(
  dataset: Dataset,
  predictions: ArrayLike<number>,
  estimates: readonly Estimate[],
  breathe: () => Promise<void>,
): Promise<SurvivalCurves | undefined> {
  const seen = seenOf(dataset, dataset.split.test);
  const shape = estimates.find(({ name }) => name === 'Baseline shape')?.value;
  const variance = estimates.find(({ kind }) => kind === 'variance')?.value;
  if (!seen || shape === undefined || variance === undefined || predictions.length === 0) return undefined;
  const actual = testResponse(dataset);
  const longest = quantile(actual, DRAWN);
  const times = Array.from({ length: POINTS + 1 }, (_, i) => (i * longest) / POINTS);
  await breathe();
  const typical = quantile(predictions, 0.5);
  const sums = new Float64Array(times.length);
  for (let from = 0; from < predictions.length; from += BREATH) {
    const end = Math.min(predictions.length, from + BREATH);
    for (const [at, time] of times.entries()) {
      for (let i = from; i < end; i++) sums[at] += weibullShare(time, predictions[i], shape);
      await breathe();
    }
  }
  const mean = Array.from(sums, (sum) => sum / predictions.length);
  const observed = kaplanMeier(actual, seen, times);
  await breathe();
  const middle = gammaQuantile(0.5, variance);
  return {
    times,
    observed,
    mean,
    frailties: SHARES.map((share) => {
      const frailty = gammaQuantile(share, variance);
      // The middle prediction is that of a row with a middle frailty.
      return { share, frailty, survival: times.map((time) => weibullShare(time, typical, shape, middle > 0 ? frailty / middle : 1)) };
    }),
  };
}
