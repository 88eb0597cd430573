import { LabFailure } from './failure';
import { quote } from './refusals';
import type { Table, TableColumn } from './table';

/** Squares of larger numbers, and sums of them, are beyond double precision. */
const LARGEST = 1e150;

/**
 * What is wrong with the numbers of a numeric column or a regression target: one that is infinite or as good
 * as that, named by its line. Null: nothing.
 */
export function tooLarge(table: Table, column: TableColumn, what: 'numeric column' | 'target'): LabFailure | null {
  const wrong = column.numbers.findIndex((value) => Math.abs(value) > LARGEST);
  if (wrong < 0) return null;
  const line = table.line(column.codes.indexOf(wrong)).toLocaleString('en');
  return new LabFailure(
    'number-too-large',
    `The ${what} ${quote(column.name)} holds ${quote(column.dictionary[wrong])} on line ${line}, a number too large to compute with.`,
    'Correct the cell, or take logarithms of the column.',
  );
}
