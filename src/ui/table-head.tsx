import { asColumnHead, asGroup, asRow } from './table-parts';

/** The head of a table whose columns are their names alone, each different. */
export function TableHead({ columns }: { columns: readonly string[] }) {
  return (
    <thead {...asGroup}>
      <tr {...asRow}>
        {columns.map((column) => (
          <th key={column} {...asColumnHead}>
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}
