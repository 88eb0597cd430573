import type { TagColumn } from '../dataset';
import { LabFailure } from '../failure';
import { MISSING_LABEL } from '../levels';
import { quote } from '../refusals';
import type { MissingPolicy, TagHierarchy } from '../schema';
import { MISSING, type TableColumn } from '../table';
import type { TagSeparator } from './cells';
import { hierarchyFromLabels, hierarchyFromPairs, noHierarchy } from './hierarchy';
import { parsedTags } from './parsed';

/** Most tags of a column. */
const MOST_LABELS = 1_000_000;

/** The sets of all rows of a table, wherever they stand in it. */
export interface TagCells {
  name: string;
  labels: readonly string[];
  /** All labels are tags, also those that no row has. */
  fixed: boolean;
  /** Labels of a row are `ids[begin(row)] … ids[end(row) − 1]`, in any order, different. */
  ids: Int32Array;
  begin(row: number): number;
  end(row: number): number;
  /** The row has no cell, or one without a label. */
  isMissing(row: number): boolean;
  isCut(row: number): boolean;
}

/** The sets that the texts of a column hold. */
export function cellsOf(column: TableColumn, separator: TagSeparator): TagCells {
  const { labels, offsets, ids, cut } = parsedTags(column, separator);
  const { codes } = column;
  const begin = (row: number): number => (codes[row] === MISSING ? 0 : offsets[codes[row]]);
  const end = (row: number): number => (codes[row] === MISSING ? 0 : offsets[codes[row] + 1]);
  return {
    name: column.name,
    labels,
    fixed: false,
    ids,
    begin,
    end,
    isMissing: (row) => begin(row) === end(row),
    isCut: (row) => codes[row] !== MISSING && cut[codes[row]] === 1,
  };
}

/**
 * The sets of the rows that are used as a column of tags: tags that these rows have, in order of first
 * appearance in the file, then those of the hierarchy that no cell has. Rows that are not used have the empty
 * set.
 *
 * @throws LabFailure 'no-tag', 'too-many-tags' and those of `hierarchyFromPairs`
 */
export function tagColumn(cells: TagCells, hierarchy: TagHierarchy | undefined, missing: MissingPolicy['tags'], kept: Uint8Array): TagColumn {
  const { name, labels, ids, begin, end } = cells;
  const used = usedLabels(cells, kept);
  const tagOf = new Int32Array(labels.length).fill(-1);
  const vocabulary = labels.filter((_, label) => used.has[label]);
  for (let label = 0, tag = 0; label < labels.length; label++) if (used.has[label]) tagOf[label] = tag++;
  const own = missing === 'own-tag' && used.empty > 0 ? ownTag(vocabulary) : -1;
  if (vocabulary.length === 0) {
    const where = kept.every(Boolean) ? '' : ' in the rows that are used';
    throw new LabFailure('no-tag', `The column of tags ${quote(name)} has no tag${where}.`, 'Ignore this column, or choose another separator.');
  }
  const named =
    hierarchy === 'none'
      ? noHierarchy(vocabulary)
      : Array.isArray(hierarchy)
        ? hierarchyFromPairs(vocabulary, hierarchy, name)
        : hierarchyFromLabels(vocabulary, name);
  refuseTooMany(name, named.labels.length);
  const offsets = new Uint32Array(kept.length + 1);
  const sets = new Int32Array(used.occurrences + (own >= 0 ? used.empty : 0));
  let at = 0;
  let cut = 0;
  for (let row = 0; row < kept.length; row++) {
    if (kept[row]) {
      const from = at;
      for (let i = begin(row); i < end(row); i++) at = insert(sets, from, at, tagOf[ids[i]]);
      if (own >= 0 && cells.isMissing(row)) sets[at++] = own;
      if (cells.isCut(row)) cut++;
    }
    offsets[row + 1] = at;
  }
  return { name, offsets, ids: sets.subarray(0, at), ...named, told: { empty: own >= 0 ? 0 : used.empty, cut } };
}

/** Place of the tag of rows without tags, added where no cell has it. */
function ownTag(vocabulary: string[]): number {
  const known = vocabulary.indexOf(MISSING_LABEL);
  return known >= 0 ? known : vocabulary.push(MISSING_LABEL) - 1;
}

function refuseTooMany(name: string, tags: number): void {
  if (tags <= MOST_LABELS) return;
  throw new LabFailure(
    'too-many-tags',
    `The column of tags ${quote(name)} has ${tags.toLocaleString('en')} tags; at most ${MOST_LABELS.toLocaleString('en')} can be used.`,
    'Choose another separator, or ignore this column.',
  );
}

/** Which labels the rows that are used have, how often, and how many of these rows have none. */
function usedLabels(cells: TagCells, kept: Uint8Array): { has: Uint8Array; occurrences: number; empty: number } {
  const { labels, fixed, ids, begin, end } = cells;
  const has = new Uint8Array(labels.length).fill(fixed ? 1 : 0);
  let [occurrences, empty] = [0, 0];
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    const [from, to] = [begin(row), end(row)];
    for (let i = from; i < to; i++) has[ids[i]] = 1;
    occurrences += to - from;
    if (from === to) empty++;
  }
  return { has, occurrences, empty };
}

/** Puts a tag into its place among those from `from` to `at`, which ascend; returns the new end. */
function insert(sets: Int32Array, from: number, at: number, tag: number): number {
  let place = at;
  for (; place > from && sets[place - 1] > tag; place--) sets[place] = sets[place - 1];
  sets[place] = tag;
  return at + 1;
}
