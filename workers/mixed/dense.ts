import { subtractProducts } from './products';
import { ProductMemory } from './wasm/kernel';

/** Dense factors of symmetric positive definite matrices, n × n, row-major, float64. */

/**
 * Columns of a panel: few, because what lies within a panel takes longest, and more in a large matrix, whose
 * products are the better the deeper they are.
 */
const panelOf = (n: number): number => (n <= 512 ? 16 : 24);

/** Rows of a panel done between two breaths: about 10 ms at the largest matrices. */
const STRIP = 64;

/** Lets others run; see OwnFit of workers/methods/method.ts. */
export type Breathe = () => Promise<void>;

/** Runs work that yields between its parts, and lets others run there. */
export async function breathing<T>(work: Generator<void, T>, breathe: Breathe): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
    await breathe();
  }
}

/** Runs such work in one go. */
export function inOneGo<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
}

/**
 * Cholesky factor L of A = L L', in place of the lower triangle of `a`; the upper triangle is left undefined.
 * Awaits `breathe` between panels.
 * @returns log |A|, or NaN where A is not positive definite in floating point
 */
export const choleskyInPlace = (a: Float64Array, n: number, breathe: Breathe): Promise<number> => breathing(factorise(a, n), breathe);

/** Most rows of a matrix that is inverted in WebAssembly: three of its size stay in memory. */
const MOST_KEPT = 1000;

/**
 * The inverse of A (n × n) and log |A|, in one go; A may be overwritten. Null where A is not positive
 * definite in floating point.
 *
 * @param plain without WebAssembly, also where it is loaded
 */
export function inverseWithLogDeterminant(
  a: Float64Array,
  n: number,
  plain = n > MOST_KEPT,
): { inverse: Float64Array; logDeterminant: number } | null {
  const memory = plain ? null : ProductMemory.again(3 * n * n, 'dense');
  if (memory) {
    const { numbers } = memory;
    const [factor, inverse] = [numbers.subarray(0, n * n), numbers.subarray(2 * n * n, 3 * n * n)];
    factor.set(a);
    inverse.fill(0);
    if (memory.kernel.invertSymmetric(memory.address(0), memory.address(n * n), memory.address(2 * n * n), n) === 0) return null;
    let logDeterminant = 0;
    for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(factor[i * n + i]);
    return { inverse: inverse.slice(), logDeterminant };
  }
  const logDeterminant = inOneGo(factorise(a, n));
  return Number.isNaN(logDeterminant) ? null : { inverse: inOneGo(invert(a, n)), logDeterminant };
}

function* factorise(a: Float64Array, n: number): Generator<void, number> {
  const panel = panelOf(n);
  let logDeterminant = 0;
  for (let start = 0; start < n; start += panel) {
    const end = Math.min(n, start + panel);
    // The panel's columns in all rows from its diagonal down, less what the columns before it explain.
    for (let from = start; from < n; from += STRIP) {
      const row = (i: number, at = 0) => ({ values: a, at: i * n + at, stride: n });
      subtractProducts(row(from, start), row(from), row(start), Math.min(STRIP, n - from), end - start, start);
      yield;
    }
    for (let j = start; j < end; j++) {
      for (let i = j; i < n; i++) {
        let entry = a[i * n + j];
        for (let k = start; k < j; k++) entry -= a[i * n + k] * a[j * n + k];
        if (i > j) a[i * n + j] = entry / a[j * n + j];
        else {
          if (!(entry > 0)) return Number.NaN;
          a[i * n + j] = Math.sqrt(entry);
          logDeterminant += Math.log(entry);
        }
      }
    }
    yield;
  }
  return logDeterminant;
}

function* invert(l: Float64Array, n: number): Generator<void, Float64Array> {
  const panel = panelOf(n);
  // Row j of w is column j of L⁻¹ (zero before entry j): w[j][i] = (δ_ij − Σ_{k<i} L[i][k] w[j][k]) /
  // L[i][i].
  const w = new Float64Array(n * n);
  for (let j = 0; j < n; j++) w[j * n + j] = 1;
  for (let start = 0; start < n; start += panel) {
    const end = Math.min(n, start + panel);
    for (let from = 0; from < end; from += panel) {
      const to = Math.min(end, from + panel);
      // Rows from … to of w begin at column `from`.
      if (from < start) {
        const row = (values: Float64Array, i: number, at: number) => ({ values, at: i * n + at, stride: n });
        subtractProducts(row(w, from, start), row(w, from, from), row(l, start, from), to - from, end - start, start - from);
      }
      for (let j = from; j < to; j++) {
        for (let i = Math.max(start, j); i < end; i++) {
          let entry = w[j * n + i];
          for (let k = Math.max(start, j); k < i; k++) entry -= l[i * n + k] * w[j * n + k];
          w[j * n + i] = entry / l[i * n + i];
        }
      }
      yield;
    }
  }
  // A⁻¹ = L⁻ᵀ L⁻¹: entry (i, j) is the product of rows i and j of w from column max(i, j) on.
  const inverse = new Float64Array(n * n);
  for (let start = 0; start < n; start += panel) {
    const end = Math.min(n, start + panel);
    for (let from = 0; from < end; from += panel) {
      const row = (i: number) => ({ values: w, at: i * n + start, stride: n });
      const target = { values: inverse, at: start * n + from, stride: n };
      subtractProducts(target, row(start), row(from), end - start, Math.min(end, from + panel) - from, n - start);
      yield;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = -inverse[i * n + j];
      inverse[i * n + j] = value;
      inverse[j * n + i] = value;
    }
  }
  return inverse;
}

/** Solves L x = b in place of b; L is lower triangular, n × n, row-major. */
export function forward(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let value = b[i];
    for (let k = 0; k < i; k++) value -= l[i * n + k] * b[k];
    b[i] = value / l[i * n + i];
  }
}

/** Solves L'x = b in place of b. */
export function backward(l: Float64Array, b: Float64Array, n: number): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = b[i] / l[i * n + i];
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] -= l[i * n + k] * value;
  }
}
