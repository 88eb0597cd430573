/** A row-major matrix in an array: where it begins, and how far its rows are apart. */
export interface Part {
  values: Float64Array;
  at: number;
  stride: number;
}

/**
 * target[i][j] −= Σ_k a[i][k] b[j][k] for i < rows, j < columns, k < depth. The parts must not overlap the
 * target. Every inner loop runs along rows, four of one matrix against two of another at a time, which is
 * about ten times as fast in JavaScript as the textbook loops once a matrix outgrows the cache.
 */
export function subtractProducts(
  { values: t, at: target, stride }: Part,
  { values: u, at: a, stride: aStride }: Part,
  { values: v, at: b, stride: bStride }: Part,
  rows: number,
  columns: number,
  depth: number,
): void {
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const a0 = a + i * aStride;
    const a1 = a0 + aStride;
    const a2 = a1 + aStride;
    const a3 = a2 + aStride;
    const t0 = target + i * stride;
    const t1 = t0 + stride;
    const t2 = t1 + stride;
    const t3 = t2 + stride;
    let j = 0;
    for (; j + 2 <= columns; j += 2) {
      const b0 = b + j * bStride;
      const b1 = b0 + bStride;
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0; k < depth; k++) {
        const x = v[b0 + k];
        const y = v[b1 + k];
        const r0 = u[a0 + k];
        const r1 = u[a1 + k];
        const r2 = u[a2 + k];
        const r3 = u[a3 + k];
        s00 += r0 * x;
        s01 += r0 * y;
        s10 += r1 * x;
        s11 += r1 * y;
        s20 += r2 * x;
        s21 += r2 * y;
        s30 += r3 * x;
        s31 += r3 * y;
      }
      t[t0 + j] -= s00;
      t[t0 + j + 1] -= s01;
      t[t1 + j] -= s10;
      t[t1 + j + 1] -= s11;
      t[t2 + j] -= s20;
      t[t2 + j + 1] -= s21;
      t[t3 + j] -= s30;
      t[t3 + j + 1] -= s31;
    }
    for (; j < columns; j++) for (let r = i; r < i + 4; r++) t[target + r * stride + j] -= dot(u, a + r * aStride, v, b + j * bStride, depth);
  }
  for (; i < rows; i++) for (let j = 0; j < columns; j++) t[target + i * stride + j] -= dot(u, a + i * aStride, v, b + j * bStride, depth);
}

function dot(u: Float64Array, a: number, v: Float64Array, b: number, depth: number): number {
  let sum = 0;
  for (let k = 0; k < depth; k++) sum += u[a + k] * v[b + k];
  return sum;
}
