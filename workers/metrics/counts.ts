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
