// Instructions that move numbers: copies, transposes, rows of tables, sums by segment.
import { storeColumns } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';

/** A word of an instruction. */
// @ts-ignore: decorator
@inline
export function word(at: usize, i: i32): i32 {
  return load<i32>(at + ((<usize>i) << 2));
}

/** `count` numbers; exactly so many are written. */
// @ts-ignore: decorator
@inline
export function copyRow(from: usize, to: usize, count: i32): void {
  let left = count;
  for (; left >= 4; left -= 4) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
  for (; left > 0; left--) {
    store<f32>(to, load<f32>(from));
    to += 4;
    from += 4;
  }
}

/** The first `count` of four numbers. */
// @ts-ignore: decorator
@inline
export function storeSome(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, value);
    return;
  }
  store<f32>(to, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(value, 2), 8);
}

export function copy(at: usize, i: i32, parts: i32): void {
  const fromRow = word(at, 3),
    toRow = word(at, 5),
    rows = word(at, 6),
    width = word(at, 7),
    first = part(rows, i, parts),
    end = part(rows, i + 1, parts);
  let from = <usize>(word(at, 2) + first * fromRow),
    to = <usize>(word(at, 4) + first * toRow);
  for (let row = first; row < end; row++) {
    copyRow(from, to, width);
    from += fromRow;
    to += toRow;
  }
}

/** to[columns, rows] of from[rows, columns]. */
export function transpose(at: usize, i: i32, parts: i32): void {
  const rows = word(at, 5),
    matrices = word(at, 7);
  if (matrices >= parts) {
    transposed(at, part(matrices, i, parts), part(matrices, i + 1, parts), 0, rows);
  } else {
    // Squares begin at multiples of four.
    const squares = (rows + 3) >> 2;
    transposed(at, 0, matrices, 4 * part(squares, i, parts), min(rows, 4 * part(squares, i + 1, parts)));
  }
}

/** Rows first … end of the matrices firstMatrix … endMatrix. */
function transposed(at: usize, firstMatrix: i32, endMatrix: i32, first: i32, end: i32): void {
  const row: usize = word(at, 3),
    columns = word(at, 6),
    toRow = (<usize>word(at, 5)) << 2;
  for (let t = firstMatrix; t < endMatrix; t++) {
    const from: usize = word(at, 2) + t * word(at, 8),
      to: usize = word(at, 4) + t * word(at, 9);
    turn(from, row, first, end, columns, to, toRow);
  }
}

/** Rows first … end of a matrix as columns of another; rows of either are so many bytes apart. */
export function turn(from: usize, row: usize, first: i32, end: i32, columns: i32, to: usize, toRow: usize): void {
  let i = first;
  for (; i + 4 <= end; i += 4) {
    let f = from + <usize>i * row,
      d = to + ((<usize>i) << 2);
    for (let j = 0; j < columns; j += 4) {
      storeColumns(v128.load(f), v128.load(f + row), v128.load(f + 2 * row), v128.load(f + 3 * row), d, toRow, columns - j);
      f += 16;
      d += toRow << 2;
    }
  }
  for (; i < end; i++) {
    const f = from + <usize>i * row,
      d = to + ((<usize>i) << 2);
    for (let j = 0; j < columns; j++) store<f32>(d + <usize>j * toRow, load<f32>(f + ((<usize>j) << 2)));
  }
}

/** Rows of a table by number; one that is not there is zeros. */
export function gather(at: usize, i: i32, parts: i32): void {
  const index: usize = word(at, 3),
    outer = word(at, 5),
    rows = word(at, 6),
    taken = word(at, 7),
    bytes = (<usize>word(at, 8)) << 2,
    first = part(outer * taken, i, parts),
    end = part(outer * taken, i + 1, parts);
  let to = <usize>word(at, 4) + <usize>first * bytes,
    place = first % taken,
    table = <usize>word(at, 2) + <usize>((first / taken) * rows) * bytes;
  for (let k = first; k < end; k++) {
    const row = <i32>load<f32>(index + ((<usize>place) << 2));
    if (row >= 0 && row < rows) copyRow(table + <usize>row * bytes, to, word(at, 8));
    else memory.fill(to, 0, bytes);
    to += bytes;
    if (++place == taken) {
      place = 0;
      table += <usize>rows * bytes;
    }
  }
}

/**
 * Adds each row to the row of `to` that its number names, in the order of the rows; a part does a stretch of
 * the rows of `to`.
 */
export function segments(at: usize, i: i32, parts: i32): void {
  const ids: usize = word(at, 3),
    to: usize = word(at, 4),
    rows = word(at, 5),
    count = word(at, 7),
    bytes = (<usize>word(at, 6)) << 2,
    first = part(count, i, parts),
    end = part(count, i + 1, parts);
  let from: usize = word(at, 2);
  memory.fill(to + <usize>first * bytes, 0, <usize>(end - first) * bytes);
  for (let row = 0; row < rows; row++) {
    const id = <i32>load<f32>(ids + ((<usize>row) << 2));
    if (id >= first && id < end) {
      const d = to + <usize>id * bytes;
      let j: usize = 0;
      for (; j + 16 <= bytes; j += 16) v128.store(d + j, f32x4.add(v128.load(d + j), v128.load(from + j)));
      for (; j < bytes; j += 4) store<f32>(d + j, load<f32>(d + j) + load<f32>(from + j));
    }
    from += bytes;
  }
}
