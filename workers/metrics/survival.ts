/** Shares of rows that have not yet had their event. */

/**
 * The Kaplan–Meier estimate at these times: the share of rows whose event comes later, censored rows counted
 * as long as they are known of.
 *
 * @param time (n) @param seen 1 where the event was seen, 0 where censored (n) @param at times, rising
 */
export function kaplanMeier(time: ArrayLike<number>, seen: ArrayLike<number>, at: readonly number[]): number[] {
  const order = Array.from(time, (_, i) => i).sort((a, b) => time[a] - time[b]);
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
 * What the share of rows left is to be at a time, where a Weibull curve of this shape leaves half at
 * `median`.
 */
export const weibullShare = (time: number, median: number, shape: number, risk = 1): number => 0.5 ** (risk * (time / median) ** shape);
