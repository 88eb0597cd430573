import * as tf from '@tensorflow/tfjs';
import { ATTENTION, ATTENTION_GRADIENT, type AttentionShape } from './token-attention';
import { runProgram } from './webgpu-program';

/**
 * WGSL: probabilities of token i of a head into \`p\`, and what dropout keeps of them into \`kept\` (see
 * `attend` of token-attention.ts).
 */
const attend = ({ tokens, heads, width, rate }: AttentionShape): string => `
const K = ${tokens};
const HEADS = ${heads};
const WIDTH = ${width};
const STRIDE = ${3 * heads * width};
const SCALE = ${1 / Math.sqrt(width)};
var<private> p: array<f32, K>;
var<private> kept: array<f32, K>;
fn attend(row: i32, head: i32, i: i32) {
  let query = (row * K + i) * STRIDE + head * WIDTH;
  let keys = row * K * STRIDE + (HEADS + head) * WIDTH;
  var largest = -3.4e38;
  for (var j = 0; j < K; j++) {
    var dot = 0.0;
    for (var m = 0; m < WIDTH; m++) { dot += qkv[query + m] * qkv[keys + j * STRIDE + m]; }
    p[j] = dot * SCALE;
    largest = max(largest, p[j]);
  }
  var sum = 0.0;
  for (var j = 0; j < K; j++) {
    p[j] = exp(p[j] - largest);
    sum += p[j];
  }
  for (var j = 0; j < K; j++) {
    p[j] /= sum;
    kept[j] = ${rate === 0 ? '1.0' : `select(0.0, ${1 / (1 - rate)}, uniforms01[((row * HEADS + head) * K + i) * K + j] >= ${rate})`};
  }
}`;

/** One thread a token and head. */
const FORWARD = `
fn main(index: i32) {
  if (index >= uniforms.threads) { return; }
  let head = index % HEADS;
  let token = index / HEADS;
  let row = token / K;
  attend(row, head, token % K);
  let values = row * K * STRIDE + (2 * HEADS + head) * WIDTH;
  for (var m = 0; m < WIDTH; m++) {
    var sum = 0.0;
    for (var j = 0; j < K; j++) { sum += p[j] * kept[j] * qkv[values + j * STRIDE + m]; }
    setOutputAtIndex(index * WIDTH + m, sum);
  }
}`;

/** One thread a row and head: it alone writes the gradients of that head's queries, keys and values. */
const BACKWARD = `
fn main(index: i32) {
  if (index >= uniforms.threads) { return; }
  let head = index % HEADS;
  let row = index / HEADS;
  let queries = row * K * STRIDE + head * WIDTH;
  let keys = queries + HEADS * WIDTH;
  let values = keys + HEADS * WIDTH;
  var weight: array<f32, K * K>;
  var slope: array<f32, K * K>;
  for (var i = 0; i < K; i++) {
    attend(row, head, i);
    var mean = 0.0;
    for (var j = 0; j < K; j++) {
      var dot = 0.0;
      for (var m = 0; m < WIDTH; m++) { dot += dy[((row * K + i) * HEADS + head) * WIDTH + m] * qkv[values + j * STRIDE + m]; }
      weight[i * K + j] = p[j] * kept[j];
      slope[i * K + j] = dot * kept[j];
      mean += p[j] * slope[i * K + j];
    }
    for (var j = 0; j < K; j++) { slope[i * K + j] = p[j] * (slope[i * K + j] - mean) * SCALE; }
  }
  for (var j = 0; j < K; j++) {
    for (var m = 0; m < WIDTH; m++) {
      var query = 0.0;
      var key = 0.0;
      var value = 0.0;
      for (var i = 0; i < K; i++) {
        query += slope[j * K + i] * qkv[keys + i * STRIDE + m];
        key += slope[i * K + j] * qkv[queries + i * STRIDE + m];
        value += weight[i * K + j] * dy[((row * K + i) * HEADS + head) * WIDTH + m];
      }
      setOutputAtIndex(queries + j * STRIDE + m, query);
      setOutputAtIndex(keys + j * STRIDE + m, key);
      setOutputAtIndex(values + j * STRIDE + m, value);
    }
  }
}`;

/** Registers both kernels on WebGPU. */
export function registerTokenAttentionOnWebGpu(): void {
  if (tf.getKernel(ATTENTION, 'webgpu')) return;
  const register = (kernelName: string, main: string, size: (shape: AttentionShape, tokens: number) => { columns: number; threads: number }): void =>
    tf.registerKernel({
      kernelName,
      backendName: 'webgpu',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const shape = attrs as unknown as AttentionShape;
        const { uniform, ...rest } = inputs as Record<string, tf.TensorInfo>;
        const tokens = rest.qkv.shape[0];
        const { columns, threads } = size(shape, tokens);
        // "uniform" is a word of WGSL.
        return runProgram(backend, uniform ? { ...rest, uniforms01: uniform } : rest, {
          key: `${kernelName} ${[shape.tokens, shape.heads, shape.width, shape.rate].join(' ')}`,
          code: `${attend(shape)}\n${main}`,
          outputShape: [tokens, columns],
          threads,
        });
      },
    });
  register(ATTENTION, FORWARD, ({ heads, width }, tokens) => ({ columns: heads * width, threads: tokens * heads }));
  register(ATTENTION_GRADIENT, BACKWARD, ({ heads, width, tokens: K }, tokens) => ({ columns: 3 * heads * width, threads: (tokens / K) * heads }));
}
