import { type Interval, normalCdf, normalQuantile, wilson, Z95 } from './distributions';

/** Share of rows within a central predictive interval of so much probability. */
export interface Coverage extends Interval {
  /** 0.5, 0.8, 0.95. */
  nominal: number;
  /** Share found, with its Wilson interval. */
  share: number;
}

export interface PredictiveCheck {
  coverage: Coverage[];
  /**
   * Rows by the probability that their prediction gave to a smaller response (PIT), in ten equal bins: shares
   * of the rows.
   */
  pit: number[];
  /** A bin's share lies within these in 95 % of the cases where the predictive distributions are right. */
  even: Interval;
}

const NOMINAL = [0.5, 0.8, 0.95];
const BINS = 10;

/**
 * Normal predictive distributions about the fitted values, against the responses.
 *
 * @param residuals observed minus fitted (n) @param sd predictive standard deviation of each row (n),
 * positive
 */
export function predictiveCheck(residuals: ArrayLike<number>, sd: ArrayLike<number>): PredictiveCheck {
  const n = residuals.length;
  const z = Float64Array.from({ length: n }, (_, i) => residuals[i] / sd[i]);
  const coverage = NOMINAL.map((nominal): Coverage => {
    const reach = normalQuantile((1 + nominal) / 2);
    let hits = 0;
    for (const value of z) if (Math.abs(value) <= reach) hits++;
    return { nominal, share: hits / n, ...wilson(hits, n) };
  });
  const counts = new Array<number>(BINS).fill(0);
  for (const value of z) counts[Math.min(BINS - 1, Math.floor(normalCdf(value) * BINS))]++;
  const half = Z95 * Math.sqrt(((1 / BINS) * (1 - 1 / BINS)) / n);
  return { coverage, pit: counts.map((count) => count / n), even: { low: Math.max(0, 1 / BINS - half), high: 1 / BINS + half } };
}
