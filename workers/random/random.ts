/**
 * Counter-based random numbers: pcg4d (Jarzynski & Olano 2020, "Hash functions for GPU rendering", JCGT 9(3))
 * on (counter, row, step, seed). There is no hidden state, so the same integers can be produced by
 * JavaScript, WGSL and AssemblyScript, in any order and on any number of threads.
 */

const out = new Uint32Array(4);

/** Writes the four 32-bit words of pcg4d(a, b, c, d) to `into` (4 words). */
export function pcg4d(a: number, b: number, c: number, d: number, into: Uint32Array): void {
  let x = (Math.imul(a, 1664525) + 1013904223) | 0;
  let y = (Math.imul(b, 1664525) + 1013904223) | 0;
  let z = (Math.imul(c, 1664525) + 1013904223) | 0;
  let w = (Math.imul(d, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  into[0] = x = (x + Math.imul(y, w)) | 0;
  into[1] = y = (y + Math.imul(z, x)) | 0;
  into[2] = z = (z + Math.imul(x, y)) | 0;
  into[3] = (w + Math.imul(y, z)) | 0;
}

const UNIT = 2 ** -24;

/**
 * Standard normal from two 32-bit words by Box–Muller: 24 bits each, radius from (0, 1], so it never
 * overflows.
 */
function boxMuller(first: number, second: number): number {
  const radius = Math.sqrt(-2 * Math.log(((first >>> 8) + 1) * UNIT));
  return radius * Math.cos(((second >>> 8) * UNIT - 0.5) * 2 * Math.PI);
}

/**
 * The standard normal of cell (row, column) of training step `step`: the noise every step plan must
 * reproduce.
 */
export function counterNormal(seed: number, step: number, row: number, column: number): number {
  pcg4d(column, row, step, seed, out);
  return boxMuller(out[0], out[1]);
}

/**
 * Fills `values` (rows × columns, row-major) with standard normals of training step `step`.
 * `firstColumn` separates the features of one step: feature k of width d starts at k·d.
 */
export function fillCounterNormals(values: Float32Array, columns: number, seed: number, step: number, firstColumn = 0): void {
  for (let i = 0, row = 0; i < values.length; row++) {
    for (let column = 0; column < columns; column++, i++) values[i] = counterNormal(seed, step, row, firstColumn + column);
  }
}

/**
 * The number of cell (row, column) of training step `step`, uniform on (0, 1), from the word that a normal of
 * the cell would begin with. 23 bits and a half, so that float32 holds it exactly and it is neither 0 nor 1.
 */
export function counterUniform(seed: number, step: number, row: number, column: number): number {
  pcg4d(column, row, step, seed, out);
  return ((out[0] >>> 9) + 0.5) * 2 ** -23;
}

/**
 * Fills `values` (rows × columns, row-major) with uniforms of training step `step`, as `fillCounterNormals`
 * does with normals.
 */
export function fillCounterUniforms(values: Float32Array, columns: number, seed: number, step: number, firstColumn = 0): void {
  for (let i = 0, row = 0; i < values.length; row++) {
    for (let column = 0; column < columns; column++, i++) values[i] = counterUniform(seed, step, row, firstColumn + column);
  }
}

/** 32-bit FNV-1a hash of a stream name, so that streams of one seed are independent. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A named sequence of random numbers: one (seed, name) gives one sequence, on every machine and backend. */
export class RandomStream {
  readonly #seed: number;
  readonly #name: number;
  readonly #words = new Uint32Array(4);
  #counter = 0;
  #left = 0;

  constructor(seed: number, name: string) {
    this.#seed = seed >>> 0;
    this.#name = nameHash(name);
  }

  /** Uniform 32-bit integer. */
  uint32(): number {
    if (this.#left === 0) {
      pcg4d(this.#counter >>> 0, Math.floor(this.#counter / 2 ** 32), this.#name, this.#seed, this.#words);
      this.#counter++;
      this.#left = 4;
    }
    return this.#words[--this.#left];
  }

  /** Uniform on [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) * 2 ** -53;
  }

  /** Uniform integer on [0, n), n < 2³². */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal. */
  normal(): number {
    return boxMuller(this.uint32(), this.uint32());
  }

  /** Poisson by Knuth's product of uniforms; meant for small means (λ ≤ 30). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.uniform();
    let count = 0;
    while (product > limit) {
      product *= this.uniform();
      count++;
    }
    return count;
  }

  /** Fisher–Yates shuffle in place. */
  shuffle(values: Uint32Array | Int32Array | number[]): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
