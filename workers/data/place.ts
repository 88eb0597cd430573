import type { Table } from './table';

/** Where a row stands in its file: "line 1,234", or "row 7" where the file has no lines. */
export const placeOf = (table: Pick<Table, 'line' | 'unit'>, row: number): string =>
  `${table.unit ?? 'line'} ${table.line(row).toLocaleString('en')}`;
