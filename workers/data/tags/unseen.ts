import type { Split, TagColumn } from '../dataset';

/** Which tags some row of these parts has: 1 for each tag (K). */
export function tagsIn({ offsets, ids, labels }: TagColumn, parts: readonly Uint32Array[]): Uint8Array {
  const seen = new Uint8Array(labels.length);
  for (const rows of parts) for (const row of rows) for (let i = offsets[row]; i < offsets[row + 1]; i++) seen[ids[i]] = 1;
  return seen;
}

/** Rows of `part` with a tag that `seen` does not mark, in the order of the rows. */
export function rowsWithUnseenTags({ offsets, ids }: TagColumn, seen: Uint8Array, part: Uint32Array): Uint32Array {
  return part.filter((row) => {
    for (let i = offsets[row]; i < offsets[row + 1]; i++) if (seen[ids[i]] === 0) return true;
    return false;
  });
}

/**
 * The columns without the tags of test rows that no training or validation row has: their vectors are never
 * trained, and an initial one would be noise (docs/methods.md F1, "Unseen tags"). Which test rows lost tags
 * stands in `unseenRows`. The vocabulary stays, so that tags keep their numbers.
 */
export function dropUnseenTags(columns: readonly TagColumn[], { train, validation, test }: Split): TagColumn[] {
  return columns.map((column) => {
    const seen = tagsIn(column, [train, validation]);
    const unseenRows = rowsWithUnseenTags(column, seen, test).sort();
    return unseenRows.length === 0 ? { ...column, unseenRows } : { ...without(column, seen, unseenRows), unseenRows };
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
