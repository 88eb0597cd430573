import type { Windows } from '../../data/series/window-list';
import { ADAM } from '../constants';

/**
 * WGSL of what a captured step does around tfjs's kernels. Kernels take the state of the plan as their first
 * binding, unless they say otherwise.
 */

/** Words of the state, all of 4 bytes. */
export const STATE = { step: 0, cursor: 1, slot: 2, capacity: 3, seed: 4, rate: 5, learningRate: 6, correction1: 7, correction2: 8 } as const;
export const STATE_BYTES = 48;

/** A number as a WGSL literal of the same float32. */
const literal = (value: number): string => Math.fround(value).toExponential();

const STRUCT = `struct State { step: u32, cursor: u32, slot: u32, capacity: u32, seed: u32, rate: f32, learningRate: f32, correction1: f32, correction2: f32 }`;

/** Threads of a workgroup, and most workgroups of a row of the grid. */
export const THREADS = 64;
const WIDEST = 65_535;

/** Workgroups that cover so many threads. */
export function grid(threads: number): [number, number, number] {
  const groups = Math.ceil(threads / THREADS);
  return groups <= WIDEST ? [groups, 1, 1] : [WIDEST, Math.ceil(groups / WIDEST), 1];
}

/** The number of a thread in a grid of such workgroups. */
export const threadIndex = (ofWorkgroup: number): string => `(group.y * ${WIDEST}u + group.x) * ${ofWorkgroup}u + local`;

const entry = (threads: number, body: string): string => `
@compute @workgroup_size(${THREADS}) fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  let thread = ${threadIndex(THREADS)};
  if (thread >= ${threads}u) { return; }
  ${body}
}`;

const read = (binding: number, name: string, type: string): string => `@group(0) @binding(${binding}) var<storage, read> ${name}: ${type};`;
const write = (binding: number, name: string, type: string): string => `@group(0) @binding(${binding}) var<storage, read_write> ${name}: ${type};`;

/**
 * Copies the rows of the batch from the table (see resident.ts) into tensors. Bindings: state,
 * order, table, the tensors.
 * @param outputs adjoining columns of the table, first column and width of each tensor
 */
export function gatherKernel(rows: number, columns: number, outputs: readonly { first: number; width: number }[]): { code: string; threads: number } {
  const { first } = outputs[0];
  const width = outputs.reduce((sum, output) => sum + output.width, 0);
  const threads = rows * width;
  const branches = outputs.map(
    (output, i) => `if (column < ${output.first + output.width}u) { out${i}[row * ${output.width}u + column - ${output.first}u] = value; }`,
  );
  return {
    threads,
    code: `${STRUCT}
${read(0, 'state', 'State')}
${read(1, 'order', 'array<u32>')}
${read(2, 'table', 'array<u32>')}
${outputs.map((_, i) => write(3 + i, `out${i}`, 'array<u32>')).join('\n')}
${entry(
  threads,
  `let row = thread / ${width}u;
  let column = ${first}u + thread % ${width}u;
  let value = table[order[state.cursor + row] * ${columns}u + column];
  ${branches.join(' else ')}`,
)}`,
  };
}

/**
 * Sets of the rows of the batch into tensors of `width` places a row, and zeros behind them: the numbers of a
 * list, or ones in their place (workers/data/pieces.ts). Bindings: state, order, starts, the lists, the
 * tensors.
 *
 * @param listed whether each of the tensors has a list
 */
export function stretchKernel(rows: number, width: number, rowsASet: number, listed: readonly boolean[]): { code: string; threads: number } {
  const threads = rows * width;
  const lists = listed.flatMap((has, i) => (has ? [`list${i}`] : []));
  const values = listed.map((has, i) => (has ? `list${i}[first + place]` : 'bitcast<u32>(1.0)'));
  return {
    threads,
    code: listKernel(
      threads,
      ['starts', ...lists],
      `let tags = order[state.cursor + thread / ${width}u] / ${rowsASet}u;
  let place = thread % ${width}u;
  let first = starts[tags];
  let there = place < starts[tags + 1u] - first;
  ${values.map((value, i) => `if (there) { out${i}[thread] = ${value}; } else { out${i}[thread] = 0u; }`).join('\n  ')}`,
      listed.length,
    ),
  };
}

/**
 * Windows of the rows of the batch into a tensor of `width` numbers a row, steps × channels. Bindings: state,
 * order, the list, the tensor.
 */
export function windowKernel(rows: number, width: number, { starts, channels }: Omit<Windows, 'list'>): { code: string; threads: number } {
  const all = channels.reduce((sum, { count }) => sum + count, 0);
  let behind = 0;
  const places = channels.map(({ count, first, step, ofSeries }) => {
    const from = behind;
    behind += count;
    return `if (channel < ${behind}u) { at += ${first}u + (channel - ${from}u) * ${step}u + row / ${starts}u * ${ofSeries}u; }`;
  });
  return {
    threads: rows * width,
    code: listKernel(
      rows * width,
      ['list'],
      `let row = order[state.cursor + thread / ${width}u];
  let channel = thread % ${width}u % ${all}u;
  var at = row % ${starts}u + thread % ${width}u / ${all}u;
  ${places.join(' else ')}
  out0[thread] = list[at];`,
    ),
  };
}

const listKernel = (threads: number, lists: readonly string[], body: string, outputs = 1): string => `${STRUCT}
${read(0, 'state', 'State')}
${read(1, 'order', 'array<u32>')}
${lists.map((name, i) => read(2 + i, name, 'array<u32>')).join('\n')}
${Array.from({ length: outputs }, (_, i) => write(2 + lists.length + i, `out${i}`, 'array<u32>')).join('\n')}
${entry(threads, body)}`;

/**
 * pcg4d, Box–Muller and the uniform number of workers/random/random.ts. Logarithm and cosine are written out:
 * WGSL promises too little of its own.
 */
const NOISE = `
fn logarithm(u: f32) -> f32 {
  // u = m 2^e with m in [√½, √2): log u = e log 2 + log m (Cephes).
  let shifted = bitcast<u32>(u) - 0x3f3504f3u;
  let e = f32(bitcast<i32>(shifted) >> 23u);
  let f = bitcast<f32>((shifted & 0x7fffffu) + 0x3f3504f3u) - 1.0;
  let z = f * f;
  var y = 7.0376836292e-2;
  y = fma(y, f, -1.1514610310e-1); y = fma(y, f, 1.1676998740e-1); y = fma(y, f, -1.2420140846e-1); y = fma(y, f, 1.4249322787e-1);
  y = fma(y, f, -1.6668057665e-1); y = fma(y, f, 2.0000714765e-1); y = fma(y, f, -2.4999993993e-1); y = fma(y, f, 3.3333331174e-1);
  y = fma(y * f, z, e * -2.12194440e-4);
  return fma(e, 0.693359375, f + fma(-0.5, z, y));
}
fn boxMuller(first: u32, second: u32) -> f32 {
  let radius = sqrt(max(-2.0 * logarithm(f32((first >> 8u) + 1u) * ${literal(2 ** -24)}), 0.0));
  // The angle 2π v − π, reduced to a quadrant in integers.
  let angle = second >> 8u;
  let quadrant = (angle + 0x200000u) >> 22u;
  let t = f32(bitcast<i32>(angle - (quadrant << 22u))) * 3.7450702829239286e-7;
  let z = t * t;
  let s = fma(fma(fma(-1.9515295891e-4, z, 8.3321608736e-3), z, -1.6666654611e-1) * z, t, t);
  let c = fma(fma(fma(2.443315711809948e-5, z, -1.388731625493765e-3), z, 4.166664568298827e-2) * z, z, fma(z, -0.5, 1.0));
  let value = select(c, s, (quadrant & 1u) == 1u);
  return radius * select(value, -value, ((quadrant + 3u) & 2u) == 2u);
}
fn words(column: u32, row: u32, step: u32, seed: u32) -> vec2u {
  var v = vec4u(column, row, step, seed) * 1664525u + 1013904223u;
  v.x += v.y * v.w; v.y += v.z * v.x; v.z += v.x * v.y; v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w; v.y += v.z * v.x;
  return v.xy;
}
fn uniformNumber(word: u32) -> f32 { return (f32(word >> 9u) + 0.5) * ${literal(2 ** -23)}; }`;

/**
 * Draws the noise of the step into tensors. Bindings: state, the tensors.
 * @param outputs adjoining columns of the noise, first column and width of each tensor; normal numbers unless
 * uniform ones are asked for
 */
export function noiseKernel(rows: number, outputs: readonly { first: number; width: number; uniform: boolean }[]): { code: string; threads: number } {
  const { first } = outputs[0];
  const width = outputs.reduce((sum, output) => sum + output.width, 0);
  const threads = rows * width;
  const branches = outputs.map(
    (output, i) => `if (column < ${output.first + output.width}u) {
    out${i}[row * ${output.width}u + column - ${output.first}u] = ${output.uniform ? 'uniformNumber(drawn.x)' : 'boxMuller(drawn.x, drawn.y)'};
  }`,
  );
  return {
    threads,
    code: `${STRUCT}
${read(0, 'state', 'State')}
${outputs.map((_, i) => write(1 + i, `out${i}`, 'array<f32>')).join('\n')}
${NOISE}
${entry(
  threads,
  `let row = thread / ${width}u;
  let column = ${first}u + thread % ${width}u;
  let drawn = words(column, row, state.step, state.seed);
  ${branches.join(' else ')}`,
)}`,
  };
}

/** A parameter that Adam moves. Its moments, of each entry both, are pairs of a buffer that it may share. */
export interface Trained {
  size: number;
  /** Other than 0: a row of so many entries whose gradient is all zeros stays as it is. */
  width: number;
  /** No entry ends below it. */
  floor?: number;
  /** Factor on the learning rate. */
  rate: number;
  /** Which of the kernel's buffers of moments, and its first pair there. */
  moments: number;
  first: number;
}

/**
 * Adam in Keras' form (engine/adam.ts). Bindings: state; so many buffers of moments; then parameter and
 * gradient of each.
 */
export function adamKernel(parameters: readonly Trained[], buffers: number): { code: string; threads: number } {
  const threads = parameters.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  const branches = parameters.map(({ size, width, floor, rate, moments, first }, i) => {
    const from = before;
    before += size;
    const lazily = `var shown = false;
    for (var j = i - i % ${width}u; j < i - i % ${width}u + ${width}u; j++) { shown = shown || gradient${i}[j] != 0.0; }
    if (!shown) { return; }`;
    return `if (thread < ${before}u) {
    let i = thread - ${from}u;
    ${width > 0 ? lazily : ''}
    let g = gradient${i}[i];
    let m = moments${moments}[i + ${first}u] * vec2f(${literal(ADAM.beta1)}, ${literal(ADAM.beta2)}) + vec2f(g * ${literal(1 - ADAM.beta1)}, g * g * ${literal(1 - ADAM.beta2)});
    moments${moments}[i + ${first}u] = m;
    let next = parameter${i}[i] - m.x * ${rate === 1 ? 'state.rate' : `(state.rate * ${literal(rate)})`} / (sqrt(m.y) + ${literal(ADAM.epsilon)});
    parameter${i}[i] = ${floor === undefined ? 'next' : `max(next, ${literal(floor)})`};
  }`;
  });
  const bindings = [
    ...Array.from({ length: buffers }, (_, i) => write(1 + i, `moments${i}`, 'array<vec2f>')),
    ...parameters.flatMap((_, i) => [
      write(1 + buffers + 2 * i, `parameter${i}`, 'array<f32>'),
      read(2 + buffers + 2 * i, `gradient${i}`, 'array<f32>'),
    ]),
  ];
  return { threads, code: `${STRUCT}\n${read(0, 'state', 'State')}\n${bindings.join('\n')}\n${entry(threads, branches.join(' else '))}` };
}

/** Copies arrays of these sizes. Bindings: target and source of each; no state. */
export function copyKernel(sizes: readonly number[]): { code: string; threads: number } {
  const threads = sizes.reduce((sum, size) => sum + size, 0);
  let first = 0;
  const branches = sizes.map((size, i) => {
    const from = first;
    first += size;
    return `if (thread < ${first}u) { to${i}[thread - ${from}u] = from${i}[thread - ${from}u]; }`;
  });
  const bindings = sizes.flatMap((_, i) => [write(2 * i, `to${i}`, 'array<u32>'), read(2 * i + 1, `from${i}`, 'array<u32>')]);
  return { threads, code: `${bindings.join('\n')}\n${entry(threads, branches.join(' else '))}` };
}

/** Notes the loss and moves the state to the next step. Bindings: state, loss, the ring of losses. */
export function finishKernel(rows: number): { code: string; threads: number } {
  return {
    threads: 1,
    code: `${STRUCT}
${write(0, 'state', 'State')}
${read(1, 'loss', 'array<f32>')}
${write(2, 'ring', 'array<f32>')}
${entry(
  1,
  `ring[state.slot] = loss[0];
  state.slot = (state.slot + 1u) % state.capacity;
  state.cursor += ${rows}u;
  state.step += 1u;
  state.correction1 = state.correction1 * ${literal(ADAM.beta1)} + ${literal(1 - ADAM.beta1)};
  state.correction2 = state.correction2 * ${literal(ADAM.beta2)} + ${literal(1 - ADAM.beta2)};
  state.rate = state.learningRate * (sqrt(state.correction2) / state.correction1);`,
)}`,
  };
}

/** The state before the first step. */
export function initialState(learningRate: number, seed: number): ArrayBuffer {
  const state = new ArrayBuffer(STATE_BYTES);
  const words = new Uint32Array(state);
  const numbers = new Float32Array(state);
  words[STATE.seed] = seed;
  numbers[STATE.learningRate] = learningRate;
  numbers[STATE.correction1] = 1 - ADAM.beta1;
  numbers[STATE.correction2] = 1 - ADAM.beta2;
  numbers[STATE.rate] = numbers[STATE.learningRate] * Math.fround(Math.sqrt(numbers[STATE.correction2]) / numbers[STATE.correction1]);
  return state;
}
