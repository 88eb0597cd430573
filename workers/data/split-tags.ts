import type { RandomStream } from '../random/random';
import type { TagColumn } from './dataset';
import { LabFailure } from './failure';
import { quote } from './refusals';
import type { Groups, Parted } from './split-groups';

/**
 * The column of tags that divides the rows: the one with this number (from 1), or the one with most tags.
 *
 * @throws LabFailure 'split-tags' when there is no such column
 */
export function splitTags({ splitFeature }: { splitFeature: number | null }, tags: readonly TagColumn[]): TagColumn {
  const most = tags.reduce<TagColumn | undefined>((best, next) => (best && best.labels.length >= next.labels.length ? best : next), undefined);
  const column = splitFeature === null ? most : tags[splitFeature - 1];
  if (column) return column;
  throw new LabFailure(
    'split-tags',
    splitFeature === null || tags.length === 0
      ? 'A division by tags needs a column of tags, and there is none.'
      : `There is no column of tags number ${splitFeature} to divide by; there ${tags.length === 1 ? 'is 1' : `are ${tags.length}`}.`,
    tags.length === 0 ? 'Give a column the role tags, or divide rows at random.' : `Choose a number from 1 to ${tags.length}, or leave it empty.`,
  );
}

/**
 * Takes out all rows that have one of some tags, so that those tags are in no row left. Tags come in random
 * order, and one is taken where the rows that have it keep the part within its share; where not even one
 * fits, the tag with fewest rows. Both parts keep the order of the rows.
 *
 * @throws LabFailure 'split-tags' when every row has the tag
 */
export function withoutTags(order: Uint32Array, { name, offsets, ids, labels }: TagColumn, share: number, random: RandomStream): Parted {
  const rowsOf = rowsByTag(order, offsets, ids, labels.length);
  const tags: number[] = [];
  for (let tag = 0; tag < labels.length; tag++) if (rowsOf.starts[tag + 1] > rowsOf.starts[tag]) tags.push(tag);
  random.shuffle(tags);
  const most = Math.ceil(order.length * share - 1e-9);
  const held = new Uint8Array(order.length);
  let count = 0;
  const take = (tag: number, limit: number): void => {
    const places = rowsOf.places.subarray(rowsOf.starts[tag], rowsOf.starts[tag + 1]);
    const added = places.reduce((sum, place) => sum + (held[place] ? 0 : 1), 0);
    if (count + added > limit) return;
    for (const place of places) held[place] = 1;
    count += added;
  };
  for (const tag of tags) take(tag, most);
  const fewest = tags.reduce((least, tag) => (size(rowsOf.starts, tag) < size(rowsOf.starts, least) ? tag : least), tags[0]);
  if (count === 0 && tags.length > 0) take(fewest, order.length - 1);
  if (count === 0) {
    throw new LabFailure(
      'split-tags',
      `No tag of ${quote(name)} can be kept for the test: ${tags.length === 0 ? 'no row has one' : 'every row has each of them'}.`,
      'Divide by combinations of tags, or divide rows at random.',
    );
  }
  return { held: order.filter((_, place) => held[place] === 1), rest: order.filter((_, place) => held[place] === 0) };
}

const size = (starts: Uint32Array, tag: number): number => starts[tag + 1] - starts[tag];

/** Places in `order` of the rows that have each tag, one tag after the other. */
function rowsByTag(order: Uint32Array, offsets: Uint32Array, ids: Int32Array, tags: number) {
  const starts = new Uint32Array(tags + 1);
  for (const row of order) for (let i = offsets[row]; i < offsets[row + 1]; i++) starts[ids[i] + 1]++;
  for (let tag = 0; tag < tags; tag++) starts[tag + 1] += starts[tag];
  const places = new Uint32Array(starts[tags]);
  const next = starts.slice();
  order.forEach((row, place) => {
    for (let i = offsets[row]; i < offsets[row + 1]; i++) places[next[ids[i]]++] = place;
  });
  return { starts, places };
}

/** The rows by their set of tags: equal sets are kept together, the empty one too. */
export function combinations({ name, offsets, ids }: TagColumn): Groups {
  const known = new Map<string, number>();
  const codes = new Int32Array(offsets.length - 1);
  for (let row = 0; row < codes.length; row++) {
    const set = ids.subarray(offsets[row], offsets[row + 1]).join();
    const code = known.get(set) ?? known.size;
    known.set(set, code);
    codes[row] = code;
  }
  return { name: `${name} (combinations)`, codes, cardinality: known.size };
}
