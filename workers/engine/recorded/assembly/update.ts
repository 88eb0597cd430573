// The noise of a step, and Adam in Keras' form (docs/methods.md A0).
import { splat } from '../../wasm/assembly/math';
import { normals4, uniforms4 } from '../../wasm/assembly/noise';
import { BETA1, BETA2, EPSILON, State, STATE } from './instructions';

/** rows × columns of the counter, row-major. */
export function draw(at: usize): void {
  let to: usize = load<i32>(at, 8);
  const rows = load<i32>(at, 12),
    columns = load<i32>(at, 16),
    first = load<i32>(at, 20),
    uniform = load<i32>(at, 24) != 0,
    step = load<i32>(STATE + State.STEP * 4),
    seed = load<i32>(STATE + State.SEED * 4);
  // What is written behind a row is of the next, which comes afterwards.
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const cells = i32x4.add(i32x4.splat(first + j), i32x4(0, 1, 2, 3));
      v128.store(to + ((<usize>j) << 2), uniform ? uniforms4(i, cells, step, seed) : normals4(i, cells, step, seed));
    }
    to += (<usize>columns) << 2;
  }
}

function update(w: usize, m: usize, v: usize, g: usize, bytes: usize, floor: v128, rate: v128): void {
  const keep1 = splat(<f32>(1 - BETA1)),
    keep2 = splat(<f32>(1 - BETA2)),
    epsilon = splat(<f32>EPSILON);
  for (let i: usize = 0; i < bytes; i += 16) {
    const slope = v128.load(g + i),
      m0 = v128.load(m + i),
      v0 = v128.load(v + i);
    const m1 = f32x4.add(m0, f32x4.mul(f32x4.sub(slope, m0), keep1)),
      v1 = f32x4.add(v0, f32x4.mul(f32x4.sub(f32x4.mul(slope, slope), v0), keep2));
    v128.store(m + i, m1);
    v128.store(v + i, v1);
    v128.store(w + i, f32x4.max(floor, f32x4.sub(v128.load(w + i), f32x4.div(f32x4.mul(m1, rate), f32x4.add(f32x4.sqrt(v1), epsilon)))));
  }
}

/** One number. */
function updateOne(w: usize, m: usize, v: usize, g: usize, floor: f32, rate: f32): void {
  const slope = load<f32>(g),
    m1 = load<f32>(m) + (slope - load<f32>(m)) * <f32>(1 - BETA1),
    v1 = load<f32>(v) + (slope * slope - load<f32>(v)) * <f32>(1 - BETA2);
  store<f32>(m, m1);
  store<f32>(v, v1);
  store<f32>(w, max(floor, load<f32>(w) - (m1 * rate) / (f32.sqrt(v1) + <f32>EPSILON)));
}

export function adam(at: usize): void {
  const w: usize = load<i32>(at, 8),
    m: usize = load<i32>(at, 12),
    v: usize = load<i32>(at, 16),
    g: usize = load<i32>(at, 20),
    bytes = (<usize>load<i32>(at, 24)) << 2,
    width = (<usize>load<i32>(at, 28)) << 2,
    floor = load<f32>(at, 32),
    rate = load<f32>(STATE + State.RATE * 4) * load<f32>(at, 36);
  if (width == 0) {
    update(w, m, v, g, bytes, splat(floor), splat(rate));
    return;
  }
  // Rows whose gradient is all zeros keep their numbers and moments.
  for (let from: usize = 0; from < bytes; from += width) {
    let shown = false;
    for (let j: usize = 0; j < width && !shown; j += 4) shown = load<f32>(g + from + j) != 0;
    if (shown) for (let j = from; j < from + width; j += 4) updateOne(w + j, m + j, v + j, g + j, floor, rate);
  }
}
