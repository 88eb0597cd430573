import type { LayerPlace } from '../buffer-layout';
import { type Bindings, randomness } from './common';
import { type Kernel, type KernelModel, noiseOf } from './kernel';
import { joinsAtRows } from './levels';
import { firstDrawn, firstTags, slotRecord, tagHeadGradient } from './tags';
import { barrier, dense, denseBack, load, makeTile, plain, relu, reluBack, scalarOf, tileCode, tileGroups } from './tile';

const MOST_GROUPS = 65_535;

const paperVariance = ({ description }: KernelModel): boolean => description.kind === 'encoder' && description.logVarAveraging === 'log-of-mean';

/**
 * Encoder forward (docs/methods.md A10): writes [draw | mean | log-variance] per item, or the variance in
 * place of its logarithm where levels average variances, and in place of the draw where tags draw (F3); with
 * BACKWARD, keeps inputs and hidden layers.
 */
export function encodeKernel(model: KernelModel): Kernel {
  const { layout, stacks, injected } = model;
  const { hidden, d, K, p, headWidth } = layout;
  const heads = layout.heads as LayerPlace;
  const inputs = (hidden[0] ?? heads).rows;
  const tile = makeTile(model, [inputs, ...hidden.map(({ cols }) => cols), heads.cols], MOST_GROUPS);
  const bindings: Bindings = {
    P: ['r', 'vec4f'],
    rowData: ['r', 'f32'],
    words: ['r', 'u32'],
    draws: ['w', 'f32'],
    acts: ['w', 'vec4f'],
    ...(tile.memory === 0 && { slopes: ['w', 'vec4f'] }),
    ...(injected && { noise: ['r', 'f32'] }),
  };
  const before = [stacks.input, ...stacks.hidden];
  const drawnTags = firstDrawn(model) === null ? '' : `if (k >= ${firstTags(model)}u) { draws[at] = exp(logVar); } else { `;
  const body = `${load(tile, stacks.input, inputs, (row, column) => `encoderInput(${row}, ${column})`, 'backward')} ${barrier(tile)}
    ${hidden.map((layer, i) => dense(tile, layer, before[i], before[i + 1], relu, 'backward')).join('')}
    ${dense(tile, heads, before[hidden.length], stacks.heads, plain, 'never')}
    for (var e = li; e < ${tile.rows * K * d}u; e += ${tile.threads}u) {
      let r = e / ${K * d}u; let row = row0 + r;
      if (row < u.rows) {
        let column = e % ${K * d}u; let k = column / ${d}u; let m = column % ${d}u; let head = k * ${headWidth}u + m;
        let mean = ${scalarOf(tile, stacks.heads, 'head', 'r')}; let logVar = ${scalarOf(tile, stacks.heads, `head + ${d}u`, 'r')};
        let at = (k * u.rows + row) * ${3 * d}u + m;
        ${drawnTags}draws[at] = mean + exp(0.5 * logVar) * ${noiseOf(model)};${drawnTags ? ' }' : ''} draws[at + ${d}u] = mean;
        draws[at + ${2 * d}u] = ${paperVariance(model) ? 'exp(logVar)' : 'logVar'};
      }
    } ${barrier(tile)}`;
  const functions = `
fn encoderInput(row: u32, column: u32) -> f32 {
  if (row >= u.rows || column > ${p}u) { return 0.0; }
  return rowData[words[u.sourceAt + row] * ${p + 1}u + column];
}${randomness(!injected, false)}`;
  return { bindings, code: tileCode(tile, { bindings, functions, body }), groups: ({ rows }) => tileGroups(tile, rows) };
}

/**
 * Slopes in the outputs of the heads and of each hidden layer, from those in the level vectors and the KL
 * term.
 */
export function encodeBackKernel(model: KernelModel): Kernel {
  const { layout, stacks } = model;
  const { hidden, d, K, headWidth } = layout;
  const joins = joinsAtRows(model);
  const heads = layout.heads as LayerPlace;
  const last = hidden.length - 1;
  const tile = makeTile(model, [heads.cols, ...hidden.map(({ cols }) => cols)], MOST_GROUPS);
  const bindings: Bindings = {
    P: ['r', 'vec4f'],
    words: ['r', 'u32'],
    draws: ['r', 'f32'],
    levels: ['r', 'f32'],
    ...(joins && { partial: ['r', 'f32'] }),
    acts: ['r', 'vec4f'],
    slopes: ['w', 'vec4f'],
  };
  const back = (i: number): string =>
    i === last
      ? denseBack(tile, heads, stacks.heads, stacks.hiddenSlopes[i], reluBack(tile, stacks.hidden[i]), 'always')
      : denseBack(tile, hidden[i + 1], stacks.hiddenSlopes[i + 1], stacks.hiddenSlopes[i], reluBack(tile, stacks.hidden[i]), 'always');
  const body = `${load(tile, stacks.heads, heads.cols, (row, column) => `headGradient(${row}, ${column})`, 'always')} ${barrier(tile)}
    ${hidden
      .map((_, i) => back(i))
      .reverse()
      .join('')}`;
  const variance = paperVariance(model) ? ` * draws[at + ${2 * d}u]` : '';
  // The chunks of a heavy level are joined here: some dozen loads, and a dispatch less.
  const viaDraw = joins
    ? `var viaDraw = 0.0; let stop = words[u.slotChunkAt + slot + 1u];
  for (var c = words[u.slotChunkAt + slot]; c < stop; c++) { viaDraw += partial[c * ${d}u + m]; }
  viaDraw /= f32(words[u.startAt + slot + 1u] - words[u.startAt + slot]);`
    : 'let viaDraw = levels[level + m];';
  const functions = `
fn headGradient(row: u32, output: u32) -> f32 {
  let k = output / ${headWidth}u; let column = output % ${headWidth}u;
  if (row >= u.rows || column >= ${2 * d}u || k >= ${K}u) { return 0.0; }
  let item = k * u.rows + row; let reference = words[u.referenceAt + item]; let m = column % ${d}u;
  let at = item * ${3 * d}u + m;
  ${firstTags(model) < K ? tagHeadGradient(model, variance) : ''}
  let slot = reference; let level = slot * ${slotRecord(model)}u;
  ${viaDraw}
  if (column < ${d}u) { return viaDraw + levels[level + ${d}u + m]; }
  // draw - mean = exp(logVar / 2) * eps, whose slope in logVar is half of itself
  return 0.5 * viaDraw * (draws[at] - draws[at + ${d}u]) + levels[level + ${2 * d}u + m]${variance};
}`;
  return { bindings, code: tileCode(tile, { bindings, functions, body }), groups: ({ rows }) => tileGroups(tile, rows) };
}
