/**
 * Solves A x = b in place of b for symmetric positive (semi-)definite A (n × n, row-major; its lower triangle
 * is overwritten). A pivot that has became negligible against its diagonal entry gets x = 0 in that direction
 * instead of noise: collinear columns share nothing they cannot tell apart.
 */
export function solveCholesky(a: Float64Array, b: Float64Array): void {
  const n = b.length;
  const pivots = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j];
    const scale = pivot;
    for (let k = 0; k < j; k++) pivot -= a[j * n + k] ** 2;
    pivots[j] = pivot > 1e-12 * scale ? Math.sqrt(pivot) : 0;
    for (let i = j + 1; i < n; i++) {
      let entry = a[i * n + j];
      for (let k = 0; k < j; k++) entry -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = pivots[j] > 0 ? entry / pivots[j] : 0;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k];
    b[i] = pivots[i] > 0 ? b[i] / pivots[i] : 0;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k];
    b[i] = pivots[i] > 0 ? b[i] / pivots[i] : 0;
  }
}
