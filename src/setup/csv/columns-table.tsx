import type { ReactNode } from 'react';
import type { ColumnRole } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { ColumnPreview } from '../../../workers/protocol';
import { kindWords } from './words';

/** Rows of the file that are shown. */
const SHOWN_ROWS = 8;

/** Longer values are cut in a cell, which shows a few words of them anyway. */
const LONGEST = 120;

export const tint = (role: ColumnRole): string => (role === 'target' ? 'tgt' : role === 'ignore' ? 'off' : '');

function Cell({ value, role }: { value: string | null; role: ColumnRole }) {
  if (value === null) return <td className={role === 'ignore' ? 'off' : 'warn w'}>missing</td>;
  return (
    <td className={tint(role)} title={value.length > 14 ? shortened(value, LONGEST) : undefined}>
      {shortened(value, LONGEST)}
    </td>
  );
}

interface ColumnsTableProps {
  label: string;
  columns: readonly ColumnPreview[];
  roles: readonly ColumnRole[];
  /** First rows of the file, as wide as its columns are many or wider. */
  head: readonly (readonly (string | null)[])[];
  /** Rows about the columns, between their names and their cells. */
  children: ReactNode;
}

/** Columns of a file as columns: their names, what is said of them, and the first rows. */
export function ColumnsTable({ label, columns, roles, head, children }: ColumnsTableProps) {
  return (
    <section className="csv-scroll" aria-label={label}>
      <table className="csv-cols" style={{ '--columns': columns.length } as React.CSSProperties}>
        <thead>
          <tr>
            <td />
            {columns.map((column, index) => (
              <th key={column.name} scope="col" className={tint(roles[index])} title={column.name}>
                <b>{column.name}</b>
                <span>{kindWords(column)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="meta">{children}</tbody>
        <tbody className="rows">
          {head.slice(0, SHOWN_ROWS).map((values, row) => (
            // The rows of a preview never move.
            // biome-ignore lint/suspicious/noArrayIndexKey: the row number is the row's identity
            <tr key={row}>
              <th scope="row">
                <span className="sr">Row </span>
                {row + 1}
              </th>
              {columns.map((column, index) => (
                <Cell key={column.name} value={values[index] ?? null} role={roles[index]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
