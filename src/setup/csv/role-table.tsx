import type { ColumnRole } from '../../../workers/data/schema';
import type { ColumnPreview, TablePreview } from '../../../workers/protocol';
import { count } from '../../ui/format';
import { ColumnReading } from './column-reading';
import { ColumnShape } from './column-shape';
import { ColumnsTable, tint } from './columns-table';
import { RoleSelect } from './role-select';
import { useTagFacts } from './tag-facts';
import { tagLevels } from './tag-notes';
import { levelWords, share } from './words';

/** Distinct values, and one line of what they are. */
export function Levels({ column, role, rows }: { column: ColumnPreview; role: ColumnRole; rows: number }) {
  const facts = useTagFacts(column.name);
  if (role === 'tags' && facts) {
    const { number, text } = tagLevels(facts);
    return (
      <>
        <span className="strong">{number}</span>
        <small>{text}</small>
      </>
    );
  }
  const words = levelWords(column, role, rows);
  return (
    <>
      <span className={role === 'categorical' ? 'strong' : undefined}>{count(role === 'categorical' ? column.labels : column.levels)}</span>
      <small className={words.warn ? 'w' : undefined}>{words.text}</small>
    </>
  );
}

/** Missing values; amber where the role makes them a problem. */
export function Missing({ column, rows }: { column: ColumnPreview; rows: number }) {
  if (column.missing === 0) return <span className="none">0</span>;
  return (
    <>
      <b className="w">{count(column.missing)}</b>
      <small>{share(column.missing, rows)} of rows</small>
    </>
  );
}

/** The table of the file, columns as columns: role, shape, levels, missing values and the first rows. */
export function RoleTable({ preview, roles }: { preview: TablePreview; roles: ColumnRole[] }) {
  const { columns, rows, head } = preview;
  return (
    <ColumnsTable label={`Columns of ${preview.name}`} columns={columns} roles={roles} head={head}>
      <tr className="roles">
        <th scope="row">Role</th>
        {columns.map((column, index) => (
          <td key={column.name} className={tint(roles[index])}>
            <RoleSelect column={column} index={index} role={roles[index]} />
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row" title="Numbers: histogram. Categories: rows per level, most frequent first, log scale">
          Shape
        </th>
        {columns.map((column, index) => (
          <td key={column.name} className={tint(roles[index])}>
            <ColumnShape column={column} role={roles[index]} />
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row" title="Distinct values; for categories the mean number of rows of a level">
          Levels
        </th>
        {columns.map((column, index) => (
          <td key={column.name} className={tint(roles[index])}>
            <Levels column={column} role={roles[index]} rows={rows} />
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row">Missing</th>
        {columns.map((column, index) => (
          <td key={column.name} className={column.missing > 0 && roles[index] !== 'ignore' ? 'warn' : tint(roles[index])}>
            <Missing column={column} rows={rows} />
          </td>
        ))}
      </tr>
      <tr>
        <th scope="row" title="Missing words, decimal signs, names or numbers, nested labels">
          Read as
        </th>
        {columns.map((column, index) => (
          <td key={column.name} className={tint(roles[index])}>
            <ColumnReading preview={preview} index={index} role={roles[index]} />
          </td>
        ))}
      </tr>
    </ColumnsTable>
  );
}
