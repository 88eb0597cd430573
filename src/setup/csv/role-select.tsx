import type { ColumnRole } from '../../../workers/data/schema';
import type { ColumnPreview } from '../../../workers/protocol';
import { useTable } from '../../state/table/table-store';
import { Select } from './select';
import { ROLE_LABELS } from './words';

const option = (value: ColumnRole) => ({ value, label: ROLE_LABELS[value] });

export const ROLE_OPTIONS = (['target', 'categorical', 'numeric', 'tags', 'event', 'ignore'] as const).map(option);

/** Roles of columns that no method sees: groups kept together, past and future, parts of the rows. */
export const DIVIDING_OPTIONS = (['key', 'time', 'fold'] as const).map(option);

const GROUPED = [...ROLE_OPTIONS, { group: 'Only divides rows', items: DIVIDING_OPTIONS }];

interface RoleSelectProps {
  column: ColumnPreview;
  index: number;
  role: ColumnRole;
  /** The table is still being read. */
  early?: boolean;
}

/** The role of one column. The reason of the guess is its tooltip and its description. */
export function RoleSelect({ column, index, role, early = false }: RoleSelectProps) {
  const setRole = useTable((state) => (early ? state.setBeginningRole : state.setRole));
  const guess = `Guessed ${ROLE_LABELS[column.role].toLowerCase()}: ${column.reason}.`;
  return (
    <Select
      aria-label={`Role of ${column.name}`}
      aria-description={guess}
      title={guess}
      classNames={{ input: 'input csv-role' }}
      data={GROUPED}
      value={role}
      onChange={(event) => setRole(index, event.currentTarget.value as ColumnRole)}
    />
  );
}
