/**
 * Unit deviance of each row of counts, 2 (y log(y/μ) − y + μ), at least 0 (docs/methods.md C16). Infinite
 * where a count above 0 was given a mean of 0 or less, NaN where a count of 0 was given a mean below 0: no
 * Poisson distribution has such a mean.
 *
 * @param counts y (n), 0 or more @param means μ (n)
 */
export function rowPoissonDeviances(counts: ArrayLike<number>, means: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: counts.length }, (_, i) => {
    const [y, mean] = [counts[i], means[i]];
    if (Number.isNaN(mean)) return mean;
    if (mean <= 0) return y > 0 ? Number.POSITIVE_INFINITY : mean === 0 ? 0 : Number.NaN;
    return Math.max(0, 2 * ((y > 0 ? y * Math.log(y / mean) : 0) - y + mean));
  });
}

/** Mean unit deviance; infinite or NaN where a row's is, of which no mean says anything. */
export function poissonDeviance(counts: ArrayLike<number>, means: ArrayLike<number>): number {
  if (means.length !== counts.length) throw new RangeError(`${counts.length} responses and ${means.length} predictions`);
  let sum = 0;
  for (const deviance of rowPoissonDeviances(counts, means)) sum += deviance;
  return sum / counts.length;
}

/** Whether all numbers are whole and none is below 0. */
export function areCounts(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!(Number.isInteger(values[i]) && values[i] >= 0)) return false;
  return true;
}

/** log y! of a whole number: a sum of logarithms, and Stirling's series from 32 on. */
export function logFactorial(y: number): number {
  if (y >= 32) return (y + 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * y) - 1 / (360 * y ** 3);
  let sum = 0;
  for (let k = 2; k <= y; k++) sum += Math.log(k);
  return sum;
}

/**
 * Log probability of each row's count under the Poisson distribution of its mean: −∞ and NaN where
 * `rowPoissonDeviances` has ∞ and NaN.
 */
export function rowLogScores(counts: ArrayLike<number>, means: ArrayLike<number>): Float64Array {
  const deviances = rowPoissonDeviances(counts, means);
  return deviances.map((deviance, i) => {
    const y = counts[i];
    const most = y > 0 ? y * Math.log(y) - y - logFactorial(y) : 0;
    return most - deviance / 2;
  });
}

/** Mean log probability of a row; −∞ or NaN where a row's is. */
export function logScore(counts: ArrayLike<number>, means: ArrayLike<number>): number {
  let sum = 0;
  for (const score of rowLogScores(counts, means)) sum += score;
  return sum / counts.length;
}
