import type { FusedDescription } from '../engine/step-plan';
import { aboutMethod } from '../methods/registry';
import type { BenchMethod, Work } from './schema';

/** The published architecture (docs/methods.md A0, A10). */
export const P = 10;
export const D = 10;
const ENCODER = [100, 100];
const DECODER = [10, 10];

/** Bytes of a float32 or of a row number. */
const WORD = 4;
/** Adam reads and writes the parameter and its two moments. */
const ADAM_WORDS = 6;

export function describe(method: BenchMethod): FusedDescription {
  if (method === 'embeddings') return { kind: 'tables', d: D, decoder: DECODER, l2: 0 };
  const published = { beta: 0.001, priorVariance: 1, logVarAveraging: 'mean-of-logs', extraction: 'sample' } as const;
  return { kind: 'encoder', d: D, encoder: ENCODER, decoder: DECODER, ...published };
}

/**
 * Products of a stack of dense layers on one row: forward, to the kernel, and to `wanted` of the inputs (all,
 * of every layer but the first).
 */
function stack(widths: readonly number[], wanted: number): number {
  let flops = 0;
  for (let i = 0; i + 1 < widths.length; i++) flops += (4 * widths[i] + 2 * (i === 0 ? wanted : widths[i])) * widths[i + 1];
  return flops;
}

/**
 * Floating-point operations of a step's dense products on one row with K categorical features, a
 * multiplication and an addition each. The gradient with respect to x and y is not needed, that with respect
 * to the level vectors is. Exponentials, noise and sums by level are left out. Products with the zeros behind
 * a ReLU count, although the WASM step leaves them out where layers are wide: rates are those of the dense
 * work.
 */
export function flopsOfRow(description: FusedDescription, p: number, K: number): number {
  if (description.kind === 'no-levels') return stack([p, ...description.decoder, 1], 0);
  const { d, decoder } = description;
  const decode = stack([p + K * d, ...decoder, 1], K * d);
  return description.kind === 'encoder' ? stack([p + 1, ...description.encoder, 2 * K * d], 0) + decode : decode;
}

/**
 * Bytes a step must move on a machine whose caches hold everything within the step: row number, x, y and
 * levels of the batch's rows once; parameters and both moments of dense Adam read and written once.
 */
export function leastBytes(parameters: number, batch: number, p: number, K: number): number {
  return WORD * (batch * (p + 2 + K) + ADAM_WORDS * parameters);
}

/**
 * What the lab's steps do, by counting the arrays that their sources read and write, each time one is passed
 * over; what fits a block or a workgroup is free. Partial gradients of threads and workgroups are left out.
 *
 * WASM keeps the hidden layers (written, and read forward and backward); WebGPU keeps the inputs of all
 * layers and the slopes in their outputs.
 */
export function doneBy(plan: 'wasm' | 'webgpu', method: BenchMethod, q: number): { flops: number; bytes: number } {
  const { flops, parameters } = leastWork(method, q);
  const source = P + 3;
  const record = WORD * Math.ceil(D / WORD);
  const hidden = ENCODER.reduce((a, b) => a + b, 0);
  // Adam's six passes; the gradient of a parameter written and read.
  const parameterWords = (ADAM_WORDS + 2) * parameters;
  const bytes = (rowWords: number): number => WORD * (q * rowWords + parameterWords);
  // Vector of the level in, its gradient out and in again.
  const throughDecoder = source + D + 2 * record + 1;
  const heads = 2 * D;
  const draws = 3 * D;
  // Inputs packed, forward and backward; hidden layers; noise; draws, means and log-variances; then the
  // decoder's.
  const encoderWasm = source + 3 * (P + 1) + 3 * hidden + heads + 2 * 3 * record;
  if (plan === 'wasm') return { flops, bytes: bytes(method === 'embeddings' ? throughDecoder : encoderWasm + throughDecoder) };
  const narrow = DECODER.reduce((a, b) => a + b, 0);
  // Inputs, hidden layers and slopes of the decoder, written by it and read for the gradients of its kernels.
  const decoder = throughDecoder + 2 * (P + D + narrow) + 2 * (narrow + 1);
  if (method === 'embeddings') return { flops, bytes: bytes(decoder) };
  // Inputs in, out, and in for the gradients; hidden layers out, in for their slopes and for gradients;
  // slopes out and in; draws, means and log-variances out, in, and two of them in again; the gradients of the
  // level's three.
  const encoder = source + 2 * (P + 1) + 3 * hidden + 2 * (hidden + heads) + 2 * draws + heads + draws;
  return { flops, bytes: bytes(encoder + decoder) };
}

function leastWork(method: BenchMethod, q: number): Omit<Work, 'done'> {
  const about = aboutMethod(method);
  const parameters = about.parameterCount({ p: P, levels: [q] }, about.settings.parse({}));
  return { method, q, parameters, flops: flopsOfRow(describe(method), P, 1) * q, bytes: leastBytes(parameters, q, P, 1) };
}

export function workOf(method: BenchMethod, q: number): Work {
  return { ...leastWork(method, q), done: { wasm: doneBy('wasm', method, q), webgpu: doneBy('webgpu', method, q) } };
}

/** The products of a WebGPU step by kernel. */
export function flopsOfKernels(method: BenchMethod, batch: number): Record<string, number> {
  const forward = (widths: readonly number[]): number => widths.slice(1).reduce((sum, width, i) => sum + 2 * widths[i] * width, 0);
  const decoder = [P + D, ...DECODER, 1];
  const decode = batch * (stack(decoder, D) - forward(decoder));
  if (method === 'embeddings') return { decode, weights: batch * forward(decoder) };
  const encoder = [P + 1, ...ENCODER, 2 * D];
  return {
    encode: batch * forward(encoder),
    decode,
    encodeBack: batch * (stack(encoder, 0) - 2 * forward(encoder)),
    weights: batch * (forward(encoder) + forward(decoder)),
  };
}
