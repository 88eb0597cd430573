import { columnOf } from './as-role';
import { numbersOf } from './cells';
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
  const column = columnOf(table, timed.name);
  if (column.textLevels === 0) {
    const numberOf = numbersOf(column);
    const order = Float64Array.from({ length: table.rows }, (_, row) => (Number.isNaN(numberOf(row)) ? Number.POSITIVE_INFINITY : numberOf(row)));
    return { key: Int32Array.from(key), order };
  }
  const { codes, dictionary } = column;
  const values = datesOf(dictionary, timed.dayFirst)?.times;
  const order = values ? Float64Array.from(codes, (code) => (code === MISSING ? Number.POSITIVE_INFINITY : values[code])) : null;
  return { key: Int32Array.from(key), order };
}
