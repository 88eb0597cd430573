/** Solutions of many systems with one matrix, and what its Lanczos process has found. */
export interface Solutions {
  /** size × width. */
  x: Float64Array;
  /** Of each right-hand side: its square over the preconditioner, b'P⁻¹b. */
  squares: Float64Array;
  /** Of each right-hand side: P^(−1/2) S P^(−1/2) in the directions of the search, a tridiagonal matrix. */
  lanczos: { diagonal: number[]; beside: number[] }[];
  steps: number;
  /** Whether every right-hand side is solved: false where the matrix is not positive definite in rounding. */
  converged: boolean;
}

interface System {
  size: number;
  /** S v of each column (size × width); yields between parts of the work. */
  times: (v: Float64Array, width: number) => Generator<void, Float64Array>;
  /** P⁻¹ v of each column. */
  precondition: (v: Float64Array, width: number) => Float64Array;
}

/**
 * A right-hand side whose residual has fallen to this share, in the norm of the preconditioner, is solved.
 */
const TOLERANCE = 1e-8;
const MOST_STEPS = 1000;

/**
 * Preconditioned conjugate gradients for many right-hand sides (size × width, row-major) at once. The numbers
 * of its steps are those of Lanczos' process from the same right-hand side (Saad 2003, Iterative methods for
 * sparse linear systems, 6.7.3), of which log determinants are estimated.
 */
export function* conjugateGradients({ size, times, precondition }: System, b: Float64Array, width: number): Generator<void, Solutions> {
  const x = new Float64Array(size * width);
  const r = b.slice();
  let z = precondition(r, width);
  const p = z.slice();
  let rz = columnProducts(r, z, size, width);
  const squares = rz.slice();
  const lanczos = Array.from({ length: width }, () => ({ diagonal: [] as number[], beside: [] as number[] }));
  const active = Float64Array.from(squares, (square) => (square > 0 ? 1 : 0));
  const alpha = new Float64Array(width);
  const beta = new Float64Array(width);
  const before = { alpha: new Float64Array(width).fill(1), beta: new Float64Array(width) };
  let [steps, broken] = [0, false];
  for (; steps < MOST_STEPS && active.includes(1); steps++) {
    const q = yield* times(p, width);
    const pq = columnProducts(p, q, size, width);
    for (let c = 0; c < width; c++) alpha[c] = active[c] && pq[c] > 0 ? rz[c] / pq[c] : 0;
    for (let at = 0, j = 0; j < size; j++)
      for (let c = 0; c < width; c++, at++) {
        x[at] += alpha[c] * p[at];
        r[at] -= alpha[c] * q[at];
      }
    yield;
    z = precondition(r, width);
    const next = columnProducts(r, z, size, width);
    for (let c = 0; c < width; c++) {
      beta[c] = 0;
      if (!active[c]) continue;
      if (alpha[c] === 0 || !Number.isFinite(next[c])) {
        active[c] = 0;
        broken = true;
        continue;
      }
      const { diagonal, beside } = lanczos[c];
      if (diagonal.length > 0) beside.push(Math.sqrt(before.beta[c]) / before.alpha[c]);
      diagonal.push(1 / alpha[c] + before.beta[c] / before.alpha[c]);
      beta[c] = next[c] / rz[c];
      before.alpha[c] = alpha[c];
      before.beta[c] = beta[c];
      if (!(next[c] > TOLERANCE ** 2 * squares[c])) active[c] = 0;
    }
    rz = next;
    for (let at = 0, j = 0; j < size; j++) for (let c = 0; c < width; c++, at++) p[at] = z[at] + beta[c] * p[at];
    yield;
  }
  return { x, squares, lanczos, steps, converged: !broken && !active.includes(1) };
}

/** Of each column the sum of products of two (size × width). */
function columnProducts(a: Float64Array, b: Float64Array, size: number, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let at = 0, j = 0; j < size; j++) for (let c = 0; c < width; c++, at++) sums[c] += a[at] * b[at];
  return sums;
}
