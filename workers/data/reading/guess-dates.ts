import { type Dates, datesOf } from '../facts/dates';
import type { Reading } from './interpret';

/**
 * The dates of a column whose texts are all dates; null for any other. Bare digits (20240131) are left to a
 * person: they may be anything.
 */
export function guessDates(reading: Reading): Pick<Dates, 'ambiguous' | 'dayFirst'> | null {
  if (reading.held) return null;
  const { numbers, gone } = reading;
  const present: string[] = [];
  for (let code = 0; code < numbers.length; code++) {
    if (gone?.[code]) continue;
    if (!Number.isNaN(numbers[code])) return null;
    present.push(reading.text(code));
    // Most columns of words end here.
    if (present.length === 3 && datesOf(present) === null) return null;
  }
  return datesOf(present);
}
