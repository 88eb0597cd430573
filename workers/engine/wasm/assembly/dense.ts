// Products of dense layers. A matrix of n rows and f features is stored in panels of eight rows,
// feature-major ([n/8][f][8]): one feature of a panel is two f32x4 vectors, so every width works without
// padding. Tiles are 4 outputs × 8 rows: 8 accumulators; with 10 V8 spills registers on x86.
import { madd, splat, storeColumns } from './math';
import { problem } from './problem';

/**
 * What a product does with its result: nothing, ReLU, or zero where the forward output `mask` was not
 * positive.
 */
export const NONE: i32 = 0;
export const RELU: i32 = 1;
export const MASK: i32 = 2;

/** What `after` makes of a result; `mask`: address of the forward output, read with MASK alone. */
// @ts-ignore: decorator
@inline
export function finished(a: v128, mask: usize, after: i32): v128 {
  const z = splat(0);
  if (after == RELU) return f32x4.pmax(a, z);
  if (after == MASK) return v128.and(a, f32x4.gt(v128.load(mask), z));
  return a;
}

// @ts-ignore: decorator
@inline
function finish(to: usize, mask: usize, a: v128, b: v128, after: i32): void {
  v128.store(to, finished(a, mask, after));
  v128.store(to, finished(b, mask + 16, after), 16);
}

/** `count` outputs × 8 rows of one panel. */
// @ts-ignore: decorator
@inline
function tile(count: i32, x: usize, w: usize, stride: usize, bias: usize, to: usize, mask: usize, inputs: usize, after: i32): void {
  let a0 = splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0,
    b0 = a0,
    b1 = a0,
    b2 = a0,
    b3 = a0;
  if (bias) {
    b0 = a0 = v128.load_splat<f32>(bias);
    if (count > 1) b1 = a1 = v128.load_splat<f32>(bias, 4);
    if (count > 2) b2 = a2 = v128.load_splat<f32>(bias, 8);
    if (count > 3) b3 = a3 = v128.load_splat<f32>(bias, 12);
  }
  const end = x + (inputs << 5);
  while (x < end) {
    const p = v128.load(x),
      q = v128.load(x, 16);
    let s = v128.load_splat<f32>(w);
    a0 = madd(p, s, a0);
    b0 = madd(q, s, b0);
    if (count > 1) {
      s = v128.load_splat<f32>(w, 4);
      a1 = madd(p, s, a1);
      b1 = madd(q, s, b1);
    }
    if (count > 2) {
      s = v128.load_splat<f32>(w, 8);
      a2 = madd(p, s, a2);
      b2 = madd(q, s, b2);
    }
    if (count > 3) {
      s = v128.load_splat<f32>(w, 12);
      a3 = madd(p, s, a3);
      b3 = madd(q, s, b3);
    }
    x += 32;
    w += stride;
  }
  finish(to, mask, a0, b0, after);
  if (count > 1) finish(to + 32, mask + 32, a1, b1, after);
  if (count > 2) finish(to + 64, mask + 64, a2, b2, after);
  if (count > 3) finish(to + 96, mask + 96, a3, b3, after);
}

/**
 * to[panel][outputs] = after(x[panel][inputs] · w + bias). With the transposed kernel and MASK it is the
 * backward product.
 */
export function dense(
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
  for (let t = 0; t < panels; t++) {
    let j = 0,
      wp = w,
      bp = bias,
      yp = to,
      hp = mask;
    for (; j + 4 <= outputs; j += 4) {
      tile(4, x, wp, stride, bp, yp, hp, inputs, after);
      wp += 16;
      if (bp) bp += 16;
      yp += 128;
      hp += 128;
    }
    const left = outputs - j;
    if (left == 3) tile(3, x, wp, stride, bp, yp, hp, inputs, after);
    else if (left == 2) tile(2, x, wp, stride, bp, yp, hp, inputs, after);
    else if (left == 1) tile(1, x, wp, stride, bp, yp, hp, inputs, after);
    x += (<usize>inputs) << 5;
    to += (<usize>outputs) << 5;
    if (after == MASK) mask += (<usize>outputs) << 5;
  }
}

/** [Σ a0, Σ a1, Σ a2, Σ a3] */
// @ts-ignore: decorator
@inline
function sums(a0: v128, a1: v128, a2: v128, a3: v128): v128 {
  const s = f32x4.add(v128.shuffle<f32>(a0, a1, 0, 4, 1, 5), v128.shuffle<f32>(a0, a1, 2, 6, 3, 7));
  const t = f32x4.add(v128.shuffle<f32>(a2, a3, 0, 4, 1, 5), v128.shuffle<f32>(a2, a3, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(s, t, 0, 1, 4, 5), v128.shuffle<f32>(s, t, 2, 3, 6, 7));
}

/**
 * `count` inputs × 4 outputs of a kernel gradient: dot products over rows. An output beyond the last reads
 * the zero panel with step 0.
 */
// @ts-ignore: decorator
@inline
function gradientTile(
  count: i32,
  x: usize,
  sx: usize,
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  to: usize,
  stride: usize,
  panels: i32,
): void {
  let a0 = splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0,
    b0 = a0,
    b1 = a0,
    b2 = a0,
    b3 = a0;
  // The two halves of the panels one after the other: a longer loop body is 25 % slower in V8.
  for (let half = 0; half < 2; half++) {
    for (let t = panels; t > 0; t--) {
      const p = v128.load(x),
        q = count > 1 ? v128.load(x, 32) : p;
      const e0 = v128.load(d0);
      a0 = madd(p, e0, a0);
      if (count > 1) b0 = madd(q, e0, b0);
      const e1 = v128.load(d1);
      a1 = madd(p, e1, a1);
      if (count > 1) b1 = madd(q, e1, b1);
      const e2 = v128.load(d2);
      a2 = madd(p, e2, a2);
      if (count > 1) b2 = madd(q, e2, b2);
      const e3 = v128.load(d3);
      a3 = madd(p, e3, a3);
      if (count > 1) b3 = madd(q, e3, b3);
      x += sx;
      d0 += s0;
      d1 += s1;
      d2 += s2;
      d3 += s3;
    }
    x -= sx * panels - 16;
    d0 -= s0 * panels - 16;
    d1 -= s1 * panels - 16;
    d2 -= s2 * panels - 16;
    d3 -= s3 * panels - 16;
  }
  v128.store(to, f32x4.add(v128.load(to), sums(a0, a1, a2, a3)));
  if (count > 1) {
    to += stride;
    v128.store(to, f32x4.add(v128.load(to), sums(b0, b1, b2, b3)));
  }
}

/** `gradientTile` where all four outputs are there: one address serves them, which is an eighth faster. */
// @ts-ignore: decorator
@inline
function fullTile(x: usize, sx: usize, d: usize, sd: usize, to: usize, stride: usize, panels: i32): void {
  let a0 = splat(0),
    a1 = a0,
    a2 = a0,
    a3 = a0,
    b0 = a0,
    b1 = a0,
    b2 = a0,
    b3 = a0;
  for (let half = 0; half < 2; half++) {
    for (let t = panels; t > 0; t--) {
      const p = v128.load(x),
        q = v128.load(x, 32);
      const e0 = v128.load(d);
      a0 = madd(p, e0, a0);
      b0 = madd(q, e0, b0);
      const e1 = v128.load(d, 32);
      a1 = madd(p, e1, a1);
      b1 = madd(q, e1, b1);
      const e2 = v128.load(d, 64);
      a2 = madd(p, e2, a2);
      b2 = madd(q, e2, b2);
      const e3 = v128.load(d, 96);
      a3 = madd(p, e3, a3);
      b3 = madd(q, e3, b3);
      x += sx;
      d += sd;
    }
    x -= sx * panels - 16;
    d -= sd * panels - 16;
  }
  v128.store(to, f32x4.add(v128.load(to), sums(a0, a1, a2, a3)));
  v128.store(to + stride, f32x4.add(v128.load(to + stride), sums(b0, b1, b2, b3)));
}

/** kernel gradient += x' d, bias gradient += column sums of d, over `panels` panels. */
export function denseGradient(x: usize, d: usize, kernel: usize, stride: usize, bias: usize, inputs: i32, outputs: i32, panels: i32): void {
  kernelSums(x, d, kernel, stride, inputs, outputs, panels);
  columnSums(d, bias, outputs, panels);
}

/** kernel gradient += x' d. */
export function kernelSums(x: usize, d: usize, kernel: usize, stride: usize, inputs: i32, outputs: i32, panels: i32): void {
  const sx = (<usize>inputs) << 5,
    s0 = (<usize>outputs) << 5,
    zero = problem.zero;
  for (let j = 0; j < outputs; j += 4) {
    const left = outputs - j,
      d0 = d + ((<usize>j) << 5);
    const d1 = left > 1 ? d0 + 32 : zero,
      d2 = left > 2 ? d0 + 64 : zero,
      d3 = left > 3 ? d0 + 96 : zero;
    const s1 = left > 1 ? s0 : 0,
      s2 = left > 2 ? s0 : 0,
      s3 = left > 3 ? s0 : 0;
    let to = kernel + ((<usize>j) << 2),
      xp = x,
      i = 0;
    for (; i + 2 <= inputs; i += 2) {
      if (left >= 4) fullTile(xp, sx, d0, s0, to, stride, panels);
      else gradientTile(2, xp, sx, d0, d1, d2, d3, s0, s1, s2, s3, to, stride, panels);
      to += stride << 1;
      xp += 64;
    }
    if (i < inputs) gradientTile(1, xp, sx, d0, d1, d2, d3, s0, s1, s2, s3, to, stride, panels);
  }
}

/** bias gradient += column sums of d. */
export function columnSums(d: usize, bias: usize, outputs: i32, panels: i32): void {
  const step = (<usize>outputs) << 5,
    zero = problem.zero;
  for (let j = 0; j < outputs; j += 4) {
    const left = outputs - j;
    let p0 = d + ((<usize>j) << 5),
      p1 = left > 1 ? p0 + 32 : zero,
      p2 = left > 2 ? p0 + 64 : zero,
      p3 = left > 3 ? p0 + 96 : zero;
    const s1 = left > 1 ? step : 0,
      s2 = left > 2 ? step : 0,
      s3 = left > 3 ? step : 0;
    let a0 = splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0;
    for (let t = panels; t > 0; t--) {
      a0 = f32x4.add(a0, f32x4.add(v128.load(p0), v128.load(p0, 16)));
      a1 = f32x4.add(a1, f32x4.add(v128.load(p1), v128.load(p1, 16)));
      a2 = f32x4.add(a2, f32x4.add(v128.load(p2), v128.load(p2, 16)));
      a3 = f32x4.add(a3, f32x4.add(v128.load(p3), v128.load(p3, 16)));
      p0 += step;
      p1 += s1;
      p2 += s2;
      p3 += s3;
    }
    const b = bias + ((<usize>j) << 2);
    v128.store(b, f32x4.add(v128.load(b), sums(a0, a1, a2, a3)));
  }
}

/**
 * Writes the transpose (outputs × inputs) of a kernel. Behind the inputs a row of it is filled up to four
 * with numbers that nobody reads.
 */
export function transpose(w: usize, stride: usize, to: usize, toStride: usize, inputs: i32, outputs: i32): void {
  for (let i = 0; i < inputs; i += 4) {
    let from = w + <usize>i * stride,
      at = to + ((<usize>i) << 2);
    for (let j = 0; j < outputs; j += 4) {
      const r0 = v128.load(from),
        r1 = v128.load(from + stride),
        r2 = v128.load(from + 2 * stride),
        r3 = v128.load(from + 3 * stride);
      storeColumns(r0, r1, r2, r3, at, toStride, outputs - j);
      from += 16;
      at += toStride << 2;
    }
  }
}
