const MOST_STEPS = 60;

/**
 * Eigenvalues of a symmetric tridiagonal matrix, with the first component of each eigenvector, by implicit QL
 * steps (Golub & Welsch 1969, Calculation of Gauss quadrature rules): Σ τ² f(λ) is the first entry of f of
 * the matrix.
 *
 * @param diagonal n numbers @param beside n − 1 numbers next to it
 */
export function spectrum(diagonal: ArrayLike<number>, beside: ArrayLike<number>): { values: Float64Array; first: Float64Array } {
  const n = diagonal.length;
  const d = Float64Array.from(diagonal);
  const e = new Float64Array(n);
  for (let i = 0; i + 1 < n; i++) e[i] = beside[i];
  const first = new Float64Array(n);
  first[0] = 1;
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < MOST_STEPS; step++) {
      let m = l;
      while (m + 1 < n && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      const root = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g + (g < 0 ? -root : root));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const t = (d[i] - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        const one = first[i + 1];
        first[i + 1] = s * first[i] + c * one;
        first[i] = c * first[i] - s * one;
      }
      if (i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return { values: d, first };
}
