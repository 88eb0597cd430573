import { cellIn, numbersOf } from './cells';
import type { Dataset, Split } from './dataset';
import { LabFailure } from './failure';
import { placeOf } from './place';
import { quote } from './refusals';
import type { Scaling, Task } from './schema';
import { AS_IS, type Scale, scaleFor, scaleOf } from './standardize';
import type { Table, TableColumn } from './table';
import type { Target } from './target';
import { hasClasses } from './tasks';
import { textNumbers } from './text-numbers';
import { REST_ROWS, type Work } from './work';

/** Rounding to single precision must leave a number: columns left as they are may hold more than it can. */
function refuseInfinite(table: Table, column: TableColumn, row: number): never {
  throw new LabFailure(
    'number-too-large',
    `The column ${quote(column.name)} holds ${quote(cellIn(column, row) ?? '')} on ${placeOf(table, row)}, too large a number for single precision.`,
    'Standardise the columns instead of leaving them as they are, or take logarithms.',
  );
}

type NumericValues = Pick<Dataset, 'x' | 'xScales' | 'xNames' | 'xTexts'> & { exactX(row: number, j: number): number };

/**
 * X, n × p, row-major, and the scale of each column, by the training rows (validation included). Missing
 * cells become the mean of the training rows. Everything is centred and scaled in double precision and only
 * then rounded.
 */
export function* numericColumns(table: Table, columns: TableColumn[], split: Split, scaling: Scaling): Work<NumericValues> {
  const p = columns.length;
  const means: number[] = [];
  const numbers = columns.map(numbersOf);
  const xScales: Scale[] = [];
  for (const [j, numberOf] of numbers.entries()) {
    const own = scaleOf(numberOf, [split.train, split.validation]);
    means[j] = own.mean;
    xScales.push(scaleFor(own, scaling));
    yield;
  }
  const exactX = (row: number, j: number): number => {
    const value = numbers[j](row);
    return ((Number.isNaN(value) ? means[j] : value) - xScales[j].mean) / xScales[j].scale;
  };
  const x = new Float32Array(table.rows * p);
  const fill = (j: number, from: number, to: number): void => {
    for (let row = from; row < to; row++) {
      x[row * p + j] = exactX(row, j);
      if (!Number.isFinite(x[row * p + j])) refuseInfinite(table, columns[j], row);
    }
  };
  for (let j = 0; j < p; j++) {
    for (let from = 0; from < table.rows; from += REST_ROWS) {
      fill(j, from, Math.min(table.rows, from + REST_ROWS));
      yield;
    }
  }
  const xNames = columns.map(({ name }) => name);
  return { x, xScales, xNames, xTexts: xNames.map((name) => textNumbers(table, name)), exactX };
}

type ResponseValues = Pick<Dataset, 'y' | 'targetScale' | 'targetMean'> & { exactY(row: number): number };

/**
 * The response, and how it goes back to its own unit. Rows that are not kept have 0. `fromZero`: it is
 * scaled and not centred, so that times stay above 0.
 */
export function responseValues(
  table: Table,
  column: TableColumn,
  { numberOf: exactY }: Target,
  { task, scaling, fromZero }: { task: Task; scaling: Scaling; fromZero?: boolean },
  split: Split,
  kept: Uint8Array,
): ResponseValues {
  const own = scaleOf(exactY, [split.train, split.validation]);
  const scaled = hasClasses(task) ? AS_IS : scaleFor(own, scaling);
  const { mean, scale } = fromZero ? { ...scaled, mean: 0 } : scaled;
  const y = new Float32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    if (!kept[row]) continue;
    y[row] = (exactY(row) - mean) / scale;
    if (!Number.isFinite(y[row])) refuseInfinite(table, column, row);
  }
  return { y, targetScale: scale, targetMean: mean, exactY };
}
