// The noise of a step, and Adam in Keras' form (docs/methods.md A0).
import { splat } from '../../wasm/assembly/math';
import { normals4, uniforms4 } from '../../wasm/assembly/noise';
import { part, partOfBytes } from '../../wasm/assembly/parts';
import { BETA1, BETA2, EPSILON, State, STATE } from './instructions';
import { storeSome, word } from './moves';

/** rows × columns of the counter, row-major. */
export function draw(at: usize, i: i32, parts: i32): void {
  const rows = word(at, 3),
    columns = word(at, 4),
    first = word(at, 5),
    uniform = word(at, 6) != 0,
    step = word(STATE, State.STEP),
    seed = word(STATE, State.SEED),
    end = part(rows, i + 1, parts);
  let row = part(rows, i, parts),
    to = <usize>word(at, 2) + ((<usize>row * columns) << 2);
  for (; row < end; row++) {
    for (let j = 0; j < columns; j += 4) {
      const cells = i32x4.add(i32x4.splat(first + j), i32x4(0, 1, 2, 3));
      storeSome(to + ((<usize>j) << 2), uniform ? uniforms4(row, cells, step, seed) : normals4(row, cells, step, seed), columns - j);
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

export function adam(at: usize, i: i32, parts: i32): void {
  const w: usize = word(at, 2),
    m: usize = word(at, 3),
    v: usize = word(at, 4),
    g: usize = word(at, 5),
    bytes = (<usize>word(at, 6)) << 2,
    width = (<usize>word(at, 7)) << 2,
    floor = load<f32>(at, 32),
    rate = load<f32>(STATE + State.RATE * 4) * load<f32>(at, 36);
  if (width == 0) {
    // Whole vectors: behind the last number is room for three more.
    const all = (bytes + 15) & ~15,
      from = partOfBytes(all, 16, i, parts);
    update(w + from, m + from, v + from, g + from, partOfBytes(all, 16, i + 1, parts) - from, splat(floor), splat(rate));
    return;
  }
  // Rows whose gradient is all zeros keep their numbers and moments.
  const end = partOfBytes(bytes, width, i + 1, parts);
  for (let from = partOfBytes(bytes, width, i, parts); from < end; from += width) {
    let shown = false;
    for (let j: usize = 0; j < width && !shown; j += 4) shown = load<f32>(g + from + j) != 0;
    if (shown) for (let j = from; j < from + width; j += 4) updateOne(w + j, m + j, v + j, g + j, floor, rate);
  }
}
