// The calls of the host. Row numbers, losses, predictions and level vectors lie in the imported memory where ../layout.ts put them.
import { blockRows, firstRow, setBatch, takeBlock } from './batch';
import { decodeBlock, decoderBackward, GIVEN, GIVEN_SAMPLED, lossOfBlock, SQUARED, writePredictions } from './decoder';
import { drawBlock, encodeBlock } from './encoder';
import { addToVectors, finishVectors } from './levels';
import { BLOCK, Call, problem, setProblem } from './problem';
import { addToSums, beginStep, beginSums, decodeRows, encodeRows, finishStep, levelGradients, levelVectors, rowParts, spreadGradients, step, transposeKernels, update, writeLosses } from './step';
import { barrier, nextPart, setThreads, threads } from './threads';

export { fillNormals } from './noise';

/** What a call does; ../fused-step.ts has the same numbers. */
const STEP: i32 = 0, ADD_VECTORS: i32 = 1, MEAN_VECTORS: i32 = 2, PREDICT: i32 = 3, SECOND_STAGE: i32 = 4;
/** A step in parts, for the host to breathe in between. */
const BEGIN: i32 = 5, ENCODE: i32 = 6, MEANS: i32 = 7, DECODE: i32 = 8, LEVELS: i32 = 9, BACKWARD: i32 = 10, FINISH: i32 = 11;

export function init(address: usize): void {
  setProblem(address);
}

/** This thread's share of the call that the host has written. All threads of the call return together. */
export function work(): void {
  const c = changetype<Call>(problem.call), what = c.what, option = c.option, first = c.first, last = c.last;
  setThreads(c.threads);
  setBatch(c.numbers, c.count, c.noise, c.noiseStep, c.seed);
  if (what == STEP) step(c.count, option);
  else if (what == ADD_VECTORS) addVectors(c.count, option);
  else if (what == MEAN_VECTORS) meanVectors();
  else if (what == PREDICT) predict(c.count, option, c.to);
  else if (what == SECOND_STAGE) secondStage(c.count, option);
  else if (what == BEGIN) beginStep(option);
  else if (what == ENCODE) encodeRows(first, last, option >= 0);
  else if (what == MEANS) levelVectors(option >= 0);
  else if (what == DECODE) decodeRows(first, last, option >= 0);
  else if (what == LEVELS) levelGradients(option >= 0);
  else if (what == BACKWARD) spreadGradients(first, last);
  else if (what == FINISH) finishStep(option);
  // The others end with a meeting of their own.
  if (what != STEP && what != ADD_VECTORS && what != SECOND_STAGE && what != FINISH) barrier();
}

/**
 * Adds the encoder's draws (or, not `sampled`, means) of rows to the sums of their levels in the vectors; the host clears these first. In rounds: all
 * threads encode, then each adds what belongs to its levels. Noise goes by a row's place in the batch, so that a draw does not depend on which others are
 * collected.
 */
function addVectors(count: i32, sampled: i32): void {
  const call = changetype<Call>(problem.call), round = threads * (threads > 1 ? problem.roundRows : BLOCK);
  if (problem.thread == 0) call.changing = 1;
  for (let from = 0; from < count; from += round) {
    const end = from + round < count ? from + round : count, parts = rowParts(end - from);
    for (let i = nextPart(); i < parts; i = nextPart()) {
      const last = firstRow(from, end, i + 1, parts);
      for (let b = firstRow(from, end, i, parts); b < last; b += BLOCK) {
        const n = blockRows(b, last);
        takeBlock(b, b - from, n, call.places);
        encodeBlock(b - from, n);
        drawBlock(b - from, n);
      }
    }
    barrier();
    addToVectors(end - from, sampled ? 0 : 1);
    barrier();
  }
}

function meanVectors(): void {
  if (problem.thread == 0) changetype<Call>(problem.call).changing = 1;
  finishVectors();
}

/** Predictions of rows from the vectors, with `sampled` a draw per row around them. Writes up to three numbers beyond the last row. */
function predict(count: i32, sampled: i32, to: usize): void {
  const at = problem.thread * BLOCK, last = firstRow(0, count, problem.thread + 1);
  for (let b = firstRow(0, count, problem.thread); b < last; b += BLOCK) {
    const n = blockRows(b, last);
    takeBlock(b, at, n);
    decodeBlock(at, n, sampled ? GIVEN_SAMPLED : GIVEN, false);
    writePredictions(n, to + (<usize>b << 2));
  }
}

/** The second stage on one batch: squared error of the decoder on the vectors; with `adamStep` > 0 an Adam step on the decoder alone. */
function secondStage(count: i32, adamStep: i32): void {
  const train = adamStep > 0, share: f32 = 1 / f32(count), from = problem.decoderBytesFrom;
  const at = problem.thread * BLOCK, last = firstRow(0, count, problem.thread + 1);
  beginSums();
  if (train) {
    memory.fill(problem.partial + from, 0, problem.denseBytes - from);
    transposeKernels(problem.firstDecoder + 1);
    barrier();
  }
  let fit: f64 = 0;
  for (let b = firstRow(0, count, problem.thread); b < last; b += BLOCK) {
    const n = blockRows(b, last);
    takeBlock(b, at, n);
    decodeBlock(at, n, GIVEN, false);
    fit += lossOfBlock(at, n, share, SQUARED);
    if (train) decoderBackward(at, n, false, false);
  }
  addToSums(fit, 0, 0);
  barrier();
  if (train) update(from, problem.denseBytes, problem.stageM, problem.stageV, adamStep, threads);
  barrier();
  writeLosses(<f64>count, 1);
}
