import { inverseWithLogDeterminant } from './dense';

/**
 * Inverse and log determinant of a symmetric positive definite matrix (n × n) that is block-diagonal up to
 * the order of its rows: each block by itself. The covariance of a batch with random intercepts is such a
 * matrix, because rows that share no level, and no row that does, are independent; with thousands of levels
 * the blocks are small and this takes n² instead of n³. A matrix of one block costs what it costs without
 * looking for them.
 *
 * @returns null where the matrix is not positive definite in floating point
 */
export function blockInverse(a: ArrayLike<number>, n: number): { inverse: Float64Array; logDeterminant: number } | null {
  const blocks = components(a, n);
  if (blocks.length === 1) return inverseWithLogDeterminant(new Float64Array(a), n);
  const inverse = new Float64Array(n * n);
  let logDeterminant = 0;
  for (const rows of blocks) {
    const size = rows.length;
    const block = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) block[i * size + j] = a[rows[i] * n + rows[j]];
    const result = inverseWithLogDeterminant(block, size);
    if (!result) return null;
    logDeterminant += result.logDeterminant;
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) inverse[rows[i] * n + rows[j]] = result.inverse[i * size + j];
  }
  return { inverse, logDeterminant };
}

/** Rows that are connected by entries other than zero, by a search from each row not yet reached. */
function components(a: ArrayLike<number>, n: number): number[][] {
  const reached = new Uint8Array(n);
  const found: number[][] = [];
  for (let start = 0; start < n; start++) {
    if (reached[start]) continue;
    reached[start] = 1;
    const rows = [start];
    for (let at = 0; at < rows.length && rows.length < n; at++) {
      const row = rows[at] * n;
      for (let j = 0; j < n; j++) {
        if (reached[j] || a[row + j] === 0) continue;
        reached[j] = 1;
        rows.push(j);
      }
    }
    found.push(rows.sort((i, j) => i - j));
  }
  return found;
}
