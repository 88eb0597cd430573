import { increasing } from './rank';

/**
 * Harrell's concordance of predicted times with times to an event (docs/methods.md C17): of the pairs of rows
 * of which it is known who had the event first, the share in which the longer prediction has the longer time,
 * ties of predictions counting one half. A pair counts when the shorter time ended in an event; equal times
 * count only when one of the two is censored, which is then the longer one.
 */

/** What the pairs of each row came to. */
export interface ConcordantPairs {
  /** Pairs of each row (n) that count, and how concordant they are in sum. */
  pairs: Float64Array;
  concordant: Float64Array;
  /** Pairs in all. */
  total: number;
  /** Their concordant share; NaN without pairs. */
  concordance: number;
}

/** A Fenwick tree (1994): sums of what lies at places below one, in time log n. */
class Sums {
  readonly #sums: Float64Array;

  constructor(places: number) {
    this.#sums = new Float64Array(places + 1);
  }

  add(place: number, value: number): void {
    for (let i = place + 1; i < this.#sums.length; i += i & -i) this.#sums[i] += value;
  }

  /** Sum at places below `place`. */
  below(place: number): number {
    let sum = 0;
    for (let i = place; i > 0; i -= i & -i) sum += this.#sums[i];
    return sum;
  }
}

/** Rank of each value among the different ones, 0 the least. */
function denseRanks(values: ArrayLike<number>): { ranks: Int32Array; count: number } {
  const order = increasing(Float64Array.from(values, (value) => value + 0));
  const ranks = new Int32Array(values.length);
  let rank = -1;
  for (let i = 0; i < order.length; i++) {
    if (i === 0 || values[order[i]] !== values[order[i - 1]]) rank++;
    ranks[order[i]] = rank;
  }
  return { ranks, count: rank + 1 };
}

/** Rows between two rests: some hundredths of a second. */
const REST_ROWS = 1 << 16;

/**
 * In time n log n: once through the rows by falling time for those that had the event first, and once by
 * rising time for those that outlived them. Yields between parts of the work.
 *
 * @param time (n) @param seen 1 where the event was seen, 0 where censored (n) @param predicted times (n)
 */
export function* pairing(time: ArrayLike<number>, seen: ArrayLike<number>, predicted: ArrayLike<number>): Generator<void, ConcordantPairs> {
  const n = time.length;
  const { ranks, count } = denseRanks(predicted);
  yield;
  const pairs = new Float64Array(n);
  const concordant = new Float64Array(n);
  // Of one time, events come before censored rows.
  const byTime = denseRanks(time);
  yield;
  const groupOf = Float64Array.from(time, (_, i) => 2 * byTime.ranks[i] + (seen[i] > 0.5 ? 0 : 1));
  const order = increasing(groupOf);
  const groups: [number, number][] = [];
  for (let from = 0; from < n; ) {
    let end = from;
    while (end < n && groupOf[order[end]] === groupOf[order[from]]) end++;
    groups.push([from, end]);
    from = end;
  }
  yield;
  const score = (sums: Sums, rank: number, shorterIsRight: boolean): number => {
    const below = sums.below(rank);
    const same = sums.below(rank + 1) - below;
    const above = sums.below(count) - below - same;
    return (shorterIsRight ? above : below) + same / 2;
  };
  // Who had the event first, against all that come later.
  let sums = new Sums(count);
  let later = 0;
  for (const [from, end] of groups.toReversed()) {
    for (let i = from; i < end; i++) {
      if (i % REST_ROWS === 0) yield;
      const row = order[i];
      if (!(seen[row] > 0.5)) continue;
      pairs[row] += later;
      concordant[row] += score(sums, ranks[row], true);
    }
    for (let i = from; i < end; i++) sums.add(ranks[order[i]], 1);
    later += end - from;
  }
  // Who came later, against all that had the event first.
  sums = new Sums(count);
  let earlier = 0;
  let total = 0;
  let right = 0;
  for (const [from, end] of groups) {
    for (let i = from; i < end; i++) {
      if (i % REST_ROWS === 0) yield;
      const row = order[i];
      const own = score(sums, ranks[row], false);
      pairs[row] += earlier;
      concordant[row] += own;
      total += earlier;
      right += own;
    }
    for (let i = from; i < end; i++) {
      if (!(seen[order[i]] > 0.5)) continue;
      sums.add(ranks[order[i]], 1);
      earlier++;
    }
  }
  return { pairs, concordant, total, concordance: total > 0 ? right / total : Number.NaN };
}

/** The same in one go. */
export function concordantPairs(time: ArrayLike<number>, seen: ArrayLike<number>, predicted: ArrayLike<number>): ConcordantPairs {
  const work = pairing(time, seen, predicted);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Influence of each row on the concordance, as a ratio of two means over pairs: its pairs' concordance beyond
 * what as many average pairs have (workers/metrics/score-errors.ts). Null without pairs.
 */
export function concordanceInfluence({ pairs, concordant, total, concordance }: ConcordantPairs): Float64Array | null {
  if (total === 0 || pairs.length < 2) return null;
  return pairs.map((own, i) => (pairs.length * (concordant[i] - concordance * own)) / total);
}
