import { columnOf } from './as-role';
import type { Dataset } from './dataset';
import { datesOf } from './facts/dates';
import type { ColumnChoice } from './schema';
import { MISSING, type Table } from './table';

/**
 * Which rows of a table follow one another: those with the same value in its first key column, in the order
 * of its first time column where it has one. A row without a key is alone, and one without a time comes last.
 * Undefined for a table without a key.
 */
export function sequenceOf(table: Table, choices: readonly ColumnChoice[]): Dataset['sequence'] {
  const named = choices.find(({ role }) => role === 'key');
  if (!named) return undefined;
  const key = columnOf(table, named.name).codes.map((code, row) => (code === MISSING ? -1 - row : code));
  const timed = choices.find(({ role }) => role === 'time');
  if (!timed) return { key: Int32Array.from(key), order: null };
  const { codes, dictionary, numbers, textLevels } = columnOf(table, timed.name);
  const values = textLevels === 0 ? numbers : datesOf(dictionary, timed.dayFirst)?.times;
  const order = values ? Float64Array.from(codes, (code) => (code === MISSING ? Number.POSITIVE_INFINITY : values[code])) : null;
  return { key: Int32Array.from(key), order };
}
