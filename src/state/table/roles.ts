import { booleanValues } from '../../../workers/data/facts/booleans';
import type { ColumnRole, MissingPolicy } from '../../../workers/data/schema';
import type { ColumnPreview, RoleCheck, TablePreview } from '../../../workers/protocol';

/** What the parameter counts need to know of a table. */
export interface TableShape {
  /** Numeric features. */
  p: number;
  /** Cardinality of each categorical feature. */
  levels: number[];
  /** Columns of tags; absent where there are none, or before the worker has counted them. */
  tags?: RoleCheck['tags'];
  /** Classes of the target, where it can be one of several. */
  several?: number;
  /** The target is counts, or a time whose event may be censored; absent before the worker has looked. */
  counts?: true;
  events?: true;
}

/**
 * The size of the problem under these roles, before the worker has checked them: a missing category counts as
 * a level where the policy says so.
 */
export function tableShape(preview: TablePreview, roles: ColumnRole[], missing: MissingPolicy): TableShape {
  const ofRole = (role: ColumnRole) => preview.columns.filter((_, index) => roles[index] === role);
  const ownLevel = missing.categorical === 'own-level';
  return {
    p: ofRole('numeric').length,
    levels: ofRole('categorical').map((column) => column.labels + (ownLevel && column.missing > 0 ? 1 : 0)),
    ...(roles.includes('event') && { events: true }),
  };
}

/** The role of a column that is the target no longer: the guess, unless that was the target. */
export function withoutTarget(column: ColumnPreview): ColumnRole {
  if (column.role !== 'target') return column.role;
  return column.kind === 'number' || column.kind === 'whole number' ? 'numeric' : 'categorical';
}

/**
 * The roles after some columns changed theirs. There is at most one target, so a new one takes the place of
 * the old.
 */
export function withRole(preview: TablePreview, roles: ColumnRole[], columns: number[], role: ColumnRole): ColumnRole[] {
  const changed = new Set(role === 'target' ? columns.slice(0, 1) : columns);
  return roles.map((old, index) => {
    if (changed.has(index)) return role;
    return role === 'target' && old === 'target' && changed.size > 0 ? withoutTarget(preview.columns[index]) : old;
  });
}

export const targetOf = (preview: TablePreview, roles: ColumnRole[]): ColumnPreview | null => preview.columns[roles.indexOf('target')] ?? null;

/** Words that mean the event happened. */
const YES = new Set(['1', 'true', 't', 'yes', 'y', 'positive', 'pos', 'success']);

/**
 * Which of the two values of the target counts as 1: the one that says yes, else the greater. Null when the
 * target has not exactly two.
 */
export function positiveValue(preview: TablePreview, roles: ColumnRole[]): string | null {
  const values = targetOf(preview, roles)?.values;
  if (values?.length !== 2) return null;
  const said = booleanValues(values);
  if (said) return values[said.indexOf(1)];
  const yes = values.filter((value) => YES.has(value.trim().toLowerCase()));
  if (yes.length === 1) return yes[0];
  const [a, b] = values;
  const order = Number(a) - Number(b);
  const firstIsGreater = Number.isNaN(order) ? a > b : order > 0;
  return firstIsGreater ? a : b;
}
