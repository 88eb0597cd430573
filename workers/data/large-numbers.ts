import { NumberColumn } from './bytes/number-column';
import { cellIn } from './cells';
import { LabFailure } from './failure';
import { placeOf } from './place';
import { quote } from './refusals';
import type { Table, TableColumn } from './table';

/** Squares of larger numbers, and sums of them, are beyond double precision. */
const LARGEST = 1e150;

/**
 * Where the first such number is; −1 where none is. A loop: called back for each, ten million would be made
 * objects.
 */
function firstLarge(values: Float64Array): number {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) > LARGEST) return i;
  return -1;
}

const firstRowOf = ({ codes }: TableColumn, code: number): number => (code < 0 ? -1 : codes.indexOf(code));

/**
 * What is wrong with the numbers of a numeric column or a regression target: one that is infinite or as good
 * as that, named by its line. Null: nothing.
 */
export function tooLarge(table: Table, column: TableColumn, what: 'numeric column' | 'target'): LabFailure | null {
  const row = column instanceof NumberColumn ? firstLarge(column.cells.values) : firstRowOf(column, firstLarge(column.numbers));
  if (row < 0) return null;
  return new LabFailure(
    'number-too-large',
    `The ${what} ${quote(column.name)} holds ${quote(cellIn(column, row) ?? '')} on ${placeOf(table, row)}, a number too large to compute with.`,
    'Correct the cell, or take logarithms of the column.',
  );
}
