import { ADAM } from '../../constants';
import type { LayerPlace } from '../buffer-layout';
import { type Bindings, f32, header, range, THREAD } from './common';
import { type Kernel, type KernelModel, LOSS_PARTS, partialAt, QUAD_GROUPS } from './kernel';

/** Small workgroups spread a few thousand weights over a device; they need no memory in common. */
const THREADS = 64;
const MOST_TABLE_GROUPS = 16_384;
const MOST_DENSE_GROUPS = 32_768;

const ADAM_STEP = `
fn adam(i: u32, weight: f32, g: f32, moment: u32) -> f32 {
  var m = moments[moment];
  m.x = ${f32(ADAM.beta1)} * m.x + ${f32(1 - ADAM.beta1)} * g;
  m.y = ${f32(ADAM.beta2)} * m.y + ${f32(1 - ADAM.beta2)} * g * g;
  moments[moment] = m;
  let next = weight - u.rate * m.x / (sqrt(m.y) + ${f32(ADAM.epsilon)});
  params[i] = next;
  return next;
}`;

/** Adds up part[at + w × stride] for w < parts into `name`, in a fixed order with sixteen loads in flight. */
const sumPartials = (name: string, part: string, at: string, stride: number, parts: string): string => `{
      var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f(); var w = 0u;
      for (; w + 15u < ${parts}; w += 16u) {
        ${range(4)
          .map(
            (j) =>
              `s${j} += vec4f(${range(4)
                .map((i) => `${part}[${at} + (w + ${4 * j + i}u) * ${stride}u]`)
                .join(', ')});`,
          )
          .join('\n        ')}
      }
      for (; w < ${parts}; w++) { s0.x += ${part}[${at} + w * ${stride}u]; }
      let s = (s0 + s1) + (s2 + s3);
      ${name} = (s.x + s.y) + (s.z + s.w); }`;

/** Writes [reconstruction, KL, penalty] of the step into the ring of losses, a thread each. */
function sumLosses({ description, batch }: KernelModel, side: boolean): string {
  const encoder = description.kind === 'encoder';
  const weight = description.kind === 'tables' ? description.l2 : 1 / batch;
  const sideTerm = `if (li == ${encoder ? 1 : 2}u) {
    ${sumPartials('total', 'terms', `${2 * LOSS_PARTS}u`, 1, 'u.sideParts')}
    losses[4u * u.lossAt + li] = total * ${f32(weight)}${encoder ? ' + u.klAbsent' : ''};
    return;
  }`;
  return `
fn sumLosses(li: u32) {
  var total = 0.0;
  ${side ? sideTerm : ''}
  if (li < 2u) {
    ${sumPartials('total', 'terms', 'li', 2, 'u.lossParts')}
    total /= f32(u.rows);
  }
  if (li < 3u) { losses[4u * u.lossAt + li] = total; }
}`;
}

/** Whether a step has sums in addition to those of the decoder: KL terms of levels, or the penalty. */
export const hasSide = ({ description }: KernelModel): boolean =>
  description.kind === 'encoder' || (description.kind === 'tables' && description.l2 > 0);

const LOSS_BINDINGS: Bindings = { terms: ['r', 'f32'], losses: ['w', 'f32'] };

/** The losses alone, of a batch that is only evaluated. */
export function totalKernel(model: KernelModel, given: boolean): Kernel {
  const side = hasSide(model) && !given;
  const bindings = LOSS_BINDINGS;
  const code = `${header(bindings)}${sumLosses(model, side)}
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) { sumLosses(li); }`;
  return { code, bindings, groups: () => 1 };
}

/** Copies a new weight to its place in the transposed kernel. */
const transposes = (layers: readonly LayerPlace[]): string =>
  layers
    .map(
      ({ kernelAt, biasAt, transposeAt, rows, cols }) => `
      if (i >= ${kernelAt}u && i < ${biasAt}u) { let e = i - ${kernelAt}u; params[${transposeAt}u + e % ${cols}u * ${rows}u + e / ${cols}u] = next; }`,
    )
    .join('');

/**
 * tableGradient(e, weight): of entry e of the tables, from the chunks of its level (with index maps: of each
 * level that takes its row) where the batch has it, and from the KL or the penalty.
 */
function tableGradient(model: KernelModel): string {
  const { description } = model;
  const { d, record, maps } = model.layout;
  if (description.kind !== 'tables' && description.kind !== 'sampled-tables') return '';
  const pull =
    description.kind === 'tables'
      ? ''
      : `let count = f32(words[u.startAt + slot + 1u] - words[u.startAt + slot]) * ${f32(description.beta)} / f32(u.rows);
    if (column < ${d}u) { g += count * weight * ${f32(1 / description.priorVariance)}; }
    else { g += count * 0.5 * (exp(weight) * ${f32(1 / description.priorVariance)} - 1.0); }`;
  const penalty = description.kind === 'tables' && description.l2 > 0 ? `if (column < ${d}u) { g = ${f32(2 * description.l2)} * weight; }` : '';
  const chunks = `let slot = stamp.y; let stop = words[u.slotChunkAt + slot + 1u];
    for (var c = words[u.slotChunkAt + slot]; c < stop; c++) { g += part[${partialAt(model)}u + c * ${record}u + column]; }`;
  if (maps)
    return `
fn tableGradient(e: u32, weight: f32) -> f32 {
  var row = 0u; var column = 0u;
  ${maps.tables.map(({ rows, width, at, firstRow }) => `if (e >= ${at}u && e < ${at + rows * width}u) { row = ${firstRow}u + (e - ${at}u) / ${width}u; column = (e - ${at}u) % ${width}u; }`).join('\n  ')}
  let inRow = column;
  var g = 0.0;
  ${penalty}
  let end = maps[${maps.ownerStartAt}u + row + 1u];
  for (var o = maps[${maps.ownerStartAt}u + row]; o < end; o++) {
    let stamp = stamps[maps[${maps.ownerAt}u + 2u * o]];
    if (stamp.x != u.stamp) { continue; }
    column = maps[${maps.ownerAt}u + 2u * o + 1u] + inRow;
    ${chunks}
  }
  return g;
}`;
  return `
fn tableGradient(e: u32, weight: f32) -> f32 {
  let level = e / ${record}u; let column = e % ${record}u; let stamp = stamps[level];
  var g = 0.0;
  ${penalty}
  if (stamp.x == u.stamp) {
    ${chunks}
    ${pull}
  }
  return g;
}`;
}

/**
 * Adam on the tables by threads `thread`, `thread + step`, …: on every entry, or lazily, a thread to a row of
 * a table (a level's vector, its log-variances or its bias), which stays when none of its entries has a
 * gradient.
 */
function tableUpdate(model: KernelModel, thread: string, step: number): string {
  const { layout, lazy, description } = model;
  const { d, record, size, levels, tableAt, tableSize, maps } = layout;
  const entry = `let weight = params[${tableAt}u + e]; _ = adam(${tableAt}u + e, weight, tableGradient(e, weight), ${size}u + e);`;
  if (!lazy) return `for (var e = ${thread}; e < ${tableSize}u; e += ${step}u) { ${entry} }`;
  const move = `
      var moves = false;
      for (var e = begin; e < end && !moves; e++) { moves = tableGradient(e, params[${tableAt}u + e]) != 0.0; }
      if (!moves) { continue; }
      for (var e = begin; e < end; e++) { ${entry} }`;
  if (maps)
    return maps.tables
      .map(
        ({ rows, width, at }) => `for (var row = ${thread}; row < ${rows}u; row += ${step}u) {
      let begin = ${at}u + row * ${width}u; let end = begin + ${width}u;${move}
    }`,
      )
      .join('\n    ');
  const rows = Math.ceil(record / d);
  const penalised = description.kind === 'tables' && description.l2 > 0;
  return `for (var row = ${thread}; row < ${levels * rows}u; row += ${step}u) {
      let level = row / ${rows}u; let begin = level * ${record}u + row % ${rows}u * ${d}u; let end = min(begin + ${d}u, (level + 1u) * ${record}u);
      ${penalised ? '' : 'if (stamps[level].x != u.stamp) { continue; }'}${move}
    }`;
}

const tableGroups = ({ layout: { tableSize }, quads }: KernelModel): number =>
  Math.min(quads ? QUAD_GROUPS : MOST_TABLE_GROUPS, Math.ceil(tableSize / THREADS));

/**
 * Sums the partial gradients in a fixed order, Keras' Adam on every entry (docs/methods.md A0: dense, also on
 * rows of a table that the batch does not have), transposed copies; one more workgroup sums the losses.
 * `stage`: the second stage, on the decoder alone.
 */
export function updateKernel(model: KernelModel, stage: boolean): Kernel {
  const { layout } = model;
  const { encoderSize, size, hidden, heads, decoding, tableSize } = layout;
  const from = stage ? encoderSize : 0;
  const side = hasSide(model) && !stage;
  const tables = tableSize > 0 && !stage;
  const denseGroups = Math.min(model.quads ? QUAD_GROUPS : MOST_DENSE_GROUPS, Math.ceil((size - from) / THREADS));
  const forTables = tables ? tableGroups(model) : 0;
  const bindings: Bindings = {
    params: ['w', 'f32'],
    moments: ['w', 'vec2f'],
    part: ['r', 'f32'],
    ...LOSS_BINDINGS,
    ...(tables && { stamps: ['r', 'vec2u'], words: ['r', 'u32'], ...(layout.maps && { maps: ['r', 'u32'] as const }) }),
  };
  const layers = stage ? decoding : [...hidden, ...(heads ? [heads] : []), ...decoding];
  const updateTables = `
  if (wg.x < ${denseGroups + forTables}u) {
    ${tableUpdate(model, `(wg.x - ${denseGroups}u) * ${THREADS}u + li`, forTables * THREADS)}
    return;
  }`;
  const code = `${header(bindings)}${sumLosses(model, side)}${ADAM_STEP}${tables ? tableGradient(model) : ''}
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) {
  if (wg.x < ${denseGroups}u) {
    for (var i = ${from}u + wg.x * ${THREADS}u + li; i < ${size}u; i += ${denseGroups * THREADS}u) {
      var g = 0.0;
      ${sumPartials('g', 'part', 'i', size, 'u.parts')}
      let next = adam(i, params[i], g, i - ${from}u);${transposes(layers)}
    }
    return;
  }
  ${tables ? updateTables : ''}
  sumLosses(li);
}`;
  const groups = denseGroups + forTables + 1;
  return { code, bindings, groups: () => groups };
}
