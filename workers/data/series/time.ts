import { columnOf } from '../as-role';
import { datesOf } from '../facts/dates';
import { LabFailure } from '../failure';
import { placeOf } from '../place';
import { quote } from '../refusals';
import { MISSING, type Table } from '../table';

/** A step that differs from the usual one by more than this share is a gap: months are 28 to 31 days long. */
const TOLERANCE = 0.2;

/** What a column of times says of the rows of a long table. */
export interface Times {
  /** What each step is called, as in the file (T). */
  labels: string[];
  /** Steps that do not follow the one before them as the others do, ascending. */
  gaps: number[];
}

/**
 * The times of a long table, which must rise from row to row.
 *
 * @throws LabFailure 'time-missing', 'time-text', 'time-order', each naming the line
 */
export function timesOf(table: Table, name: string, dayFirst?: boolean): Times {
  const { codes, dictionary, numbers, textLevels } = columnOf(table, name);
  const empty = codes.indexOf(MISSING);
  if (empty >= 0)
    throw new LabFailure('time-missing', `The time ${quote(name)} is empty on ${placeOf(table, empty)}.`, 'Fill it in, or delete the row.');
  const values = textLevels === 0 ? numbers : datesOf(dictionary, dayFirst)?.times;
  if (!values) {
    const strange = codes.findIndex((code) => datesOf(Array<string>(3).fill(dictionary[code]), dayFirst) === null);
    const row = Math.max(0, strange);
    throw new LabFailure(
      'time-text',
      `${quote(dictionary[codes[row]])} in ${quote(name)} on ${placeOf(table, row)} is neither a number nor a date like the other times.`,
      'Use numbers or dates like 2026-11-28 14:00, or leave the time column out: rows are steps in their order then.',
    );
  }
  const differences = Float64Array.from({ length: Math.max(0, codes.length - 1) }, (_, i) => values[codes[i + 1]] - values[codes[i]]);
  const back = differences.findIndex((difference) => !(difference > 0));
  if (back >= 0) {
    const [before, after] = [dictionary[codes[back]], dictionary[codes[back + 1]]];
    throw new LabFailure(
      'time-order',
      `On ${placeOf(table, back + 1)} the time ${quote(name)} is ${quote(after)}, which does not come after ${quote(before)} on the ${table.unit ?? 'line'} before.`,
      'Sort the rows by time and keep one row for each step; series side by side are columns.',
    );
  }
  const usual = differences.slice().sort()[differences.length >> 1];
  const gaps = [...differences.keys()].filter((i) => Math.abs(differences[i] - usual) > TOLERANCE * usual).map((i) => i + 1);
  return { labels: Array.from(codes, (code) => dictionary[code]), gaps };
}
