import type { BatchPlace } from '../batch-lists';
import { type Bindings, EXPM1_MINUS, f32, header, range, sumShares, THREAD } from './common';
import { type Kernel, type KernelModel, LOSS_PARTS, partialAt, QUAD_GROUPS } from './kernel';
import { type Companion, weightsThreads } from './weights';

/** Threads of a workgroup, and most workgroups of a level kernel; its threads walk on. */
const THREADS = { gpu: 256, quads: 64 };
const MOST_GROUPS = { gpu: 1024, quads: QUAD_GROUPS };
const sizeOf = ({ quads }: KernelModel): { threads: number; most: number } => {
  const kind = quads ? 'quads' : 'gpu';
  return { threads: THREADS[kind], most: MOST_GROUPS[kind] };
};

/** 'whole' sums each slot in one go; 'chunks', then 'join', cut the slots. */
export type Stage = 'whole' | 'chunks' | 'join';

interface LevelSum {
  model: KernelModel;
  stage: Stage;
  bindings: Bindings;
  /** Columns of a record summed, the record's length, and the first column. */
  width: number;
  stride: number;
  column?: number;
  source: string;
  /**
   * What becomes of `total`, the sum of column `column` of slot `list` with `count` members; of chunks, ''
   * puts it among the partial sums.
   */
  epilogue: string;
  functions?: string;
  /** Runs after the lists; `share` was collected in the epilogue. */
  after?: string;
}

/**
 * Sums of columns over the members of each list, for workgroup `group` of `many`. One thread owns one column
 * of one list, so neighbours read neighbouring addresses; four running sums hide the latency. The order of
 * each sum is fixed.
 */
function levelSum({ stage, width, stride, column: first = 0, source, epilogue, after = '' }: LevelSum, threads: number): string {
  const list = { whole: 'startAt', chunks: 'chunkAt', join: 'slotChunkAt' }[stage];
  const value = (j: string): string =>
    stage === 'join' ? `partial[(${j}) * ${stride}u + column + ${first}u]` : `${source}[words[u.memberAt + ${j}] * ${stride}u + column + ${first}u]`;
  const finish = stage === 'chunks' && epilogue === '' ? `partial[list * ${stride}u + column + ${first}u] = total;` : epilogue;
  const count = stage === 'chunks' ? '' : 'let count = f32(words[u.startAt + list + 1u] - words[u.startAt + list]);';
  return `
  var share = 0.0;
  let end = ${stage === 'chunks' ? 'u.chunks' : 'u.slots'} * ${width}u;
  for (var e = group * ${threads}u + li; e < end; e += many * ${threads}u) {
    let list = e / ${width}u; let column = e % ${width}u; let stop = words[u.${list} + list + 1u];
    var j = words[u.${list} + list];
    var s = vec4f();
    for (; j + 3u < stop; j += 4u) { s += vec4f(${range(4)
      .map((i) => value(`j + ${i}u`))
      .join(', ')}); }
    for (; j < stop; j++) { s.x += ${value('j')}; }
    let total = (s.x + s.y) + (s.z + s.w);
    ${count} ${finish}
  }
  ${after}`;
}

const listsOf = (stage: Stage, { slots, chunks }: BatchPlace): number => (stage === 'chunks' ? chunks : slots);

function levelKernel(sum: LevelSum, collects: boolean): Kernel {
  const { model, stage, bindings, width, functions = '' } = sum;
  const { threads, most } = sizeOf(model);
  const code = `${header(bindings)}
${collects ? sharesOf(model, threads) : ''}
${functions}
@compute @workgroup_size(${threads})
fn main(${THREAD}) {
  let group = wg.x; let many = groups.x;
  ${levelSum({ ...sum, after: collects ? collect(model, threads) : '' }, threads)}
}`;
  const groups = (place: BatchPlace): number => Math.max(1, Math.min(most, Math.ceil((listsOf(stage, place) * width) / threads)));
  return { code, bindings, groups, parts: (place) => groups(place) * (model.quads ? threads : 1) };
}

const sharesOf = ({ quads }: KernelModel, threads: number): string => (quads ? '' : `var<workgroup> shares: array<f32, ${threads}>;`);

/**
 * Leaves the shares of a workgroup as one number, or of each invocation where adding them up would need a
 * barrier.
 */
const collect = ({ quads }: KernelModel, threads: number): string =>
  quads
    ? `terms[${2 * LOSS_PARTS}u + group * ${threads}u + li] = share;`
    : `shares[li] = share;
  ${sumShares(threads)}
  if (li == 0u) { terms[${2 * LOSS_PARTS}u + group] = shares[0]; }`;

/**
 * Per slot: [mean of the draws | KL gradient of a row's mean | of a row's log-variance]. The KL
 * (docs/methods.md A10) separates into a part of the mean and a part of the log-variance, so each column's
 * thread finishes its own part. Where levels average variances, the log-variance is log(Σ τ² / n²), and the
 * third gradient still has to be multiplied by the row's τ².
 */
export function meansKernel(model: KernelModel, stage: Stage): Kernel {
  const { description, batch } = model;
  const { d } = model.layout;
  if (description.kind !== 'encoder') throw new Error('level means belong to an encoder');
  const { beta, priorVariance, logVarAveraging } = description;
  const inverse = f32(1 / priorVariance);
  const logPrior = f32(Math.log(priorVariance));
  const slope = f32((0.5 * beta) / batch);
  const logVar =
    logVarAveraging === 'log-of-mean'
      ? `let variance = total / (count * count); share += 0.5 * expm1Minus(log(variance) - ${logPrior});
      levels[e] = ${slope} * (variance * ${inverse} - 1.0) / total;`
      : `share += 0.5 * expm1Minus(mean - ${logPrior});
      levels[e] = ${slope} * (exp(mean) * ${inverse} - 1.0) / count;`;
  const epilogue = `
    let mean = total / count;
    if (column < ${d}u) { levels[e] = mean; }
    else if (column < ${2 * d}u) {
      share += 0.5 * mean * mean * ${inverse};
      levels[e] = ${f32(beta / batch / priorVariance)} * mean / count;
    } else { ${logVar} }`;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage !== 'join' && { draws: ['r', 'f32'] }),
    ...(stage !== 'whole' && { partial: ['w', 'f32'] }),
    ...(stage !== 'chunks' && { levels: ['w', 'f32'], terms: ['w', 'f32'] }),
  };
  if (stage === 'chunks') return levelKernel({ model, stage, bindings, width: 3 * d, stride: 3 * d, source: 'draws', epilogue: '' }, false);
  return levelKernel({ model, stage, bindings, width: 3 * d, stride: 3 * d, source: 'draws', epilogue, functions: EXPM1_MINUS }, true);
}

/**
 * Per slot: the gradient each member row receives through the level mean; takes the place of the mean itself.
 * Of chunks, what the backward pass joins.
 */
export function gradientsKernel(model: KernelModel, stage: 'whole' | 'chunks'): Kernel {
  const { d } = model.layout;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    rowGradients: ['r', 'f32'],
    ...(stage === 'whole' ? { levels: ['w', 'f32'] } : { partial: ['w', 'f32'] }),
  };
  const epilogue = stage === 'whole' ? `levels[list * ${3 * d}u + column] = total / count;` : '';
  return levelKernel({ model, stage, bindings, width: d, stride: d, source: 'rowGradients', epilogue }, false);
}

/**
 * Adds the draws or means of a batch to the running sums of level vectors, and its rows to their counts,
 * which follow the sums.
 */
export function vectorsKernel(model: KernelModel, stage: 'whole' | 'join'): Kernel {
  const { description } = model;
  const { d, levels } = model.layout;
  const column = description.kind === 'encoder' && description.extraction === 'mean' ? d : 0;
  const epilogue = `
    let level = words[u.slotLevelAt + list];
    vectors[level * ${d}u + column] += total;
    if (column == 0u) { vectors[${levels * d}u + level] += count; }`;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage === 'join' ? { partial: ['r', 'f32'] as const } : { draws: ['r', 'f32'] as const }),
    vectors: ['w', 'f32'],
  };
  return levelKernel({ model, stage, bindings, width: d, stride: 3 * d, column, source: 'draws', epilogue }, false);
}

/**
 * For tables, in addition to the gradients of layers: sums of the row gradients over each chunk (they follow
 * the partial gradients), a stamp on each level that the batch has (this step, its slot), and the sum of
 * squares of all tables where they are penalised. The update joins the chunks.
 */
export function tableSums(model: KernelModel): Companion {
  const { description } = model;
  const { record, tableSize } = model.layout;
  const penalised = description.kind === 'tables' && description.l2 > 0;
  const threads = weightsThreads(model);
  const most = model.quads ? MOST_GROUPS.quads : MOST_GROUPS.gpu;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    rowGradients: ['r', 'f32'],
    stamps: ['w', 'vec2u'],
    ...(penalised && { params: ['r', 'f32'], terms: ['w', 'f32'] }),
  };
  const squares = `
  for (var e = group * ${threads}u + li; e < ${tableSize}u; e += many * ${threads}u) { ${square(model)} }
  ${collect(model, threads)}`;
  const after = `
  for (var s = group * ${threads}u + li; s < u.slots; s += many * ${threads}u) { stamps[words[u.slotLevelAt + s]] = vec2u(u.stamp, s); }
  ${penalised ? squares : ''}`;
  const epilogue = `part[${partialAt(model)}u + list * ${record}u + column] = total;`;
  const body = levelSum({ model, stage: 'chunks', bindings, width: record, stride: record, source: 'rowGradients', epilogue, after }, threads);
  const forPenalty = penalised ? Math.ceil(tableSize / threads / 4) : 0;
  const groups = (place: BatchPlace): number => Math.max(1, Math.min(most, Math.max(forPenalty, Math.ceil((place.chunks * record) / threads))));
  return {
    bindings,
    functions: penalised ? sharesOf(model, threads) : '',
    body,
    kernel: { groups, parts: (place) => groups(place) * (model.quads ? threads : 1) },
  };
}

/** Adds the square of entry e of the tables to the share; biases are not penalised. */
const square = ({ layout: { d, record, tableAt } }: KernelModel): string =>
  `let w = params[${tableAt}u + e]; ${record > d ? `if (e % ${record}u < ${d}u) { share += w * w; }` : 'share += w * w;'}`;

/** The penalty alone, of a batch that is only evaluated. */
export function penaltyKernel(model: KernelModel): Kernel {
  const { tableSize } = model.layout;
  const { threads, most } = sizeOf(model);
  const bindings: Bindings = { params: ['r', 'f32'], terms: ['w', 'f32'] };
  const code = `${header(bindings)}
${sharesOf(model, threads)}
@compute @workgroup_size(${threads})
fn main(${THREAD}) {
  let group = wg.x; var share = 0.0;
  for (var e = group * ${threads}u + li; e < ${tableSize}u; e += groups.x * ${threads}u) { ${square(model)} }
  ${collect(model, threads)}
}`;
  const groups = (): number => Math.max(1, Math.min(most, Math.ceil(tableSize / threads / 4)));
  return { code, bindings, groups, parts: () => groups() * (model.quads ? threads : 1) };
}
