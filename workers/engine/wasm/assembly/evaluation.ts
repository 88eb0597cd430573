// Level vectors, predictions and the second stage: phases and what their parts do.
import { shareAt, shares } from './adam';
import { blockRows, firstRow, takeBlock } from './batch';
import { decodeBlock, decoderBackward, GIVEN, GIVEN_SAMPLED, lossOfBlock, SQUARED, writePredictions } from './decoder';
import { drawBlock, encodeBlock } from './encoder';
import { problem } from './problem';
import { addToSums, beginSums, rowParts, transposeKernels, updateDense, writeLosses } from './step';
import { BLOCK, Call, Phase } from './structures';
import { threads, together } from './threads';

/**
 * Adds the encoder's draws (or means) of rows to the sums of their levels in the vectors; the host clears
 * these first. In rounds of what there is memory for: rows are encoded, then added, each part to its own
 * levels. Noise goes by a row's place in the batch, so that a draw does not depend on which others are
 * collected.
 */
export function addVectors(count: i32): void {
  const c = changetype<Call>(problem.call),
    round = threads * (threads > 1 ? problem.roundRows : BLOCK);
  c.changing = 1;
  for (let from = 0; from < count; from += round) {
    c.first = from;
    c.last = from + round < count ? from + round : count;
    together(Phase.COLLECT, rowParts(c.last - from));
    together(Phase.ADD, threads);
  }
}

export function collectPart(from: i32, end: i32, i: i32, parts: i32, places: usize): void {
  const last = firstRow(from, end, i + 1, parts);
  for (let b = firstRow(from, end, i, parts); b < last; b += BLOCK) {
    const n = blockRows(b, last);
    takeBlock(b, b - from, n, places);
    encodeBlock(b - from, n);
    drawBlock(b - from, n);
  }
}

/** Turns the sums into means. */
export function meanVectors(): void {
  changetype<Call>(problem.call).changing = 1;
  together(Phase.MEAN, shares());
}

/**
 * Predictions of rows from the vectors, with `sampled` a draw per row around them. Writes up to three numbers
 * beyond the last row.
 */
export function predict(count: i32): void {
  together(Phase.PREDICT, rowParts(count));
}

export function predictPart(count: i32, i: i32, parts: i32, sampled: i32, to: usize): void {
  const at = problem.thread * BLOCK,
    last = firstRow(0, count, i + 1, parts);
  for (let b = firstRow(0, count, i, parts); b < last; b += BLOCK) {
    const n = blockRows(b, last);
    takeBlock(b, at, n);
    decodeBlock(at, n, sampled ? GIVEN_SAMPLED : GIVEN, false);
    writePredictions(n, to + ((<usize>b) << 2));
  }
}

/**
 * The second stage on one batch: squared error of the decoder on the vectors; with `adamStep` > 0 an Adam
 * step on the decoder alone.
 */
export function secondStage(count: i32, adamStep: i32): void {
  beginSums();
  if (adamStep > 0) together(Phase.STAGE_BEGIN, shares());
  together(Phase.STAGE, shares());
  if (adamStep > 0) {
    changetype<Call>(problem.call).changing = 1;
    together(Phase.STAGE_UPDATE, shares());
  }
  writeLosses(<f64>count, 1);
}

export function stageBegin(i: i32, parts: i32): void {
  const from = problem.decoderBytesFrom;
  memory.fill(shareAt(i) + from, 0, problem.denseBytes - from);
  transposeKernels(problem.firstDecoder + 1, i, parts);
}

export function stagePart(count: i32, i: i32, parts: i32, train: bool): void {
  const share: f32 = 1 / f32(count),
    at = problem.thread * BLOCK,
    last = firstRow(0, count, i + 1, parts);
  let fit: f64 = 0;
  for (let b = firstRow(0, count, i, parts); b < last; b += BLOCK) {
    const n = blockRows(b, last);
    takeBlock(b, at, n);
    decodeBlock(at, n, GIVEN, false);
    fit += lossOfBlock(at, n, share, SQUARED);
    if (train) decoderBackward(at, n, false, false);
  }
  addToSums(i, fit, 0, 0);
}

export function stageUpdate(i: i32, parts: i32, adamStep: i32): void {
  updateDense(problem.decoderBytesFrom, problem.denseBytes, problem.stageM, problem.stageV, adamStep, i, parts);
}
