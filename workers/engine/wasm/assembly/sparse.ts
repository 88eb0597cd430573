// sparse
import { madd, splat } from './math';

const TILE: i32 = 13;
const CHUNK: i32 = 12;

/** For each mask of four lanes the bytes of those set, moved to the front. */
const PACK: usize = memory.data<u8>([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

// @ts-ignore: decorator
@inline
function swizzle(a: v128, s: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i8x16.relaxed_swizzle(a, s);
  return i8x16.swizzle(a, s);
}

/** Writes lanes of `values` that are not zero, each behind its offset; returns end. */
// @ts-ignore: decorator
@inline
function pack(values: v128, offsets: v128, to: usize): usize {
  const mask = <usize>i32x4.bitmask(f32x4.ne(values, splat(0))), bytes = v128.load(PACK + (mask << 4));
  const v = swizzle(values, bytes), o = swizzle(offsets, bytes);
  v128.store(to, v128.shuffle<f32>(o, v, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<f32>(o, v, 2, 6, 3, 7), 16);
  return to + (<usize>popcnt(mask) << 3);
}

// @ts-ignore: decorator
@inline
function accumulate(count: i32, list: usize, end: usize, w: usize, from: usize, to: usize): void {
  const z = splat(0);
  let a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z, a7 = z, a8 = z, a9 = z, a10 = z, a11 = z, a12 = z;
  if (from) {
    a0 = v128.load(from, 0);
    if (count > 1) a1 = v128.load(from, 16);
    if (count > 2) a2 = v128.load(from, 32);
    if (count > 3) a3 = v128.load(from, 48);
    if (count > 4) a4 = v128.load(from, 64);
    if (count > 5) a5 = v128.load(from, 80);
    if (count > 6) a6 = v128.load(from, 96);
    if (count > 7) a7 = v128.load(from, 112);
    if (count > 8) a8 = v128.load(from, 128);
    if (count > 9) a9 = v128.load(from, 144);
    if (count > 10) a10 = v128.load(from, 160);
    if (count > 11) a11 = v128.load(from, 176);
    if (count > 12) a12 = v128.load(from, 192);
  }
  while (list < end) {
    const at = w + <usize>load<u32>(list), s = v128.load_splat<f32>(list, 4);
    list += 8;
    a0 = madd(v128.load(at, 0), s, a0);
    if (count > 1) a1 = madd(v128.load(at, 16), s, a1);
    if (count > 2) a2 = madd(v128.load(at, 32), s, a2);
    if (count > 3) a3 = madd(v128.load(at, 48), s, a3);
    if (count > 4) a4 = madd(v128.load(at, 64), s, a4);
    if (count > 5) a5 = madd(v128.load(at, 80), s, a5);
    if (count > 6) a6 = madd(v128.load(at, 96), s, a6);
    if (count > 7) a7 = madd(v128.load(at, 112), s, a7);
    if (count > 8) a8 = madd(v128.load(at, 128), s, a8);
    if (count > 9) a9 = madd(v128.load(at, 144), s, a9);
    if (count > 10) a10 = madd(v128.load(at, 160), s, a10);
    if (count > 11) a11 = madd(v128.load(at, 176), s, a11);
    if (count > 12) a12 = madd(v128.load(at, 192), s, a12);
  }
  v128.store(to, a0, 0);
  if (count > 1) v128.store(to, a1, 16);
  if (count > 2) v128.store(to, a2, 32);
  if (count > 3) v128.store(to, a3, 48);
  if (count > 4) v128.store(to, a4, 64);
  if (count > 5) v128.store(to, a5, 80);
  if (count > 6) v128.store(to, a6, 96);
  if (count > 7) v128.store(to, a7, 112);
  if (count > 8) v128.store(to, a8, 128);
  if (count > 9) v128.store(to, a9, 144);
  if (count > 10) v128.store(to, a10, 160);
  if (count > 11) v128.store(to, a11, 176);
  if (count > 12) v128.store(to, a12, 192);
}

/** to = from + Σ list */
function addListed(count: i32, list: usize, end: usize, w: usize, from: usize, to: usize): void {
  if (count == 13) accumulate(13, list, end, w, from, to);
  else if (count == 12) accumulate(12, list, end, w, from, to);
  else if (count == 11) accumulate(11, list, end, w, from, to);
  else if (count == 10) accumulate(10, list, end, w, from, to);
  else if (count == 9) accumulate(9, list, end, w, from, to);
  else if (count == 8) accumulate(8, list, end, w, from, to);
  else if (count == 7) accumulate(7, list, end, w, from, to);
  else if (count == 6) accumulate(6, list, end, w, from, to);
  else if (count == 5) accumulate(5, list, end, w, from, to);
  else if (count == 4) accumulate(4, list, end, w, from, to);
  else if (count == 3) accumulate(3, list, end, w, from, to);
  else if (count == 2) accumulate(2, list, end, w, from, to);
  else if (count == 1) accumulate(1, list, end, w, from, to);
}

/** rows → panel */
function finishPanel(from: usize, stride: usize, to: usize, mask: usize, outputs: i32, after: i32): void {
  const z = splat(0);
  for (let half = 0; half < 2; half++) {
    let s = from, o = to, h = mask;
    for (let f = 0; f < outputs; f += 4) {
      const r0 = v128.load(s), r1 = v128.load(s + stride), r2 = v128.load(s + 2 * stride), r3 = v128.load(s + 3 * stride);
      const x0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), x1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const y0 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), y1 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      let a = v128.shuffle<f32>(x0, y0, 0, 1, 4, 5), b = v128.shuffle<f32>(x0, y0, 2, 3, 6, 7);
      let c = v128.shuffle<f32>(x1, y1, 0, 1, 4, 5), d = v128.shuffle<f32>(x1, y1, 2, 3, 6, 7);
      if (after == 1) { a = f32x4.pmax(a, z); b = f32x4.pmax(b, z); c = f32x4.pmax(c, z); d = f32x4.pmax(d, z); }
      else if (after == 2) {
        a = v128.and(a, f32x4.gt(v128.load(h), z));
        b = v128.and(b, f32x4.gt(v128.load(h, 32), z));
        c = v128.and(c, f32x4.gt(v128.load(h, 64), z));
        d = v128.and(d, f32x4.gt(v128.load(h, 96), z));
      }
      v128.store(o, a);
      v128.store(o, b, 32);
      v128.store(o, c, 64);
      v128.store(o, d, 96);
      s += 16; o += 128; h += 128;
    }
    from += stride << 2;
    to += 16;
    mask += 16;
  }
}

/** panels → rows of `stride` bytes */
function panelsToRows(from: usize, outputs: i32, panels: i32, to: usize, stride: usize): void {
  const z = splat(0);
  for (let t = 0; t < panels; t++) {
    for (let half: usize = 0; half < 2; half++) {
      let s = from + (half << 4), o = to + (half << 2) * stride;
      for (let f = 0; f < outputs; f += 4) {
        const a = v128.load(s), b = f + 1 < outputs ? v128.load(s, 32) : z, c = f + 2 < outputs ? v128.load(s, 64) : z, e = f + 3 < outputs ? v128.load(s, 96) : z;
        const x0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), x1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const y0 = v128.shuffle<f32>(c, e, 0, 4, 1, 5), y1 = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
        v128.store(o, v128.shuffle<f32>(x0, y0, 0, 1, 4, 5));
        v128.store(o + stride, v128.shuffle<f32>(x0, y0, 2, 3, 6, 7));
        v128.store(o + 2 * stride, v128.shuffle<f32>(x1, y1, 0, 1, 4, 5));
        v128.store(o + 3 * stride, v128.shuffle<f32>(x1, y1, 2, 3, 6, 7));
        s += 128; o += 16;
      }
    }
    from += <usize>outputs << 5;
    to += stride << 3;
  }
}


/** lists: panels × 8 × (inputs × 8 + 32); rows: 8 × max(padded inputs × 4, TILE*16) */
export function sparseDense(x: usize, w: usize, stride: usize, bias: usize, to: usize, mask: usize, inputs: i32, outputs: i32, panels: i32, after: i32, lists: usize, ends: usize, rows: usize): void {
  const vectors = (outputs + 3) >> 2, sx = <usize>inputs << 5, sy = <usize>outputs << 5, room = (<usize>inputs << 3) + 32, xr = ((<usize>inputs + 3) & ~3) << 2;
  let list = lists;
  const step = i32x4.splat(<i32>stride << 2), first = i32x4.mul(i32x4.splat(<i32>stride), i32x4(0, 1, 2, 3));
  for (let t = 0; t < panels; t++) {
    panelsToRows(x + <usize>t * sx, inputs, 1, rows, xr);
    for (let r: usize = 0; r < 8; r++) {
      let end = list, o = first;
      const from = rows + r * xr;
      for (let k: usize = 0; k < xr; k += 16) {
        end = pack(v128.load(from + k), o, end);
        o = i32x4.add(o, step);
      }
      store<usize>(ends + (((<usize>t << 3) + r) << 2), end);
      list += room;
    }
  }
  for (let v = 0, at: usize = 0, tiles = (vectors + TILE - 1) / TILE; v < vectors; tiles--) {
    const n = (vectors - v + tiles - 1) / tiles, width = min(n << 2, outputs - (v << 2)), b = bias ? bias + at : 0;
    let list = lists, e = ends, y = to + (at << 3), h = mask + (at << 3);
    for (let t = 0; t < panels; t++) {
      for (let r: usize = 0; r < 8; r++) {
        addListed(n, list, load<usize>(e), w + at, b, rows + r * (TILE << 4));
        list += room;
        e += 4;
      }
      finishPanel(rows, TILE << 4, y, h, width, after);
      y += sy;
      if (after == 2) h += sy;
    }
    v += n;
    at += <usize>n << 4;
  }
}

/** kernel gradient += x' d; rows: 8*CHUNK × stride; list: 8*CHUNK × 8 + 32 */
export function sparseGradient(x: usize, d: usize, kernel: usize, stride: usize, inputs: i32, outputs: i32, panels: i32, rows: usize, list: usize): void {
  const vectors = (outputs + 3) >> 2, sx = <usize>inputs << 5;
  const step = i32x4.splat(<i32>stride << 2), first = i32x4.mul(i32x4.splat(<i32>stride), i32x4(0, 1, 2, 3));
  for (let from = 0; from < panels; from += CHUNK) {
    const n = min(panels - from, CHUNK);
    panelsToRows(d, outputs, n, rows, stride);
    let to = kernel;
    for (let k = 0; k < inputs; k++) {
      let xp = x + (<usize>k << 5), end = list, o = first;
      for (let t = 0; t < n; t++) {
        end = pack(v128.load(xp), o, end);
        o = i32x4.add(o, step);
        end = pack(v128.load(xp, 16), o, end);
        o = i32x4.add(o, step);
        xp += sx;
      }
      for (let v = 0, at: usize = 0, tiles = (vectors + TILE - 1) / TILE; v < vectors; tiles--) {
        const g = (vectors - v + tiles - 1) / tiles;
        addListed(g, list, end, rows + at, to + at, to + at);
        v += g;
        at += <usize>g << 4;
      }
      to += stride;
    }
    x += sx * n;
    d += (<usize>outputs << 5) * n;
  }
}
