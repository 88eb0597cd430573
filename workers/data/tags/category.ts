import { columnAs, columnOf } from '../as-role';
import type { ColumnChoice } from '../schema';
import type { Table, TableColumn } from '../table';
import { blockAsCategory } from './blocks';
import type { RoleFeature } from './features';

/**
 * A categorical feature as one column: the column as its choice takes it, or which column of its block is 1.
 *
 * @throws LabFailure 'no-column', 'nested-circle', and those of a block that is no category
 */
export function categoryOf(table: Table, { choice, columns }: RoleFeature, choices: readonly ColumnChoice[]): TableColumn {
  if (choice.block === undefined) return columnAs(table, choice, choices);
  return blockAsCategory(
    table,
    choice.block,
    columns.map((name) => columnOf(table, name)),
  );
}
