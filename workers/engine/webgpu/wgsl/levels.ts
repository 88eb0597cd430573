import type { BatchPlace } from '../batch-lists';
import { type Bindings, EXPM1_MINUS, f32, header, range, sumShares, THREAD } from './common';
import type { Kernel, KernelModel } from './kernel';

const THREADS = 256;
/** Most workgroups of a level kernel; its threads walk on. */
const MOST_GROUPS = 1024;

/** 'whole' sums each slot in one go; 'chunks', then 'join', cut the slots. */
export type Stage = 'whole' | 'chunks' | 'join';

interface LevelSum {
  stage: Stage;
  bindings: Bindings;
  /** Columns of a record summed, the record's length, and the first column. */
  width: number;
  stride: number;
  column?: number;
  source: string;
  /** What becomes of `total`, the sum of column `column` of slot `list` with `count` members. */
  epilogue: string;
  functions?: string;
  /** Runs after the lists; `share` was collected in the epilogue. */
  after?: string;
}

/**
 * Sums of columns over the members of each list. One thread owns one column of one list, so neighbours read neighbouring addresses; four running sums
 * hide the latency. The order of each sum is fixed.
 */
function levelKernel({ stage, bindings, width, stride, column: first = 0, source, epilogue, functions = '', after = '' }: LevelSum): Kernel {
  const list = { whole: 'startAt', chunks: 'chunkAt', join: 'slotChunkAt' }[stage];
  const value = (j: string): string =>
    stage === 'join' ? `partial[(${j}) * ${stride}u + column + ${first}u]` : `${source}[words[u.memberAt + ${j}] * ${stride}u + column + ${first}u]`;
  const finish =
    stage === 'chunks'
      ? `partial[list * ${stride}u + column + ${first}u] = total;`
      : `let count = f32(words[u.startAt + list + 1u] - words[u.startAt + list]); ${epilogue}`;
  const code = `${header(bindings)}
var<workgroup> shares: array<f32, ${THREADS}>;
${functions}
@compute @workgroup_size(${THREADS})
fn main(${THREAD}) {
  var share = 0.0;
  let end = ${stage === 'chunks' ? 'u.chunks' : 'u.slots'} * ${width}u;
  for (var e = wg.x * ${THREADS}u + li; e < end; e += groups.x * ${THREADS}u) {
    let list = e / ${width}u; let column = e % ${width}u; let stop = words[u.${list} + list + 1u];
    var j = words[u.${list} + list];
    var s = vec4f();
    for (; j + 3u < stop; j += 4u) { s += vec4f(${range(4)
      .map((i) => value(`j + ${i}u`))
      .join(', ')}); }
    for (; j < stop; j++) { s.x += ${value('j')}; }
    let total = (s.x + s.y) + (s.z + s.w);
    ${finish}
  }
  ${after}
}`;
  const lists = ({ slots, chunks }: BatchPlace): number => (stage === 'chunks' ? chunks : slots);
  return { code, bindings, groups: (place) => Math.max(1, Math.min(MOST_GROUPS, Math.ceil((lists(place) * width) / THREADS))) };
}

const collect = `shares[li] = share;
  ${sumShares(THREADS)}
  if (li == 0u) { side[wg.x] = shares[0]; }`;

/**
 * Per slot: [mean of the draws | KL gradient of a row's mean | of a row's log-variance]. The KL (METHODS.md A10) separates into a part of the mean and a
 * part of the log-variance, so each column's thread finishes its own part. Where levels average variances, the log-variance is log(Σ τ² / n²), and the
 * third gradient still has to be multiplied by the row's τ².
 */
export function meansKernel({ layout: { d }, description, batch }: KernelModel, stage: Stage): Kernel {
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
    ...(stage !== 'chunks' && { levels: ['w', 'f32'], side: ['w', 'f32'] }),
  };
  const functions = stage === 'chunks' ? '' : EXPM1_MINUS;
  return levelKernel({
    stage,
    bindings,
    width: 3 * d,
    stride: 3 * d,
    source: 'draws',
    epilogue,
    functions,
    after: stage === 'chunks' ? '' : collect,
  });
}

/** Per slot: the gradient each member row receives through the level mean; takes the place of the mean itself. */
export function gradientsKernel({ layout: { d } }: KernelModel, stage: Stage): Kernel {
  const bindings: Bindings = {
    words: ['r', 'u32'],
    ...(stage !== 'join' && { rowGradients: ['r', 'f32'] }),
    ...(stage !== 'whole' && { partial: ['w', 'f32'] }),
    ...(stage !== 'chunks' && { levels: ['w', 'f32'] }),
  };
  const epilogue = `levels[list * ${3 * d}u + column] = total / count;`;
  return levelKernel({ stage, bindings, width: d, stride: d, source: 'rowGradients', epilogue });
}

/** Adds the draws or means of a batch to the running sums of level vectors, and its rows to their counts, which follow the sums. */
export function vectorsKernel({ layout: { d, levels }, description }: KernelModel, stage: 'whole' | 'join'): Kernel {
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
  return levelKernel({ stage, bindings, width: d, stride: 3 * d, column, source: 'draws', epilogue });
}

/**
 * For tables: sums of the row gradients over each chunk, a stamp on each level that the batch has (this step, its slot), and the sum of squares of all
 * tables where they are penalised. The update joins the chunks.
 */
export function tableSumsKernel({ layout: { record, tableAt, tableSize }, description }: KernelModel): Kernel {
  const penalised = description.kind === 'tables' && description.l2 > 0;
  const bindings: Bindings = {
    words: ['r', 'u32'],
    rowGradients: ['r', 'f32'],
    partial: ['w', 'f32'],
    stamps: ['w', 'vec2u'],
    ...(penalised && { params: ['r', 'f32'], side: ['w', 'f32'] }),
  };
  const squares = `
  for (var e = wg.x * ${THREADS}u + li; e < ${tableSize}u; e += groups.x * ${THREADS}u) { let w = params[${tableAt}u + e]; share += w * w; }
  ${collect}`;
  const after = `
  for (var s = wg.x * ${THREADS}u + li; s < u.slots; s += groups.x * ${THREADS}u) { stamps[words[u.slotLevelAt + s]] = vec2u(u.stamp, s); }
  ${penalised ? squares : ''}`;
  const kernel = levelKernel({ stage: 'chunks', bindings, width: record, stride: record, source: 'rowGradients', epilogue: '', after });
  const forPenalty = penalised ? Math.min(MOST_GROUPS, Math.ceil(tableSize / THREADS / 4)) : 0;
  return { ...kernel, groups: (place) => Math.max(forPenalty, kernel.groups(place)) };
}
