import type { LayerPlace } from '../layout';
import { sum } from '../layout';
import { type Bindings, NORMAL, range } from './common';
import { type Kernel, type KernelModel, mostPartials, noiseOf } from './kernel';
import {
  ADD,
  barrier,
  declareBlocks,
  dense,
  denseBack,
  keep,
  load,
  makeTile,
  plain,
  product,
  relu,
  reluBack,
  scalar,
  type Tile,
  tileBindings,
  tileCode,
  tileGroups,
  weightGradient,
} from './tile';

/** [x, y] of a row: the columns of a row of the data. */
const INPUT = (p: number): string => `
fn encoderInput(row: u32, column: u32) -> f32 {
  if (row >= u.rows || column > ${p}u) { return 0.0; }
  return rowData[words[u.sourceAt + row] * ${p + 1}u + column];
}`;
const loadInput = (tile: Tile, at: number, width: number): string => load(tile, at, width, (row, column) => `encoderInput(${row}, ${column})`);

const paperVariance = ({ description }: KernelModel): boolean => description.kind === 'encoder' && description.logVarAveraging === 'log-of-mean';

/**
 * Encoder forward (METHODS.md A10): writes [draw | mean | log-variance] per item, or the variance in place of its logarithm where levels average variances.
 */
export function encodeKernel(model: KernelModel): Kernel {
  const { layout, limits, batch, injected } = model;
  const { hidden, d, K, p, headWidth } = layout;
  const heads = layout.heads as LayerPlace;
  const inputRows = (hidden[0] ?? heads).rows;
  const widest = Math.max(...hidden.map((layer) => layer.cols), heads.cols);
  const tile = makeTile({ memoryRows: Math.max(widest, inputRows), widest, batch, mostGroups: 65_535, limits });
  const bindings = tileBindings(tile, {
    P: ['r', 'vec4f'],
    rowData: ['r', 'f32'],
    words: ['r', 'u32'],
    draws: ['w', 'f32'],
    ...(injected && { noise: ['r', 'f32'] as const }),
  });
  const body = `${loadInput(tile, 0, inputRows)} ${barrier(tile)}
    ${hidden.map((layer) => dense(tile, layer, 0, 0, relu)).join('')}
    ${dense(tile, heads, 0, 0, plain)}
    for (var e = li; e < ${tile.rows * K * d}u; e += ${tile.threads}u) {
      let r = e / ${K * d}u; let row = row0 + r;
      if (row < u.rows) {
        let column = e % ${K * d}u; let k = column / ${d}u; let m = column % ${d}u; let head = k * ${headWidth}u + m;
        let mean = ${scalar(tile, 'head', 'r')}; let logVar = ${scalar(tile, `head + ${d}u`, 'r')};
        let at = (k * u.rows + row) * ${3 * d}u + m;
        draws[at] = mean + exp(0.5 * logVar) * ${noiseOf(model)}; draws[at + ${d}u] = mean;
        draws[at + ${2 * d}u] = ${paperVariance(model) ? 'exp(logVar)' : 'logVar'};
      }
    } ${barrier(tile)}`;
  const code = tileCode(tile, { bindings, functions: INPUT(p) + (injected ? '' : NORMAL), body });
  return { tile, bindings, code, groups: ({ rows }) => tileGroups(tile, rows) };
}

/**
 * Backward through the encoder. The hidden layers are computed again; the head gradients enter one feature at a time, so memory does not grow with K,
 * and their place later holds the input, for the first layer's gradient.
 */
export function encodeBackKernel(model: KernelModel): Kernel {
  const { layout, limits, batch } = model;
  const { d, K, p, hidden, headWidth, encoderSize } = layout;
  const heads = layout.heads as LayerPlace;
  const last = hidden.length - 1;
  const starts = hidden.map((_, i) => sum(hidden.slice(0, i).map((layer) => layer.cols)));
  const inputRows = (hidden[0] ?? heads).rows;
  // Without hidden layers the input is what the heads read, and has a place of its own.
  const spare = last < 0 ? inputRows : sum(hidden.map((layer) => layer.cols));
  const memoryRows = spare + (last < 0 ? headWidth : Math.max(headWidth, inputRows));
  const widest = Math.max(headWidth, ...hidden.map((layer) => layer.cols));
  // Weight gradients have more blocks than the products by which makeTile chooses.
  const leastThreads = Math.min(128, limits.maxComputeInvocationsPerWorkgroup);
  const tile = makeTile({ memoryRows, widest, batch, mostGroups: mostPartials(encoderSize), limits, leastThreads });
  const bindings: Bindings = tileBindings(tile, {
    P: ['r', 'vec4f'],
    rowData: ['r', 'f32'],
    words: ['r', 'u32'],
    draws: ['r', 'f32'],
    levels: ['r', 'f32'],
    part: ['w', 'f32'],
  });
  const wait = barrier(tile);
  const top = last < 0 ? 0 : starts[last];
  const loadGradient = `${load(tile, spare, headWidth, (row, column) => `headGradient(${row}, k, ${column})`)} ${wait}
    ${weightGradient(tile, heads, top, spare, `k * ${headWidth}u`, headWidth)}`;
  const weightsOfFeature = `${(heads.transposeAt ?? 0) / 4}u + k * ${(headWidth * heads.rows) / 4}u`;
  const headsBack = `for (var k = 0u; k < ${K}u; k++) {
      ${loadGradient} ${last < 0 ? '' : product(tile, 'h', { from: spare, inputs: headWidth, at: weightsOfFeature, cols: heads.rows })}
      ${wait} }`;
  const layerBack = (i: number): string => `
    ${weightGradient(tile, hidden[i], starts[i - 1], starts[i])}
    ${denseBack(tile, hidden[i], starts[i], starts[i - 1], reluBack)}`;
  const body =
    last < 0
      ? `${loadInput(tile, 0, inputRows)} ${headsBack}`
      : `${loadInput(tile, spare, inputRows)} ${wait}
    ${hidden.map((layer, i) => dense(tile, layer, i ? starts[i - 1] : spare, starts[i], relu)).join('')}
    { ${declareBlocks(tile, heads.rows, 'h')}
    ${headsBack}
    ${keep(tile, 'h', top, heads.rows, reluBack)}
    } ${loadInput(tile, spare, inputRows)} ${wait}
    ${range(last)
      .map((i) => layerBack(last - i))
      .join('')}
    ${weightGradient(tile, hidden[0], spare, starts[0])} ${wait}`;
  const variance = paperVariance(model) ? ` * draws[at + ${2 * d}u]` : '';
  const functions = `${ADD}${INPUT(p)}
fn headGradient(row: u32, k: u32, column: u32) -> f32 {
  if (row >= u.rows || column >= ${2 * d}u) { return 0.0; }
  let item = k * u.rows + row; let level = words[u.referenceAt + item] * ${3 * d}u; let m = column % ${d}u;
  let viaDraw = levels[level + m];
  if (column < ${d}u) { return viaDraw + levels[level + ${d}u + m]; }
  let at = item * ${3 * d}u + m; // draw - mean = exp(logVar / 2) * eps, whose slope in logVar is half of itself
  return 0.5 * viaDraw * (draws[at] - draws[at + ${d}u]) + levels[level + ${2 * d}u + m]${variance};
}`;
  const code = tileCode(tile, { bindings, functions, before: `let base = wg.x * ${encoderSize}u;`, body });
  return { tile, bindings, code, groups: ({ rows }) => tileGroups(tile, rows) };
}
