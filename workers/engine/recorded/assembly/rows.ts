// Softmax and entmax of rows.
import { splat } from '../../wasm/assembly/math';
import { part } from '../../wasm/assembly/parts';
import { exp, log } from './math';
import { storeSome, word } from './moves';

/** Newton steps for entmax's threshold (../../kernels/entmax.ts). */
const NEWTON_STEPS: i32 = 20;

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

export function entmax(at: usize, i: i32, parts: i32): void {
  const rows = word(at, 4),
    width = word(at, 5),
    bytes = (<usize>width) << 2,
    first = part(rows, i, parts),
    end = part(rows, i + 1, parts);
  let from = <usize>word(at, 2) + <usize>first * bytes,
    to = <usize>word(at, 3) + <usize>first * bytes;
  for (let row = first; row < end; row++) {
    const largest: f64 = largestOf(from, width);
    let threshold: f64 = -1;
    for (let step = 0; step < NEWTON_STEPS; step++) {
      let sum: f64 = 0,
        squares: f64 = 0;
      for (let j: usize = 0; j < bytes; j += 4) {
        const above = (<f64>load<f32>(from + j) - largest) / 2 - threshold;
        if (above <= 0) continue;
        sum += above;
        squares += above * above;
      }
      const move = (squares - 1) / (2 * sum);
      threshold += move;
      if (Math.abs(move) < 1e-12) break;
    }
    for (let j: usize = 0; j < bytes; j += 4) {
      const above = Math.max((<f64>load<f32>(from + j) - largest) / 2 - threshold, 0);
      store<f32>(to + j, <f32>(above * above));
    }
    from += bytes;
    to += bytes;
  }
}
