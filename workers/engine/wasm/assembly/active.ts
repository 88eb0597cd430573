// Products of dense layers one of whose factors is about half zeros: activations behind a ReLU, and
// derivatives by them. Rows are packed to what is not zero, and only that is multiplied: one row at a time
// with outputs in the lanes, where the products of dense.ts have rows in the lanes. A product's sum runs over
// the same inputs in the same order, so its bits are those of dense.ts.
import { panelToRecords } from './batch';
import { columnSums, dense, finished, kernelSums, MASK } from './dense';
import { madd, splat } from './math';
import { problem } from './problem';
import { CHUNK, Layer, TILE } from './structures';

/**
 * Sizes from which packing pays (measured at densities of a half, where 100 × 100 takes two thirds of the
 * time, 64 × 64 four fifths, 32 × 32 as long).
 */
const LEAST_INPUTS: i32 = 16;
const LEAST_OUTPUTS: i32 = 48;

/** For each mask of four lanes, the bytes that move the lanes set to the front. */
const TO_FRONT: usize = memory.data<u8>([
  0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0,
  1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 4,
  5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
  0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0,
  1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
  13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
]);

// @ts-ignore: decorator
@inline
function pays(inputs: i32, outputs: i32): bool {
  return inputs >= LEAST_INPUTS && outputs >= LEAST_OUTPUTS;
}

// @ts-ignore: decorator
@inline
function swizzle(a: v128, bytes: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(a, bytes);
  return i8x16.swizzle(a, bytes);
}

/**
 * Appends to a list, for each lane of `values` that is not zero (a NaN stays), its offset and the value;
 * writes up to 32 bytes and returns the list's end.
 */
// @ts-ignore: decorator
@inline
function pack(values: v128, offsets: v128, end: usize): usize {
  const mask = <usize>i32x4.bitmask(f32x4.ne(values, splat(0))),
    bytes = v128.load(TO_FRONT + (mask << 4));
  const v = swizzle(values, bytes),
    o = swizzle(offsets, bytes);
  v128.store(end, v128.shuffle<f32>(o, v, 0, 4, 1, 5));
  v128.store(end, v128.shuffle<f32>(o, v, 2, 6, 3, 7), 16);
  return end + ((<usize>popcnt(mask)) << 3);
}

/**
 * `count` vectors: to = from (0: nothing) + Σ of the list's values times the vectors at w + their offsets.
 */
// @ts-ignore: decorator
@inline
function sumTile(count: i32, list: usize, end: usize, w: usize, from: usize, to: usize): void {
  const z = splat(0);
  let a0 = z,
    a1 = z,
    a2 = z,
    a3 = z,
    a4 = z,
    a5 = z,
    a6 = z,
    a7 = z,
    a8 = z,
    a9 = z,
    a10 = z,
    a11 = z,
    a12 = z;
  if (from) {
    a0 = v128.load(from);
    a1 = v128.load(from, 16);
    a2 = v128.load(from, 32);
    a3 = v128.load(from, 48);
    a4 = v128.load(from, 64);
    a5 = v128.load(from, 80);
    a6 = v128.load(from, 96);
    if (count > 7) a7 = v128.load(from, 112);
    if (count > 8) a8 = v128.load(from, 128);
    if (count > 9) a9 = v128.load(from, 144);
    if (count > 10) a10 = v128.load(from, 160);
    if (count > 11) a11 = v128.load(from, 176);
    if (count > 12) a12 = v128.load(from, 192);
  }
  while (list < end) {
    const at = w + <usize>load<u32>(list),
      s = v128.load_splat<f32>(list, 4);
    list += 8;
    a0 = madd(v128.load(at), s, a0);
    a1 = madd(v128.load(at, 16), s, a1);
    a2 = madd(v128.load(at, 32), s, a2);
    a3 = madd(v128.load(at, 48), s, a3);
    a4 = madd(v128.load(at, 64), s, a4);
    a5 = madd(v128.load(at, 80), s, a5);
    a6 = madd(v128.load(at, 96), s, a6);
    if (count > 7) a7 = madd(v128.load(at, 112), s, a7);
    if (count > 8) a8 = madd(v128.load(at, 128), s, a8);
    if (count > 9) a9 = madd(v128.load(at, 144), s, a9);
    if (count > 10) a10 = madd(v128.load(at, 160), s, a10);
    if (count > 11) a11 = madd(v128.load(at, 176), s, a11);
    if (count > 12) a12 = madd(v128.load(at, 192), s, a12);
  }
  v128.store(to, a0);
  v128.store(to, a1, 16);
  v128.store(to, a2, 32);
  v128.store(to, a3, 48);
  v128.store(to, a4, 64);
  v128.store(to, a5, 80);
  v128.store(to, a6, 96);
  if (count > 7) v128.store(to, a7, 112);
  if (count > 8) v128.store(to, a8, 128);
  if (count > 9) v128.store(to, a9, 144);
  if (count > 10) v128.store(to, a10, 160);
  if (count > 11) v128.store(to, a11, 176);
  if (count > 12) v128.store(to, a12, 192);
}

/**
 * `sumTile` with the sizes that tiles have, each with sums that stay in registers: rows of 14 vectors and
 * more are cut into tiles of seven to 13.
 */
function sumList(count: i32, list: usize, end: usize, w: usize, from: usize, to: usize): void {
  if (TILE != 13) ERROR('sumList and sumTile are written for tiles of 13 vectors at most.');
  if (count == 13) sumTile(13, list, end, w, from, to);
  else if (count == 12) sumTile(12, list, end, w, from, to);
  else if (count == 11) sumTile(11, list, end, w, from, to);
  else if (count == 10) sumTile(10, list, end, w, from, to);
  else if (count == 9) sumTile(9, list, end, w, from, to);
  else if (count == 8) sumTile(8, list, end, w, from, to);
  else sumTile(7, list, end, w, from, to);
}

/** Vectors of the next tile, of so many that are left and `tiles` tiles to take them. */
// @ts-ignore: decorator
@inline
function tileSize(left: i32, tiles: i32): i32 {
  return (left + tiles - 1) / tiles;
}

/** Bytes from one list of `packRows` to the next, of rows of so many numbers. */
// @ts-ignore: decorator
@inline
function roomOf(inputs: i32): usize {
  return ((<usize>inputs) << 3) + 32;
}

/**
 * Lists of the eight rows of the `t`-th panel, `bytes` each, `room` bytes apart in problem.lists with offsets
 * of kernel rows, `stride` bytes each; their ends in problem.ends.
 */
function packRows(row: usize, bytes: usize, t: i32, stride: usize, room: usize): void {
  const step = i32x4.splat((<i32>stride) << 2),
    first = i32x4.mul(i32x4.splat(<i32>stride), i32x4(0, 1, 2, 3));
  let list = problem.lists + (room << 3) * t,
    ends = problem.ends + ((<usize>t) << 5);
  for (let last = row + (bytes << 3); row < last; row += bytes) {
    let end = list,
      offsets = first;
    for (let o: usize = 0; o < bytes; o += 16) {
      end = pack(v128.load(row + o), offsets, end);
      offsets = i32x4.add(offsets, step);
    }
    store<usize>(ends, end);
    ends += 4;
    list += room;
  }
}

/** Eight rows, `stride` bytes apart, of `count` outputs into a panel. */
function rowsToPanel(from: usize, stride: usize, to: usize, mask: usize, count: i32, after: i32): void {
  for (let half = 0; half < 2; half++) {
    for (let f = 0; f < count; f += 4) {
      const s = from + ((<usize>f) << 2),
        o = to + ((<usize>f) << 5),
        h = mask + ((<usize>f) << 5);
      const r0 = v128.load(s),
        r1 = v128.load(s + stride),
        r2 = v128.load(s + 2 * stride),
        r3 = v128.load(s + 3 * stride);
      const x0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
        x1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const y0 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
        y1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(o, finished(v128.shuffle<f32>(x0, y0, 0, 1, 4, 5), h, after));
      if (f + 1 < count) v128.store(o, finished(v128.shuffle<f32>(x0, y0, 2, 3, 6, 7), h + 32, after), 32);
      if (f + 2 < count) v128.store(o, finished(v128.shuffle<f32>(x1, y1, 0, 1, 4, 5), h + 64, after), 64);
      if (f + 3 < count) v128.store(o, finished(v128.shuffle<f32>(x1, y1, 2, 3, 6, 7), h + 96, after), 96);
    }
    from += stride << 2;
    to += 16;
    mask += 16;
  }
}

/** after(rows of the lists of `packRows` · w + bias) into `panels`. */
function multiplyLists(w: usize, bias: usize, to: usize, mask: usize, outputs: i32, panels: i32, room: usize, after: i32): void {
  const vectors = (outputs + 3) >> 2,
    panel = (<usize>outputs) << 5,
    rows = problem.chunk,
    rowBytes: usize = TILE << 4;
  // A tile of the kernel stays in the cache over all rows.
  for (let v = 0, tiles = (vectors + TILE - 1) / TILE; v < vectors; tiles--) {
    const size = tileSize(vectors - v, tiles),
      at = (<usize>v) << 4,
      b = bias ? bias + at : 0;
    let list = problem.lists,
      end = problem.ends,
      y = to + (at << 3),
      h = mask + (at << 3);
    for (let t = 0; t < panels; t++) {
      for (let r: usize = 0; r < 8; r++) {
        sumList(size, list, load<usize>(end), w + at, b, rows + r * rowBytes);
        list += room;
        end += 4;
      }
      rowsToPanel(rows, rowBytes, y, h, min(size << 2, outputs - (v << 2)), after);
      y += panel;
      h += panel;
    }
    v += size;
  }
}

/** `dense` where x is largely zeros. */
export function activeDense(
  x: usize,
  w: usize,
  stride: usize,
  bias: usize,
  to: usize,
  mask: usize,
  inputs: i32,
  outputs: i32,
  panels: i32,
  after: i32,
): void {
  if (!pays(inputs, outputs)) {
    dense(x, w, stride, bias, to, mask, inputs, outputs, panels, after);
    return;
  }
  const room = roomOf(inputs),
    panel = (<usize>outputs) << 5,
    bytes = ((<usize>inputs + 3) & ~3) << 2;
  for (; panels > 0; panels -= CHUNK) {
    const n = min(panels, CHUNK);
    for (let t = 0; t < n; t++) {
      panelToRecords(x + ((<usize>(t * inputs)) << 5), problem.chunk, bytes, inputs);
      packRows(problem.chunk, bytes, t, stride, room);
    }
    multiplyLists(w, bias, to, mask, outputs, n, room, after);
    x += ((<usize>inputs) << 5) * n;
    to += panel * n;
    if (after == MASK) mask += panel * n;
  }
}

/**
 * kernel gradient += x' d, of `panels` of x that is largely zeros, and of d as rows in problem.chunk. Sums
 * run over the rows in their order.
 */
function sumColumns(x: usize, kernel: usize, stride: usize, inputs: i32, outputs: i32, panels: i32): void {
  const vectors = (outputs + 3) >> 2,
    rows = problem.chunk,
    list = problem.lists;
  const step = i32x4.splat((<i32>stride) << 2),
    first = i32x4.mul(i32x4.splat(<i32>stride), i32x4(0, 1, 2, 3));
  for (let i = 0; i < inputs; i++) {
    let end = list,
      offsets = first;
    for (let t = 0, o = x + ((<usize>i) << 5); t < panels; t++) {
      end = pack(v128.load(o), offsets, end);
      offsets = i32x4.add(offsets, step);
      end = pack(v128.load(o, 16), offsets, end);
      offsets = i32x4.add(offsets, step);
      o += (<usize>inputs) << 5;
    }
    for (let v = 0, tiles = (vectors + TILE - 1) / TILE; v < vectors; tiles--) {
      const size = tileSize(vectors - v, tiles),
        at = (<usize>v) << 4,
        to = kernel + <usize>i * stride + at;
      sumList(size, list, end, rows + at, to, to);
      v += size;
    }
  }
}

/**
 * Back through a layer whose inputs x are largely zeros: adds its kernel and bias gradients to those of this
 * thread's share, and leaves in `to` the derivatives by x, zero where x is. `sparse`: d is largely zeros too.
 */
export function activeBackward(l: Layer, x: usize, d: usize, to: usize, panels: i32, sparse: bool): void {
  const inputs = l.inputs,
    outputs = l.outputs,
    stride = l.stride,
    kernel = problem.partial + l.kernel,
    bias = problem.partial + l.bias;
  const columns = pays(inputs, outputs),
    lists = sparse && pays(outputs, inputs);
  columnSums(d, bias, outputs, panels);
  if (!columns) kernelSums(x, d, kernel, stride, inputs, outputs, panels);
  if (!lists) dense(d, l.transposed, l.transposedStride, 0, to, x, outputs, inputs, panels, MASK);
  if (!columns && !lists) return;
  const room = roomOf(outputs),
    panel = (<usize>inputs) << 5;
  for (; panels > 0; panels -= CHUNK) {
    const n = min(panels, CHUNK);
    for (let t = 0; t < n; t++) panelToRecords(d + ((<usize>(t * outputs)) << 5), problem.chunk + (stride << 3) * t, stride, outputs);
    if (columns) sumColumns(x, kernel, stride, inputs, outputs, n);
    if (lists) {
      for (let t = 0; t < n; t++) packRows(problem.chunk + (stride << 3) * t, stride, t, l.transposedStride, room);
      multiplyLists(l.transposed, 0, to, x, inputs, n, room, MASK);
    }
    x += panel * n;
    d += ((<usize>outputs) << 5) * n;
    to += panel * n;
  }
}
