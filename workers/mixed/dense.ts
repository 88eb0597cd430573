/**
 * Dense factors of symmetric positive definite matrices, n × n, row-major, float64. Every inner loop runs
 * along rows, four of one matrix against two of another at a time, which is about ten times as fast in
 * JavaScript as the textbook loops once the matrix outgrows the cache.
 */

/** Columns of a panel: small enough that the rows of a panel stay in the cache. */
const PANEL = 48;

/** Rows of a panel done between two breaths: about 10 ms at the largest matrices. */
const STRIP = 64;

/** Lets others run; see OwnFit of workers/methods/method.ts. */
export type Breathe = () => Promise<void>;

/**
 * target[i][j] −= Σ_k a[i][k] b[j][k] for k in from … to−1, i in rows … rowsEnd−1, j in columns …
 * columnsEnd−1. All matrices have n columns; entries above the diagonal (j > i) are touched too where a tile
 * crosses it, so callers must not rely on them.
 */
function subtractProducts(
  target: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  rows: readonly [number, number],
  columns: readonly [number, number],
  [from, to]: readonly [number, number],
): void {
  const [rowsStart, rowsEnd] = rows;
  const [columnsStart, columnsEnd] = columns;
  let i = rowsStart;
  for (; i + 4 <= rowsEnd; i += 4) {
    const a0 = i * n;
    const a1 = a0 + n;
    const a2 = a1 + n;
    const a3 = a2 + n;
    let j = columnsStart;
    for (; j + 2 <= columnsEnd; j += 2) {
      const b0 = j * n;
      const b1 = b0 + n;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = from; k < to; k++) {
        const x = b[b0 + k];
        const y = b[b1 + k];
        const r0 = a[a0 + k];
        const r1 = a[a1 + k];
        const r2 = a[a2 + k];
        const r3 = a[a3 + k];
        s00 += r0 * x;
        s01 += r0 * y;
        s10 += r1 * x;
        s11 += r1 * y;
        s20 += r2 * x;
        s21 += r2 * y;
        s30 += r3 * x;
        s31 += r3 * y;
      }
      target[a0 + j] -= s00;
      target[a0 + j + 1] -= s01;
      target[a1 + j] -= s10;
      target[a1 + j + 1] -= s11;
      target[a2 + j] -= s20;
      target[a2 + j + 1] -= s21;
      target[a3 + j] -= s30;
      target[a3 + j + 1] -= s31;
    }
    for (; j < columnsEnd; j++) {
      for (let r = i; r < i + 4; r++) {
        let sum = 0;
        for (let k = from; k < to; k++) sum += a[r * n + k] * b[j * n + k];
        target[r * n + j] -= sum;
      }
    }
  }
  for (; i < rowsEnd; i++) {
    for (let j = columnsStart; j < columnsEnd; j++) {
      let sum = 0;
      for (let k = from; k < to; k++) sum += a[i * n + k] * b[j * n + k];
      target[i * n + j] -= sum;
    }
  }
}

/** Runs work that yields between its parts, and lets others run there. */
async function breathing<T>(work: Generator<void, T>, breathe: Breathe): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
    await breathe();
  }
}

/** Runs such work in one go. */
function inOneGo<T>(work: Generator<void, T>): T {
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

/** The inverse of A from its factor L of `choleskyInPlace`: a full symmetric matrix. */
export const inverseFromFactor = (l: Float64Array, n: number, breathe: Breathe): Promise<Float64Array> => breathing(invert(l, n), breathe);

/**
 * The inverse of A (n × n) and log |A|, in one go; A is overwritten. Null where A is not positive definite in
 * floating point.
 */
export function inverseWithLogDeterminant(a: Float64Array, n: number): { inverse: Float64Array; logDeterminant: number } | null {
  const logDeterminant = inOneGo(factorise(a, n));
  return Number.isNaN(logDeterminant) ? null : { inverse: inOneGo(invert(a, n)), logDeterminant };
}

function* factorise(a: Float64Array, n: number): Generator<void, number> {
  let logDeterminant = 0;
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    // The panel's columns in all rows from its diagonal down, less what the columns before it explain.
    for (let from = start; from < n; from += STRIP) {
      subtractProducts(a, a, a, n, [from, Math.min(n, from + STRIP)], [start, end], [0, start]);
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
  // Row j of w is column j of L⁻¹ (zero before entry j): w[j][i] = (δ_ij − Σ_{k<i} L[i][k] w[j][k]) /
  // L[i][i].
  const w = new Float64Array(n * n);
  for (let j = 0; j < n; j++) w[j * n + j] = 1;
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    for (let from = 0; from < end; from += PANEL) {
      const to = Math.min(end, from + PANEL);
      // Rows from … to of w begin at column `from`.
      if (from < start) subtractProducts(w, w, l, n, [from, to], [start, end], [from, start]);
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
  for (let start = 0; start < n; start += PANEL) {
    const end = Math.min(n, start + PANEL);
    for (let from = 0; from < end; from += PANEL) {
      subtractProducts(inverse, w, w, n, [start, end], [from, Math.min(end, from + PANEL)], [start, n]);
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

/** Solves L L' x = b in place of b (length n). */
export function solveFactored(l: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let entry = b[i];
    for (let k = 0; k < i; k++) entry -= l[i * n + k] * b[k];
    b[i] = entry / l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    b[i] /= l[i * n + i];
    for (let k = 0; k < i; k++) b[k] -= l[i * n + k] * b[i];
  }
}
