// The decoder of every method: [x, level vectors] through a ReLU stack to one output, its loss, and back to
// the level vectors.
import { activeBackward, activeDense } from './active';
import { copyPanels, gatherResponse, gatherRows, panelToRecords, recordsToPanel } from './batch';
import { dense, denseGradient, NONE, RELU } from './dense';
import { dropOutputs, dropVectors, scaleDerivatives } from './dropout';
import { exp4, laneSum, log4, madd, splat } from './math';
import { feature, layer, problem, record } from './problem';
import { drawPanel } from './sampling';
import { Kind } from './structures';
import { shareGradients, sumOfTags } from './tags';

/** Which vectors stand next to x: those being trained, or given ones. */
export const TRAINED: i32 = 0;
export const GIVEN: i32 = 1;
/** Given means with a draw per row by the log-variance tables. */
export const GIVEN_SAMPLED: i32 = 2;

/** The loss of training: squared error (half of it with an encoder), or cross-entropy of logits. */
export const FIT: i32 = 0;
/** The loss of the second stage: squared error on the response scale, also of probabilities. */
export const SQUARED: i32 = 1;

/**
 * Panel of the vectors of feature k in a block's panel t: next to x, or apart where only their product is.
 */
// @ts-ignore: decorator
@inline
function vectorsAt(t: i32, k: i32): usize {
  if (problem.inner) return problem.pairs + ((<usize>((t * 2 + k) * problem.vector)) << 5);
  return problem.decoderInputs + ((<usize>(t * inputWidth() + problem.p + k * problem.d)) << 5);
}

// @ts-ignore: decorator
@inline
function inputWidth(): i32 {
  return problem.p + (problem.inner ? 1 : problem.features * problem.d);
}

/** x and the rows' vectors of a block into problem.decoderInputs. */
function fillInputs(from: i32, count: i32, source: i32, training: bool): void {
  const n = (count + 7) >> 3,
    d = problem.d,
    K = problem.features;
  // The encoder has gathered the rows of its batch.
  if (source == TRAINED && problem.kind == Kind.ENCODER)
    copyPanels(problem.encoderInputs + ((<usize>(from * (problem.p + 1))) << 2), problem.p + 1, problem.decoderInputs, inputWidth(), problem.p, n);
  else gatherRows(from, count, problem.decoderInputs, inputWidth(), false);
  for (let k = 0; k < K; k++) {
    const f = feature(k);
    let records = problem.parameters + f.table,
      stride = record;
    if (source != TRAINED) records = f.vectors;
    else if (problem.slotted) {
      records = f.slots;
      stride = problem.kind == Kind.ENCODER ? 3 * record : record;
    }
    const sampled = source == GIVEN_SAMPLED || (source == TRAINED && problem.kind == Kind.SAMPLED_TABLES);
    const slots = source == TRAINED && problem.slotted != 0;
    if (slots && f.drawn) stride = 4 * record;
    for (let t = 0; t < n; t++) {
      const position = from + t * 8,
        keys = f.keys + ((<usize>position) << 2),
        to = vectorsAt(t, k),
        noise = problem.halfSigmaNoise + ((<usize>((t * K + k) * d)) << 5);
      if (f.setStarts) sumOfTags(f, position, from + count - position, records, stride, slots, true, to, d);
      else recordsToPanel(keys, records, stride, to, d);
      if (problem.biases) biasesOf(keys, problem.parameters + f.table, to + ((<usize>d) << 5));
      if (training && problem.levelKeepFrom) dropVectors(position, k, to, noise);
      if (!sampled) continue;
      recordsToPanel(keys, problem.parameters + f.logVarTable, record, problem.heads, d);
      drawPanel(position, k, to, problem.heads, to, noise);
    }
  }
  if (problem.inner) for (let t = 0; t < n; t++) multiplyVectors(t);
}

/** The biases of eight keys, which follow the d numbers of the tables' records. */
function biasesOf(keys: usize, records: usize, to: usize): void {
  for (let c: usize = 0; c < 32; c += 4) store<f32>(to + c, load<f32>(records + <usize>load<i32>(keys + c) * record + ((<usize>problem.d) << 2)));
}

/** Inner product of the two features' vectors of a panel, and their biases, behind x. */
function multiplyVectors(t: i32): void {
  const a = vectorsAt(t, 0),
    b = vectorsAt(t, 1),
    last = (<usize>problem.d) << 5,
    to = problem.decoderInputs + ((<usize>(t * inputWidth() + problem.p)) << 5);
  for (let part: usize = 0; part < 32; part += 16) {
    let sum = splat(0);
    for (let o = part; o < last; o += 32) sum = madd(v128.load(a + o), v128.load(b + o), sum);
    if (problem.biases) sum = f32x4.add(sum, f32x4.add(v128.load(a + last + part), v128.load(b + last + part)));
    v128.store(to + part, sum);
  }
}

/**
 * From the derivatives by the products of a block to those by its vectors (and biases), the panels in
 * problem.vectorGradients.
 */
function productGradients(n: i32): void {
  const last = (<usize>problem.d) << 5,
    size = (<usize>problem.vector) << 5;
  for (let t = 0; t < n; t++) {
    const a = vectorsAt(t, 0),
      b = vectorsAt(t, 1),
      ga = problem.vectorGradients + 2 * <usize>t * size,
      gb = ga + size;
    for (let part: usize = 0; part < 32; part += 16) {
      const g = v128.load(problem.products + ((<usize>t) << 5) + part);
      for (let o = part; o < last; o += 32) {
        v128.store(ga + o, f32x4.mul(g, v128.load(b + o)));
        v128.store(gb + o, f32x4.mul(g, v128.load(a + o)));
      }
      if (!problem.biases) continue;
      v128.store(ga + last + part, g);
      v128.store(gb + last + part, g);
    }
  }
}

/** Forward: linear outputs of a block's rows in problem.output; in `training` with dropout. */
export function decodeBlock(from: i32, count: i32, source: i32, training: bool): void {
  const n = (count + 7) >> 3;
  fillInputs(from, count, source, training);
  let x = problem.decoderInputs;
  for (let i = problem.firstDecoder; i <= problem.lastDecoder; i++) {
    const l = layer(i),
      last = i == problem.lastDecoder,
      to = last ? problem.output : l.activation;
    const after = last ? NONE : RELU;
    if (i > problem.firstDecoder)
      activeDense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, to, 0, l.inputs, l.outputs, n, after);
    else dense(x, problem.parameters + l.kernel, l.stride, problem.parameters + l.bias, to, 0, l.inputs, l.outputs, n, after);
    if (training && l.keepFrom) dropOutputs(l, from, n);
    x = to;
  }
}

// @ts-ignore: decorator
@inline
function sigmoid4(logit: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp4(f32x4.neg(logit))));
}

/**
 * Sum of a block's row losses; the outputs become derivatives of the batch's mean loss, `share` = 1 / rows of
 * the batch.
 */
export function lossOfBlock(from: i32, count: i32, share: f32, how: i32): f64 {
  gatherResponse(from, count);
  const half: f32 = how == FIT && problem.kind == Kind.ENCODER ? 0.5 : 1;
  let sum: f64 = 0;
  for (let r = 0; r < count; r += 4) {
    const at = problem.output + ((<usize>r) << 2),
      valid = i32x4.lt_s(i32x4.add(i32x4.splat(r), i32x4(0, 1, 2, 3)), i32x4.splat(count));
    const y = v128.load(problem.response + ((<usize>r) << 2)),
      f = v128.load(at);
    let loss: v128, slope: v128;
    if (!problem.binary) {
      const e = f32x4.sub(f, y);
      loss = f32x4.mul(splat(half), f32x4.mul(e, e));
      slope = f32x4.mul(splat(2 * half), e);
    } else if (how == SQUARED) {
      const p = sigmoid4(f),
        e = f32x4.sub(p, y);
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
  for (let r = (count + 3) & ~3; r < ((count + 7) & ~7); r += 4) v128.store(problem.output + ((<usize>r) << 2), splat(0));
  return sum;
}

/**
 * Backward from the derivatives in problem.output: decoder gradients and, with `toVectors`, the gradient of
 * each row's vectors. `training`: the forward pass was with dropout.
 */
export function decoderBackward(from: i32, count: i32, toVectors: bool, training: bool): void {
  const n = (count + 7) >> 3;
  let d1 = problem.output;
  for (let i = problem.lastDecoder; i >= problem.firstDecoder; i--) {
    const l = layer(i),
      first = i == problem.firstDecoder,
      x = first ? problem.decoderInputs : layer(i - 1).activation;
    if (first) denseGradient(x, d1, problem.partial + l.kernel, l.stride, problem.partial + l.bias, l.inputs, l.outputs, n);
    else {
      const before = layer(i - 1);
      activeBackward(l, x, d1, before.delta, n, i < problem.lastDecoder);
      if (training && before.keepFrom) scaleDerivatives(before, n);
      d1 = before.delta;
    }
    if (first && toVectors) {
      const to = problem.inner ? problem.products : problem.vectorGradients;
      activeDense(d1, l.transposed + ((<usize>problem.p) << 2), l.transposedStride, 0, to, 0, l.outputs, inputWidth() - problem.p, n, NONE);
      vectorGradients(from, n, training);
    }
  }
}

/** The gradient of each row's vectors into its records. */
function vectorGradients(from: i32, n: i32, training: bool): void {
  const d = problem.d,
    K = problem.features,
    vector = problem.vector,
    sampled = problem.kind == Kind.SAMPLED_TABLES,
    stride = sampled ? 2 * record : record;
  if (problem.inner) productGradients(n);
  for (let k = 0; k < K; k++) {
    for (let t = 0; t < n; t++) {
      const gradient = problem.vectorGradients + ((<usize>((t * K + k) * vector)) << 5),
        noise = problem.halfSigmaNoise + ((<usize>((t * K + k) * d)) << 5);
      const to = feature(k).rowGradients + <usize>(from + t * 8) * stride;
      if (training && problem.levelKeepFrom) multiply(gradient, noise, d);
      if (feature(k).mean) shareGradients(feature(k), from + t * 8, gradient, d);
      panelToRecords(gradient, to, stride, vector);
      if (!sampled) continue;
      multiply(gradient, noise, d);
      panelToRecords(gradient, to + record, stride, d);
    }
  }
}

// @ts-ignore: decorator
@inline
function multiply(panel: usize, by: usize, width: i32): void {
  for (let o: usize = 0; o < (<usize>width) << 5; o += 16) v128.store(panel + o, f32x4.mul(v128.load(panel + o), v128.load(by + o)));
}

/** Writes a block's predictions on the response scale. */
export function writePredictions(count: i32, to: usize): void {
  for (let r = 0; r < count; r += 4) {
    let f = v128.load(problem.output + ((<usize>r) << 2));
    if (problem.binary) f = sigmoid4(f);
    v128.store(to + ((<usize>r) << 2), f);
  }
}
