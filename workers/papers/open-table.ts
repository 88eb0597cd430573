import { LabFailure } from '../data/failure';
import type { DataNeeded, Experiment, OpenTable, UnitRecord } from './types';

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

/**
 * Records whose numbers may be averaged: of an experiment on an opened table all folds are of one, that of
 * the most records (of the newest among these). Simulated data differ by repetition, as they should.
 */
export function ofOneTable({ needs }: Pick<Experiment, 'needs'>, records: readonly UnitRecord[]): { records: UnitRecord[]; others: UnitRecord[] } {
  if (!needs) return { records: [...records], others: [] };
  const byTable = new Map<string, UnitRecord[]>();
  for (const record of records) byTable.set(record.fingerprint, [...(byTable.get(record.fingerprint) ?? []), record]);
  const newest = (some: readonly UnitRecord[]): string => some.reduce((last, { finished }) => (finished > last ? finished : last), '');
  const [most = []] = [...byTable.values()].sort((a, b) => b.length - a.length || newest(b).localeCompare(newest(a)));
  return { records: most, others: records.filter((record) => !most.includes(record)) };
}
