import { type Drop, dropsOf, isInnerProduct, tagsOf } from '../../description';
import { COLUMN_BITS } from '../index-maps';
import type { Activation } from './cells';
import { BACKWARD, type Bindings, DRAW, EXPM1_MINUS, f32, randomness, range, sumShares } from './common';
import { type Kernel, type KernelModel, LOSS_PARTS, noiseOf } from './kernel';
import { setValue, slotRecord, tagShares } from './tags';
import { barrier, cellOf, dense, denseBack, load, makeTile, plain, relu, reluBack, scalarOf, setCell, tileCode, tileGroups } from './tile';

/**
 * Where level vectors come from: nowhere, means of the batch's draws, tables, or given ones (prediction and
 * the second stage).
 */
type Source = 'none' | 'means' | 'tables' | 'sampled' | 'given';

function sourceOf({ description: { kind } }: KernelModel, given: boolean): Source {
  if (kind === 'no-levels') return 'none';
  if (given) return 'given';
  return kind === 'encoder' ? 'means' : kind === 'tables' ? 'tables' : 'sampled';
}

/** Number `at` of the parameters, which tile kernels bind as cells. */
const parameter = (at: string): string => `P[(${at}) / 4u][(${at}) % 4u]`;

/** Column m of the vector of tag `at`, a slot where vectors are the batch's. */
function tagValue(model: KernelModel, source: Source): string {
  const { d, record, tableAt } = model.layout;
  if (source === 'means') return `levels[at * ${slotRecord(model)}u + m]`;
  return source === 'given' ? `vectors[at * ${d}u + m]` : parameter(`${tableAt}u + at * ${record}u + m`);
}

/** The value of column c = k d + m of a row's level vectors, and what else has to be remembered of it. */
function vectorValue(model: KernelModel, source: Source): string {
  const { d, record, tableAt, maps } = model.layout;
  const { description } = model;
  if (source === 'means') return `return levels[reference * ${slotRecord(model)}u + m];`;
  if (source === 'tables' && maps)
    return `let column = maps[${maps.columnAt}u + c]; let row0 = maps[${maps.rowAt}u + reference * ${maps.depth}u + (column >> ${COLUMN_BITS}u)];
  let at = ${tableAt}u + row0 + (column & ${2 ** COLUMN_BITS - 1}u); return ${parameter('at')};`;
  if (source === 'tables') return `let at = ${tableAt}u + reference * ${record}u + m; return ${parameter('at')};`;
  if (source === 'given') {
    const draw = `if ((u.flags & ${DRAW}u) != 0u) { let at = ${tableAt + d}u + reference * ${record}u + m; value += exp(0.5 * ${parameter('at')}) * normal(row, c); }`;
    return `var value = vectors[reference * ${d}u + m]; ${description.kind === 'sampled-tables' ? draw : ''} return value;`;
  }
  if (description.kind !== 'sampled-tables') return 'return 0.0;';
  // The slope of a draw in its log-variance waits in the second half of the row's gradients.
  return `let at = ${tableAt}u + reference * ${record}u + m; let at2 = at + ${d}u;
  let mean = ${parameter('at')}; let logVar = ${parameter('at2')}; let half = 0.5 * exp(0.5 * logVar) * ${noiseOf(model)};
  rowGradients[item * ${record}u + ${d}u + m] = half;
  kl += 0.5 * (expm1Minus(logVar - ${f32(Math.log(description.priorVariance))}) + mean * mean * ${f32(1 / description.priorVariance)});
  return mean + 2.0 * half;`;
}

/**
 * Loss of the rows of a cell and its slope in the output, from outputs z and responses y; `ok` says which
 * rows there are.
 */
function lossOf({ binary, description }: KernelModel, squared: boolean): string {
  if (!binary) {
    const half = !squared && description.kind === 'encoder';
    return `let slope = ${half ? '' : '2.0 * '}(z - y); loss += total(select(T(), ${half ? '0.5' : '1.0'} * (z - y) * (z - y), ok));`;
  }
  if (squared)
    return `let f = T(1.0) / (T(1.0) + exp(-z)); loss += total(select(T(), (f - y) * (f - y), ok));
      let slope = 2.0 * (f - y) * f * (T(1.0) - f);`;
  return `loss += total(select(T(), max(z, T()) - z * y + log(T(1.0) + exp(-abs(z))), ok));
      let slope = T(1.0) / (T(1.0) + exp(-z)) - y;`;
}

/** Most workgroups that each leave their sums of losses, where one thread adds up those of a workgroup. */
const MOST_GROUPS = 512;

/**
 * Decoder: forward, loss and, with BACKWARD, the slopes in the outputs of each layer and in each row's level
 * vectors. `given`: with the level vectors set from outside, squared error on the response scale, and
 * predictions written.
 */
export function decodeKernel(model: KernelModel, given: boolean): Kernel {
  const { layout, stacks, binary, description, injected, quads } = model;
  const { p, d, K, decoding, record } = layout;
  const source = sourceOf(model, given);
  const inputs = decoding[0].rows;
  const tile = makeTile(model, [inputs, ...decoding.map((layer) => layer.cols)], quads ? LOSS_PARTS : MOST_GROUPS);
  const toVectors = source === 'means' || source === 'tables' || source === 'sampled';
  const draws = source === 'sampled' || (source === 'given' && description.kind === 'sampled-tables');
  const bindings: Bindings = {
    P: ['r', 'vec4f'],
    rowData: ['r', 'f32'],
    words: ['r', 'u32'],
    terms: ['w', 'f32'],
    acts: ['w', 'vec4f'],
    slopes: ['w', 'vec4f'],
    ...(source === 'means' && { levels: ['r', 'f32'] }),
    ...(source === 'tables' && layout.maps && { maps: ['r', 'u32'] }),
    ...(source === 'given' && { vectors: ['r', 'f32'] }),
    ...(toVectors && { rowGradients: ['w', 'f32'] }),
    ...(given && { predictions: ['w', 'f32'] }),
    ...(source === 'sampled' && injected && { noise: ['r', 'f32'] }),
  };
  const wait = barrier(tile);
  const last = decoding.length - 1;
  const output = stacks.decoderSlopes[last];
  const before = [stacks.decoderInput, ...stacks.decoderHidden];
  const inner = isInnerProduct(description);
  const biases = description.kind === 'tables' && description.biases === true;
  const none: Drop = { column: 0, keepFrom: 0, scale: 1 };
  const all = dropsOf(description, K);
  const drops = given ? { levels: none, layers: all.layers.map(() => none) } : all;
  const dropping = [drops.levels, ...drops.layers].some(({ keepFrom }) => keepFrom > 0);
  /** The factor of dropout on a number. */
  const keptOf = ({ column, keepFrom, scale }: Drop, row: string, at: string): string =>
    keepFrom > 0 ? `kept(${row}, ${column}u + ${at}, ${keepFrom}u, ${f32(scale)})` : '1.0';
  const activationOf = (i: number): Activation => {
    if (i === last) return plain;
    if (drops.layers[i].keepFrom === 0) return relu;
    return (value, activation, cell) => {
      const factors = range(4).map((r) => keptOf(drops.layers[i], `row0 + 4u * (${cell}) + ${r}u`, activation));
      return `max(${value}, T()) * T(${factors.join(', ')})`;
    };
  };
  const forward = (i: number): string =>
    dense(tile, decoding[i], before[i], i < last ? before[i + 1] : output, activationOf(i), i < last ? 'backward' : 'never');
  const layerBack = (i: number): string => {
    if (i > 0)
      return denseBack(
        tile,
        decoding[i],
        stacks.decoderSlopes[i],
        stacks.decoderSlopes[i - 1],
        reluBack(tile, stacks.decoderHidden[i - 1], drops.layers[i - 1].scale),
        'always',
      );
    return toVectors ? denseBack(tile, decoding[0], stacks.decoderSlopes[0], stacks.inputSlopes, plain, 'never') : '';
  };
  const width = description.kind === 'encoder' ? d : record;
  const item = `(column / ${d}u * u.rows + row) * ${width}u`;
  const slope = scalarOf(tile, stacks.inputSlopes, inner ? `${p}u` : `${p}u + column`, 'r');
  const ownFactor = keptOf(drops.levels, 'row', 'column');
  const sets = tagsOf(description).length > 0;
  const share = sets ? ` * tagShare(row, column / ${d}u)` : '';
  // A product's slope in one vector is the other; both reach biases as they are.
  const product = `let at = ${item}; let g = ${slope}; let other = (column + ${d}u) % ${2 * d}u;
        rowGradients[at + column % ${d}u] = g * ${ownFactor}${share} * decoderVector(row, other);
        ${biases ? `if (column % ${d}u == 0u) { rowGradients[at + ${d}u] = g; }` : ''}`;
  const store =
    source === 'sampled'
      ? `let at = ${item} + column % ${d}u; let g = ${slope}; rowGradients[at] = g; rowGradients[at + ${d}u] *= g;`
      : inner
        ? product
        : `rowGradients[${item} + column % ${d}u] = ${slope} * ${ownFactor}${share};`;
  const storeGradients = `
      ${source === 'sampled' ? 'storageBarrier();' : ''}
      for (var e = li; e < ${tile.rows * K * d}u; e += ${tile.threads}u) {
        let r = e / ${K * d}u; let column = e % ${K * d}u; let row = row0 + r;
        if (row < u.rows) { ${store} }
      } ${wait}`;
  const numbers = (value: (i: number) => string): string => range(4).map(value).join(', ');
  const outputs = range(4).map((i) => `if (ok[${i}]) { predictions[row + ${i}u] = ${binary ? `1.0 / (1.0 + exp(-z[${i}]))` : `z[${i}]`}; }`);
  const body = `${load(tile, stacks.decoderInput, inputs, (row, column) => `decoderInput(${row}, ${column})`, 'backward')} ${wait}
    ${decoding.map((_, i) => forward(i)).join('')}
    for (var cell = li; cell < ${tile.cells}u; cell += ${tile.threads}u) {
      let row = row0 + 4u * cell; let ok = vec4u(${numbers((i) => `row + ${i}u`)}) < vec4u(u.rows);
      let y = T(${numbers((i) => `response(row + ${i}u)`)});
      let z = ${cellOf(tile, output, '0u', 'cell')};
      ${given ? outputs.join('\n      ') : ''}
      ${lossOf(model, given)}
      ${setCell(tile, output, '0u', 'cell', 'select(T(), slope / f32(u.rows), ok)', 'backward')}
      ${[1, 2, 3].map((i) => setCell(tile, output, `${i}u`, 'cell', 'T()', 'backward')).join(' ')}
    } ${wait}
    if ((u.flags & ${BACKWARD}u) != 0u) {
      ${decoding
        .map((_, i) => layerBack(i))
        .reverse()
        .join('')}
      ${toVectors ? storeGradients : ''}
    }`;
  const innerProduct = `var product = ${biases ? 'biasOf(row, 0u) + biasOf(row, 1u)' : '0.0'};
  for (var m = 0u; m < ${d}u; m++) { product += decoderVector(row, m) * decoderVector(row, m + ${d}u); }
  return product;`;
  const functions = `var<private> kl: f32 = 0.0;
${quads ? '' : `var<workgroup> shares: array<vec2f, ${tile.threads}>;`}
fn total(values: T) -> f32 { return dot(values, vec4f(1.0)); }
${randomness(draws && !(source === 'sampled' && injected), dropping)}${source === 'sampled' ? EXPM1_MINUS : ''}
fn response(row: u32) -> f32 { return rowData[words[u.sourceAt + min(row, u.rows - 1u)] * ${p + 1}u + ${p}u]; }
${
  K === 0
    ? ''
    : `${sets ? tagShares(model) : ''}
fn levelVector(row: u32, c: u32) -> f32 {
  let k = c / ${d}u; let m = c % ${d}u; let item = k * u.rows + row;
  let reference = words[u.referenceAt + item];
  ${sets ? setValue(model, tagValue(model, source)) : ''}
  ${vectorValue(model, source)}
}
fn decoderVector(row: u32, c: u32) -> f32 { return levelVector(row, c) * ${keptOf(drops.levels, 'row', 'c')}; }`
}
${biases ? `fn biasOf(row: u32, k: u32) -> f32 { let at = ${layout.tableAt + d}u + words[u.referenceAt + k * u.rows + row] * ${record}u; return ${parameter('at')}; }` : ''}
fn decoderInput(row: u32, column: u32) -> f32 {
  if (row >= u.rows || column >= ${p + (inner ? 1 : K * d)}u) { return 0.0; }
  if (column < ${p}u) { return rowData[words[u.sourceAt + row] * ${p + 1}u + column]; }
  ${K === 0 ? 'return 0.0;' : inner ? innerProduct : `return decoderVector(row, column - ${p}u);`}
}`;
  // Sums of losses and of KL terms: of each workgroup, or of each invocation where adding them up would need
  // a barrier.
  const after = quads
    ? `let share = 2u * (wg.x * ${tile.threads}u + li); terms[share] = loss; terms[share + 1u] = kl;`
    : `shares[li] = vec2f(loss, kl);
  ${sumShares(tile.threads)}
  if (li == 0u) { terms[2u * wg.x] = shares[0].x; terms[2u * wg.x + 1u] = shares[0].y; }`;
  const code = tileCode(tile, { bindings, functions, before: 'var loss = 0.0;', body, after });
  const groups = ({ rows }: { rows: number }): number => tileGroups(tile, rows);
  return { bindings, code, groups, parts: (place) => groups(place) * (quads ? tile.threads : 1) };
}
