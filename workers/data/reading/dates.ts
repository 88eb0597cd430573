import { DAY, timeReader } from '../facts/dates';
import type { DateNumber } from './steps';

/**
 * Numbers of the dates among some texts; NaN for a text that is none. `skip`: texts that do not count for the
 * first date, by their place.
 */
export function dateNumbers(texts: readonly string[], dayFirst: boolean, as: DateNumber, skip: ArrayLike<number> | null): Float64Array {
  const times = Float64Array.from(texts, timeReader(dayFirst));
  let first = Number.POSITIVE_INFINITY;
  times.forEach((time, i) => {
    if (time < first && !skip?.[i]) first = time;
  });
  return times.map((time) => (Number.isNaN(time) ? time : numberOf(time, as, first)));
}

/**
 * A number of a time (milliseconds since 1970, the clock as it stands); days count from `first`, the time of
 * day as a fraction.
 */
function numberOf(time: number, as: DateNumber, first: number): number {
  const date = new Date(time);
  switch (as) {
    case 'days':
      return (time - first) / DAY;
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'weekday':
      return date.getUTCDay() === 0 ? 7 : date.getUTCDay();
    case 'hour':
      return date.getUTCHours();
    case 'day-of-year':
      return Math.floor((time - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
  }
}
