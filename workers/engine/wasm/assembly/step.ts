// One training step: its phases, and what each part of them does.
import { adam, addPartials, shareAt, shares } from './adam';
import { blockRows, copyGroup, firstRow, firstSlot, keepOrder, mostRows, orders, rows, slotFrom, sortByLevel } from './batch';
import { decodeBlock, decoderBackward, FIT, lossOfBlock, TRAINED } from './decoder';
import { transpose } from './dense';
import { drawBlock, encodeBlock, encoderBackward } from './encoder';
import { fitRows, floorVariances, interceptLikelihood, networkGradients } from './intercepts';
import { absentDivergence, averageLevels, slotGradients, tableDivergence, tableGradients } from './levels';
import { lookUpLevels, tableSums } from './lookups';
import { feature, layer, problem } from './problem';
import { BLOCK, Call, GROUP, Kind, Phase } from './structures';
import { keepsGradients, penalty, updateTables } from './tables';
import { drawTags, tagGradients } from './tags';
import { MOST_PARTS, part, partOfBytes, threads, together } from './threads';

/**
 * Sums of losses of part `i`: row losses, KL divergence, penalty (f64). Phases that leave some have as many
 * parts as there are shares.
 */
// @ts-ignore: decorator
@inline
function sumsAt(i: i32): usize {
  return problem.sums + ((<usize>i) << 6);
}

export function beginSums(): void {
  for (let i = 0; i < shares(); i++) memory.fill(sumsAt(i), 0, 24);
}

/** Adds to the sums of part `i`. */
export function addToSums(i: i32, fit: f64, kl: f64, extra: f64): void {
  const at = sumsAt(i);
  store<f64>(at, load<f64>(at) + fit);
  store<f64>(at, load<f64>(at, 8) + kl, 8);
  store<f64>(at, load<f64>(at, 16) + extra, 16);
}

/**
 * Leaves the losses for the host: the sums of all parts in their order, the first over `count`, the second
 * over `klRows`.
 */
export function writeLosses(count: f64, klRows: f64): void {
  let fit: f64 = 0,
    kl: f64 = 0,
    extra: f64 = 0;
  for (let i = 0; i < shares(); i++) {
    const at = sumsAt(i);
    fit += load<f64>(at);
    kl += load<f64>(at, 8);
    extra += load<f64>(at, 16);
  }
  store<f64>(problem.losses, fit / count);
  store<f64>(problem.losses, kl / klRows, 8);
  store<f64>(problem.losses, extra, 16);
}

/**
 * Whether rows of this batch go from the encoder to its gradients group by group, so that their activations
 * need not leave the cache. With one feature they can: its levels' rows are neighbours, and what belongs to a
 * level needs no others, unless one has too many for a group.
 */
let grouped: bool = false;

/** Orders the batch, clears gradients, transposes kernels. */
export function begin(adamStep: i32): void {
  beginSums();
  // The first part sorts.
  together(Phase.BEGIN, threads > 1 && adamStep >= 0 ? 1 + shares() : 1);
  // The order of the rows is there for the others.
  if (problem.features > 1) together(Phase.SORT, problem.features - 1);
  grouped = problem.kind == Kind.ENCODER && problem.features == 1 && orders(0) && mostRows(feature(0)) <= GROUP;
}

export function beginPart(i: i32, parts: i32, adamStep: i32): void {
  const kind = problem.kind;
  if (i == 0) {
    if (!orders(0)) keepOrder();
    if (kind != Kind.NO_LEVELS) sortByLevel(0);
  }
  if (adamStep < 0) return;
  // Alone, the first part does what the others do too.
  const helper = parts > 1 ? i - 1 : 0,
    helpers = parts > 1 ? parts - 1 : 1;
  if (helper < 0) return;
  memory.fill(shareAt(helper), 0, problem.denseBytes);
  if (!keepsGradients(adamStep)) {
    const tables = (problem.parameterBytes - problem.denseBytes) >> 6;
    const from = ((tables * helper) / helpers) << 6,
      to = ((tables * (helper + 1)) / helpers) << 6;
    memory.fill(problem.gradients + problem.denseBytes + from, 0, to - from);
  }
  transposeKernels(kind == Kind.ENCODER || problem.d == 0 ? 1 : 0, helper, helpers);
}

/**
 * Transposes the kernels from this layer to the last, for the backward products; a layer that starts from
 * data needs none.
 */
export function transposeKernels(from: i32, i: i32, parts: i32): void {
  for (let j = from; j <= problem.lastDecoder; j++) {
    if ((j - from) % parts != i) continue;
    const l = layer(j);
    transpose(problem.parameters + l.kernel, l.stride, l.transposed, l.transposedStride, l.inputs, l.outputs);
  }
}

/**
 * Parts in which threads take so many rows: a block at most, and small enough that the last ones end at about
 * the same time.
 */
export function rowParts(count: i32): i32 {
  return threads > 1 ? min(max((count + BLOCK - 1) / BLOCK, 4 * threads), MOST_PARTS) : 1;
}

/**
 * Encoder: rows first … last of the call forward and drawn, or in groups all the way. Random intercepts:
 * their residuals.
 */
export function encode(): void {
  const c = changetype<Call>(problem.call);
  if (grouped) together(Phase.GROUPS, shares());
  else together(Phase.ENCODE, rowParts(c.last - c.first));
}

/** Groups of levels whose rows begin in first … last: forward, losses and, with `train`, gradients. */
export function groupsPart(first: i32, last: i32, i: i32, parts: i32, train: bool): void {
  const f = feature(0),
    at = problem.groupAt,
    share: f32 = 1 / f32(rows);
  const end = slotFrom(f, first + part(last - first, i + 1, parts));
  let fit: f64 = 0,
    kl: f64 = first == 0 && i == 0 ? absentDivergence(0) : 0;
  for (let s = slotFrom(f, first + part(last - first, i, parts)), next = s; s < end; s = next) {
    const from = load<i32>(f.starts + ((<usize>s) << 2));
    for (next = s + 1; next < end && load<i32>(f.starts + 4 + ((<usize>next) << 2)) - from <= GROUP;) next++;
    const count = load<i32>(f.starts + ((<usize>next) << 2)) - from,
      behind = at + count;
    copyGroup(from, at, count);
    for (let b = at; b < behind; b += BLOCK) {
      encodeBlock(b, blockRows(b, behind));
      drawBlock(b, blockRows(b, behind));
    }
    kl += averageLevels(0, s, next, at - from);
    for (let b = at; b < behind; b += BLOCK) fit += decodeAndBack(b, blockRows(b, behind), share, train);
    if (!train) continue;
    slotGradients(0, s, next, at - from);
    for (let b = at; b < behind; b += BLOCK) encoderBackward(b, blockRows(b, behind));
  }
  addToSums(i, fit, kl, 0);
}

export function encodePart(first: i32, last: i32, i: i32, parts: i32, train: bool): void {
  const end = firstRow(first, last, i + 1, parts);
  for (let b = firstRow(first, last, i, parts); b < end; b += BLOCK) {
    const n = blockRows(b, end);
    if (problem.kind == Kind.RANDOM_INTERCEPTS) fitRows(b, n, train);
    else {
      encodeBlock(b, n);
      drawBlock(b, n);
    }
  }
}

/**
 * Vectors of the levels of the batch: an encoder's averages, with the KL divergence, or looked up. Random
 * intercepts: the likelihood.
 */
export function levelVectors(i: i32, parts: i32, train: bool): void {
  if (problem.kind == Kind.RANDOM_INTERCEPTS) {
    addToSums(i, interceptLikelihood(i, parts, train), 0, 0);
    return;
  }
  let kl: f64 = 0;
  for (let k = 0; k < problem.features; k++) {
    if (problem.kind == Kind.ENCODER) {
      const f = feature(k),
        first = firstSlot(f, i, parts),
        last = firstSlot(f, i + 1, parts);
      kl += f.drawn ? drawTags(k, first, last) : averageLevels(k, first, last, 0);
      if (i == 0) kl += absentDivergence(k);
    } else lookUpLevels(k, i, parts);
  }
  addToSums(i, 0, kl, 0);
}

/** Decoder: loss of rows of the call and, with `train`, back to their vectors. */
export function decodePart(first: i32, last: i32, i: i32, parts: i32, train: bool): void {
  const from = firstRow(first, last, i, parts),
    end = firstRow(first, last, i + 1, parts),
    share: f32 = 1 / f32(rows);
  if (problem.kind == Kind.RANDOM_INTERCEPTS) {
    if (train) networkGradients(from, end);
    return;
  }
  let fit: f64 = 0;
  for (let b = from; b < end; b += BLOCK) fit += decodeAndBack(b, blockRows(b, end), share, train);
  addToSums(i, fit, 0, 0);
}

/** Loss of a block and, with `train`, back to its rows' vectors. `share`: 1 / rows of the batch. */
function decodeAndBack(from: i32, count: i32, share: f32, train: bool): f64 {
  decodeBlock(from, count, TRAINED, train);
  const fit = lossOfBlock(from, count, share, FIT);
  if (train) decoderBackward(from, count, problem.d > 0, true);
  return fit;
}

/** From the rows' vectors to the levels: slots, or tables with their divergence. */
export function levelGradients(i: i32, parts: i32, train: bool): void {
  let kl: f64 = 0;
  for (let k = 0; k < problem.features; k++) {
    if (problem.slotted) {
      const f = feature(k);
      if (!train) continue;
      if (f.drawn) tagGradients(f, firstSlot(f, i, parts), firstSlot(f, i + 1, parts));
      else slotGradients(k, firstSlot(f, i, parts), firstSlot(f, i + 1, parts), 0);
      continue;
    }
    if (train) tableGradients(k, i, parts);
    if (problem.kind == Kind.SAMPLED_TABLES) kl += tableDivergence(k, i, parts, train);
  }
  addToSums(i, 0, kl, 0);
}

/** From the slots on: an encoder's rows backward, or to the rows of tables. */
export function spreadPart(first: i32, last: i32, i: i32, parts: i32): void {
  if (problem.kind != Kind.ENCODER) {
    tableSums(i, parts);
    return;
  }
  const end = firstRow(first, last, i + 1, parts);
  for (let b = firstRow(first, last, i, parts); b < end; b += BLOCK) encoderBackward(b, blockRows(b, end));
}

/**
 * Sums the dense gradients of all shares, bytes from … to, and, with `adamStep` > 0, updates these: part `i`
 * of it.
 */
export function updateDense(from: usize, to: usize, m: usize, v: usize, adamStep: i32, i: i32, parts: i32): void {
  const begin = from + partOfBytes(to - from, 16, i, parts),
    end = from + partOfBytes(to - from, 16, i + 1, parts);
  addPartials(begin, end);
  if (adamStep > 0) adam(begin, end, m, v, adamStep);
}

/**
 * Penalty and Adam. Lazy steps on tables wait where there is a penalty, which is shared out by bytes, and
 * they by rows.
 */
export function updatePart(i: i32, parts: i32, adamStep: i32): void {
  const dense = problem.denseBytes,
    size = problem.parameterBytes - dense;
  const from = dense + partOfBytes(size, 16, i, parts),
    to = dense + partOfBytes(size, 16, i + 1, parts);
  if (problem.l2 > 0) addToSums(i, 0, 0, penalty(from, to, adamStep >= 0));
  if (adamStep >= 0) updateDense(0, dense, problem.m, problem.v, adamStep, i, parts);
  if (adamStep <= 0) return;
  if (!problem.lazy) adam(from, to, problem.m, problem.v, adamStep);
  else if (problem.l2 == 0) updateTables(i, parts, adamStep);
}

/** Penalty, Adam, and the losses for the host. */
export function finish(adamStep: i32): void {
  if (adamStep >= 0 || problem.l2 > 0) {
    if (adamStep > 0) changetype<Call>(problem.call).changing = 1;
    together(Phase.UPDATE, shares());
    if (adamStep > 0 && problem.lazy && problem.l2 > 0) together(Phase.UPDATE_ROWS, shares());
  }
  if (problem.kind == Kind.RANDOM_INTERCEPTS) {
    if (adamStep > 0) floorVariances();
    writeLosses(1, 1);
  } else writeLosses(<f64>rows, problem.kind == Kind.ENCODER ? problem.nominalRows : <f64>rows);
}

/** What follows on the encoder, unless it was done in groups; ../fused-step.ts may ask for each. */
export function vectors(): void {
  if (!grouped) together(Phase.VECTORS, shares());
}

export function decode(): void {
  if (!grouped) together(Phase.DECODE, shares());
}

export function gradients(): void {
  if (!grouped && problem.d > 0 && problem.kind != Kind.RANDOM_INTERCEPTS) together(Phase.GRADIENTS, shares());
}

export function spread(): void {
  if (!grouped) together(Phase.SPREAD, shares());
}

/**
 * One batch: its losses, with `adamStep` >= 0 its gradients, with `adamStep` > 0 an Adam step of that number
 * (from 1).
 */
export function step(count: i32, adamStep: i32): void {
  const c = changetype<Call>(problem.call),
    slotted = problem.slotted != 0;
  c.first = 0;
  c.last = count;
  begin(adamStep);
  if (problem.kind >= Kind.ENCODER) encode();
  if (problem.kind >= Kind.ENCODER || slotted) vectors();
  decode();
  gradients();
  if (slotted && adamStep >= 0) spread();
  finish(adamStep);
}
