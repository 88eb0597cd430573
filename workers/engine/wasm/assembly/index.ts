// The calls of the host. Row numbers, losses, predictions and level vectors lie in the imported memory where ../layout.ts put them.
import { adam, penalty } from './adam';
import { blockRows, keepOrder, setBatch, sortByLevel, takeBlock } from './batch';
import { transpose } from './dense';
import { decodeBlock, decoderBackward, FIT, GIVEN, GIVEN_SAMPLED, lossOfBlock, SQUARED, TRAINED, writePredictions } from './decoder';
import { drawBlock, encodeBlock, encoderBackward } from './encoder';
import { addToVectors, averageLevels, finishVectors, slotGradients, tableDivergence, tableGradients } from './levels';
import { BLOCK, ENCODER, layer, NO_LEVELS, problem, SAMPLED_TABLES, setProblem } from './problem';

export { fillNormals } from './noise';

export function init(address: usize): void {
  setProblem(address);
}

/** Transposes the kernels from this layer to the last, for the backward products; a layer that starts from data needs none. */
function transposeKernels(from: i32): void {
  for (let i = from; i <= problem.lastDecoder; i++) {
    const l = layer(i);
    transpose(problem.parameters + l.kernel, l.stride, l.transposed, l.transposedStride, l.inputs, l.outputs);
  }
}

function writeLosses(fit: f64, kl: f64, extra: f64): void {
  store<f64>(problem.losses, fit);
  store<f64>(problem.losses, kl, 8);
  store<f64>(problem.losses, extra, 16);
}

/**
 * One batch: its losses, with `adamStep` >= 0 its gradients, with `adamStep` > 0 an Adam step of that number (from 1).
 * `noise`: injected standard normals (features × rows × d), or 0 to draw them from (seed, step).
 */
export function step(numbers: usize, count: i32, noise: usize, noiseStep: i32, seed: i32, adamStep: i32): void {
  setBatch(numbers, count, noise, noiseStep, seed);
  const K = problem.features, kind = problem.kind, train = adamStep >= 0;
  const share: f32 = 1 / f32(count);
  if (kind == NO_LEVELS) keepOrder();
  else for (let k = 0; k < K; k++) sortByLevel(k);
  if (train) {
    memory.fill(problem.gradients, 0, problem.parameterBytes);
    transposeKernels(kind == ENCODER || kind == NO_LEVELS ? 1 : 0);
  }
  let fit: f64 = 0, kl: f64 = 0;
  if (kind == ENCODER) {
    for (let b = 0; b < count; b += BLOCK) {
      encodeBlock(b, blockRows(b));
      drawBlock(b, blockRows(b));
    }
    for (let k = 0; k < K; k++) kl += averageLevels(k);
    kl /= problem.nominalRows;
  }
  for (let b = 0; b < count; b += BLOCK) {
    decodeBlock(b, blockRows(b), TRAINED);
    fit += lossOfBlock(b, blockRows(b), share, FIT);
    if (train) decoderBackward(b, blockRows(b), kind != NO_LEVELS);
  }
  if (kind == ENCODER && train) {
    for (let k = 0; k < K; k++) slotGradients(k);
    for (let b = 0; b < count; b += BLOCK) encoderBackward(b, blockRows(b));
  } else if (kind != NO_LEVELS && kind != ENCODER) {
    for (let k = 0; k < K; k++) {
      if (train) tableGradients(k);
      if (kind == SAMPLED_TABLES) kl += tableDivergence(k, train);
    }
    kl /= <f64>count;
  }
  const extra = problem.l2 > 0 ? penalty(train) : 0;
  if (adamStep > 0) adam(0, problem.parameterBytes, problem.m, problem.v, adamStep);
  writeLosses(fit / <f64>count, kl, extra);
}

/** Adds the encoder's draws (or, not `sampled`, means) of rows to the sums of their levels in the vectors; the host clears these first. */
export function addVectors(numbers: usize, count: i32, noiseStep: i32, seed: i32, sampled: i32): void {
  setBatch(numbers, count, 0, noiseStep, seed);
  for (let b = 0; b < count; b += BLOCK) {
    const n = blockRows(b);
    takeBlock(b, n);
    encodeBlock(0, n);
    drawBlock(0, n);
    addToVectors(n, sampled ? 0 : 1);
  }
}

/** Ends a series of `addVectors`: sums become means. */
export function meanVectors(): void {
  finishVectors();
}

/** Predictions of rows from the vectors, with `sampled` a draw per row around them. Writes up to three numbers beyond the last row. */
export function predict(numbers: usize, count: i32, noiseStep: i32, seed: i32, sampled: i32, to: usize): void {
  setBatch(numbers, count, 0, noiseStep, seed);
  for (let b = 0; b < count; b += BLOCK) {
    const n = blockRows(b);
    takeBlock(b, n);
    decodeBlock(0, n, sampled ? GIVEN_SAMPLED : GIVEN);
    writePredictions(n, to + (<usize>b << 2));
  }
}

/** The second stage on one batch: squared error of the decoder on the vectors; with `adamStep` > 0 an Adam step on the decoder alone. */
export function secondStage(numbers: usize, count: i32, adamStep: i32): void {
  setBatch(numbers, count, 0, 0, 0);
  const train = adamStep > 0, share: f32 = 1 / f32(count), from = problem.decoderBytesFrom;
  if (train) {
    memory.fill(problem.gradients + from, 0, problem.denseBytes - from);
    transposeKernels(problem.firstDecoder + 1);
  }
  let fit: f64 = 0;
  for (let b = 0; b < count; b += BLOCK) {
    const n = blockRows(b);
    takeBlock(b, n);
    decodeBlock(0, n, GIVEN);
    fit += lossOfBlock(0, n, share, SQUARED);
    if (train) decoderBackward(0, n, false);
  }
  if (train) adam(from, problem.denseBytes, problem.stageM, problem.stageV, adamStep);
  writeLosses(fit / <f64>count, 0, 0);
}
