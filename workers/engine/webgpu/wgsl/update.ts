import type { LayerPlace, Layout } from '../layout';
import { type Bindings, f32, header, sumShares, THREAD } from './common';
import type { Kernel, KernelModel } from './kernel';

/** Keras' defaults. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

const THREADS = 256;
/** Weights of a workgroup; as many threads as fit add up the partial gradients of each. */
const WEIGHTS = 64;
const MOST_TABLE_GROUPS = 16_384;

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

/** g += the partials w = lane, lane + 4, … of number `at`, with four loads in flight. */
const sumPartials = (part: string, at: string, stride: number, parts: string): string => `{
      var s = vec4f(); var w = li / ${WEIGHTS}u;
      for (; w + 12u < ${parts}; w += 16u) {
        s += vec4f(${[0, 4, 8, 12].map((jump) => `${part}[${at} + (w + ${jump}u) * ${stride}u]`).join(', ')});
      }
      for (; w < ${parts}; w += 4u) { s.x += ${part}[${at} + w * ${stride}u]; }
      g = (s.x + s.y) + (s.z + s.w); }`;

/** Writes [reconstruction, KL, penalty] of the step into the ring of losses. */
function sumLosses({ layout, description, batch }: KernelModel, side: boolean): string {
  const stride = layout.decoderSize + 4;
  const weight = description.kind === 'tables' ? description.l2 : 1 / batch;
  const sideTerm =
    description.kind === 'tables'
      ? `vec4f(loss.x, 0.0, ${f32(weight)} * shares[0].x, 0.0)`
      : `vec4f(loss.x, ${f32(weight)} * shares[0].x + u.klAbsent, 0.0, 0.0)`;
  return `
var<workgroup> shares: array<vec2f, ${THREADS}>;
fn sumLosses(li: u32) {
  var s = vec2f();
  for (var w = li; w < u.decoderParts; w += ${THREADS}u) {
    let at = w * ${stride}u + ${layout.decoderSize}u; s += vec2f(part[at], part[at + 1u]);
  }
  shares[li] = s;
  ${sumShares(THREADS)}
  let loss = shares[0] / f32(u.rows);
  ${
    side
      ? `workgroupBarrier();
  s = vec2f();
  for (var w = li; w < u.sideParts; w += ${THREADS}u) { s.x += side[w]; }
  shares[li] = s;
  ${sumShares(THREADS)}
  if (li == 0u) { losses[u.lossAt] = ${sideTerm}; }`
      : 'if (li == 0u) { losses[u.lossAt] = vec4f(loss, 0.0, 0.0); }'
  }
}`;
}

/** Whether a step has sums beside those of the decoder: KL terms of levels, or the penalty. */
export const hasSide = ({ description }: KernelModel): boolean =>
  description.kind === 'encoder' || (description.kind === 'tables' && description.l2 > 0);

const lossBindings = (side: boolean): Bindings => ({ part: ['r', 'f32'], losses: ['w', 'vec4f'], ...(side && { side: ['r', 'f32'] }) });

/** The losses alone, of a batch that is only evaluated. */
export function totalKernel(model: KernelModel, given: boolean): Kernel {
  const side = hasSide(model) && !given;
  const bindings = lossBindings(side);
  const code = `${header(bindings)}${sumLosses(model, side)}
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) { sumLosses(li); }`;
  return { code, bindings, groups: () => 1 };
}

/** Copies a new weight to its place in the transposed kernel. */
const transposes = (layers: readonly LayerPlace[]): string =>
  layers
    .filter(({ transposeAt }) => transposeAt !== null)
    .map(
      ({ kernelAt, biasAt, transposeAt, rows, cols }) => `
      if (i >= ${kernelAt}u && i < ${biasAt}u) { let e = i - ${kernelAt}u; params[${transposeAt}u + e % ${cols}u * ${rows}u + e / ${cols}u] = next; }`,
    )
    .join('');

/** Gradient of entry e of the tables, from the chunks of its level where the batch has it, and from the KL or the penalty. */
function tableGradient({ layout: { d, record }, description }: KernelModel): string {
  if (description.kind !== 'tables' && description.kind !== 'sampled-tables') return '';
  const pull =
    description.kind === 'tables'
      ? ''
      : `let count = f32(words[u.startAt + slot + 1u] - words[u.startAt + slot]) * ${f32(description.beta)} / f32(u.rows);
        if (column < ${d}u) { g += count * weight * ${f32(1 / description.priorVariance)}; }
        else { g += count * 0.5 * (exp(weight) * ${f32(1 / description.priorVariance)} - 1.0); }`;
  return `
      let level = e / ${record}u; let column = e % ${record}u; let stamp = stamps[level];
      var g = ${description.kind === 'tables' && description.l2 > 0 ? `${f32(2 * description.l2)} * weight` : '0.0'};
      if (stamp.x == u.stamp) {
        let slot = stamp.y; let stop = words[u.slotChunkAt + slot + 1u];
        for (var c = words[u.slotChunkAt + slot]; c < stop; c++) { g += partial[c * ${record}u + column]; }
        ${pull}
      }`;
}

const tableGroups = ({ tableSize }: Layout): number => Math.min(MOST_TABLE_GROUPS, Math.ceil(tableSize / THREADS));

/**
 * Sums the partial gradients in a fixed order, Keras' Adam on every entry (METHODS.md A0: dense, also on rows of a table that the batch does not have),
 * transposed copies; one more workgroup sums the losses. `stage`: the second stage, on the decoder alone.
 */
export function updateKernel(model: KernelModel, stage: boolean): Kernel {
  const { layout } = model;
  const { encoderSize, decoderSize, size, hidden, heads, decoding, tableAt, tableSize } = layout;
  const from = stage ? encoderSize : 0;
  const side = hasSide(model) && !stage;
  const tables = tableSize > 0 && !stage;
  const encoder = encoderSize > 0 && !stage;
  const denseGroups = Math.ceil((size - from) / WEIGHTS);
  const forTables = tables ? tableGroups(layout) : 0;
  const bindings: Bindings = {
    params: ['w', 'f32'],
    moments: ['w', 'vec2f'],
    ...lossBindings(side),
    ...(encoder && { encoderPart: ['r', 'f32'] }),
    ...(tables && { partial: ['r', 'f32'], stamps: ['r', 'vec2u'], words: ['r', 'u32'] }),
  };
  const decoderSum = sumPartials('part', `i - ${encoderSize}u`, decoderSize + 4, 'u.decoderParts');
  const layers = stage ? decoding : [...hidden, ...(heads ? [heads] : []), ...decoding];
  const tableUpdate = `
  if (wg.x < ${denseGroups + forTables}u) {
    for (var e = (wg.x - ${denseGroups}u) * ${THREADS}u + li; e < ${tableSize}u; e += ${forTables * THREADS}u) {
      let weight = params[${tableAt}u + e];${tableGradient(model)}
      _ = adam(${tableAt}u + e, weight, g, ${size}u + e);
    }
    return;
  }`;
  const code = `${header(bindings)}${sumLosses(model, side)}${ADAM_STEP}
var<workgroup> lanes: array<f32, ${THREADS}>;
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) {
  if (wg.x < ${denseGroups}u) {
    let i = ${from}u + wg.x * ${WEIGHTS}u + li % ${WEIGHTS}u;
    var g = 0.0;
    if (i < ${size}u) {
      ${encoder ? `if (i < ${encoderSize}u) ${sumPartials('encoderPart', 'i', encoderSize, 'u.encoderParts')} else` : ''} ${decoderSum}
    }
    lanes[li] = g;
    workgroupBarrier();
    if (li < ${WEIGHTS}u && i < ${size}u) {
      g = (lanes[li] + lanes[li + ${WEIGHTS}u]) + (lanes[li + ${2 * WEIGHTS}u] + lanes[li + ${3 * WEIGHTS}u]);
      let next = adam(i, params[i], g, i - ${from}u);${transposes(layers)}
    }
    return;
  }
  ${tables ? tableUpdate : ''}
  sumLosses(li);
}`;
  const groups = denseGroups + forTables + 1;
  return { code, bindings, groups: () => groups };
}
