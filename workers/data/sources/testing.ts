import { readFileSync } from 'node:fs';
import { openTable } from '../csv';
import { MISSING, type Table } from '../table';

const FOLDER = new URL('../../../cases/formats/', import.meta.url);

/** What the files of cases/formats hold, as their makers wrote it: cells as texts, null where missing. */
export const CASES: Record<string, Record<string, (string | null)[]>> = Object.fromEntries(
  Object.entries(JSON.parse(readFileSync(new URL('tables.json', FOLDER), 'utf8')) as Record<string, Record<string, (string | number | null)[]>>).map(
    ([table, columns]) => [
      table,
      Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.map((cell) => (cell === null ? null : String(cell)))])),
    ],
  ),
);

export const opened = (name: string): Promise<Table> => openTable(new File([readFileSync(new URL(name, FOLDER))], name), {});

/** The cells of a column before any step of columns. */
export function cellsAsRead({ raw, rows }: Table, name: string): (string | null)[] {
  const column = raw.columns.find((one) => one.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return Array.from({ length: rows }, (_, row) => (column.codes[row] === MISSING ? null : column.texts[column.codes[row]]));
}
