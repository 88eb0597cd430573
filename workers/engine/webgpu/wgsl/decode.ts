import { sum } from '../layout';
import { BACKWARD, type Bindings, DRAW, EXPM1_MINUS, f32, NORMAL, sumShares } from './common';
import { type Kernel, type KernelModel, mostPartials, noiseOf } from './kernel';
import {
  ADD,
  barrier,
  dense,
  denseBack,
  load,
  makeTile,
  plain,
  relu,
  reluBack,
  scalar,
  tileBindings,
  tileCode,
  tileGroups,
  vector,
  weightGradient,
} from './tile';

/** Where level vectors come from: nowhere, means of the batch's draws, tables, or given ones (prediction and the second stage). */
type Source = 'none' | 'means' | 'tables' | 'sampled' | 'given';

function sourceOf({ description: { kind } }: KernelModel, given: boolean): Source {
  if (kind === 'no-levels') return 'none';
  if (given) return 'given';
  return kind === 'encoder' ? 'means' : kind === 'tables' ? 'tables' : 'sampled';
}

/** The value of column c = k d + m of a row's level vectors, and what else has to be remembered of it. */
function vectorValue(model: KernelModel, source: Source): string {
  const { d, record, tableAt } = model.layout;
  const { description } = model;
  if (source === 'means') return `return levels[reference * ${3 * d}u + m];`;
  if (source === 'tables') return `return tables[${tableAt}u + reference * ${record}u + m];`;
  if (source === 'given') {
    const draw = `if ((u.flags & ${DRAW}u) != 0u) { value += exp(0.5 * tables[${tableAt + d}u + reference * ${record}u + m]) * normal(row, c); }`;
    return `var value = vectors[reference * ${d}u + m]; ${description.kind === 'sampled-tables' ? draw : ''} return value;`;
  }
  if (description.kind !== 'sampled-tables') return 'return 0.0;';
  // The slope of a draw in its log-variance waits in the second half of the row's gradients.
  return `let at = ${tableAt}u + reference * ${record}u + m;
  let mean = tables[at]; let logVar = tables[at + ${d}u]; let half = 0.5 * exp(0.5 * logVar) * ${noiseOf(model)};
  rowGradients[item * ${record}u + ${d}u + m] = half;
  kl += 0.5 * (expm1Minus(logVar - ${f32(Math.log(description.priorVariance))}) + mean * mean * ${f32(1 / description.priorVariance)});
  return mean + 2.0 * half;`;
}

/** Loss of four rows and its slope in the output, from outputs z and responses y. */
function lossOf({ binary, description }: KernelModel, squared: boolean): string {
  if (!binary) {
    const half = !squared && description.kind === 'encoder';
    return `let slope = ${half ? '' : '2.0 * '}(z - y); loss += dot(select(vec4f(), ${half ? '0.5' : '1.0'} * (z - y) * (z - y), ok), vec4f(1.0));`;
  }
  if (squared)
    return `let f = 1.0 / (1.0 + exp(-z)); loss += dot(select(vec4f(), (f - y) * (f - y), ok), vec4f(1.0));
      let slope = 2.0 * (f - y) * f * (1.0 - f);`;
  return `loss += dot(select(vec4f(), max(z, vec4f()) - z * y + log(1.0 + exp(-abs(z))), ok), vec4f(1.0));
      let slope = 1.0 / (1.0 + exp(-z)) - y;`;
}

/**
 * Decoder: forward, loss and, with BACKWARD, gradients of the decoder (a partial sum per workgroup) and of each row's level vectors. `given`: with
 * the level vectors set from outside, squared error on the response scale, and predictions written.
 */
export function decodeKernel(model: KernelModel, given: boolean): Kernel {
  const { layout, limits, batch, binary, description, injected } = model;
  const { p, d, K, decoding, encoderSize, decoderSize, record } = layout;
  const source = sourceOf(model, given);
  const inputs = decoding[0].rows;
  const widths = [inputs, ...decoding.map((layer) => layer.cols)];
  const starts = widths.map((_, i) => sum(widths.slice(0, i)));
  const out = starts[starts.length - 1];
  const widest = Math.max(...widths);
  const tile = makeTile({ memoryRows: out + 4, widest, batch, mostGroups: mostPartials(decoderSize), limits });
  const toVectors = source === 'means' || source === 'tables' || source === 'sampled';
  const draws = source === 'sampled' || (source === 'given' && description.kind === 'sampled-tables');
  const bindings: Bindings = tileBindings(tile, {
    P: ['r', 'vec4f'],
    rowData: ['r', 'f32'],
    words: ['r', 'u32'],
    part: ['w', 'f32'],
    ...(source === 'means' && { levels: ['r', 'f32'] }),
    ...((source === 'tables' || draws) && { tables: ['r', 'f32'] }),
    ...(source === 'given' && { vectors: ['r', 'f32'] }),
    ...(toVectors && { rowGradients: ['w', 'f32'] }),
    ...(given && { predictions: ['w', 'f32'] }),
    ...(source === 'sampled' && injected && { noise: ['r', 'f32'] }),
  });
  const wait = barrier(tile);
  const layerBack = (i: number): string => `
      ${weightGradient(tile, decoding[i], starts[i], starts[i + 1])}
      ${i > 0 || toVectors ? denseBack(tile, decoding[i], starts[i + 1], starts[i], i > 0 ? reluBack : plain) : ''}`;
  const item = `(column / ${d}u * u.rows + row) * ${source === 'sampled' ? record : d}u + column % ${d}u`;
  const store =
    source === 'sampled'
      ? `let at = ${item}; let g = ${scalar(tile, `${p}u + column`, 'r')}; rowGradients[at] = g; rowGradients[at + ${d}u] *= g;`
      : `rowGradients[${item}] = ${scalar(tile, `${p}u + column`, 'r')};`;
  const storeGradients = `
      ${source === 'sampled' ? 'storageBarrier();' : ''}
      for (var e = li; e < ${tile.rows * K * d}u; e += ${tile.threads}u) {
        let r = e / ${K * d}u; let column = e % ${K * d}u; let row = row0 + r;
        if (row < u.rows) { ${store} }
      } ${wait}`;
  const outputs = [0, 1, 2, 3].map((i) => `if (ok[${i}]) { predictions[row + ${i}u] = ${binary ? `1.0 / (1.0 + exp(-z[${i}]))` : `z[${i}]`}; }`);
  const body = `${load(tile, 0, inputs, (row, column) => `decoderInput(${row}, ${column})`)} ${wait}
    ${decoding.map((layer, i) => dense(tile, layer, starts[i], starts[i + 1], i + 1 < decoding.length ? relu : plain)).join('')}
    if (li < ${tile.groups}u) {
      let row = row0 + 4u * li; let ok = vec4u(row, row + 1u, row + 2u, row + 3u) < vec4u(u.rows);
      let y = vec4f(response(row), response(row + 1u), response(row + 2u), response(row + 3u));
      let z = ${vector(tile, `${out}u`, 'li')};
      ${given ? outputs.join('\n      ') : ''}
      ${lossOf(model, given)}
      ${vector(tile, `${out}u`, 'li')} = select(vec4f(), slope / f32(u.rows), ok);
    } ${wait}
    if ((u.flags & ${BACKWARD}u) != 0u) {
      ${decoding
        .map((_, i) => layerBack(i))
        .reverse()
        .join('')} ${wait}
      ${toVectors ? storeGradients : ''}
    }`;
  const functions = `var<private> kl: f32 = 0.0;
var<workgroup> shares: array<vec2f, ${tile.threads}>;
${ADD}${draws && !(source === 'sampled' && injected) ? NORMAL : ''}${source === 'sampled' ? EXPM1_MINUS : ''}
fn response(row: u32) -> f32 { return rowData[words[u.sourceAt + min(row, u.rows - 1u)] * ${p + 1}u + ${p}u]; }
fn decoderInput(row: u32, column: u32) -> f32 {
  if (row >= u.rows || column >= ${p + K * d}u) { return 0.0; }
  if (column < ${p}u) { return rowData[words[u.sourceAt + row] * ${p + 1}u + column]; }
  ${
    K === 0
      ? 'return 0.0;'
      : `let c = column - ${p}u; let k = c / ${d}u; let m = c % ${d}u; let item = k * u.rows + row;
  let reference = words[u.referenceAt + item];
  ${vectorValue(model, source)}`
  }
}`;
  // The partials of a workgroup: its gradients, then its sums of losses and of KL terms (padded to a vec4).
  const stride = decoderSize + 4;
  const before = `let base = wg.x * ${stride}u - ${encoderSize}u; var loss = 0.0;`;
  const after = `shares[li] = vec2f(loss, kl);
  ${sumShares(tile.threads)}
  if (li == 0u) { part[wg.x * ${stride}u + ${decoderSize}u] = shares[0].x; part[wg.x * ${stride}u + ${decoderSize + 1}u] = shares[0].y; }`;
  const code = tileCode(tile, { bindings, functions, before, body, after });
  return { tile, bindings, code, groups: ({ rows }) => tileGroups(tile, rows) };
}
