import { LabFailure } from '../data/failure';
import type { DataNeeded, OpenTable } from './types';

/**
 * The roles that an experiment needs, given to the columns of an opened table by name; columns it does not
 * need are ignored.
 *
 * @throws LabFailure 'missing-columns' naming every column that the table lacks
 */
export function assignRoles(needs: DataNeeded, table: { name: string; fingerprint: string; columns: readonly { name: string }[] }): OpenTable {
  const present = new Set(table.columns.map(({ name }) => name));
  const missing = [needs.target, ...needs.categorical, ...needs.numeric].filter((name) => !present.has(name));
  if (missing.length > 0) {
    throw new LabFailure(
      'missing-columns',
      `${table.name} has no column ${missing.map((name) => `"${name}"`).join(', ')}, which ${needs.name} needs.`,
      `Its columns must be ${[needs.target, ...needs.categorical, ...needs.numeric].join(', ')}, in any order.`,
    );
  }
  return {
    name: table.name,
    fingerprint: table.fingerprint,
    columns: table.columns.map(({ name }) => ({
      name,
      role: name === needs.target ? 'target' : needs.categorical.includes(name) ? 'categorical' : needs.numeric.includes(name) ? 'numeric' : 'ignore',
    })),
  };
}
