import { NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { MISSING, type TableColumn } from './table';

/** The number of a row's cell; NaN where it is missing or none. */
export function numbersOf(column: TableColumn): (row: number) => number {
  if (column instanceof NumberColumn) {
    const { values } = column.cells;
    return (row) => values[row];
  }
  const { codes, numbers } = column;
  return (row) => (codes[row] === MISSING ? Number.NaN : numbers[codes[row]]);
}

/** Whether a row's cell is missing. */
export function missingIn(column: TableColumn): (row: number) => boolean {
  if (!(column instanceof NumberColumn)) {
    const { codes } = column;
    return (row) => codes[row] === MISSING;
  }
  const { values, others } = column.cells;
  if (others.rows.length === 0) return (row) => Number.isNaN(values[row]);
  const texts = new Set(others.rows);
  return (row) => Number.isNaN(values[row]) && !texts.has(row);
}

/** A row's cell as text; null is missing. */
export function cellIn(column: TableColumn, row: number): string | null {
  if (column instanceof NumberColumn) return column.cell(row);
  return column.codes[row] === MISSING ? null : textOf(column, column.codes[row]);
}

/** Different texts of a column; of numbers that are held row by row, different numbers and other texts. */
export const textsIn = (column: TableColumn): number =>
  column instanceof NumberColumn ? column.facts.distinct + column.textLevels : column.counts.length;

/** First row (0-based) whose cell is neither a number nor missing; −1 if there is none. */
export function firstTextRow(column: TableColumn): number {
  if (column instanceof NumberColumn) return column.cells.others.rows[0] ?? -1;
  return column.codes.findIndex((code) => code !== MISSING && Number.isNaN(column.numbers[code]));
}
