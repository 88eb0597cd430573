import type { ColumnarStep, FileStep } from '../reading/steps';
import type { RawTable } from '../table';
import type { ReadCells } from './source';
import type { TypedColumn } from './typed-column';

/** A file whose columns have types, when all its cells are read; columns by their names. */
export interface TypedFile {
  format: ColumnarStep['format'];
  columns: readonly TypedColumn[];
  rows: number;
  /** Columns that the file says are numbers. */
  numbers: readonly string[];
  lists: readonly string[];
  /** Columns that the file says are levels. */
  categories: readonly string[];
  /** Columns of times in UTC. */
  utc: readonly string[];
  leftOut: readonly { column: string; holds: NonNullable<ColumnarStep['leftOut']>[number]['holds'] }[];
  /** Columns of decimals that became the nearest numbers: in how many cells, the first in which row. */
  rounded: readonly { column: string; count: number; line: number }[];
  /** The column of row names. */
  index: string | null;
}

/** The cells of such a file, and what is to be said of how they were read. @throws ReadAsLevels */
export function typedCells({ format, columns, rows, numbers, lists, categories, utc, leftOut, rounded, index }: TypedFile): ReadCells {
  const step: FileStep = {
    kind: 'columnar',
    format,
    ...(lists.length > 0 && { lists: [...lists] }),
    ...(utc.length > 0 && { utc: [...utc] }),
    ...(rounded.length > 0 && { rounded: rounded.map(({ column }) => column) }),
    ...(leftOut.length > 0 && { leftOut: leftOut.map(({ column, holds }) => ({ column: column.slice(0, 200) || '?', holds })) }),
  };
  const found = rounded.length > 0 && { found: { count: rounded.reduce((sum, one) => sum + one.count, 0), line: rounded[0].line } };
  const steps: RawTable['steps'] = [{ step, ...found }];
  if (index !== null) steps.push({ step: { kind: 'index-column', column: index, header: 'named' } });
  const raw = columns.map((column) => {
    const finished = column.finish();
    return categories.includes(finished.name) ? { ...finished, category: true as const } : finished;
  });
  return { raw: { columns: raw, separator: ',', steps, doubt: null }, numbers, rows, line: (row) => row + 1, unit: 'row' };
}
