import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { ATTENTION, ATTENTION_GRADIENT, type AttentionShape } from './token-attention';
import { runProgram } from './webgpu-program';

/** WGSL: what the programs below share of an attention (see token-attention.ts). */
const shared = ({ tokens, heads, width, rate, causal }: AttentionShape): string => `
const K = ${tokens};
const HEADS = ${heads};
const WIDTH = ${width};
const STRIDE = ${3 * heads * width};
const SCALE = ${1 / Math.sqrt(width)};
// How many tokens of its row token i attends to, and the first that attends to it.
fn seen(i: i32) -> i32 { return ${causal ? 'i + 1' : 'K'}; }
fn firstToSee(j: i32) -> i32 { return ${causal ? 'j' : '0'}; }
// Where the query, key or value (part 0, 1, 2) of a head of a token begins.
fn at(part: i32, row: i32, token: i32, head: i32) -> i32 { return (row * K + token) * STRIDE + (part * HEADS + head) * WIDTH; }
fn score(row: i32, head: i32, i: i32, j: i32) -> f32 {
  let query = at(0, row, i, head);
  let key = at(1, row, j, head);
  var dot = 0.0;
  for (var m = 0; m < WIDTH; m++) { dot += qkv[query + m] * qkv[key + m]; }
  return dot * SCALE;
}
fn kept(row: i32, head: i32, i: i32, j: i32) -> f32 {
  return ${rate === 0 ? '1.0' : `select(0.0, ${1 / (1 - rate)}, uniforms01[((row * HEADS + head) * K + i) * K + j] >= ${rate})`};
}
fn largestScore(row: i32, head: i32, i: i32) -> f32 {
  var largest = -3.4e38;
  for (var j = 0; j < seen(i); j++) { largest = max(largest, score(row, head, i, j)); }
  return largest;
}`;

/** WGSL for a gradient: what the output's gradient of token i says of token j's value. */
const SHARE = `
fn share(row: i32, head: i32, i: i32, j: i32) -> f32 {
  let value = at(2, row, j, head);
  let upstream = ((row * K + i) * HEADS + head) * WIDTH;
  var dot = 0.0;
  for (var m = 0; m < WIDTH; m++) { dot += dy[upstream + m] * qkv[value + m]; }
  return dot * kept(row, head, i, j);
}`;

/** WGSL: each thread has a token and a head. */
const main = (body: string): string => `
fn main(index: i32) {
  if (index >= uniforms.threads) { return; }
  let head = index % HEADS;
  let row = index / HEADS / K;
  let token = index / HEADS % K;
  ${body}
}`;

const FORWARD = main(`
  let largest = largestScore(row, head, token);
  var sum = 0.0;
  var out: array<f32, WIDTH>;
  for (var j = 0; j < seen(token); j++) {
    let e = exp(score(row, head, token, j) - largest);
    sum += e;
    let weight = e * kept(row, head, token, j);
    let value = at(2, row, j, head);
    for (var m = 0; m < WIDTH; m++) { out[m] += weight * qkv[value + m]; }
  }
  for (var m = 0; m < WIDTH; m++) { setOutputAtIndex(index * WIDTH + m, out[m] / sum); }`);

/**
 * Largest score of a token, the sum of its exponentials, and the mean share by its probabilities: so that the
 * gradient's threads need no array of all pairs, which would not fit where rows have many tokens.
 */
const STATISTICS = main(`
  let largest = largestScore(row, head, token);
  var sum = 0.0;
  var mean = 0.0;
  for (var j = 0; j < seen(token); j++) {
    let e = exp(score(row, head, token, j) - largest);
    sum += e;
    mean += e * share(row, head, token, j);
  }
  setOutputAtIndex(3 * index, largest);
  setOutputAtIndex(3 * index + 1, sum);
  setOutputAtIndex(3 * index + 2, mean / sum);`);

const BACKWARD = `
fn probability(row: i32, head: i32, i: i32, j: i32) -> f32 {
  let first = 3 * ((row * K + i) * HEADS + head);
  return exp(score(row, head, i, j) - statistics[first]) / statistics[first + 1];
}
fn slope(row: i32, head: i32, i: i32, j: i32, p: f32) -> f32 {
  return p * (share(row, head, i, j) - statistics[3 * ((row * K + i) * HEADS + head) + 2]) * SCALE;
}
${main(`
  var query: array<f32, WIDTH>;
  var key: array<f32, WIDTH>;
  var value: array<f32, WIDTH>;
  for (var j = 0; j < seen(token); j++) {
    let change = slope(row, head, token, j, probability(row, head, token, j));
    let source = at(1, row, j, head);
    for (var m = 0; m < WIDTH; m++) { query[m] += change * qkv[source + m]; }
  }
  for (var i = firstToSee(token); i < K; i++) {
    let p = probability(row, head, i, token);
    let change = slope(row, head, i, token, p);
    let weight = p * kept(row, head, i, token);
    let source = at(0, row, i, head);
    let upstream = ((row * K + i) * HEADS + head) * WIDTH;
    for (var m = 0; m < WIDTH; m++) {
      key[m] += change * qkv[source + m];
      value[m] += weight * dy[upstream + m];
    }
  }
  let start = at(0, row, token, head);
  for (var m = 0; m < WIDTH; m++) {
    setOutputAtIndex(start + m, query[m]);
    setOutputAtIndex(start + HEADS * WIDTH + m, key[m]);
    setOutputAtIndex(start + 2 * HEADS * WIDTH + m, value[m]);
  }`)}`;

/** Registers both kernels on WebGPU. */
export function registerTokenAttentionOnWebGpu(): void {
  if (tf.getKernel(ATTENTION, 'webgpu')) return;
  /** Runs one of the programs, a thread for each token and head, into [tokens, columns]. */
  const run = (
    backend: unknown,
    { uniform, ...rest }: Record<string, tf.TensorInfo>,
    shape: AttentionShape,
    key: string,
    code: string,
    columns: number,
  ) => {
    const tokens = rest.qkv.shape[0];
    // "uniform" is a word of WGSL.
    return runProgram(backend, uniform ? { ...rest, uniforms01: uniform } : rest, {
      key: `${key} ${[shape.tokens, shape.heads, shape.width, shape.rate, shape.causal].join(' ')}`,
      code: `${shared(shape)}\n${code}`,
      outputShape: [tokens, columns],
      threads: tokens * shape.heads,
    });
  };
  tf.registerKernel({
    kernelName: ATTENTION,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const shape = attrs as unknown as AttentionShape;
      return run(backend, inputs as Record<string, tf.TensorInfo>, shape, ATTENTION, FORWARD, shape.heads * shape.width);
    },
  });
  tf.registerKernel({
    kernelName: ATTENTION_GRADIENT,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const shape = attrs as unknown as AttentionShape;
      const given = inputs as Record<string, tf.TensorInfo>;
      const statistics = run(backend, given, shape, `${ATTENTION_GRADIENT} statistics`, `${SHARE}\n${STATISTICS}`, 3 * shape.heads);
      const gradient = run(backend, { ...given, statistics }, shape, ATTENTION_GRADIENT, `${SHARE}\n${BACKWARD}`, 3 * shape.heads * shape.width);
      (backend as WebGPUBackend).disposeData(statistics.dataId);
      return gradient;
    },
  });
}
