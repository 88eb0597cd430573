import type { ColumnRole } from '../../../workers/data/schema';
import type { TablePreview } from '../../../workers/protocol';
import { count } from '../../ui/format';
import { WIDE } from './column-list';
import { RoleSelect } from './role-select';
import { Cell, SHOWN_ROWS, tint } from './role-table';
import { kindWords } from './words';

/** Columns and first rows of a file that is still being read: roles can be chosen, and stay when it is. */
export function Beginning({ preview, roles }: { preview: TablePreview; roles: ColumnRole[] }) {
  const { columns, head, rows } = preview;
  const shown = columns.slice(0, WIDE);
  return (
    <>
      <p className="help csv-beginning">
        Guessed from the first {count(rows)} rows. You can change roles while the rest is read
        {columns.length > WIDE && `; of ${count(columns.length)} columns the first ${count(WIDE)} are here`}.
      </p>
      <section className="csv-scroll" aria-label={`First rows of ${preview.name}`}>
        <table className="csv-cols" style={{ '--columns': shown.length } as React.CSSProperties}>
          <thead>
            <tr>
              <td />
              {shown.map((column, index) => (
                <th key={column.name} scope="col" className={tint(roles[index])} title={column.name}>
                  <b>{column.name}</b>
                  <span>{kindWords(column)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="meta">
            <tr className="roles">
              <th scope="row">Role</th>
              {shown.map((column, index) => (
                <td key={column.name} className={tint(roles[index])}>
                  <RoleSelect column={column} index={index} role={roles[index]} early />
                </td>
              ))}
            </tr>
          </tbody>
          <tbody className="rows">
            {head.slice(0, SHOWN_ROWS).map((values, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the row number is the row's identity
              <tr key={row}>
                <th scope="row">
                  <span className="sr">Row </span>
                  {row + 1}
                </th>
                {shown.map((column, index) => (
                  <Cell key={column.name} value={values[index] ?? null} role={roles[index]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
