import type { LayerPlace } from '../buffer-layout';
import { type Bindings, four, header, range, THREAD, XYZW } from './common';
import { gradientParts, type Kernel, type KernelModel, QUAD_GROUPS } from './kernel';
import { fromNeighbour, keepResident, RESIDENT } from './quad-product';
import type { Stack } from './stacks';
import { enableQuads } from './tile';

/**
 * The gradient of a layer's kernel and bias: products over rows of its inputs, followed by a column of ones,
 * with the slopes in its outputs.
 */
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

/**
 * Threads of a workgroup on a GPU, in squares of 8 × 8, each with 4 × 4 outputs; rows are staged eight cells
 * at a time.
 */
const THREADS = 64;
const OUTPUTS = 32;
const CELLS = 8;
/** Threads of a workgroup; on quads it is one. */
export const weightsThreads = ({ quads }: KernelModel): number => (quads ? 4 : THREADS);
/**
 * Of an output tile on quads: columns of an invocation, and cells of rows that stay in private memory while
 * all inputs pass.
 */
const QUAD_COLUMNS = 5;
const QUAD_CELLS = 16;

/**
 * Finds, in `task`, the layer and the tile of its outputs: `rows`, `cols`, `xAt`, `dAt`, `out`, `i0`, `j0`.
 */
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

/**
 * Each workgroup: a tile of 32 × 32 outputs over one slice of rows, both factors staged in the memory of the
 * workgroup, 16 outputs to a thread in registers.
 */
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

/**
 * Each quad: all inputs × 20 columns, five to an invocation, whose slopes in 64 rows are in private memory
 * (see quadProduct). Inputs pass by 16 rows at a time, a cell to an invocation, and go round by swaps: place
 * 4 i + s has the cell 4 i + (s ^ lane).
 */
function onQuads({ stride, layout: { size } }: KernelModel, tasks: number, find: string): string {
  const columns = range(QUAD_COLUMNS);
  const groups = range(QUAD_CELLS / 4);
  const pairs = groups.flatMap((i) => range(4).map((s) => 4 * i + s));
  const sum = (j: number): string => `{ ${four((e) => `var b${e} = 0.0;`)}
        ${pairs.map((at) => four((e) => `b${e} += resident[${4 * (j * QUAD_CELLS + at) + e}] * x${at}_${e};`)).join('\n        ')}
        let j = j0 + ${j}u; if (j < cols) { let at = to + j; part[at] = select(0.0, part[at], c0 > begin) + ((b0 + b1) + (b2 + b3)); } }`;
  return `
  let lane = li; let all = (u.rows + 3u) / 4u; let slice = ((all + u.parts - 1u) / u.parts + ${QUAD_CELLS - 1}u) / ${QUAD_CELLS}u * ${QUAD_CELLS}u;
  for (var both = wg.x; both < ${tasks}u * u.parts; both += ours) {
    let task = both % ${tasks}u; let part0 = both / ${tasks}u;
    ${find}
    j0 += lane * ${QUAD_COLUMNS}u;
    let begin = part0 * slice; let end = min(begin + slice, all);
    var c0 = begin;
    loop {
      for (var j = 0u; j < ${QUAD_CELLS}u; j++) {
        let cell = c0 + (j ^ lane);
        ${columns.map((j) => keepResident(`select(vec4f(), slopes[(dAt + min(j0 + ${j}u, cols - 1u)) * ${stride / 4}u + cell], cell < end)`, `j + ${j * QUAD_CELLS}u`)).join('\n        ')}
      }
      for (var i = 0u; i <= rows; i++) {
        ${groups
          .map(
            (g) => `let own${g} = select(acts[(xAt + min(i, rows - 1u)) * ${stride / 4}u + c0 + ${4 * g}u + lane], vec4f(1.0), i == rows);
        ${range(4)
          .map((s) => four((e) => `let x${4 * g + s}_${e} = ${fromNeighbour(`own${g}.${XYZW[e]}`, s)};`))
          .join('\n        ')}`,
          )
          .join('\n        ')}
        let to = part0 * ${size}u + out + i * cols;
        ${columns.map(sum).join('\n        ')}
      }
      c0 += ${QUAD_CELLS}u;
      if (c0 >= end) { break; }
    }
  }`;
}

/** What else a dispatch of gradients does, in workgroups that follow. */
export interface Companion {
  bindings: Bindings;
  functions: string;
  /** Statements for workgroup `group` of `many`. */
  body: string;
  kernel: Pick<Kernel, 'groups' | 'parts'>;
}

/**
 * Gradients of the kernels and biases of all layers: part[s] are their sums over the s-th slice of rows,
 * which the update adds up in order. No atomics: two runs are equal bit for bit.
 */
export function weightsKernel(model: KernelModel, decoderOnly: boolean, companion?: Companion): Kernel {
  const { quads } = model;
  const bindings: Bindings = { acts: ['r', 'vec4f'], slopes: ['r', 'vec4f'], part: ['w', 'f32'], ...companion?.bindings };
  const gradients = gradientsOf(model, decoderOnly);
  const high = quads ? Math.max(...gradients.map(({ layer }) => layer.rows + 1)) : OUTPUTS;
  const { tasks, code: find } = findTile(gradients, high, quads ? 4 * QUAD_COLUMNS : OUTPUTS);
  const groupsOf = (parts: number): number => (quads ? Math.min(QUAD_GROUPS, tasks * parts) : tasks * parts);
  const parts = ({ rows }: { rows: number }): number => gradientParts(model, rows);
  const ours = quads ? `min(${QUAD_GROUPS}u, ${tasks}u * u.parts)` : `${tasks}u * u.parts`;
  const beside = companion
    ? `if (wg.x >= ours) {
    let group = wg.x - ours; let many = groups.x - ours;
    ${companion.body}
    return;
  }`
    : '';
  const code = `${enableQuads(quads)}${header(bindings)}
${quads ? RESIDENT : `var<workgroup> xs: array<vec4f, ${OUTPUTS * (CELLS + 1)}>;\nvar<workgroup> ds: array<vec4f, ${OUTPUTS * (CELLS + 1)}>;`}
${companion?.functions ?? ''}
@compute @workgroup_size(${weightsThreads(model)})
fn main(${THREAD}) {
  let ours = ${ours};
  ${beside}
  ${quads ? onQuads(model, tasks, find) : onGpu(model, tasks, find)}
}`;
  return { bindings, code, parts, groups: (place) => groupsOf(parts(place)) + (companion?.kernel.groups(place) ?? 0) };
}
