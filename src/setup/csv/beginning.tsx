import type { ColumnRole } from '../../../workers/data/schema';
import type { TablePreview } from '../../../workers/protocol';
import { count } from '../../ui/format';
import { WIDE } from './column-list';
import { ColumnsTable, tint } from './columns-table';
import { RoleSelect } from './role-select';

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
      <ColumnsTable label={`First rows of ${preview.name}`} columns={shown} roles={roles} head={head}>
        <tr className="roles">
          <th scope="row">Role</th>
          {shown.map((column, index) => (
            <td key={column.name} className={tint(roles[index])}>
              <RoleSelect column={column} index={index} role={roles[index]} early />
            </td>
          ))}
        </tr>
      </ColumnsTable>
    </>
  );
}
