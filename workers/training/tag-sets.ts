import { type Dataset, type TagColumn, tagRow } from '../data/dataset';
import type { Groups } from '../data/split-groups';
import { combinations } from '../data/split-tags';

/** Tags of a row, ascending. */
export const setOf = ({ offsets, ids }: TagColumn, row: number): Int32Array => ids.subarray(offsets[row], offsets[row + 1]);

/**
 * Columns of tags in which every row has a set of its own; [] for windows of series, whose sets are those of
 * the series.
 */
export const setColumns = ({ tags = [], series }: Pick<Dataset, 'tags' | 'series'>): readonly TagColumn[] => (series ? [] : tags);

/** How many of these rows have each tag (K). */
export function rowsOfTags(column: TagColumn, parts: readonly Uint32Array[]): Float32Array {
  const counts = new Float32Array(column.labels.length);
  for (const rows of parts) for (const row of rows) for (const tag of setOf(column, row)) counts[tag]++;
  return counts;
}

/** The rows that results learn from: training and validation. */
export const learnedRows = ({ split: { train, validation } }: Pick<Dataset, 'split'>): Uint32Array[] => [train, validation];

/** How many training rows (validation included) have each tag; of windows, how many of their series. */
export function tagCounts(dataset: Pick<Dataset, 'series' | 'split'>, column: TagColumn): Float32Array {
  const parts = learnedRows(dataset);
  if (!dataset.series) return rowsOfTags(column, parts);
  // A forecast learns from all series at once.
  if (dataset.series.task === 'forecast') return rowsOfTags(column, [Uint32Array.from(dataset.series.names, (_, f) => f)]);
  const owner = tagRow(dataset);
  return rowsOfTags(column, [Uint32Array.from(new Set(parts.flatMap((rows) => Array.from(rows, owner))))]);
}

/** For each of `rows`, whether tags that no training row has were taken out of it. */
function lostTags({ unseenRows = new Uint32Array(0), unseenValidation = new Uint32Array(0) }: TagColumn): (row: number) => boolean {
  const lost = new Set([...unseenRows, ...unseenValidation]);
  return (row) => lost.has(row);
}

/**
 * The tag of each of `rows` that fewest training rows have: a row is known as well as its rarest tag. −1 for
 * a row without tags, K for one that lost tags.
 *
 * @param counts training rows of each tag
 */
export function rarestTags(column: TagColumn, counts: Float32Array, rows: Uint32Array): Int32Array {
  const lost = lostTags(column);
  return Int32Array.from(rows, (row) => {
    if (lost(row)) return column.labels.length;
    return setOf(column, row).reduce((least, tag) => (least < 0 || counts[tag] < counts[least] ? tag : least), -1);
  });
}

const known = new WeakMap<TagColumn, Groups>();

/** The combination of tags of every row of the data, found once for each column. */
export function combinationsOf(column: TagColumn): Groups {
  const found = known.get(column) ?? combinations(column);
  known.set(column, found);
  return found;
}

/** For each of `rows`, 1 where no row of `parts` has the same set of tags, or where it lost tags. */
export function newCombinations(column: TagColumn, parts: readonly Uint32Array[], rows: Uint32Array): Uint8Array {
  const { codes, cardinality } = combinationsOf(column);
  const seen = new Uint8Array(cardinality);
  for (const part of parts) for (const row of part) seen[codes[row]] = 1;
  const lost = lostTags(column);
  return Uint8Array.from(rows, (row) => (lost(row) || seen[codes[row]] === 0 ? 1 : 0));
}
