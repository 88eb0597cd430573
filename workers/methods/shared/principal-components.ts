/** Sweeps of Jacobi's method after which the off-diagonal is at rounding error for any size. */
const SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi rotations, largest eigenvalue first.
 *
 * @param matrix size × size, row-major; left as it is
 * @returns `vectors` has the eigenvectors as rows
 */
export function symmetricEigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice();
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const rotate = (values: Float64Array, first: number, second: number, stride: number, c: number, s: number): void => {
    for (let i = 0; i < size; i++) {
      const x = values[first + i * stride];
      const y = values[second + i * stride];
      values[first + i * stride] = c * x - s * y;
      values[second + i * stride] = s * x + c * y;
    }
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        const off = a[i * size + j];
        if (Math.abs(off) <= 1e-16 * Math.sqrt(Math.abs(a[i * size + i] * a[j * size + j])) || Math.abs(off) < 1e-300) continue;
        rotated = true;
        const theta = (a[j * size + j] - a[i * size + i]) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
        const c = 1 / Math.hypot(1, t);
        rotate(a, i, j, size, c, t * c);
        rotate(a, i * size, j * size, 1, c, t * c);
        rotate(v, i * size, j * size, 1, c, t * c);
      }
    }
    if (!rotated) break;
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i]);
  const vectors = new Float64Array(size * size);
  for (const [place, i] of order.entries()) vectors.set(v.subarray(i * size, (i + 1) * size), place * size);
  return { values: Float64Array.from(order, (i) => a[i * size + i]), vectors };
}

/**
 * Scores of the rows of a matrix on its first principal components, by scikit-learn's conventions: centred,
 * not scaled, and each component's largest entry by absolute value positive (svd_flip of scikit-learn 1.5 and
 * later; before, the largest score was).
 *
 * @param matrix rows × columns, row-major
 * @param components at most `columns`
 * @returns rows × components, row-major
 */
export function principalScores(matrix: Float64Array, rows: number, columns: number, components: number): Float64Array {
  const centred = matrix.slice();
  for (let j = 0; j < columns; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += matrix[i * columns + j] / rows;
    for (let i = 0; i < rows; i++) centred[i * columns + j] -= mean;
  }
  const products = new Float64Array(columns * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let l = 0; l < columns; l++) products[j * columns + l] += centred[i * columns + j] * centred[i * columns + l];
  const { vectors } = symmetricEigen(products, columns);
  const scores = new Float64Array(rows * components);
  for (let component = 0; component < components; component++) {
    const direction = vectors.subarray(component * columns, (component + 1) * columns);
    const largest = direction.reduce((best, entry) => (Math.abs(entry) > Math.abs(best) ? entry : best), 0);
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < rows; i++) {
      let score = 0;
      for (let j = 0; j < columns; j++) score += centred[i * columns + j] * direction[j];
      scores[i * components + component] = sign * score;
    }
  }
  return scores;
}
