import { clockReader, DAY, timeReader } from '../facts/dates';
import type { ColumnStep, DateNumber } from './steps';

/** How the dates of a column become numbers. */
export type DateStep = Extract<ColumnStep, { kind: 'date' | 'date-part' }>;

/**
 * Numbers of the dates among some texts; NaN for a text that is none. `skip`: texts that do not count for the
 * first date, by their place.
 */
export function dateNumbers(texts: readonly string[], { dayFirst, as, from }: DateStep, skip: ArrayLike<number> | null): Float64Array {
  // Days pass as they do; month and hour are those that were on the calendar and the clock there.
  const times = Float64Array.from(texts, as === 'days' ? timeReader(dayFirst) : clockReader(dayFirst));
  let first = from === undefined ? Number.POSITIVE_INFINITY : timeReader(dayFirst)(from);
  times.forEach((time, i) => {
    if (from === undefined && time < first && !skip?.[i]) first = time;
  });
  return times.map((time) => (Number.isNaN(time) ? time : numberOf(time, as, first)));
}

/**
 * The date, as ISO 8601 writes it, that the days of a column count from, by one of its dates and its number.
 */
export const daysFrom = (date: string, days: number, dayFirst: boolean): string =>
  new Date(Math.round(timeReader(dayFirst)(date) - days * DAY)).toISOString();

/** A number of a time (milliseconds since 1970); days count from `first`, the time of day as a fraction. */
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
