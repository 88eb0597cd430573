// Softmax and entmax of rows.
import { splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { exp, log } from './math';
import { storeSome, word } from './moves';

/** Newton steps for entmax's threshold, and the last move (../../kernels/entmax.ts). */
const NEWTON_STEPS: i32 = 20;
const SMALL_MOVE: f64 = 1e-9;

// @ts-ignore: decorator
@inline
function largestOf(from: usize, width: i32): f32 {
  let largest: f32 = -Infinity;
  for (let j = 0; j < width; j++) {
    const value = load<f32>(from + ((<usize>j) << 2));
    if (value > largest || value != value) largest = value;
  }
  return largest;
}

export function softmax(at: usize, i: i32, parts: i32): void {
  const rows = word(at, 4),
    width = word(at, 5),
    logarithm = word(at, 6) != 0,
    bytes = (<usize>width) << 2,
    first = part(rows, i, parts),
    end = part(rows, i + 1, parts);
  let from = <usize>word(at, 2) + <usize>first * bytes,
    to = <usize>word(at, 3) + <usize>first * bytes;
  for (let row = first; row < end; row++) {
    const largest = largestOf(from, width),
      shift = splat(largest);
    let sum: f64 = 0,
      j: usize = 0;
    for (; j < bytes; j += 16) storeSome(to + j, exp(f32x4.sub(v128.load(from + j), shift)), <i32>((bytes - j) >> 2));
    for (j = 0; j < bytes; j += 4) sum += <f64>load<f32>(to + j);
    if (logarithm) {
      const total = f32x4.add(shift, log(splat(<f32>sum)));
      for (j = 0; j < bytes; j += 16) storeSome(to + j, f32x4.sub(v128.load(from + j), total), <i32>((bytes - j) >> 2));
    } else {
      const factor = splat(<f32>(1 / sum));
      for (j = 0; j < bytes; j += 16) storeSome(to + j, f32x4.mul(v128.load(to + j), factor), <i32>((bytes - j) >> 2));
    }
    from += bytes;
    to += bytes;
  }
}

/** How far two numbers lie above a threshold, each halved after the largest was taken away; at least 0. */
// @ts-ignore: decorator
@inline
function above(from: usize, largest: v128, threshold: v128): v128 {
  const value = f64x2.promote_low_f32x4(v128.load64_zero(from));
  return f64x2.max(f64x2.sub(f64x2.mul(f64x2.sub(value, largest), f64x2.splat(0.5)), threshold), f64x2.splat(0));
}

export function entmax(at: usize, i: i32, parts: i32): void {
  const rows = word(at, 4),
    width = word(at, 5),
    bytes = (<usize>width) << 2,
    pairs = bytes & ~7,
    first = part(rows, i, parts),
    end = part(rows, i + 1, parts);
  let from = <usize>word(at, 2) + <usize>first * bytes,
    to = <usize>word(at, 3) + <usize>first * bytes;
  for (let row = first; row < end; row++) {
    const largest: f64 = largestOf(from, width),
      largests = f64x2.splat(largest);
    let threshold: f64 = -1;
    for (let step = 0; step < NEWTON_STEPS; step++) {
      const own = f64x2.splat(threshold);
      let sums = f64x2.splat(0),
        squares = f64x2.splat(0);
      for (let j: usize = 0; j < pairs; j += 8) {
        const value = above(from + j, largests, own);
        sums = f64x2.add(sums, value);
        squares = f64x2.add(squares, f64x2.mul(value, value));
      }
      let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1),
        square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
      if (pairs < bytes) {
        const value = Math.max((<f64>load<f32>(from + pairs) - largest) / 2 - threshold, 0);
        sum += value;
        square += value * value;
      }
      const move = (square - 1) / (2 * sum);
      threshold += move;
      if (Math.abs(move) < SMALL_MOVE) break;
    }
    const own = f64x2.splat(threshold);
    for (let j: usize = 0; j < pairs; j += 8) {
      const value = above(from + j, largests, own);
      store<i64>(to + j, i64x2.extract_lane(f32x4.demote_f64x2_zero(f64x2.mul(value, value)), 0));
    }
    if (pairs < bytes) {
      const value = Math.max((<f64>load<f32>(from + pairs) - largest) / 2 - threshold, 0);
      store<f32>(to + pairs, <f32>(value * value));
    }
    from += bytes;
    to += bytes;
  }
}
