import jStat from 'jstat';

/** Mean and standard error of repetitions. `se` is null below two repetitions. */
export interface Summary {
  n: number;
  mean: number;
  /** Standard error of the mean: sd (ddof 1) / √n. */
  se: number | null;
}

/** A two-sided test. */
export interface Test {
  t: number;
  df: number;
  p: number;
}

/** Estimate with its variance and the degrees of freedom of that variance. */
interface Estimate {
  value: number;
  variance: number;
  df: number;
}

const present = (values: readonly (number | null)[]): number[] => values.filter((value): value is number => value !== null && Number.isFinite(value));

/** Mean and standard error of the finite values; null when there is none. */
export function summarize(values: readonly (number | null)[]): Summary | null {
  const known = present(values);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { n: known.length, mean, se: known.length > 1 ? Math.sqrt(variance(known, mean) / known.length) : null };
}

/** Sample variance (ddof 1). */
function variance(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Two-sided p value of Student's t. Equal means without any spread give 1, unequal ones 0. */
function twoSided(difference: number, squaredError: number, df: number): Test {
  if (squaredError === 0) return { t: difference === 0 ? 0 : Math.sign(difference) * Number.POSITIVE_INFINITY, df, p: difference === 0 ? 1 : 0 };
  const t = difference / Math.sqrt(squaredError);
  // At t = 0 the distribution function comes out up to 1e-9 above a half.
  return { t, df, p: Math.min(1, 2 * jStat.studentt.cdf(-Math.abs(t), df)) };
}

/**
 * Paired t-test on the repetitions that both have; the same index is the same data. Null below two pairs.
 *
 * @param first, second one value a repetition; null where there is none
 */
export function pairedTest(first: readonly (number | null)[], second: readonly (number | null)[]): Test | null {
  const summary = summarize(differencesOf(first, second));
  if (!summary || summary.se === null) return null;
  return twoSided(summary.mean, summary.se ** 2, summary.n - 1);
}

/** Differences of the pairs that both have, in order. */
function differencesOf(first: readonly (number | null)[], second: readonly (number | null)[]): number[] {
  const differences: number[] = [];
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const a = first[i];
    const b = second[i];
    if (a !== null && b !== null && Number.isFinite(a) && Number.isFinite(b)) differences.push(a - b);
  }
  return differences;
}

/**
 * Standard error of a mean over k repetitions whose test and training rows come from one table: sd · √(1/k +
 * overlap). Repetitions share training rows, and test rows of one train in another, so that sd / √k is too
 * small (Nadeau and Bengio, 2003, Machine Learning 52, eq. 9). With an overlap of 0 it is sd / √k.
 *
 * @param overlap test rows divided by training rows of a repetition; 0 for independent data
 */
export const resampledError = ({ n, se }: Summary, overlap: number): number | null => (se === null ? null : se * Math.sqrt(1 + n * overlap));

/** A mean paired difference with its 95 % interval. */
export interface PairedDifference {
  n: number;
  mean: number;
  se: number;
  low: number;
  high: number;
}

/**
 * Mean difference of the repetitions that both have, with the interval of the paired t-test (k − 1 degrees of
 * freedom), or of the corrected resampled t-test where the repetitions overlap. Null below two pairs.
 *
 * @param overlap as in `resampledError`
 */
export function pairedDifference(first: readonly (number | null)[], second: readonly (number | null)[], overlap: number): PairedDifference | null {
  const summary = summarize(differencesOf(first, second));
  const se = summary && resampledError(summary, overlap);
  if (!summary || se === null) return null;
  const half = jStat.studentt.inv(0.975, summary.n - 1) * se;
  return { n: summary.n, mean: summary.mean, se, low: summary.mean - half, high: summary.mean + half };
}

/** Welch's t-test of two estimates with Satterthwaite's degrees of freedom. */
function welch(a: Estimate, b: Estimate): Test {
  const squaredError = a.variance + b.variance;
  const df = squaredError === 0 ? a.df + b.df : squaredError ** 2 / (a.variance ** 2 / a.df + b.variance ** 2 / b.df);
  return twoSided(a.value - b.value, squaredError, df);
}

/** Welch's t-test of the means of two independent samples. Null when one has fewer than two values. */
export function welchTest(first: readonly (number | null)[], second: readonly (number | null)[]): Test | null {
  const a = estimate(present(first));
  const b = estimate(present(second));
  return a && b ? welch(a, b) : null;
}

/**
 * Welch's t-test of the mean of a sample against a mean that is known by its number of repetitions and its
 * standard error. Without a standard error, the spread of the sample stands for the other's too. Null when
 * the sample has fewer than two values.
 */
export function summaryTest(values: readonly (number | null)[], other: Summary): Test | null {
  const ours = estimate(present(values));
  if (!ours) return null;
  const { n } = summarize(values) as Summary;
  if (other.se !== null) return welch(ours, { value: other.mean, variance: other.se ** 2, df: Math.max(1, other.n - 1) });
  return twoSided(ours.value - other.mean, ours.variance * (1 + n / other.n), n - 1);
}

function estimate(values: readonly number[]): Estimate | null {
  const summary = summarize(values);
  return summary && summary.se !== null ? { value: summary.mean, variance: summary.se ** 2, df: summary.n - 1 } : null;
}

/** Values of a method and of the baseline it is divided by, repetition by repetition where `paired`. */
export interface RatioSample {
  values: readonly (number | null)[];
  baseline: readonly (number | null)[];
  /** The same index is the same data. Else the two are independent samples. */
  paired: boolean;
}

/**
 * Mean log ratio to the baseline as an estimate; null when there are too few values or one is not positive.
 */
function logRatio({ values, baseline, paired }: RatioSample): Estimate | null {
  const log = (value: number | null): number | null => (value !== null && value > 0 ? Math.log(value) : null);
  if (paired) {
    const logs: number[] = [];
    for (let i = 0; i < Math.min(values.length, baseline.length); i++) {
      const above = log(values[i]);
      const below = log(baseline[i]);
      if (above !== null && below !== null) logs.push(above - below);
    }
    return estimate(logs);
  }
  const above = estimate(present(values.map(log)));
  const below = estimate(present(baseline.map(log)));
  if (!above || !below) return null;
  const total = above.variance + below.variance;
  const df = total === 0 ? above.df + below.df : total ** 2 / (above.variance ** 2 / above.df + below.variance ** 2 / below.df);
  return { value: above.value - below.value, variance: total, df };
}

/** Geometric mean ratio to the baseline with its 95 % interval. Null when it cannot be computed. */
export function ratioToBaseline(sample: RatioSample): { ratio: number; low: number; high: number } | null {
  const found = logRatio(sample);
  if (!found) return null;
  const half = jStat.studentt.inv(0.975, found.df) * Math.sqrt(found.variance);
  return { ratio: Math.exp(found.value), low: Math.exp(found.value - half), high: Math.exp(found.value + half) };
}

/** Welch's t-test of two mean log ratios to a baseline, ours against the published one. */
export function ratioTest(ours: RatioSample, published: RatioSample): Test | null {
  const a = logRatio(ours);
  const b = logRatio(published);
  return a && b ? welch(a, b) : null;
}

/** 95 % confidence interval of a mean; null below two repetitions. */
export function interval({ n, mean, se }: Summary): [low: number, high: number] | null {
  if (se === null) return null;
  const half = jStat.studentt.inv(0.975, n - 1) * se;
  return [mean - half, mean + half];
}
