import { columnOf } from '../as-role';
import type { TagColumn } from '../dataset';
import type { TagFacts } from '../preview';
import type { ColumnChoice, MissingPolicy } from '../schema';
import type { Table } from '../table';
import { tagPlaces } from '../tag-rows';
import { blockCells } from './blocks';
import type { TagSeparator } from './cells';
import { roleFeatures } from './features';
import { likelySeparator } from './parsed';
import { cellsOf, type TagCells, tagColumn } from './sets';

/** A column of tags of a table, before it is known which rows are used. */
export interface TableTags {
  cells: TagCells;
  choice: ColumnChoice;
  /** Null for a block of 0/1 columns. */
  separator: TagSeparator | null;
  /** Missing cells of a block, which count as 0. */
  missingAsZero: number;
}

/** The columns with the role tags, blocks together. @throws LabFailure 'no-column', 'block-cell' */
export function tableTags(table: Table, choices: readonly ColumnChoice[]): TableTags[] {
  return roleFeatures(choices, 'tags').map(({ choice, columns }) => {
    const found = columns.map((name) => columnOf(table, name));
    if (choice.block !== undefined) {
      const missingAsZero = found.reduce((sum, { missing }) => sum + missing, 0);
      return { cells: blockCells(table, choice.block, found), choice, separator: null, missingAsZero };
    }
    const separator = choice.tagSeparator ?? likelySeparator(found[0]);
    return { cells: cellsOf(found[0], separator), choice, separator, missingAsZero: 0 };
  });
}

/** The column of tags of the rows that are used. @throws LabFailure of `tagColumn` */
export const encodeTags = ({ cells, choice }: TableTags, missing: MissingPolicy, kept: Uint8Array): TagColumn =>
  tagColumn(cells, choice.hierarchy, missing.tags, kept);

const FIRST = 6;

/** What a person is told of a column of tags before training. */
export function tagFacts(source: TableTags, column: TagColumn, kept: Uint8Array): TagFacts {
  const { labels, parents, offsets, told } = column;
  let [rows, most] = [0, 0];
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    rows++;
    most = Math.max(most, offsets[row + 1] - offsets[row]);
  }
  const active = new Uint8Array(labels.length);
  for (const tag of column.ids) active[tag] = 1;
  const known = source.cells.fixed ? source.cells.labels.length : active.reduce((sum, one) => sum + one, 0);
  return {
    name: column.name,
    separator: source.separator,
    tags: labels.length,
    places: tagPlaces(column),
    parents,
    mean: column.ids.length / Math.max(1, rows),
    most,
    first: labels.slice(0, FIRST),
    ancestors: labels.length - known,
    children: parents.reduce((sum, parent) => sum + (parent >= 0 ? 1 : 0), 0),
    empty: told?.empty ?? 0,
    cut: told?.cut ?? 0,
    missingAsZero: source.missingAsZero,
  };
}
