import type { BatchPlace } from '../batch-lists';
import { type Bindings, EXPM1_MINUS, f32, header, range, sumShares, THREAD } from './common';
import { type Kernel, type KernelModel, LOSS_PARTS, partialAt, QUAD_GROUPS } from './kernel';
import { firstDrawn, firstTags, slotRecord, tagNoise } from './tags';
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
  /** In place of `column + first`: where a member's number lies in its record. */
  at?: string;
  source: string;
  /** Runs before a sum, which `continue` leaves out. */
  before?: string;
  /**
   * What becomes of `total`, the sum of column `column` of slot `list` with `count` members; of chunks, ''
   * puts it among the partial sums.
   */
  epilogue: string;
  functions?: string;
  /** Runs after the lists; `share` was collected in the epilogue. */
  after?: string;
}

/** Declares `name`, the sum of a column over the members of `list`. Four running sums hide the latency. */
function columnSum(name: string, { stage, stride, source }: Pick<LevelSum, 'stage' | 'stride' | 'source'>, column: string): string {
  const list = { whole: 'startAt', chunks: 'chunkAt', join: 'slotChunkAt' }[stage];
  const value = (j: string): string =>
    stage === 'join' ? `partial[(${j}) * ${stride}u + ${column}]` : `${source}[words[u.memberAt + ${j}] * ${stride}u + ${column}]`;
  return `var ${name} = 0.0;
    { let stop = words[u.${list} + list + 1u];
      var j = words[u.${list} + list];
      var s = vec4f();
      for (; j + 3u < stop; j += 4u) { s += vec4f(${range(4)
        .map((i) => value(`j + ${i}u`))
        .join(', ')}); }
      for (; j < stop; j++) { s.x += ${value('j')}; }
      ${name} = (s.x + s.y) + (s.z + s.w); }`;
}

/**
 * Sums of columns over the members of each list, for workgroup `group` of `many`. One thread owns one column
 * of one list, so neighbours read neighbouring addresses. The order of each sum is fixed.
 */
function levelSum(sum: LevelSum, threads: number): string {
  const { stage, width, stride, column: first = 0, at = `column + ${first}u`, epilogue, before = '', after = '' } = sum;
  const finish = stage === 'chunks' && epilogue === '' ? `partial[list * ${stride}u + column + ${first}u] = total;` : epilogue;
  const count = stage === 'chunks' ? '' : 'let count = f32(words[u.startAt + list + 1u] - words[u.startAt + list]);';
  return `
  var share = 0.0;
  let end = ${stage === 'chunks' ? 'u.chunks' : 'u.slots'} * ${width}u;
  for (var e = group * ${threads}u + li; e < end; e += many * ${threads}u) {
    let list = e / ${width}u; let column = e % ${width}u;
    ${before}
    ${columnSum('total', sum, at)}
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
 * Where tags draw (F3), the threads of their vectors sum variances and means, draw, and leave a fourth part:
 * the factor 1/2 ε / √Σ τ², zero where the variance is zero in float32.
 */
export function meansKernel(model: KernelModel, stage: Stage): Kernel {
  const { description, batch, injected } = model;
  const { d } = model.layout;
  const drawn = firstDrawn(model);
  if (description.kind !== 'encoder') throw new Error('level means belong to an encoder');
  const { beta, priorVariance, logVarAveraging } = description;
  const inverse = f32(1 / priorVariance);
  const logPrior = f32(Math.log(priorVariance));
  const slope = f32((0.5 * beta) / batch);
  const logVar =
    logVarAveraging === 'log-of-mean'
      ? `let variance = total / (count * count); share += 0.5 * expm1Minus(log(variance) - ${logPrior});
      levels[at] = ${slope} * (variance * ${inverse} - 1.0) / total;`
      : `share += 0.5 * expm1Minus(mean - ${logPrior});
      levels[at] = ${slope} * (exp(mean) * ${inverse} - 1.0) / count;`;
  const pull = f32(beta / batch / priorVariance);
  const sum = { model, stage, width: 3 * d, stride: 3 * d, source: 'draws' };
  const before = `let level = words[u.slotLevelAt + list]; if (level >= ${drawn}u && column >= ${d}u && column < ${2 * d}u) { continue; }`;
  const draw = `if (level >= ${drawn}u && column < ${d}u) {
      ${columnSum('means', sum, `column + ${d}u`)}
      let center = means / count; let deviation = sqrt(total); let eps = noiseOfTag(level, column);
      levels[at] = center + deviation / count * eps;
      share += 0.5 * center * center * ${inverse};
      levels[at + ${d}u] = ${pull} * center / count;
      var factor = 0.0;
      if (total > 0.0) { factor = 0.5 * eps / deviation; }
      levels[at + ${3 * d}u] = factor;
      continue;
    }`;
  const epilogue = `
    let mean = total / count; let at = list * ${slotRecord(model)}u + column;
    ${drawn === null ? '' : draw}
    if (column < ${d}u) { levels[at] = mean; }
    else if (column < ${2 * d}u) {
      share += 0.5 * mean * mean * ${inverse};
      levels[at] = ${pull} * mean / count;
    } else { ${logVar} }`;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage !== 'join' && { draws: ['r', 'f32'] }),
    ...(stage !== 'whole' && { partial: ['w', 'f32'] }),
    ...(stage !== 'chunks' && { levels: ['w', 'f32'], terms: ['w', 'f32'], ...(drawn !== null && injected && { noise: ['r', 'f32'] as const }) }),
  };
  if (stage === 'chunks') return levelKernel({ ...sum, bindings, epilogue: '' }, false);
  if (drawn === null) return levelKernel({ ...sum, bindings, epilogue, functions: EXPM1_MINUS }, true);
  return levelKernel({ ...sum, bindings, before, epilogue, functions: `${EXPM1_MINUS}${tagNoise(model)}` }, true);
}

/**
 * Per slot: the gradient each member row receives through the level mean; takes the place of the mean itself.
 * Of chunks, what a join or the backward pass adds up.
 */
export function gradientsKernel(model: KernelModel, stage: Stage): Kernel {
  const { d } = model.layout;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage !== 'join' && { rowGradients: ['r', 'f32'] }),
    ...(stage !== 'whole' && { partial: [stage === 'join' ? 'r' : 'w', 'f32'] }),
    ...(stage !== 'chunks' && { levels: ['w', 'f32'] }),
  };
  const epilogue = stage === 'chunks' ? '' : `levels[list * ${slotRecord(model)}u + column] = total / count;`;
  return levelKernel({ model, stage, bindings, width: d, stride: d, source: 'rowGradients', epilogue }, false);
}

/**
 * Whether the backward pass of each row joins the chunks of its levels: some dozen loads, and a dispatch
 * less. A row of many tags would do it for each.
 */
export const joinsAtRows = (model: KernelModel): boolean => model.heavy && firstTags(model) === model.layout.K;

/**
 * Adds the draws or means of a batch to the running sums of level vectors, and its rows to their counts,
 * which follow the sums. Tags that draw do so at the end: the sums of their variances follow the counts.
 */
export function vectorsKernel(model: KernelModel, stage: 'whole' | 'join'): Kernel {
  const { description } = model;
  const { d, levels } = model.layout;
  const samples = description.kind === 'encoder' && description.extraction === 'sample';
  const column = samples ? 0 : d;
  const drawn = samples ? firstDrawn(model) : null;
  const add = `vectors[level * ${d}u + column] += total;
    if (column == 0u) { vectors[${levels * d}u + level] += count; }`;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage === 'join' ? { partial: ['r', 'f32'] as const } : { draws: ['r', 'f32'] as const }),
    vectors: ['w', 'f32'],
  };
  const sum = { model, stage, bindings, width: d, stride: 3 * d, column, source: 'draws' };
  if (drawn === null) return levelKernel({ ...sum, epilogue: `let level = words[u.slotLevelAt + list]; ${add}` }, false);
  // Of tags the means, which follow what stands in place of draws, then the variances, which stand there.
  const before = `let level = words[u.slotLevelAt + list]; let ofTags = level >= ${drawn}u;
    if (!ofTags && column >= ${d}u) { continue; }
    let place = select(column, (column + ${d}u) % ${2 * d}u, ofTags);`;
  const epilogue = `if (column >= ${d}u) { vectors[${levels * (d + 1)}u + (level - ${drawn}u) * ${d}u + column - ${d}u] += total; continue; }
    ${add}`;
  return levelKernel({ ...sum, width: 2 * d, before, at: 'place', epilogue }, false);
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
