// Delimited text: where its cells are, which level or number each is. A line that is not as most lines are is
// left to the host.

import { isBlank } from './blank';
import { codeOf, codeOfKey, isLarge, keyOf, look, sizeOf } from './dictionary';
import { forgetPoint, pointed, read, value } from './number';

export { laneA, laneB, mix, setLanes } from './fingerprint';
export { give, take } from './memory';
export { codeOf, dropDictionary, newDictionary } from './dictionary';

/** Where the first line begins that was not divided. */
let next: usize = 0;
/** Blank cells of the last call. */
let missing: i32 = 0;

export function nextLine(): usize {
  return next;
}
export function missingCells(): i32 {
  return missing;
}
export function sawPoint(): bool {
  return pointed;
}

// @ts-ignore: decorator
@inline
function marks(at: usize, separators: v128, ends: v128): u32 {
  const bytes = v128.load(at);
  return <u32>i8x16.bitmask(v128.or(i8x16.eq(bytes, separators), i8x16.eq(bytes, ends)));
}

/**
 * Divides lines into cells, as long as each has `width` of them and no quote but around whole cells: the
 * first byte of each cell and the one after its last, row after row. Bytes from `to` on, at least 16 of them,
 * may be read. `empty`: 1 for each column whose cells must be empty; 0 where there is no such column. The
 * rows, at most `most`.
 */
export function divide(from: usize, to: usize, separator: i32, width: i32, quotes: bool, empty: usize, cells: usize, most: i32): i32 {
  const separators = i8x16.splat(<i8>separator);
  const ends = i8x16.splat(10);
  let rows = 0;
  let at = from;
  let block = from;
  let found = marks(from, separators, ends);
  next = from;
  let cell = 0;
  let into = cells;
  while (rows < most) {
    let start = at;
    let end: usize;
    if (quotes && load<u8>(at) == 34 && at < to) {
      start = at + 1;
      end = start;
      while (end < to && load<u8>(end) != 34 && load<u8>(end) != 10) end++;
      if (end >= to || load<u8>(end) != 34) break;
      at = end + 1;
      block = at;
      found = marks(at, separators, ends);
      if ((found & 1) == 0 || at >= to) break;
    } else {
      while (found == 0) {
        block += 16;
        if (block >= to) break;
        found = marks(block, separators, ends);
      }
      if (found == 0) break;
      at = block + <usize>ctz(found);
      if (at >= to) break;
      end = at;
    }
    found &= found - 1;
    store<u64>(into, (<u64>start) | ((<u64>end) << 32));
    into += 8;
    cell++;
    const line = load<u8>(at) == 10;
    at++;
    if (line != (cell == width)) break;
    if (!line) continue;
    if (empty != 0 && !areEmpty(into - 8 * <usize>width, width, empty)) break;
    rows++;
    cell = 0;
    next = at;
  }
  return rows;
}

function areEmpty(cells: usize, width: i32, empty: usize): bool {
  for (let j = 0; j < width; j++) if (load<u8>(empty + j) == 1 && load<u32>(cells + 8 * j) != load<u32>(cells + 8 * j + 4)) return false;
  return true;
}

/**
 * Codes of the cells of a column, `stride` bytes from row to row; −1 where a cell is blank. Ends after the
 * row with which the dictionary has `limit` texts; the rows.
 */
export function codes(cells: usize, stride: usize, rows: i32, dictionary: usize, limit: u32, into: usize): i32 {
  missing = 0;
  for (let row = 0; row < rows;) {
    const last = min<i32>(row + AHEAD, rows);
    if (isLarge(dictionary)) lookAhead(cells, stride, last - row, dictionary);
    else keysOf(cells, stride, last - row);
    for (let key = keys; row < last; row++, cells += stride, into += 4, key += 8) {
      const start = <usize>load<u32>(cells);
      const end = <usize>load<u32>(cells, 4);
      if (isBlank(start, end)) {
        missing++;
        store<i32>(into, -1);
        continue;
      }
      const before = sizeOf(dictionary);
      const code = codeOfKey(dictionary, load<u64>(key), start, end - start);
      store<u32>(into, code);
      if (code == before && code + 1 >= limit) return row + 1;
    }
  }
  return rows;
}

/** Rows whose places in a dictionary are looked at before they are read, and their keys. */
const AHEAD: i32 = 64;
const keys: usize = memory.data(8 * 64, 8);
/** What was looked at, so that it is. */
let seen: u32 = 0;

function keysOf(cells: usize, stride: usize, rows: i32): void {
  for (let row = 0; row < rows; row++, cells += stride) {
    const start = <usize>load<u32>(cells);
    store<u64>(keys + 8 * <usize>row, keyOf(start, <usize>load<u32>(cells, 4) - start));
  }
}

function lookAhead(cells: usize, stride: usize, rows: i32, dictionary: usize): void {
  keysOf(cells, stride, rows);
  let all: u32 = 0;
  for (let row = 0; row < rows; row++) all |= look(dictionary, load<u64>(keys + 8 * <usize>row));
  seen = all;
}

/**
 * Numbers of the cells of a column; NaN where a cell is blank. Ends before a row whose cell the host must
 * look at; the rows.
 */
export function numbers(cells: usize, stride: usize, rows: i32, into: usize): i32 {
  missing = 0;
  forgetPoint();
  for (let row = 0; row < rows; row++, cells += stride, into += 8) {
    const start = <usize>load<u32>(cells);
    const end = <usize>load<u32>(cells, 4);
    if (start < end && read(start, end)) {
      store<f64>(into, value);
      continue;
    }
    if (!isBlank(start, end)) return row;
    missing++;
    store<f64>(into, NaN);
  }
  return rows;
}
