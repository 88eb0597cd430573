import * as tf from '@tensorflow/tfjs';
import { batchLevels } from '../ops/batch-levels';

/**
 * Likelihoods of a batch whose levels have random polynomials in time, integrated out, summed over its rows
 * (docs/methods.md F10). Everything is [units, 1] by level (ops/batch-levels.ts): sums over segments and
 * k × k algebra, entry by entry, so that a step has no m × m matrix and can be captured.
 */

/** A k × k matrix of each level, entry by entry: [units, 1], or a scalar that all levels share. */
type Block = tf.Tensor[][];

const range = (k: number): number[] => Array.from({ length: k }, (_, a) => a);
const sumOf = (terms: readonly tf.Tensor[]): tf.Tensor => terms.reduce((sum, term) => tf.add(sum, term));

/** [1, t, …, t^g] of rows [m, 1], as columns. */
export function powersOf(time: tf.Tensor2D, degree: number): tf.Tensor2D[] {
  const powers: tf.Tensor2D[] = [tf.ones(time.shape)];
  for (let power = 1; power <= degree; power++) powers.push(tf.mul(powers[power - 1], time));
  return powers;
}

/** What the likelihood needs of the rows of each level: S_j = Σ hh' and c_j = Σ hr. */
interface LevelSums {
  squares: Block;
  products: tf.Tensor[];
  /** Σ over levels of a value of each. */
  total(values: tf.Tensor): tf.Scalar;
}

function levelSums(r: tf.Tensor2D, powers: readonly tf.Tensor2D[], z: tf.Tensor1D, q: number, batch: number): LevelSums {
  const k = powers.length;
  const pairs = range(k).flatMap((a) => range(a + 1).map((b) => [a, b] as const));
  const columns = tf.concat([...pairs.map(([a, b]) => tf.mul(powers[a], powers[b])), ...powers.map((power) => tf.mul(power, r))], 1) as tf.Tensor2D;
  const { sums, total, units } = batchLevels(z, q, batch);
  const ofLevels = sums(columns);
  const column = (at: number): tf.Tensor => tf.slice(ofLevels, [0, at], [units, 1]);
  const squares = range(k).map((a) =>
    range(k).map((b) => column(pairs.findIndex(([left, right]) => left === Math.max(a, b) && right === Math.min(a, b)))),
  );
  return { squares, products: range(k).map((a) => column(pairs.length + a)), total };
}

/** m/2 log 2πσ² + ½ Σ_j log |I + DS_j/σ²| + (Σ r² − explained) / 2σ². */
function nll(r: tf.Tensor2D, residualVariance: tf.Scalar, logDeterminants: tf.Scalar, explained: tf.Scalar): tf.Scalar {
  const m = r.shape[0];
  const quadratic = tf.div(tf.sub(tf.sum(tf.square(r)), explained), residualVariance);
  const all = sumOf([tf.mul(tf.log(residualVariance), m), logDeterminants, quadratic]);
  return tf.add(tf.mul(all, 0.5), 0.5 * m * Math.log(2 * Math.PI));
}

/**
 * D = LL' by its factor: I + L'S_jL/σ² is symmetric with pivots of at least 1, so that nothing is lost
 * however large D is.
 *
 * @param lower L, a ≥ b: scalars @param batch rows of a full batch
 */
export function factoredNll(
  r: tf.Tensor2D,
  powers: readonly tf.Tensor2D[],
  z: tf.Tensor1D,
  q: number,
  residualVariance: tf.Scalar,
  lower: readonly (readonly tf.Tensor[])[],
  batch = z.shape[0],
): tf.Scalar {
  const k = powers.length;
  const { squares, products, total } = levelSums(r, powers, z, q, batch);
  /** S L, then L'SL/σ² + I. */
  const half = range(k).map((a) => range(k).map((b) => sumOf(range(k - b).map((c) => tf.mul(squares[a][b + c], lower[b + c][b])))));
  const matrix = range(k).map((a) =>
    range(a + 1).map((b) => {
      const entry = tf.div(sumOf(range(k - a).map((c) => tf.mul(lower[a + c][a], half[a + c][b]))), residualVariance);
      return a === b ? tf.add(entry, 1) : entry;
    }),
  );
  const sides = range(k).map((a) => sumOf(range(k - a).map((c) => tf.mul(lower[a + c][a], products[a + c]))));
  // LDL' of the matrix, column by column, and forward through the sides.
  const pivots: tf.Tensor[] = [];
  const below: tf.Tensor[][] = [];
  const forward: tf.Tensor[] = [];
  for (const a of range(k)) {
    below[a] = [];
    for (const b of range(a)) {
      const entry = sumOf([matrix[a][b], ...range(b).map((c) => tf.neg(tf.mul(tf.mul(below[a][c], pivots[c]), below[b][c])))]);
      below[a][b] = tf.div(entry, pivots[b]);
    }
    pivots[a] = sumOf([matrix[a][a], ...range(a).map((c) => tf.neg(tf.mul(tf.square(below[a][c]), pivots[c])))]);
    forward[a] = sumOf([sides[a], ...range(a).map((c) => tf.neg(tf.mul(below[a][c], forward[c])))]);
  }
  const explained = tf.div(sumOf(range(k).map((a) => tf.div(tf.square(forward[a]), pivots[a]))), residualVariance);
  return nll(r, residualVariance, total(sumOf(pivots.map((pivot) => tf.log(pivot)))), total(explained));
}

/**
 * D as it is, k = 2 or 3, by cofactors: it may be indefinite, and log |V| is then that of the determinant's
 * size, as published.
 *
 * @param covariance D: scalars @param batch rows of a full batch
 */
export function covarianceNll(
  r: tf.Tensor2D,
  powers: readonly tf.Tensor2D[],
  z: tf.Tensor1D,
  q: number,
  residualVariance: tf.Scalar,
  covariance: readonly (readonly tf.Tensor[])[],
  batch = z.shape[0],
): tf.Scalar {
  const k = powers.length;
  const { squares, products, total } = levelSums(r, powers, z, q, batch);
  const matrix = range(k).map((a) =>
    range(k).map((b) => {
      const entry = tf.div(sumOf(range(k).map((c) => tf.mul(covariance[a][c], squares[c][b]))), residualVariance);
      return a === b ? tf.add(entry, 1) : entry;
    }),
  );
  const sides = range(k).map((a) => sumOf(range(k).map((c) => tf.mul(covariance[a][c], products[c]))));
  const adjugate = adjugateOf(matrix);
  const determinant = sumOf(range(k).map((c) => tf.mul(matrix[0][c], adjugate[c][0])));
  // c'(I + DS/σ²)⁻¹Dc / σ².
  const solved = range(k).map((a) => sumOf(range(k).map((c) => tf.mul(adjugate[a][c], sides[c]))));
  const explained = tf.div(sumOf(range(k).map((a) => tf.mul(products[a], solved[a]))), tf.mul(determinant, residualVariance));
  return nll(r, residualVariance, total(tf.log(tf.abs(determinant))), total(explained));
}

/** The transposed cofactors of 2 × 2 or 3 × 3 matrices: A⁻¹ |A|. */
function adjugateOf(a: Block): Block {
  const product = (i: number, j: number, k: number, l: number): tf.Tensor => tf.mul(a[i][j], a[k][l]);
  if (a.length === 2)
    return [
      [a[1][1], tf.neg(a[0][1])],
      [tf.neg(a[1][0]), a[0][0]],
    ];
  const cofactor = (row: number, column: number): tf.Tensor => {
    const [r1, r2] = [(row + 1) % 3, (row + 2) % 3];
    const [c1, c2] = [(column + 1) % 3, (column + 2) % 3];
    return tf.sub(product(r1, c1, r2, c2), product(r1, c2, r2, c1));
  };
  return range(3).map((row) => range(3).map((column) => cofactor(column, row)));
}
