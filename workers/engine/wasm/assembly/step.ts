// One training step, in the parts between which all threads meet. Each part does this thread's share.
import { adam, addPartials, shareAt, shares } from './adam';
import { blockRows, firstRow, keepOrder, rows, sortByLevel } from './batch';
import { decodeBlock, decoderBackward, FIT, lossOfBlock, TRAINED } from './decoder';
import { transpose } from './dense';
import { drawBlock, encodeBlock, encoderBackward } from './encoder';
import { fitRows, floorVariances, interceptLikelihood, networkGradients } from './intercepts';
import { averageLevels, slotGradients, tableDivergence, tableGradients } from './levels';
import { lookUpLevels, tableSums } from './lookups';
import { BLOCK, Call, ENCODER, INTERCEPTS, layer, NO_LEVELS, problem, SAMPLED_TABLES } from './problem';
import { keepsGradients, penalty, updateTables } from './tables';
import { barrier, nextPart, partOfBytes, threads } from './threads';

/** Place among the threads that prepare the step while the first sorts the batch; alone, the first does both. */
// @ts-ignore: decorator
@inline
function helper(): i32 {
  return threads > 1 ? problem.thread - 1 : 0;
}

// @ts-ignore: decorator
@inline
function helpers(): i32 {
  return threads > 1 ? threads - 1 : 1;
}

/** Transposes the kernels from this layer to the last, for the backward products; a layer that starts from data needs none. */
export function transposeKernels(from: i32): void {
  for (let i = from; i <= problem.lastDecoder; i++) {
    if ((i - from) % helpers() != helper()) continue;
    const l = layer(i);
    transpose(problem.parameters + l.kernel, l.stride, l.transposed, l.transposedStride, l.inputs, l.outputs);
  }
}

export function beginSums(): void {
  memory.fill(problem.sums, 0, 24);
}

/** Adds to this thread's sums: row losses, KL divergence, penalty. */
export function addToSums(fit: f64, kl: f64, extra: f64): void {
  const at = problem.sums;
  store<f64>(at, load<f64>(at) + fit);
  store<f64>(at, load<f64>(at, 8) + kl, 8);
  store<f64>(at, load<f64>(at, 16) + extra, 16);
}

/** Leaves the losses for the host: the sums of all threads in their order, the first over `count`, the second over `klRows`. */
export function writeLosses(count: f64, klRows: f64): void {
  if (problem.thread != 0) return;
  let fit: f64 = 0, kl: f64 = 0, extra: f64 = 0;
  for (let t = 0; t < threads; t++) {
    const at = problem.sums + (<usize>t << 6);
    fit += load<f64>(at);
    kl += load<f64>(at, 8);
    extra += load<f64>(at, 16);
  }
  store<f64>(problem.losses, fit / count);
  store<f64>(problem.losses, kl / klRows, 8);
  store<f64>(problem.losses, extra, 16);
}

/** Orders the batch, clears gradients, transposes kernels. */
export function beginStep(adamStep: i32): void {
  const kind = problem.kind;
  beginSums();
  if (problem.thread == 0) {
    if (kind == NO_LEVELS) keepOrder();
    else sortByLevel(0);
  }
  if (adamStep >= 0) {
    for (let s = problem.thread; s < shares(); s += threads) memory.fill(shareAt(s), 0, problem.denseBytes);
    if (helper() >= 0) {
      if (!keepsGradients(adamStep)) {
        const tables = (problem.parameterBytes - problem.denseBytes) >> 6;
        const from = (tables * helper()) / helpers() << 6, to = (tables * (helper() + 1)) / helpers() << 6;
        memory.fill(problem.gradients + problem.denseBytes + from, 0, to - from);
      }
      transposeKernels(kind == ENCODER || problem.d == 0 ? 1 : 0);
    }
  }
  if (problem.features < 2) return;
  // The first feature's order is that of the others' positions.
  barrier();
  for (let k = 1; k < problem.features; k++) if (k % threads == problem.thread) sortByLevel(k);
}

/** Encoder: rows first … last forward and drawn. Random intercepts: their residuals. */
export function encodeRows(first: i32, last: i32, train: bool): void {
  if (problem.kind == INTERCEPTS) {
    fitRows(first, last, train);
    return;
  }
  const parts = rowParts(last - first);
  for (let i = nextPart(); i < parts; i = nextPart()) {
    const end = firstRow(first, last, i + 1, parts);
    for (let b = firstRow(first, last, i, parts); b < end; b += BLOCK) {
      encodeBlock(b, blockRows(b, end));
      drawBlock(b, blockRows(b, end));
    }
  }
}

/** Parts in which threads take so many rows: a block at most, and small enough that the last ones end at about the same time. */
export function rowParts(count: i32): i32 {
  return threads > 1 ? max((count + BLOCK - 1) / BLOCK, 4 * threads) : 1;
}

/** Vectors of the levels of the batch: an encoder's averages, with the KL divergence, or looked up. Random intercepts: the likelihood. */
export function levelVectors(train: bool): void {
  if (problem.kind == INTERCEPTS) {
    addToSums(interceptLikelihood(train), 0, 0);
    return;
  }
  let kl: f64 = 0;
  for (let k = 0; k < problem.features; k++) {
    if (problem.kind == ENCODER) kl += averageLevels(k);
    else lookUpLevels(k);
  }
  addToSums(0, kl, 0);
}

/** Decoder: loss of rows first … last and, with `train`, back to their vectors. */
export function decodeRows(first: i32, last: i32, train: bool): void {
  if (problem.kind == INTERCEPTS) {
    if (train) networkGradients(first, last);
    return;
  }
  const end = firstRow(first, last, problem.thread + 1), share: f32 = 1 / f32(rows);
  let fit: f64 = 0;
  for (let b = firstRow(first, last, problem.thread); b < end; b += BLOCK) {
    const n = blockRows(b, end);
    decodeBlock(b, n, TRAINED, train);
    fit += lossOfBlock(b, n, share, FIT);
    if (train) decoderBackward(b, n, problem.d > 0, true);
  }
  addToSums(fit, 0, 0);
}

/** From the rows' vectors to the levels: slots, or tables with their divergence. */
export function levelGradients(train: bool): void {
  if (problem.d == 0) return;
  let kl: f64 = 0;
  for (let k = 0; k < problem.features; k++) {
    if (problem.slotted) {
      if (train) slotGradients(k);
      continue;
    }
    if (train) tableGradients(k);
    if (problem.kind == SAMPLED_TABLES) kl += tableDivergence(k, train);
  }
  addToSums(0, kl, 0);
}

/** From the slots on: an encoder's rows first … last backward, or to the rows of tables. */
export function spreadGradients(first: i32, last: i32): void {
  if (problem.kind != ENCODER) {
    tableSums();
    return;
  }
  const parts = shares();
  for (let s = nextPart(); s < parts; s = nextPart()) {
    problem.partial = shareAt(s);
    const end = firstRow(first, last, s + 1, parts);
    for (let b = firstRow(first, last, s, parts); b < end; b += BLOCK) encoderBackward(b, blockRows(b, end));
  }
  problem.partial = shareAt(problem.thread);
}

/** Sums the dense gradients of `count` shares, bytes from … to, and, with `adamStep` > 0, updates these. */
export function update(from: usize, to: usize, m: usize, v: usize, adamStep: i32, count: i32): void {
  const begin = from + partOfBytes(to - from, 16, problem.thread), end = from + partOfBytes(to - from, 16, problem.thread + 1);
  addPartials(begin, end, count);
  if (adamStep <= 0) return;
  if (problem.thread == 0) changetype<Call>(problem.call).changing = 1;
  adam(begin, end, m, v, adamStep);
}

/** Penalty, Adam, and the losses for the host. */
export function finishStep(adamStep: i32): void {
  const dense = problem.denseBytes, size = problem.parameterBytes - dense;
  const from = dense + partOfBytes(size, 16, problem.thread), to = dense + partOfBytes(size, 16, problem.thread + 1);
  if (problem.l2 > 0) addToSums(0, 0, penalty(from, to, adamStep >= 0));
  if (adamStep >= 0) update(0, dense, problem.m, problem.v, adamStep, shares());
  if (adamStep > 0) {
    if (problem.lazy) {
      // The penalty was shared out by bytes, rows are by their number.
      if (problem.l2 > 0) barrier();
      updateTables(adamStep);
    } else adam(from, to, problem.m, problem.v, adamStep);
  }
  barrier();
  if (problem.kind == INTERCEPTS) {
    if (problem.thread == 0 && adamStep > 0) floorVariances();
    writeLosses(1, 1);
  } else writeLosses(<f64>rows, problem.kind == ENCODER ? problem.nominalRows : <f64>rows);
}

/**
 * One batch: its losses, with `adamStep` >= 0 its gradients, with `adamStep` > 0 an Adam step of that number (from 1). Seven meetings of the threads with
 * an encoder, the end of the call included.
 */
export function step(count: i32, adamStep: i32): void {
  const train = adamStep >= 0;
  beginStep(adamStep);
  barrier();
  if (problem.kind >= ENCODER) {
    encodeRows(0, count, train);
    barrier();
  }
  if (problem.kind >= ENCODER || problem.slotted) {
    levelVectors(train);
    barrier();
  }
  decodeRows(0, count, train);
  barrier();
  levelGradients(train);
  if (problem.slotted && train) {
    barrier();
    spreadGradients(0, count);
  }
  barrier();
  finishStep(adamStep);
}
