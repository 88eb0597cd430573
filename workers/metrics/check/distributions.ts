import jStat from 'jstat';

/** Quantile of the standard normal distribution. */
export const normalQuantile = (p: number): number => jStat.normal.inv(p, 0, 1);

/** P(Z ≤ x) of a standard normal Z; its lower tail to some 12 digits. */
export const normalCdf = (x: number): number => (x < -TAIL ? lowerTail(x) : jStat.normal.cdf(x, 0, 1));

/** From here on ½ (1 + erf) loses its digits to the 1. */
const TAIL = 3;
const TERMS = 60;

/** φ(x) / (|x| + 1 / (|x| + 2 / (|x| + 3 / …))) (Abramowitz & Stegun 26.2.14). */
function lowerTail(x: number): number {
  let fraction = 0;
  for (let k = TERMS; k > 0; k--) fraction = k / (-x + fraction);
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / (-x + fraction);
}

/** Quantile of the beta distribution: that of the a-th smallest of a + b − 1 uniform numbers. */
export const betaQuantile = (p: number, a: number, b: number): number => jStat.beta.inv(p, a, b);

/** Two-sided 95 % of the standard normal. */
export const Z95 = 1.959963984540054;

/** An interval with its ends. */
export interface Interval {
  low: number;
  high: number;
}

/** Wilson's 95 % interval of a share (Wilson 1927): `hits` of `rows`, 0…1 at its ends. */
export function wilson(hits: number, rows: number, z = Z95): Interval {
  if (rows === 0) return { low: 0, high: 1 };
  const share = hits / rows;
  const weight = (z * z) / rows;
  const centre = (share + weight / 2) / (1 + weight);
  const half = (z / (1 + weight)) * Math.sqrt((share * (1 - share)) / rows + weight / (4 * rows));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * Mean, standard deviation and the 95 % interval of the latter, which widens with the kurtosis of the values:
 * log s has about the variance (κ − 1) / 4n.
 */
export interface Spread extends Interval {
  rows: number;
  mean: number;
  sd: number;
  /** Standard error of log sd. */
  logError: number;
}

/** Null for fewer than `least` values, or where they are all the same. */
export function spreadOf(values: ArrayLike<number>, least = 5): Spread | null {
  const rows = values.length;
  if (rows < least) return null;
  let mean = 0;
  for (let i = 0; i < rows; i++) mean += values[i];
  mean /= rows;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < rows; i++) {
    const square = (values[i] - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  // What is left of equal values is the rounding of their mean.
  if (!(second > 1e-28 * rows * mean * mean)) return null;
  const kurtosis = (rows * fourth) / (second * second);
  const sd = Math.sqrt(second / (rows - 1));
  const logError = Math.sqrt(Math.max(kurtosis - 1, 0) / (4 * rows));
  return { rows, mean, sd, logError, low: sd * Math.exp(-Z95 * logError), high: sd * Math.exp(Z95 * logError) };
}

/** Quantile of a gamma variable of mean 1 and this variance: 1 where that is next to 0. */
export const gammaQuantile = (p: number, variance: number): number => (variance > 1e-12 ? jStat.gamma.inv(p, 1 / variance, variance) : 1);
