import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ColumnRole } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { TablePreview } from '../../../workers/protocol';
import { useTable } from '../../state/table/table-store';
import { count, plural } from '../../ui/format';
import { ColumnReading } from './column-reading';
import { ColumnShape } from './column-shape';
import { DIVIDING_OPTIONS, ROLE_OPTIONS, RoleSelect } from './role-select';
import { Levels, Missing } from './role-table';
import { Select } from './select';
import { kindWords } from './words';

/** A file with more columns than this is a list with a search, one row a column. */
export const WIDE = 40;

/** Columns drawn at once. */
const DRAWN = 40;

/**
 * The target and the categorical columns come first: those are the ones to check. By the guess, so that no
 * row moves when its role changes.
 */
const ORDER: ColumnRole[] = ['target', 'categorical', 'tags', 'numeric', 'event', 'key', 'time', 'fold', 'ignore'];

const ALL = [...ROLE_OPTIONS, ...DIVIDING_OPTIONS];

const SEVERAL = ROLE_OPTIONS.filter(({ value }) => value !== 'target' && value !== 'event');

/** The columns of a wide file. */
export function ColumnList({ preview, roles }: { preview: TablePreview; roles: ColumnRole[] }) {
  const setRoles = useTable((state) => state.setRoles);
  const [search, setSearch] = useState('');
  const [of, setOf] = useState('');
  const found = useMemo(() => {
    const words = search.trim().toLowerCase();
    return preview.columns
      .map((column, index) => ({ column, index, role: roles[index] }))
      .filter(({ column, role }) => (of === '' || role === of) && column.name.toLowerCase().includes(words))
      .sort((a, b) => ORDER.indexOf(a.column.role) - ORDER.indexOf(b.column.role));
  }, [preview, roles, search, of]);
  const drawn = found.slice(0, DRAWN);
  const number = (role: ColumnRole) => roles.filter((candidate) => candidate === role).length;

  return (
    <section aria-label={`Columns of ${preview.name}`}>
      <div className="csv-find">
        <TextInput label="Find a column" type="search" value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
        <Select
          label="Show"
          value={of}
          onChange={(event) => setOf(event.currentTarget.value)}
          data={[
            { value: '', label: `All roles (${count(roles.length)})` },
            ...ALL.map(({ value, label }) => ({ value, label: `${label} (${count(number(value))})` })),
          ]}
        />
        <Select
          label={`Role of all ${count(found.length)} found`}
          disabled={found.length === 0}
          value=""
          onChange={(event) =>
            setRoles(
              found.filter(({ role }) => role !== 'target').map(({ index }) => index),
              event.currentTarget.value as ColumnRole,
            )
          }
          data={[{ value: '', label: 'Choose', disabled: true }, ...SEVERAL]}
        />
      </div>
      <p className="help csv-found" aria-live="polite">
        {plural(preview.columns.length, 'column')}, {count(found.length)} found
        {found.length > drawn.length ? `, the first ${count(drawn.length)} shown` : ''}.
      </p>
      <div className="csv-scroll">
        <table className="csv-list">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Role</th>
              <th scope="col">Shape</th>
              <th scope="col">Levels</th>
              <th scope="col">Missing</th>
              <th scope="col">Read as</th>
              <th scope="col">First values</th>
            </tr>
          </thead>
          <tbody>
            {drawn.map(({ column, index, role }) => (
              <tr key={column.name} className={role === 'target' ? 'tgt' : role === 'ignore' ? 'off' : undefined}>
                <th scope="row" title={column.name}>
                  <b>{column.name}</b>
                  <span>{kindWords(column)}</span>
                </th>
                <td>
                  <RoleSelect column={column} index={index} role={role} />
                </td>
                <td>
                  <ColumnShape column={column} role={role} />
                </td>
                <td>
                  <Levels column={column} role={role} rows={preview.rows} />
                </td>
                <td className={column.missing > 0 && role !== 'ignore' ? 'warn' : undefined}>
                  <Missing column={column} rows={preview.rows} />
                </td>
                <td>
                  <ColumnReading preview={preview} index={index} role={role} />
                </td>
                <td className="first">
                  {preview.head
                    .slice(0, 3)
                    .map((values) => shortened(values[index] ?? 'missing', 24))
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
