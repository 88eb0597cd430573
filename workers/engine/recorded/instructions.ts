import { ADAM } from '../constants';

/**
 * The instructions of a recorded step, as numbers that TypeScript writes and AssemblyScript reads: the build
 * makes the other side of these lists (scripts/build-wasm.mjs).
 */

/**
 * What an instruction does. It begins with this number and, in its upper half, the parts that it is cut into,
 * then its bytes; addresses and strides are bytes.
 */
export const OPERATIONS = {
  /**
   * n, functions, scalars, bytes of a thread's blocks; [address, block] of each scalar; then of each function
   * FUNCTION_WORDS words: function, to, step, a, step, b, step, c, step, two numbers, description of a
   * strided view. A step is 0 for a block, that of the first thread.
   */
  elementwise: 0,
  /** from, its row stride, to, its row stride, rows, numbers of a row. */
  copy: 1,
  /** from, row stride, to, rows, columns, matrices, from of the next, to of the next. */
  transpose: 2,
  /** kind, outer, reduced, inner, from, to, factor (float). */
  reduce: 3,
  /**
   * a, row, column and matrix strides; b, row and matrix strides; c, matrix stride; m, k, n, matrices, bias,
   * activation.
   */
  product: 4,
  /** from, index, to, outer, rows of from, rows taken, numbers of a row. */
  gather: 5,
  /** from, ids, to, rows, numbers of a row, segments. */
  segments: 6,
  /** from, to, rows, width, 1 for the logarithm. */
  softmax: 7,
  /**
   * qkv, uniform or 0, to, rows, tokens, heads, width, rate (float), causal, scratch of all threads, bytes of
   * one's.
   */
  attention: 8,
  /**
   * qkv, dy, uniform or 0, to, rows, tokens, heads, width, rate (float), causal, scratch of all threads,
   * bytes of one's.
   */
  attentionGradient: 9,
  /** from, to, rows, width. */
  entmax: 10,
  /** to, rows, columns, first column of the counter, 1 for uniforms. */
  draw: 11,
  /**
   * parameter, m, v, gradient, size, numbers of a lazy row or 0, floor (float), factor of the rate (float).
   */
  adam: 12,
} as const;

/** What a function of an element-wise instruction computes from up to three numbers. */
export const FUNCTIONS = {
  load: 0,
  add: 1,
  subtract: 2,
  multiply: 3,
  divide: 4,
  maximum: 5,
  minimum: 6,
  squaredDifference: 7,
  greater: 8,
  greaterEqual: 9,
  less: 10,
  lessEqual: 11,
  equal: 12,
  notEqual: 13,
  and: 14,
  or: 15,
  select: 16,
  negate: 17,
  absolute: 18,
  exp: 19,
  expm1: 20,
  log: 21,
  log1p: 22,
  sqrt: 23,
  rsqrt: 24,
  reciprocal: 25,
  tanh: 26,
  sigmoid: 27,
  relu: 28,
  erf: 29,
  square: 30,
  step: 31,
  not: 32,
  floor: 33,
  clip: 34,
  softplus: 35,
  sign: 36,
  leakyRelu: 37,
  truncate: 38,
  isTrue: 39,
  copy: 40,
} as const;

export const REDUCTIONS = { sum: 0, max: 1, min: 2, product: 3 } as const;

export const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2 } as const;

/**
 * BLOCK: numbers that an element-wise instruction takes through all its functions at a time, so that what is
 * between two functions stays in the first cache. FUNCTION_WORDS: words of a function. STATE: where the
 * numbers of a call are. OFFER: where threads look for parts (../wasm/structures.ts). BASE: bytes that the
 * module keeps for itself. LEAST_TOKENS, MOST_TOKENS: an attention of so many tokens goes by products of
 * whole matrices; of fewer they cost more than they save, of more they need too much memory.
 */
export const RECORDED = {
  ...{ BLOCK: 512, FUNCTION_WORDS: 12, STATE: 1024, OFFER: 1152, BASE: 2048 },
  ...{ LEAST_TOKENS: 8, MOST_TOKENS: 256 },
} as const;

/**
 * Words of a call, from STATE: counter of the noise, its seed, Adam's rate (float); instructions from … to,
 * threads, the instruction that they are at, milliseconds that the first waits for the others (float).
 */
export const STATE_WORDS = { step: 0, seed: 1, rate: 2, from: 3, to: 4, threads: 5, now: 6, patience: 7 } as const;

const enumOf = (name: string, numbers: Readonly<Record<string, number>>): string => {
  const members = Object.entries(numbers).map(([key, number]) => `  ${key.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()} = ${number},`);
  return [`export const enum ${name} {`, ...members, '}'].join('\n');
};

/**
 * The AssemblyScript side, which the build puts next to the other sources.
 * @public scripts/build-wasm.mjs compiles this file and calls it.
 */
export function instructionSource(): string {
  return `${[
    '// Written by the build from ../instructions.ts. Do not edit: change the list there.',
    ...Object.entries(RECORDED).map(([name, value]) => `export const ${name}: i32 = ${value};`),
    ...Object.entries(ADAM).map(([name, value]) => `export const ${name.toUpperCase()}: f64 = ${value};`),
    enumOf('Operation', OPERATIONS),
    enumOf('Fn', FUNCTIONS),
    enumOf('Reduction', REDUCTIONS),
    enumOf('Activation', ACTIVATIONS),
    enumOf('State', STATE_WORDS),
  ].join('\n\n')}\n`;
}
