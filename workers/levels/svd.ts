import { numbersAt } from '../numbers/typed-arrays';

/** Sweeps after which columns are orthogonal to rounding for any size. */
const SWEEPS = 60;

/**
 * Singular value decomposition M = U diag(s) Vᵀ of a square matrix by one-sided Jacobi rotations (Hestenes
 * 1958), singular values falling. Where some are zero, U is completed to an orthogonal matrix.
 *
 * @param matrix size × size, row-major; left as it is
 * @returns `u` and `v` with their vectors as rows
 */
export function singularValues(matrix: Float64Array, size: number): { u: Float64Array; s: Float64Array; v: Float64Array } {
  // Rows are columns of M: rotations run along memory.
  const columns = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) columns[j * size + i] = matrix[i * size + j];
  const v = new Float64Array(size * size);
  for (let i = 0; i < size; i++) v[i * size + i] = 1;
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += columns[a * size + i] * columns[b * size + i];
    return sum;
  };
  const rotate = (values: Float64Array, a: number, b: number, c: number, s: number): void => {
    for (let i = 0, p = a * size, q = b * size; i < size; i++, p++, q++) {
      const first = values[p];
      values[p] = c * first - s * values[q];
      values[q] = s * first + c * values[q];
    }
  };
  for (let sweep = 0, rotated = true; rotated && sweep < SWEEPS; sweep++) {
    rotated = false;
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        const [p, q, off] = [dot(a, a), dot(b, b), dot(a, b)];
        if (Math.abs(off) <= 1e-15 * Math.sqrt(p * q) || off === 0) continue;
        rotated = true;
        const theta = (q - p) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
        const c = 1 / Math.hypot(1, t);
        rotate(columns, a, b, c, t * c);
        rotate(v, a, b, c, t * c);
      }
    }
  }
  const lengths = Float64Array.from({ length: size }, (_, j) => Math.sqrt(dot(j, j)));
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j] - lengths[i] || i - j);
  const s = numbersAt(Float64Array, lengths, order);
  const sorted = new Float64Array(size * size);
  const u = new Float64Array(size * size);
  const least = 1e-14 * (s[0] ?? 0);
  order.forEach((j, place) => {
    sorted.set(v.subarray(j * size, (j + 1) * size), place * size);
    if (lengths[j] > least) for (let i = 0; i < size; i++) u[place * size + i] = columns[j * size + i] / lengths[j];
    else complete(u, place, size);
  });
  return { u, s, v: sorted };
}

/** Fills row `place` with a unit vector orthogonal to the rows above it. */
function complete(u: Float64Array, place: number, size: number): void {
  const row = u.subarray(place * size, (place + 1) * size);
  for (let axis = 0; axis < size; axis++) {
    row.fill(0);
    row[axis] = 1;
    // Twice, because once leaves what rounding took.
    for (let round = 0; round < 2; round++) {
      for (let above = 0; above < place; above++) {
        let along = 0;
        for (let i = 0; i < size; i++) along += row[i] * u[above * size + i];
        for (let i = 0; i < size; i++) row[i] -= along * u[above * size + i];
      }
    }
    const length = Math.hypot(...row);
    // One axis at least is this far from the rows above.
    if (length > 0.5 / Math.sqrt(size)) {
      for (let i = 0; i < size; i++) row[i] /= length;
      return;
    }
  }
}
