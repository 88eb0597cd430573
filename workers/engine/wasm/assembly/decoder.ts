// The decoder of every method: [x, level vectors] through a ReLU stack to one output, its loss, and back to the level vectors.
import { gatherResponse, gatherRows, panelToRecords, recordsToPanel } from './batch';
import { dense, denseGradient, MASK, NONE, RELU } from './dense';
import { exp4, laneSum, log4, splat } from './math';
import { ENCODER, feature, layer, problem, record, SAMPLED_TABLES } from './problem';
import { drawPanel } from './sampling';

/** Which vectors stand beside x: those being trained, or given ones. */
export const TRAINED: i32 = 0;
export const GIVEN: i32 = 1;
/** Given means with a draw per row by the log-variance tables. */
export const GIVEN_SAMPLED: i32 = 2;

/** The loss of training: squared error (half of it with an encoder), or cross-entropy of logits. */
export const FIT: i32 = 0;
/** The loss of the second stage: squared error on the response scale, also of probabilities. */
export const SQUARED: i32 = 1;

/** x and the rows' vectors of a block into problem.decoderInputs. */
function fillInputs(from: i32, count: i32, source: i32): void {
  const n = (count + 7) >> 3, d = problem.d, K = problem.features, width = problem.p + K * d;
  gatherRows(from, count, problem.decoderInputs, width, false);
  for (let k = 0; k < K; k++) {
    const f = feature(k);
    let records = problem.parameters + f.table, stride = record;
    if (source != TRAINED) records = f.vectors;
    else if (problem.kind == ENCODER) {
      records = f.slots;
      stride = 3 * record;
    }
    const sampled = source == GIVEN_SAMPLED || (source == TRAINED && problem.kind == SAMPLED_TABLES);
    for (let t = 0; t < n; t++) {
      const keys = f.keys + (<usize>(from + t * 8) << 2), to = problem.decoderInputs + (<usize>(t * width + problem.p + k * d) << 5);
      recordsToPanel(keys, records, stride, to);
      if (!sampled) continue;
      recordsToPanel(keys, problem.parameters + f.logVarTable, record, problem.heads);
      drawPanel(from + t * 8, k, to, problem.heads, to, problem.halfSigmaNoise + (<usize>(t * K * d + k * d) << 5));
    }
  }
}

/** Forward: linear outputs of a block's rows in problem.output. */
export function decodeBlock(from: i32, count: i32, source: i32): void {
  const n = (count + 7) >> 3;
  fillInputs(from, count, source);
  let x = problem.decoderInputs;
  for (let i = problem.firstDecoder; i <= problem.lastDecoder; i++) {
    const l = layer(i), last = i == problem.lastDecoder, to = last ? problem.output : l.activation;
    dense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, to, 0, l.inputs, l.outputs, n, last ? NONE : RELU);
    x = to;
  }
}

// @ts-ignore: decorator
@inline
function sigmoid4(logit: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(logit))));
}

/** Sum of a block's row losses; the outputs become derivatives of the batch's mean loss, `share` = 1 / rows of the batch. */
export function lossOfBlock(from: i32, count: i32, share: f32, how: i32): f64 {
  gatherResponse(from, count);
  const half: f32 = how == FIT && problem.kind == ENCODER ? 0.5 : 1;
  let sum: f64 = 0;
  for (let r = 0; r < count; r += 4) {
    const at = problem.output + (<usize>r << 2), valid = i32x4.lt_s(i32x4.add(i32x4.splat(r), i32x4(0, 1, 2, 3)), i32x4.splat(count));
    const y = v128.load(problem.response + (<usize>r << 2)), f = v128.load(at);
    let loss: v128, slope: v128;
    if (!problem.binary) {
      const e = f32x4.sub(f, y);
      loss = f32x4.mul(splat(half), f32x4.mul(e, e));
      slope = f32x4.mul(splat(2 * half), e);
    } else if (how == SQUARED) {
      const p = sigmoid4(f), e = f32x4.sub(p, y);
      loss = f32x4.mul(e, e);
      slope = f32x4.mul(f32x4.mul(splat(2), e), f32x4.mul(p, f32x4.sub(splat(1), p)));
    } else {
      // softplus(f) − y f
      const softplus = f32x4.add(f32x4.max(f, splat(0)), log4(f32x4.add(splat(1), exp4(f32x4.neg(f32x4.abs(f))))));
      loss = f32x4.sub(softplus, f32x4.mul(y, f));
      slope = f32x4.sub(sigmoid4(f), y);
    }
    v128.store(at, v128.and(valid, f32x4.mul(slope, splat(share))));
    sum += laneSum(v128.and(valid, loss));
  }
  // The other half of a last panel that has four rows or fewer.
  for (let r = (count + 3) & ~3; r < ((count + 7) & ~7); r += 4) v128.store(problem.output + (<usize>r << 2), splat(0));
  return sum;
}

/** Backward from the derivatives in problem.output: decoder gradients and, with `toVectors`, the gradient of each row's vectors. */
export function decoderBackward(from: i32, count: i32, toVectors: bool): void {
  const n = (count + 7) >> 3, d = problem.d, K = problem.features;
  let d1 = problem.output;
  for (let i = problem.lastDecoder; i >= problem.firstDecoder; i--) {
    const l = layer(i), first = i == problem.firstDecoder, x = first ? problem.decoderInputs : layer(i - 1).activation;
    denseGradient(x, d1, problem.partial + l.kernel, l.stride, problem.partial + l.bias, l.inputs, l.outputs, n, problem.zero);
    if (!first) {
      const to = layer(i - 1).delta;
      dense(d1, l.transposed, l.transposedStride, 0, to, x, l.outputs, l.inputs, n, MASK);
      d1 = to;
    } else if (toVectors) {
      dense(d1, l.transposed + (<usize>problem.p << 2), l.transposedStride, 0, problem.vectorGradients, 0, l.outputs, K * d, n, NONE);
    }
  }
  if (!toVectors) return;
  const sampled = problem.kind == SAMPLED_TABLES, stride = sampled ? 2 * record : record;
  for (let k = 0; k < K; k++) {
    for (let t = 0; t < n; t++) {
      const panel = <usize>(t * K * d + k * d) << 5, gradient = problem.vectorGradients + panel, to = feature(k).rowGradients + <usize>(from + t * 8) * stride;
      panelToRecords(gradient, to, stride);
      if (!sampled) continue;
      const half = problem.halfSigmaNoise + panel;
      for (let o: usize = 0; o < <usize>d << 5; o += 16) v128.store(gradient + o, f32x4.mul(v128.load(gradient + o), v128.load(half + o)));
      panelToRecords(gradient, to + record, stride);
    }
  }
}

/** Writes a block's predictions on the response scale. */
export function writePredictions(count: i32, to: usize): void {
  for (let r = 0; r < count; r += 4) {
    let f = v128.load(problem.output + (<usize>r << 2));
    if (problem.binary) f = sigmoid4(f);
    v128.store(to + (<usize>r << 2), f);
  }
}
