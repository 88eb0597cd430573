/** A pivot below this share of its diagonal entry means a column that the ones before it explain. */
const TOLERANCE = 1e-10;

/**
 * Sweeps the first `pivots` columns of a symmetric matrix (size × size, row-major) in place (Goodnight 1979,
 * A tutorial on the SWEEP operator). Of [X'X, X'y; y'X, y'y] it leaves the inverse of X'X, the coefficients
 * in the last column and the residual sum of squares in the corner. Columns that others explain are left out:
 * their rows, columns and coefficients become 0.
 *
 * @returns log of the product of the pivots, and how many there were
 */
export function sweep(matrix: Float64Array, size: number, pivots: number): { logDeterminant: number; rank: number } {
  const scale = Array.from({ length: pivots }, (_, j) => matrix[j * size + j]);
  const left: number[] = [];
  let logDeterminant = 0;
  for (let j = 0; j < pivots; j++) {
    const pivot = matrix[j * size + j];
    if (!(pivot > TOLERANCE * scale[j])) {
      left.push(j);
      continue;
    }
    logDeterminant += Math.log(pivot);
    for (let c = 0; c < size; c++) matrix[j * size + c] /= pivot;
    for (let r = 0; r < size; r++) {
      if (r === j) continue;
      const factor = matrix[r * size + j];
      if (factor === 0) continue;
      for (let c = 0; c < size; c++) matrix[r * size + c] -= factor * matrix[j * size + c];
      matrix[r * size + j] = -factor / pivot;
    }
    matrix[j * size + j] = 1 / pivot;
  }
  for (const j of left) {
    for (let c = 0; c < size; c++) {
      matrix[j * size + c] = 0;
      matrix[c * size + j] = 0;
    }
  }
  return { logDeterminant, rank: pivots - left.length };
}
