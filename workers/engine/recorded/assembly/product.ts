// Products of row-major matrices: c[m, n] = activation(a · b + bias), b's columns next to each other, a with
// any strides, so that a transposed a costs nothing. Tiles are 4 rows × 8 columns, 8 accumulators; of a long
// sum DEPTH terms at a time, so that b's part stays in the first cache.
import { madd, splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { Activation } from './instructions';
import { sigmoid } from './math';
import { storeSome, word } from './moves';

const DEPTH: i32 = 256;

// @ts-ignore: decorator
@inline
function finished(value: v128, activation: i32): v128 {
  if (activation == Activation.RELU) return f32x4.max(value, splat(0));
  if (activation == Activation.SIGMOID) return sigmoid(value);
  return value;
}

/** `rows` rows × 8 columns (wide) or 4, of which `columns` are stored. */
// @ts-ignore: decorator
@inline
function tile(
  rows: i32,
  wide: bool,
  columns: i32,
  a: usize,
  row: usize,
  inner: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  depth: i32,
  first: bool,
  bias: usize,
  activation: i32,
): void {
  let a0 = splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0,
    b0 = a0,
    b1 = a0,
    b2 = a0,
    b3 = a0;
  if (first) {
    if (bias) {
      a0 = a1 = a2 = a3 = v128.load(bias);
      if (wide) b0 = b1 = b2 = b3 = v128.load(bias, 16);
    }
  } else {
    a0 = v128.load(c);
    if (wide) b0 = v128.load(c, 16);
    if (rows > 1) {
      a1 = v128.load(c + cRow);
      if (wide) b1 = v128.load(c + cRow, 16);
    }
    if (rows > 2) {
      a2 = v128.load(c + 2 * cRow);
      if (wide) b2 = v128.load(c + 2 * cRow, 16);
    }
    if (rows > 3) {
      a3 = v128.load(c + 3 * cRow);
      if (wide) b3 = v128.load(c + 3 * cRow, 16);
    }
  }
  const p1 = row,
    p2 = row + row,
    p3 = row + row + row;
  for (let k = depth; k > 0; k--) {
    const p = v128.load(b),
      q = wide ? v128.load(b, 16) : p;
    let s = v128.load_splat<f32>(a);
    a0 = madd(p, s, a0);
    if (wide) b0 = madd(q, s, b0);
    if (rows > 1) {
      s = v128.load_splat<f32>(a + p1);
      a1 = madd(p, s, a1);
      if (wide) b1 = madd(q, s, b1);
    }
    if (rows > 2) {
      s = v128.load_splat<f32>(a + p2);
      a2 = madd(p, s, a2);
      if (wide) b2 = madd(q, s, b2);
    }
    if (rows > 3) {
      s = v128.load_splat<f32>(a + p3);
      a3 = madd(p, s, a3);
      if (wide) b3 = madd(q, s, b3);
    }
    a += inner;
    b += bRow;
  }
  storeSome(c, finished(a0, activation), columns);
  if (wide) storeSome(c + 16, finished(b0, activation), columns - 4);
  if (rows > 1) {
    storeSome(c + cRow, finished(a1, activation), columns);
    if (wide) storeSome(c + cRow + 16, finished(b1, activation), columns - 4);
  }
  if (rows > 2) {
    storeSome(c + 2 * cRow, finished(a2, activation), columns);
    if (wide) storeSome(c + 2 * cRow + 16, finished(b2, activation), columns - 4);
  }
  if (rows > 3) {
    storeSome(c + 3 * cRow, finished(a3, activation), columns);
    if (wide) storeSome(c + 3 * cRow + 16, finished(b3, activation), columns - 4);
  }
}

/**
 * m rows of one product, from the first column, a multiple of eight, to the end. Both widths are written out:
 * of one function of the width the compiler folds the branches into one, which asks for it at every term.
 */
export function product(
  a: usize,
  row: usize,
  inner: usize,
  b: usize,
  bRow: usize,
  c: usize,
  m: i32,
  depth: i32,
  n: i32,
  firstColumn: i32,
  endColumn: i32,
  bias: usize,
  activation: i32,
): void {
  const cRow = (<usize>n) << 2;
  let from = 0;
  do {
    const terms = min(DEPTH, depth - from),
      first = from == 0,
      done = from + terms == depth ? activation : <i32>Activation.LINEAR;
    const aPart = a + <usize>from * inner,
      bPart = b + <usize>from * bRow;
    for (let j = firstColumn; j < endColumn; j += 8) {
      const left = endColumn - j,
        bj = bPart + ((<usize>j) << 2),
        biasJ = bias ? bias + ((<usize>j) << 2) : 0;
      let cj = c + ((<usize>j) << 2),
        ai = aPart,
        i = 0;
      if (left > 4) {
        for (; i + 4 <= m; i += 4) {
          tile(4, true, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
          ai += 4 * row;
          cj += 4 * cRow;
        }
        const rest = m - i;
        if (rest == 3) tile(3, true, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
        else if (rest == 2) tile(2, true, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
        else if (rest == 1) tile(1, true, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
      } else {
        for (; i + 4 <= m; i += 4) {
          tile(4, false, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
          ai += 4 * row;
          cj += 4 * cRow;
        }
        const rest = m - i;
        if (rest == 3) tile(3, false, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
        else if (rest == 2) tile(2, false, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
        else if (rest == 1) tile(1, false, left, ai, row, inner, bj, bRow, cj, cRow, terms, first, biasJ, done);
      }
    }
    from += terms;
  } while (from < depth);
}

export function products(at: usize, i: i32, parts: i32): void {
  const m = word(at, 11),
    n = word(at, 13),
    matrices = word(at, 14),
    groups = (m + 3) >> 2,
    eights = (n + 7) >> 3,
    all = groups * matrices;
  if (parts > 1 && all < eights) {
    const from = 8 * part(eights, i, parts),
      to = min(n, 8 * part(eights, i + 1, parts));
    for (let t = 0; t < matrices; t++) stretch(at, t, 0, m, from, to);
    return;
  }
  const end = part(all, i + 1, parts);
  let first = part(all, i, parts);
  while (first < end) {
    const t = first / groups,
      group = first % groups,
      stop = min(groups, group + end - first);
    stretch(at, t, 4 * group, min(m, 4 * stop), 0, n);
    first += stop - group;
  }
}

/** Rows and columns of the product of matrices t. */
function stretch(at: usize, t: i32, firstRow: i32, endRow: i32, firstColumn: i32, endColumn: i32): void {
  const row = word(at, 3),
    n = word(at, 13);
  product(
    <usize>(word(at, 2) + t * word(at, 5) + firstRow * row),
    row,
    word(at, 4),
    <usize>(word(at, 6) + t * word(at, 8)),
    word(at, 7),
    <usize>(word(at, 9) + t * word(at, 10) + ((firstRow * n) << 2)),
    endRow - firstRow,
    word(at, 12),
    n,
    firstColumn,
    endColumn,
    word(at, 15),
    word(at, 16),
  );
}
