import type { ColumnRole } from '../../../workers/data/schema';
import type { ColumnPreview } from '../../../workers/protocol';
import { Select } from './select';
import { useTable } from './table-store';
import { ROLE_LABELS } from './words';

export const ROLE_OPTIONS = (['target', 'categorical', 'numeric', 'ignore'] as const).map((value) => ({ value, label: ROLE_LABELS[value] }));

/** The role of one column. The reason of the guess is its tooltip and its description. */
export function RoleSelect({ column, index, role }: { column: ColumnPreview; index: number; role: ColumnRole }) {
  const setRole = useTable((state) => state.setRole);
  const guess = `Guessed ${ROLE_LABELS[column.role].toLowerCase()}: ${column.reason}.`;
  return (
    <Select
      aria-label={`Role of ${column.name}`}
      aria-description={guess}
      title={guess}
      classNames={{ input: 'input csv-role' }}
      data={ROLE_OPTIONS}
      value={role}
      onChange={(event) => setRole(index, event.currentTarget.value as ColumnRole)}
    />
  );
}
