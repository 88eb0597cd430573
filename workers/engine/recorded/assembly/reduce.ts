// Reductions of [outer, reduced, inner] to [outer, inner], always in the same order. Long sums are made of
// sums of CHUNK numbers, so that rounding does not grow with their length.
import { laneSum, splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { Reduction } from './instructions';
import { storeSome, word } from './moves';

const CHUNK: i32 = 256;

// @ts-ignore: decorator
@inline
function combined(kind: i32, a: v128, b: v128): v128 {
  if (kind == Reduction.MAX) return f32x4.max(a, b);
  if (kind == Reduction.MIN) return f32x4.min(a, b);
  if (kind == Reduction.PRODUCT) return f32x4.mul(a, b);
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function identity(kind: i32): f32 {
  if (kind == Reduction.MAX) return -Infinity;
  if (kind == Reduction.MIN) return Infinity;
  if (kind == Reduction.PRODUCT) return 1;
  return 0;
}

function sumOfRow(from: usize, count: i32): f64 {
  let total: f64 = 0;
  while (count >= 16) {
    const chunk = min(count & ~15, CHUNK * 4);
    let a = splat(0),
      b = a,
      c = a,
      d = a;
    for (let i = 0; i < chunk; i += 16) {
      a = f32x4.add(a, v128.load(from));
      b = f32x4.add(b, v128.load(from, 16));
      c = f32x4.add(c, v128.load(from, 32));
      d = f32x4.add(d, v128.load(from, 48));
      from += 64;
    }
    total += laneSum(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
    count -= chunk;
  }
  for (; count > 0; count--) {
    total += <f64>load<f32>(from);
    from += 4;
  }
  return total;
}

function ofRow(kind: i32, from: usize, count: i32): f32 {
  if (kind == Reduction.SUM) return <f32>sumOfRow(from, count);
  let value = identity(kind);
  for (let i = 0; i < count; i++) {
    const x = load<f32>(from + ((<usize>i) << 2));
    if (kind == Reduction.PRODUCT) value *= x;
    else if (x != x) value = x;
    else if (kind == Reduction.MAX ? x > value : x < value) value = x;
  }
  return value;
}

/** Four columns of one part; the row stride is that of the source. */
// @ts-ignore: decorator
@inline
function ofColumns(kind: i32, from: usize, stride: usize, count: i32): v128 {
  let total = splat(identity(kind));
  while (count > 0) {
    const chunk = min(count, CHUNK);
    let part = splat(identity(kind));
    for (let i = 0; i < chunk; i++) {
      part = combined(kind, part, v128.load(from));
      from += stride;
    }
    total = combined(kind, total, part);
    count -= chunk;
  }
  return total;
}

/** Of every column from byte j0 to j1, a multiple of 16 or the end of the row. */
function columns(kind: i32, from: usize, to: usize, stride: usize, reduced: i32, factors: v128, j0: usize, j1: usize): void {
  for (let j = j0; j < j1; j += 16) {
    let value: v128;
    if (kind == Reduction.SUM) value = ofColumns(Reduction.SUM, from + j, stride, reduced);
    else if (kind == Reduction.MAX) value = ofColumns(Reduction.MAX, from + j, stride, reduced);
    else if (kind == Reduction.MIN) value = ofColumns(Reduction.MIN, from + j, stride, reduced);
    else value = ofColumns(Reduction.PRODUCT, from + j, stride, reduced);
    storeSome(to + j, f32x4.mul(value, factors), <i32>((j1 - j) >> 2));
  }
}

export function reduce(at: usize, i: i32, parts: i32): void {
  const kind = word(at, 2),
    outer = word(at, 3),
    reduced = word(at, 4),
    inner = word(at, 5),
    factor = load<f32>(at, 32),
    from: usize = word(at, 6),
    to: usize = word(at, 7),
    stride = (<usize>inner) << 2,
    first = part(outer, i, parts),
    end = part(outer, i + 1, parts);
  if (inner == 1) {
    for (let o = first; o < end; o++) store<f32>(to + ((<usize>o) << 2), ofRow(kind, from + ((<usize>o * reduced) << 2), reduced) * factor);
    return;
  }
  const factors = splat(factor);
  if (outer == 1) {
    const fours = (inner + 3) >> 2;
    columns(kind, from, to, stride, reduced, factors, (<usize>part(fours, i, parts)) << 4, min(stride, (<usize>part(fours, i + 1, parts)) << 4));
    return;
  }
  for (let o: usize = first; o < <usize>end; o++) columns(kind, from + o * stride * reduced, to + o * stride, stride, reduced, factors, 0, stride);
}
