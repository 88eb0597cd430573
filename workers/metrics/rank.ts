const DIGITS = 2 ** 16;
/** Longer runs of equal upper halves are sorted by comparing, shorter ones by insertion. */
const LONG_RUN = 32;

/** Turns how often each digit occurs into its first place. */
function countsToPlaces(counts: Uint32Array): void {
  for (let digit = 0, place = 0; digit < DIGITS; digit++) {
    const count = counts[digit];
    counts[digit] = place;
    place += count;
  }
}

/** Room for sorting so many values. */
interface Room {
  upper: Uint32Array;
  byLow: Uint32Array;
  order: Uint32Array;
}

const roomFor = (n: number): Room => ({ upper: new Uint32Array(n), byLow: new Uint32Array(n), order: new Uint32Array(n) });

/**
 * Indices of `values` by increasing value, NaN at the ends: a radix sort of the upper halves of the doubles,
 * 20 bits of whose digits they hold, and of what these leave equal a sort by value. For the half a million
 * distances between 1,000 levels it takes a tenth of the time of a sort that compares.
 */
export const increasing = (values: Float64Array): Uint32Array => sorted(values, roomFor(values.length));

/** The same in the given room, whose `order` it returns. */
function sorted(values: Float64Array, { upper, byLow, order }: Room): Uint32Array {
  const n = values.length;
  // Low half first, as on every machine that browsers run on. As whole numbers the halves of positive doubles
  // are in the doubles' order; those of negative ones are in the opposite order, and come first once
  // inverted.
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * n);
  const low = new Uint32Array(DIGITS);
  const high = new Uint32Array(DIGITS);
  for (let i = 0; i < n; i++) {
    const half = halves[2 * i + 1];
    const key = half < 0 ? ~half : half | 0x80000000;
    upper[i] = key;
    low[key & (DIGITS - 1)]++;
    high[key >>> 16]++;
  }
  countsToPlaces(low);
  countsToPlaces(high);
  for (let i = 0; i < n; i++) byLow[low[upper[i] & (DIGITS - 1)]++] = i;
  for (let i = 0; i < n; i++) order[high[upper[byLow[i]] >>> 16]++] = byLow[i];
  for (let from = 0; from < n; ) {
    const key = upper[order[from]];
    let end = from + 1;
    while (end < n && upper[order[end]] === key) end++;
    if (end - from > 1) sortRun(order, from, end, values);
    from = end;
  }
  return order;
}

/** Sorts the indices in places from … end by their values. */
function sortRun(order: Uint32Array, from: number, end: number, values: Float64Array): void {
  if (end - from > LONG_RUN) {
    order.subarray(from, end).sort((a, b) => values[a] - values[b]);
    return;
  }
  for (let i = from + 1; i < end; i++) {
    const index = order[i];
    let at = i;
    for (; at > from && values[order[at - 1]] > values[index]; at--) order[at] = order[at - 1];
    order[at] = index;
  }
}

/** Ranks 1 … n, ties sharing their mean rank. */
export function ranks(values: Float64Array, room = roomFor(values.length)): Float64Array {
  const order = sorted(values, room);
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let end = from + 1;
    while (end < order.length && values[order[end]] === values[order[from]]) end++;
    for (let i = from; i < end; i++) ranked[order[i]] = (from + end + 1) / 2;
    from = end;
  }
  return ranked;
}

/** Pearson correlation; NaN when one side is constant. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i] / n;
    meanB += b[i] / n;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const u = a[i] - meanA;
    const v = b[i] - meanB;
    ab += u * v;
    aa += u * u;
    bb += v * v;
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : Number.NaN;
}

/** Spearman rank correlation with mean ranks for ties; NaN when one side is constant or holds a NaN. */
export function spearman(a: Float64Array, b: Float64Array): number {
  if (a.some(Number.isNaN) || b.some(Number.isNaN)) return Number.NaN;
  // Both are sorted in the same room: the first touch of a page of memory takes longer than sorting what is
  // on it.
  const room = roomFor(a.length);
  return pearson(ranks(a, room), ranks(b, room));
}
