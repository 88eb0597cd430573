import { type Dataset, type Split, type TagColumn, tagRow } from '../dataset';

/** Which set of a column belongs to a row. */
type SetOf = (row: number) => number;
const own: SetOf = (row) => row;

/** Which tags some row of these parts has: 1 for each tag (K). */
function tagsIn({ offsets, ids, labels }: TagColumn, parts: readonly Uint32Array[], setOf: SetOf): Uint8Array {
  const seen = new Uint8Array(labels.length);
  for (const rows of parts) {
    for (const row of rows) {
      const set = setOf(row);
      for (let i = offsets[set]; i < offsets[set + 1]; i++) seen[ids[i]] = 1;
    }
  }
  return seen;
}

/** Rows of `part` with a tag that `seen` does not mark, in the order of the rows. */
function rowsWithUnseen({ offsets, ids }: TagColumn, seen: Uint8Array, part: Uint32Array, setOf: SetOf): Uint32Array {
  return part.filter((row) => {
    const set = setOf(row);
    for (let i = offsets[set]; i < offsets[set + 1]; i++) if (seen[ids[i]] === 0) return true;
    return false;
  });
}

/**
 * For each column of tags: test rows with a tag that no training or validation row has, and validation rows
 * with one that no training row has.
 */
export function unseenTagRows(dataset: Pick<Dataset, 'tags' | 'split' | 'series'>): { test: Uint32Array; validation: Uint32Array }[] {
  const { train, validation, test } = dataset.split;
  const setOf = tagRow(dataset);
  return (dataset.tags ?? []).map((column) => ({
    test: column.unseenRows ?? rowsWithUnseen(column, tagsIn(column, [train, validation], setOf), test, setOf),
    validation: column.unseenValidation ?? rowsWithUnseen(column, tagsIn(column, [train], setOf), validation, setOf),
  }));
}

/**
 * The columns without the tags of test rows that no training or validation row has: their vectors are never
 * trained, and an initial one would be noise (docs/methods.md F1, "Unseen tags"). Which test rows lost tags
 * stands in `unseenRows`. The vocabulary stays, so that tags keep their numbers.
 *
 * @param byTag validation is by tag: what no training row has is dropped from validation and test rows alike,
 * so that both ask the same
 */
export function dropUnseenTags(columns: readonly TagColumn[], { train, validation, test }: Split, byTag = false): TagColumn[] {
  return columns.map((column) => {
    const seen = tagsIn(column, byTag ? [train] : [train, validation], own);
    const unseenRows = rowsWithUnseen(column, seen, test, own).sort();
    const unseenValidation = byTag ? rowsWithUnseen(column, seen, validation, own).sort() : new Uint32Array(0);
    const changed = Uint32Array.from([...unseenRows, ...unseenValidation]).sort();
    const told = { unseenRows, ...(byTag && { unseenValidation }) };
    return changed.length === 0 ? { ...column, ...told } : { ...without(column, seen, changed), ...told };
  });
}

/** The column whose `rows` (ascending) have only the tags that `kept` marks. */
function without(column: TagColumn, kept: Uint8Array, rows: Uint32Array): TagColumn {
  const { offsets, ids } = column;
  const shorter = new Uint32Array(offsets.length);
  const left = new Int32Array(ids.length);
  let at = 0;
  for (let row = 0, next = 0; row + 1 < offsets.length; row++) {
    shorter[row] = at;
    const changed = rows[next] === row;
    if (changed) next++;
    for (let i = offsets[row]; i < offsets[row + 1]; i++) if (!changed || kept[ids[i]]) left[at++] = ids[i];
  }
  shorter[offsets.length - 1] = at;
  return { ...column, offsets: shorter, ids: left.slice(0, at) };
}
