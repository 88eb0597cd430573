import { dateReader } from './dates';
import type { Reading } from './interpret';
import { DATE_FORMATS, type DateFormat } from './steps';

/**
 * Formats in which every text of a column is a date, the likelier first: of day and month in either order, the one in which the rows, or else the texts as they
 * first appear, are in order of time. [] for a column that does not hold dates. Bare digits (20240131) are left to a person: they may be anything.
 */
export function guessDates({ texts, numbers, gone }: Reading): DateFormat[] {
  const codes: number[] = [];
  for (let code = 0; code < texts.length; code++) {
    if (gone?.[code]) continue;
    if (!Number.isNaN(numbers[code])) return [];
    codes.push(code);
    if (codes.length === 1 && !/^\s*\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{1,4}/.test(texts[code])) return [];
  }
  if (codes.length < 2) return [];
  const fitting = DATE_FORMATS.filter((format) => {
    const reader = dateReader(format);
    return codes.every((code) => !Number.isNaN(reader(texts[code])));
  });
  const backwards = (format: DateFormat): number => {
    const reader = dateReader(format);
    const days = codes.map((code) => reader(texts[code]));
    return days.reduce((sum, day, i) => sum + (i > 0 && day < days[i - 1] ? 1 : 0), 0);
  };
  return fitting.length < 2 ? fitting : [...fitting].sort((a, b) => backwards(a) - backwards(b));
}
