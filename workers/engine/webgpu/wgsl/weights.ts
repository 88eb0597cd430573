import type { LayerPlace } from '../layout';
import { type Bindings, header, range, THREAD } from './common';
import { gradientParts, type Kernel, type KernelModel } from './kernel';
import type { Stack } from './stacks';
import { enableQuads } from './tile';

/** The gradient of a layer's kernel and bias: products over rows of its inputs, followed by a column of ones, with the slopes in its outputs. */
export interface Gradient {
  layer: LayerPlace;
  inputs: Stack;
  slopes: Stack;
}

/** All layers of a model, or the decoder's. */
export function gradientsOf({ layout, stacks }: KernelModel, decoderOnly: boolean): Gradient[] {
  const encoder = decoderOnly || !layout.heads ? [] : [...layout.hidden, layout.heads];
  const inputs = [stacks.input, ...stacks.hidden];
  const slopes = [...stacks.hiddenSlopes, stacks.heads];
  const decoderInputs = [stacks.decoderInput, ...stacks.decoderHidden];
  return [
    ...encoder.map((layer, i) => ({ layer, inputs: inputs[i], slopes: slopes[i] })),
    ...layout.decoding.map((layer, i) => ({ layer, inputs: decoderInputs[i], slopes: stacks.decoderSlopes[i] })),
  ];
}

/** Threads of a workgroup, in squares of 8 × 8, each with 4 × 4 outputs; rows are staged eight cells at a time. */
const THREADS = 64;
const OUTPUTS = 32;
const CELLS = 8;
/** Of an output tile on quads: 16 inputs, and four times five columns. */
const QUAD_INPUTS = 16;
const QUAD_COLUMNS = 5;

/** Finds, in `task`, the layer and the tile of its outputs: `rows`, `cols`, `xAt`, `dAt`, `out`, `i0`, `j0`. */
function findTile(gradients: readonly Gradient[], high: number, wide: number): { tasks: number; code: string } {
  let tasks = 0;
  const choices = gradients.map(({ layer: { rows, cols, kernelAt }, inputs, slopes }) => {
    const across = Math.ceil(cols / wide);
    const from = tasks;
    tasks += across * Math.ceil((rows + 1) / high);
    const task = `(task - ${from}u)`;
    return `if (task < ${tasks}u) {
    rows = ${rows}u; cols = ${cols}u; xAt = ${inputs.at}u; dAt = ${slopes.at}u; out = ${kernelAt}u; i0 = ${task} / ${across}u * ${high}u; j0 = ${task} % ${across}u * ${wide}u;
  }`;
  });
  return {
    tasks,
    code: `var rows = 0u; var cols = 0u; var xAt = 0u; var dAt = 0u; var out = 0u; var i0 = 0u; var j0 = 0u;\n  ${choices.join(' else ')}`,
  };
}

/** Each workgroup: a tile of 32 × 32 outputs over one slice of rows, both factors staged in the memory of the workgroup, 16 outputs to a thread in registers. */
function onGpu({ stride, layout: { size } }: KernelModel, tasks: number, find: string): string {
  const cell = (stack: string, at: string): string => `${stack}[${at} * ${stride / 4}u + at]`;
  return `
  let task = wg.x % ${tasks}u; let part0 = wg.x / ${tasks}u;
  ${find}
  let all = (u.rows + 3u) / 4u; let slice = ((all + u.parts - 1u) / u.parts + ${CELLS - 1}u) / ${CELLS}u * ${CELLS}u;
  let begin = part0 * slice; let end = min(begin + slice, all);
  let ti = li / 8u; let tj = li % 8u;
  ${range(4)
    .map((i) =>
      range(4)
        .map((j) => `var g${i}_${j} = vec4f();`)
        .join(' '),
    )
    .join(' ')}
  for (var r0 = begin; r0 < end; r0 += ${CELLS}u) {
    for (var e = li; e < ${OUTPUTS * CELLS}u; e += ${THREADS}u) {
      let row = e / ${CELLS}u; let r = e % ${CELLS}u; let at = r0 + r; let i = i0 + row; let j = j0 + row;
      var x = vec4f(); var d = vec4f();
      if (at < all) {
        if (i < rows) { x = ${cell('acts', '(xAt + i)')}; } else if (i == rows) { x = vec4f(1.0); }
        if (j < cols) { d = ${cell('slopes', '(dAt + j)')}; }
      }
      xs[row * ${CELLS + 1}u + r] = x; ds[row * ${CELLS + 1}u + r] = d;
    }
    workgroupBarrier();
    for (var r = 0u; r < ${CELLS}u; r++) {
      ${range(4)
        .map((i) => `let x${i} = xs[(ti + ${8 * i}u) * ${CELLS + 1}u + r]; let d${i} = ds[(tj + ${8 * i}u) * ${CELLS + 1}u + r];`)
        .join('\n      ')}
      ${range(4)
        .map((i) =>
          range(4)
            .map((j) => `g${i}_${j} += x${i} * d${j};`)
            .join(' '),
        )
        .join('\n      ')}
    }
    workgroupBarrier();
  }
  let to = part0 * ${size}u + out;
  ${range(4)
    .map((i) =>
      range(4)
        .map(
          (j) =>
            `{ let i = i0 + ti + ${8 * i}u; let j = j0 + tj + ${8 * j}u; if (i <= rows && j < cols) { part[to + i * cols + j] = dot(g${i}_${j}, vec4f(1.0)); } }`,
        )
        .join('\n  '),
    )
    .join('\n  ')}`;
}

/** Each quad: 16 inputs × 20 columns, five columns to an invocation; four rows of an input are loaded at once, one by each. */
function onQuads({ stride, layout: { size } }: KernelModel, tasks: number, find: string): string {
  const inputs = range(QUAD_INPUTS);
  const columns = range(QUAD_COLUMNS);
  return `
  let quad = wg.x * ${THREADS / 4}u + li / 4u; let lane = li % 4u; let task = quad % ${tasks}u; let part0 = quad / ${tasks}u;
  if (part0 >= u.parts) { return; }
  ${find}
  let slice = ((u.rows + u.parts - 1u) / u.parts + 3u) / 4u * 4u;
  let begin = part0 * slice; let end = min(begin + slice, u.rows);
  ${columns.map((j) => `let d${j}At = (dAt + min(j0 + lane * ${QUAD_COLUMNS}u + ${j}u, cols - 1u)) * ${stride}u;`).join(' ')}
  ${inputs.map((i) => columns.map((j) => `var g${i}_${j} = 0.0;`).join(' ')).join('\n  ')}
  for (var r = begin; r < end; r += 4u) {
    ${inputs.map((i) => `var x${i} = acts[(xAt + min(i0 + ${i}u, rows - 1u)) * ${stride}u + r + lane];`).join('\n    ')}
    if (i0 + ${QUAD_INPUTS}u > rows) { ${inputs.map((i) => `x${i} = select(x${i}, 1.0, i0 + ${i}u == rows);`).join(' ')} }
    ${range(4)
      .map(
        (l) => `{ ${columns.map((j) => `let d${j} = slopes[d${j}At + r + ${l}u];`).join(' ')}
      ${inputs.map((i) => `{ let x = quadBroadcast(x${i}, ${l}u); ${columns.map((j) => `g${i}_${j} += x * d${j};`).join(' ')} }`).join('\n      ')} }`,
      )
      .join('\n    ')}
  }
  let to = part0 * ${size}u + out;
  ${inputs
    .map(
      (i) =>
        `if (i0 + ${i}u <= rows) { ${columns.map((j) => `{ let j = j0 + lane * ${QUAD_COLUMNS}u + ${j}u; if (j < cols) { part[to + (i0 + ${i}u) * cols + j] = g${i}_${j}; } }`).join(' ')} }`,
    )
    .join('\n  ')}`;
}

/** What else a dispatch of gradients does, in workgroups that follow. */
export interface Companion {
  bindings: Bindings;
  functions: string;
  /** Statements for workgroup `group` of `many`. */
  body: string;
  kernel: Pick<Kernel, 'groups' | 'parts'>;
}

export const COMPANION_THREADS = THREADS;

/**
 * Gradients of the kernels and biases of all layers: part[s] are their sums over the s-th slice of rows, which the update adds up in order. No atomics: two
 * runs are equal bit for bit.
 */
export function weightsKernel(model: KernelModel, decoderOnly: boolean, companion?: Companion): Kernel {
  const { quads } = model;
  const type = quads ? 'f32' : 'vec4f';
  const bindings: Bindings = { acts: ['r', type], slopes: ['r', type], part: ['w', 'f32'], ...companion?.bindings };
  const gradients = gradientsOf(model, decoderOnly);
  const { tasks, code: find } = findTile(gradients, quads ? QUAD_INPUTS : OUTPUTS, quads ? 4 * QUAD_COLUMNS : OUTPUTS);
  const groupsOf = (parts: number): number => (quads ? Math.ceil((tasks * parts * 4) / THREADS) : tasks * parts);
  const parts = ({ rows }: { rows: number }): number => gradientParts(model, rows);
  const ours = quads ? `(${tasks}u * u.parts + ${THREADS / 4 - 1}u) / ${THREADS / 4}u` : `${tasks}u * u.parts`;
  const beside = companion
    ? `let ours = ${ours};
  if (wg.x >= ours) {
    let group = wg.x - ours; let many = groups.x - ours;
    ${companion.body}
    return;
  }`
    : '';
  const code = `${enableQuads(quads)}${header(bindings)}
${quads ? '' : `var<workgroup> xs: array<vec4f, ${OUTPUTS * (CELLS + 1)}>;\nvar<workgroup> ds: array<vec4f, ${OUTPUTS * (CELLS + 1)}>;`}
${companion?.functions ?? ''}
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) {
  ${beside}
  ${quads ? onQuads(model, tasks, find) : onGpu(model, tasks, find)}
}`;
  return { bindings, code, parts, groups: (place) => groupsOf(parts(place)) + (companion?.kernel.groups(place) ?? 0) };
}
