// Reductions of [outer, reduced, inner] to [outer, inner], always in the same order. Long sums are made of
// sums of CHUNK numbers, so that rounding does not grow with their length.
import { laneSum, splat } from '../../wasm/assembly/math';
import { Reduction } from './instructions';

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

export function reduce(at: usize): void {
  const kind = load<i32>(at, 8),
    outer = load<i32>(at, 12),
    reduced = load<i32>(at, 16),
    inner = load<i32>(at, 20),
    factor = load<f32>(at, 32);
  let from: usize = load<i32>(at, 24),
    to: usize = load<i32>(at, 28);
  if (inner == 1) {
    for (let o = 0; o < outer; o++) {
      store<f32>(to, ofRow(kind, from, reduced) * factor);
      from += (<usize>reduced) << 2;
      to += 4;
    }
    return;
  }
  const stride = (<usize>inner) << 2,
    factors = splat(factor);
  for (let o = 0; o < outer; o++) {
    // Behind the last column are numbers of the next row, which is written afterwards.
    for (let j: usize = 0; j < stride; j += 16) {
      let value: v128;
      if (kind == Reduction.SUM) value = ofColumns(Reduction.SUM, from + j, stride, reduced);
      else if (kind == Reduction.MAX) value = ofColumns(Reduction.MAX, from + j, stride, reduced);
      else if (kind == Reduction.MIN) value = ofColumns(Reduction.MIN, from + j, stride, reduced);
      else value = ofColumns(Reduction.PRODUCT, from + j, stride, reduced);
      v128.store(to + j, f32x4.mul(value, factors));
    }
    from += stride * reduced;
    to += stride;
  }
}
