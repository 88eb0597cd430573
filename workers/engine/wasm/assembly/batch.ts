// The rows of a batch: their order, their levels, and the way between panels of rows and records of level
// vectors.
import { feature, problem } from './problem';
import { splat, storeColumns } from './math';
import { BLOCK, Feature } from './structures';
import { sortByTag } from './tags';
import { part } from './threads';

/** Rows of the batch and the address of their row numbers, of this call. */
export let rows: i32 = 0;
export let rowNumbers: usize = 0;
/** Injected noise (features × rows × d), or 0; else the counter and the seed it is drawn with. */
export let injected: usize = 0;
export let noiseStep: i32 = 0;
export let noiseSeed: i32 = 0;

export function setBatch(numbers: usize, count: i32, noise: usize, step: i32, seed: i32): void {
  rowNumbers = numbers;
  rows = count;
  injected = noise;
  noiseStep = step;
  noiseSeed = seed;
}

/** Rows of the block that begins at `from`, in a range that ends at `end`. */
// @ts-ignore: decorator
@inline
export function blockRows(from: i32, end: i32): i32 {
  const left = end - from;
  return left < BLOCK ? left : BLOCK;
}

/**
 * Where the rows of part `i` of `parts` begin in first … last (`first` a multiple of eight): whole panels.
 */
export function firstRow(first: i32, last: i32, i: i32, parts: i32): i32 {
  const at = first + (part((last - first + 7) >> 3, i, parts) << 3);
  return at < last ? at : last;
}

/**
 * True for a first feature with a level a row: it puts the rows of a level side by side, and this order is
 * that of all.
 */
// @ts-ignore: decorator
@inline
export function orders(k: i32): bool {
  return k == 0 && problem.features > 0 && feature(0).setStarts == 0;
}

/** First of the present levels of part `i` of `parts`, which have about as many rows (or pairs) each. */
export function firstSlot(f: Feature, i: i32, parts: i32): i32 {
  return slotFrom(f, part(load<i32>(f.starts + ((<usize>f.presentCount) << 2)), i, parts));
}

/** First of the present levels whose rows begin at `place` of the levels' order or behind it. */
export function slotFrom(f: Feature, place: i32): i32 {
  let low = 0,
    high = f.presentCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i32>(f.starts + ((<usize>middle) << 2)) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of the data row at position `position`. */
// @ts-ignore: decorator
@inline
export function rowAt(position: i32): usize {
  return <usize>load<i32>(rowNumbers + ((<usize>load<i32>(problem.order + ((<usize>position) << 2))) << 2));
}

// @ts-ignore: decorator
@inline
function levelAt(codes: usize, place: i32): i32 {
  return load<i32>(codes + ((<usize>load<i32>(rowNumbers + ((<usize>place) << 2))) << 2));
}

/**
 * Place in the batch of the `t`-th row to be counted: the first feature counts rows as they come and thereby
 * orders them for the others.
 */
// @ts-ignore: decorator
@inline
function placeOf(first: bool, t: i32): i32 {
  return first ? t : load<i32>(problem.order + ((<usize>t) << 2));
}

/**
 * Counting sort of the batch by the levels (or tags) of feature k, touching only levels that are present. The
 * order of a first feature of levels is the processing order.
 */
export function sortByLevel(k: i32): void {
  if (feature(k).setStarts) {
    sortByTag(feature(k));
    return;
  }
  const f = feature(k),
    first = k == 0,
    counts = f.counts,
    present = f.present,
    codes = f.codes;
  let found = 0;
  for (let t = 0; t < rows; t++) {
    const level = levelAt(codes, placeOf(first, t)),
      at = counts + ((<usize>level) << 2),
      n = load<i32>(at);
    if (n == 0) {
      store<i32>(present + ((<usize>found) << 2), level);
      found++;
    }
    store<i32>(at, n + 1);
  }
  let place = 0;
  for (let s = 0; s < found; s++) {
    const at = counts + ((<usize>load<i32>(present + ((<usize>s) << 2))) << 2),
      n = load<i32>(at);
    store<i32>(f.starts + ((<usize>s) << 2), place);
    store<i32>(at, place);
    place += n;
  }
  store<i32>(f.starts + ((<usize>found) << 2), place);
  f.presentCount = found;
  const sorted = first ? problem.order : f.places;
  for (let t = 0; t < rows; t++) {
    const at = counts + ((<usize>levelAt(codes, placeOf(first, t))) << 2),
      to = load<i32>(at);
    store<i32>(at, to + 1);
    store<i32>(sorted + ((<usize>to) << 2), t);
  }
  writeKeys(f, first);
}

/**
 * Per position the slot (encoder, lookups) or level (tables) of its row; positions that only fill the last
 * panel take the zero vector.
 */
function writeKeys(f: Feature, first: bool): void {
  const slots = problem.slotted != 0;
  let place = 0;
  for (let s = 0; s < f.presentCount; s++) {
    const level = load<i32>(f.present + ((<usize>s) << 2)),
      end = load<i32>(f.starts + 4 + ((<usize>s) << 2)),
      key = slots ? s + 1 : level;
    for (; place < end; place++) {
      const position = first ? place : load<i32>(f.places + ((<usize>place) << 2));
      store<i32>(f.keys + ((<usize>position) << 2), key);
    }
    store<i32>(f.counts + ((<usize>level) << 2), 0);
  }
  for (let t = rows; t < ((rows + 7) & ~7); t++) store<i32>(f.keys + ((<usize>t) << 2), slots ? 0 : f.levels);
}

/** Rows in the order given, where no feature orders them. */
export function keepOrder(): void {
  for (let t = 0; t < rows; t++) store<i32>(problem.order + ((<usize>t) << 2), t);
}

/**
 * Puts the `count` rows from place `from` of the batch, or of those whose places lie at `places`, at
 * positions `to` … and their levels into the keys: evaluation needs no order.
 */
export function takeBlock(from: i32, to: i32, count: i32, places: usize = 0): void {
  const order = problem.order + ((<usize>to) << 2);
  for (let t = 0; t < count; t++) store<i32>(order + ((<usize>t) << 2), places ? load<i32>(places + ((<usize>(from + t)) << 2)) : from + t);
  for (let k = 0; k < problem.features; k++) {
    const f = feature(k),
      keys = f.keys + ((<usize>to) << 2);
    if (f.setStarts) continue;
    for (let t = 0; t < count; t++) store<i32>(keys + ((<usize>t) << 2), levelAt(f.codes, load<i32>(order + ((<usize>t) << 2))));
    for (let t = count; t < ((count + 7) & ~7); t++) store<i32>(keys + ((<usize>t) << 2), f.levels);
  }
}

/** Rows of the present level that has most. */
export function mostRows(f: Feature): i32 {
  let most = 0;
  for (let s: usize = 0; s < <usize>f.presentCount; s++) most = max(most, load<i32>(f.starts + 4 + (s << 2)) - load<i32>(f.starts + (s << 2)));
  return most;
}

/**
 * Copies `count` positions of the first feature's order from `from` on to `to` … (multiples of eight), with
 * their slots; what fills the last panel takes the zero vector.
 */
export function copyGroup(from: i32, to: i32, count: i32): void {
  const f = feature(0),
    order = problem.order + ((<usize>to) << 2),
    keys = f.keys + ((<usize>to) << 2);
  memory.copy(order, problem.order + ((<usize>from) << 2), (<usize>count) << 2);
  memory.copy(keys, f.keys + ((<usize>from) << 2), (<usize>count) << 2);
  for (let t = count; t < ((count + 7) & ~7); t++) {
    store<i32>(order + ((<usize>t) << 2), 0);
    store<i32>(keys + ((<usize>t) << 2), 0);
  }
}

/**
 * x of `count` rows from position `from` into panels of `width` features; with `response`, y follows x. Rows
 * beyond the batch are zero.
 */
export function gatherRows(from: i32, count: i32, to: usize, width: i32, response: bool): void {
  const p = problem.p,
    last = p + i32(response);
  for (let r = 0; r < count; r += 8) {
    for (let c = 0; c < 8; c++) {
      const at = to + ((<usize>c) << 2);
      if (r + c < count) {
        const row = rowAt(from + r + c),
          x = problem.x + row * ((<usize>p) << 2);
        for (let j = 0; j < p; j++) store<f32>(at + ((<usize>j) << 5), load<f32>(x + ((<usize>j) << 2)));
        if (response) store<f32>(at + ((<usize>p) << 5), load<f32>(problem.y + (row << 2)));
      } else for (let j = 0; j < last; j++) store<f32>(at + ((<usize>j) << 5), 0);
    }
    to += (<usize>width) << 5;
  }
}

/** The first `p` features of each of `n` panels of `width` into panels of `toWidth`. */
export function copyPanels(from: usize, width: i32, to: usize, toWidth: i32, p: i32, n: i32): void {
  for (; n > 0; n--) {
    for (let o: usize = 0; o < (<usize>p) << 5; o += 16) v128.store(to + o, v128.load(from + o));
    from += (<usize>width) << 5;
    to += (<usize>toWidth) << 5;
  }
}

/** y of `count` rows from position `from`, in a row; zero up to the end of the last panel. */
export function gatherResponse(from: i32, count: i32): void {
  for (let t = 0; t < count; t++) store<f32>(problem.response + ((<usize>t) << 2), load<f32>(problem.y + (rowAt(from + t) << 2)));
  for (let t = count; t < ((count + 7) & ~7); t++) store<f32>(problem.response + ((<usize>t) << 2), 0);
}

/** Eight rows of d features from a panel to records `stride` apart; the padding of a record is zero. */
export function panelToRecords(from: usize, to: usize, stride: usize, d: i32): void {
  const z = splat(0);
  for (let half = 0; half < 2; half++) {
    for (let f = 0; f < d; f += 4) {
      const s = from + ((<usize>f) << 5),
        a = v128.load(s);
      const b = f + 1 < d ? v128.load(s, 32) : z,
        c = f + 2 < d ? v128.load(s, 64) : z,
        e = f + 3 < d ? v128.load(s, 96) : z;
      storeColumns(a, b, c, e, to + ((<usize>f) << 2), stride, 4);
    }
    from += 16;
    to += stride << 2;
  }
}

// @ts-ignore: decorator
@inline
function fourRecords(keys: usize, records: usize, stride: usize, f: i32, to: usize, d: i32): void {
  const o = records + ((<usize>f) << 2);
  const r0 = v128.load(o + <usize>load<i32>(keys) * stride),
    r1 = v128.load(o + <usize>load<i32>(keys, 4) * stride);
  const r2 = v128.load(o + <usize>load<i32>(keys, 8) * stride),
    r3 = v128.load(o + <usize>load<i32>(keys, 12) * stride);
  storeColumns(r0, r1, r2, r3, to, 32, d - f);
}

/** The records of eight keys into d features of a panel. */
export function recordsToPanel(keys: usize, records: usize, stride: usize, to: usize, d: i32): void {
  for (let f = 0; f < d; f += 4) {
    const o = to + ((<usize>f) << 5);
    fourRecords(keys, records, stride, f, o, d);
    fourRecords(keys + 16, records, stride, f, o + 16, d);
  }
}

/** Lanes of a record that hold numbers of its vector, not padding or a bias. */
// @ts-ignore: decorator
@inline
export function recordMask(byte: usize): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(<i32>(byte >> 2)), i32x4(0, 1, 2, 3)), i32x4.splat(problem.d));
}
