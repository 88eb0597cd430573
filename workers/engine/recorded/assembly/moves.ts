// Instructions that move numbers: copies, transposes, rows of tables, sums by segment.
import { storeColumns } from '../../wasm/assembly/math';

/** A word of an instruction. */
// @ts-ignore: decorator
@inline
export function word(at: usize, i: i32): i32 {
  return load<i32>(at + ((<usize>i) << 2));
}

/** `count` numbers; exactly so many are written. */
// @ts-ignore: decorator
@inline
function copyRow(from: usize, to: usize, count: i32): void {
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

export function copy(at: usize): void {
  let from: usize = word(at, 2),
    to: usize = word(at, 4);
  const fromRow = word(at, 3),
    toRow = word(at, 5),
    rows = word(at, 6),
    width = word(at, 7);
  for (let i = 0; i < rows; i++) {
    copyRow(from, to, width);
    from += fromRow;
    to += toRow;
  }
}

/** to[columns, rows] of from[rows, columns]. */
export function transpose(at: usize): void {
  const row: usize = word(at, 3),
    rows = word(at, 5),
    columns = word(at, 6),
    matrices = word(at, 7),
    toRow = (<usize>rows) << 2;
  for (let t = 0; t < matrices; t++) {
    const from: usize = word(at, 2) + t * word(at, 8),
      to: usize = word(at, 4) + t * word(at, 9);
    let i = 0;
    for (; i + 4 <= rows; i += 4) {
      let f = from + <usize>i * row,
        d = to + ((<usize>i) << 2);
      for (let j = 0; j < columns; j += 4) {
        storeColumns(v128.load(f), v128.load(f + row), v128.load(f + 2 * row), v128.load(f + 3 * row), d, toRow, columns - j);
        f += 16;
        d += toRow << 2;
      }
    }
    for (; i < rows; i++) {
      const f = from + <usize>i * row,
        d = to + ((<usize>i) << 2);
      for (let j = 0; j < columns; j++) store<f32>(d + <usize>j * toRow, load<f32>(f + ((<usize>j) << 2)));
    }
  }
}

/** Rows of a table by number; one that is not there is zeros. */
export function gather(at: usize): void {
  const from: usize = word(at, 2),
    index: usize = word(at, 3),
    outer = word(at, 5),
    rows = word(at, 6),
    taken = word(at, 7),
    width = word(at, 8);
  let to: usize = word(at, 4);
  const bytes = (<usize>width) << 2;
  for (let o = 0; o < outer; o++) {
    const table = from + <usize>(o * rows) * bytes;
    for (let i = 0; i < taken; i++) {
      const row = <i32>load<f32>(index + ((<usize>i) << 2));
      if (row >= 0 && row < rows) copyRow(table + <usize>row * bytes, to, width);
      else memory.fill(to, 0, bytes);
      to += bytes;
    }
  }
}

/** Adds each row to the row of `to` that its number names, in the order of the rows. */
export function segments(at: usize): void {
  let from: usize = word(at, 2);
  const ids: usize = word(at, 3),
    to: usize = word(at, 4),
    rows = word(at, 5),
    width = word(at, 6),
    count = word(at, 7),
    bytes = (<usize>width) << 2;
  memory.fill(to, 0, <usize>count * bytes);
  for (let i = 0; i < rows; i++) {
    const id = <i32>load<f32>(ids + ((<usize>i) << 2));
    if (id >= 0 && id < count) {
      const d = to + <usize>id * bytes;
      let j: usize = 0;
      for (; j + 16 <= bytes; j += 16) v128.store(d + j, f32x4.add(v128.load(d + j), v128.load(from + j)));
      for (; j < bytes; j += 4) store<f32>(d + j, load<f32>(d + j) + load<f32>(from + j));
    }
    from += bytes;
  }
}
