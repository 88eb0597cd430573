import type { Timing } from './schema';

/** The middle value, or the mean of the two middle ones. NaN of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function timingOf(rounds: readonly number[]): Timing {
  return { median: median(rounds), least: Math.min(...rounds), most: Math.max(...rounds), rounds: [...rounds] };
}

/**
 * How many times as long `theirs` takes as `ours`: the median over rounds of the ratio within a round, so
 * that what slowed a whole round weighs on both. Rounds that only one of them has are left out; null when no
 * round is shared.
 */
export function ratio(theirs: readonly number[], ours: readonly number[]): number | null {
  const shared = Math.min(theirs.length, ours.length);
  if (shared === 0) return null;
  return median(Array.from({ length: shared }, (_, round) => theirs[round] / ours[round]));
}

/** Least-squares slope of log y on log x: 1 when y grows in proportion to x. Needs two different x. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const u = x.map(Math.log);
  const v = y.map(Math.log);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  const cross = u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0);
  return cross / u.reduce((sum, value) => sum + (value - mu) ** 2, 0);
}
