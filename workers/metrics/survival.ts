import { increasing } from './rank';

/** Shares of rows that have not yet had their event (docs/methods.md F10). */

/**
 * The estimate of Kaplan and Meier (1958) at these times: the share of rows whose event comes later, censored
 * rows counted as long as they are known of.
 *
 * @param time (n) @param seen 1 where the event was seen, 0 where censored (n)
 * @param at times, rising (t), in the unit of `time` @returns shares (t), 1 to 0
 */
export function kaplanMeier(time: ArrayLike<number>, seen: ArrayLike<number>, at: readonly number[]): number[] {
  const order = increasing(Float64Array.from(time));
  const n = order.length;
  let share = 1;
  let next = 0;
  return at.map((until) => {
    while (next < n && time[order[next]] <= until) {
      // All events of one time are of the rows that were known of just before it.
      const from = next;
      let events = 0;
      for (; next < n && time[order[next]] === time[order[from]]; next++) events += seen[order[next]] > 0.5 ? 1 : 0;
      share *= 1 - events / (n - from);
    }
    return share;
  });
}

/**
 * The share that a Weibull curve of this shape leaves at a time, where it leaves half at `median`, a time in
 * the same unit; `risk` times the hazard leaves the share to that power.
 */
export const weibullShare = (time: number, median: number, shape: number, risk = 1): number => 0.5 ** (risk * (time / median) ** shape);
