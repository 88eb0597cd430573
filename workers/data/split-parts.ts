import type { RandomStream } from '../random/random';
import { LabFailure } from './failure';
import type { Fold } from './schema';
import type { Groups, Parted } from './split-groups';

/** Rows of `order` that `taken` marks, and the others. */
function parted(order: Uint32Array, taken: (row: number, place: number) => boolean): Parted {
  const marks = order.map((row, place) => (taken(row, place) ? 1 : 0));
  return { held: order.filter((_, place) => marks[place] === 1), rest: order.filter((_, place) => marks[place] === 0) };
}

/** The part of `order` between two places, and the rest. */
export const slicePart = (order: Uint32Array, from: number, to: number): Parted => parted(order, (_, place) => place >= from && place < to);

/** Places from where to where fold `index` of `of` lies among `n`; sizes differ by one at most. */
export const foldRange = (n: number, { index, of }: Fold): [from: number, to: number] => [
  Math.floor((n * (index - 1)) / of),
  Math.floor((n * index) / of),
];

/**
 * Divides `total` in proportion to `counts` by largest remainders, so that every share is within one of the
 * exact one. With two classes one that would get nothing gets one, where it can spare it: a part without a
 * class cannot be scored.
 */
export function apportion(total: number, counts: readonly number[]): number[] {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (total * count) / all);
  const shares = exact.map(Math.floor);
  const byRemainder = exact.map((value, i) => ({ i, remainder: value - shares[i] })).sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  for (let left = total - shares.reduce((sum, share) => sum + share, 0), k = 0; left > 0; left--, k++) shares[byRemainder[k].i]++;
  if (counts.length === 2 && total >= 2) {
    const poor = shares.indexOf(0);
    if (poor >= 0 && counts[poor] >= 2) {
      shares[poor]++;
      shares[1 - poor]--;
    }
  }
  return shares;
}

/** Rows of `order` by class, each in the order they had. */
function byClass(order: Uint32Array, classOf: (row: number) => number, classes: number): Uint32Array[] {
  return Array.from({ length: classes }, (_, wanted) => order.filter((row) => classOf(row) === wanted));
}

/** Takes `count` rows out, the first of each class in the order given, every class in its share. */
export function stratifiedPart(order: Uint32Array, classOf: (row: number) => number, classes: number, count: number): Parted {
  const groups = byClass(order, classOf, classes);
  const left = apportion(
    count,
    groups.map((rows) => rows.length),
  );
  return parted(order, (row) => left[classOf(row)]-- > 0);
}

/**
 * A fold with every class in its share: rows are dealt out class by class, so that both sizes and class
 * counts of folds differ by one at most.
 */
export function stratifiedFold(order: Uint32Array, classOf: (row: number) => number, classes: number, { index, of }: Fold): Parted {
  const held = new Set<number>();
  let place = 0;
  for (const rows of byClass(order, classOf, classes)) for (const row of rows) if (place++ % of === index - 1) held.add(row);
  return parted(order, (row) => held.has(row));
}

/**
 * A fold of whole groups: the largest group first, each goes to the fold with the fewest rows so far; groups
 * of equal size in random order. Folds are disjoint and cover all rows, and no group is in two of them.
 *
 * @throws LabFailure 'too-many-folds' when there are fewer groups than folds
 */
export function groupFold(order: Uint32Array, { name, codes, cardinality }: Groups, { index, of }: Fold, random: RandomStream): Parted {
  const counts = new Uint32Array(cardinality);
  for (const row of order) counts[codes[row]]++;
  const groups: number[] = [];
  for (let group = 0; group < cardinality; group++) if (counts[group] > 0) groups.push(group);
  if (groups.length < of) {
    throw new LabFailure(
      'too-many-folds',
      `${name} has ${groups.length} ${groups.length === 1 ? 'value' : 'values'} in the rows that are used, too few for ${of} folds that keep them together.`,
      'Ask for fewer folds, or divide by another column.',
    );
  }
  random.shuffle(groups);
  groups.sort((a, b) => counts[b] - counts[a]);
  const sizes = new Float64Array(of);
  const foldOf = new Int32Array(cardinality);
  for (const group of groups) {
    const least = sizes.indexOf(Math.min(...sizes));
    foldOf[group] = least;
    sizes[least] += counts[group];
  }
  return parted(order, (row) => foldOf[codes[row]] === index - 1);
}

/** Times of rows in rising order, as plain numbers. */
function sortedTimes(order: Uint32Array, time: (row: number) => number): Float64Array {
  return Float64Array.from(order, time).sort();
}

const oneTime = (name: string): LabFailure =>
  new LabFailure(
    'split-time',
    `Too many rows share a value of ${name} for the past to train and the future to test.`,
    'Choose a column with finer times, or keep fewer rows for the test.',
  );

/**
 * Takes the latest rows: at least `count` of them, and those with the same time as the first of these, so
 * that no time is on both sides.
 *
 * @throws LabFailure 'split-time' when that leaves nothing
 */
export function latestPart(order: Uint32Array, name: string, time: (row: number) => number, count: number): Parted {
  const times = sortedTimes(order, time);
  const cut = times[times.length - Math.max(1, count)];
  const both = parted(order, (row) => time(row) >= cut);
  if (both.rest.length === 0) throw oneTime(name);
  return both;
}

/**
 * A forward fold: the times are cut in `of` + 1 blocks of about as many rows; block `index` + 1 tests, the
 * blocks before it train, and what comes after is left out. Rows of one time are in one block.
 *
 * @throws LabFailure 'split-time' when a block is empty
 */
export function forwardFold(order: Uint32Array, name: string, time: (row: number) => number, { index, of }: Fold): Parted {
  const times = sortedTimes(order, time);
  const start = (block: number): number => (block > of ? Number.POSITIVE_INFINITY : times[Math.floor((times.length * block) / (of + 1))]);
  const [from, to] = [start(index), start(index + 1)];
  const held = order.filter((row) => time(row) >= from && time(row) < to);
  const rest = order.filter((row) => time(row) < from);
  if (held.length === 0 || rest.length === 0) throw oneTime(name);
  return { held, rest };
}
