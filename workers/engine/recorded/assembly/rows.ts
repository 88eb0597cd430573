// Softmax and entmax of rows.
import { splat } from '../../wasm/assembly/math';
import { exp, log } from './math';

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

export function softmax(at: usize): void {
  let from: usize = load<i32>(at, 8),
    to: usize = load<i32>(at, 12);
  const rows = load<i32>(at, 16),
    width = load<i32>(at, 20),
    logarithm = load<i32>(at, 24) != 0,
    bytes = (<usize>width) << 2;
  for (let i = 0; i < rows; i++) {
    const largest = largestOf(from, width),
      shift = splat(largest);
    let sum: f64 = 0,
      j: usize = 0;
    // What is written behind a row is of the next, which comes afterwards.
    for (; j < bytes; j += 16) v128.store(to + j, exp(f32x4.sub(v128.load(from + j), shift)));
    for (j = 0; j < bytes; j += 4) sum += <f64>load<f32>(to + j);
    if (logarithm) {
      const total = f32x4.add(shift, log(splat(<f32>sum)));
      for (j = 0; j < bytes; j += 16) v128.store(to + j, f32x4.sub(v128.load(from + j), total));
    } else {
      const factor = splat(<f32>(1 / sum));
      for (j = 0; j < bytes; j += 16) v128.store(to + j, f32x4.mul(v128.load(to + j), factor));
    }
    from += bytes;
    to += bytes;
  }
}

export function entmax(at: usize): void {
  let from: usize = load<i32>(at, 8),
    to: usize = load<i32>(at, 12);
  const rows = load<i32>(at, 16),
    width = load<i32>(at, 20),
    bytes = (<usize>width) << 2;
  for (let i = 0; i < rows; i++) {
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
