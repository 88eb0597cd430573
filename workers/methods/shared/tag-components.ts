import type { TagColumn } from '../../data/dataset';
import type { RandomStream } from '../../random/random';
import { symmetricEigen } from './principal-components';

/**
 * Rounds of the subspace iteration: the first components stand long before. Fewer for many tags, so that
 * nobody waits for more than some seconds; the last components are then less exact.
 */
const MOST_ROUNDS = 60;
const LEAST_ROUNDS = 10;
/** Products of tags of rows and directions, in all rounds together. */
const MOST_PRODUCTS = 3e8;
/** Directions that are followed in addition to those asked for, which makes these stand sooner. */
const MORE = 6;

/** Most tags of rows that are looked at: of more rows, every second, third, … counts. */
const MOST_PAIRS = 5e5;

/**
 * Makes the columns of a matrix (rows × width, row-major) orthonormal, in place; a column of nothing is 0.
 */
function orthonormalise(matrix: Float64Array, width: number): void {
  const rows = matrix.length / width;
  for (let j = 0; j < width; j++) {
    // Twice, so that rounding leaves nothing of the columns before.
    for (let pass = 0; pass < 2; pass++)
      for (let l = 0; l < j; l++) {
        let product = 0;
        for (let i = 0; i < rows; i++) product += matrix[i * width + l] * matrix[i * width + j];
        for (let i = 0; i < rows; i++) matrix[i * width + j] -= product * matrix[i * width + l];
      }
    let length = 0;
    for (let i = 0; i < rows; i++) length += matrix[i * width + j] ** 2;
    const scale = length > 1e-20 ? 1 / Math.sqrt(length) : 0;
    for (let i = 0; i < rows; i++) matrix[i * width + j] *= scale;
  }
}

/**
 * Vectors of tags from how they occur together: loadings on the first principal components of the tags' zeros
 * and ones, each tag scaled to variance 1. Two tags that often occur together have vectors that point the
 * same way, and the vectors' products approximate the correlations. Works on the sets themselves, so that
 * time goes with their tags, not with the square of K.
 *
 * @param given rows that count, those of training
 * @param d components; those beyond the number of tags are 0
 * @returns K × d, row-major, each component's largest loading positive; `known` is 0 for a tag that no row or
 * every row has: it has no variance and a vector of zeros
 */
export function tagComponents(
  { offsets, ids, labels }: TagColumn,
  given: readonly number[],
  d: number,
  random: RandomStream,
): { vectors: Float32Array; known: Uint8Array } {
  const tags = labels.length;
  const pairs = given.reduce((sum, row) => sum + offsets[row + 1] - offsets[row], 0);
  const each = Math.max(1, Math.ceil(pairs / MOST_PAIRS));
  const rows = each === 1 ? given : given.filter((_, i) => i % each === 0);
  const counted = new Float64Array(tags);
  for (const row of rows) for (let at = offsets[row]; at < offsets[row + 1]; at++) counted[ids[at]]++;
  const shares = counted.map((count) => count / rows.length);
  const known = Uint8Array.from(counted, (count) => Number(count > 0 && count < rows.length));
  const scales = Float64Array.from(shares, (share, tag) => (known[tag] ? 1 / Math.sqrt(share * (1 - share)) : 0));
  const width = Math.min(tags, d + MORE);

  /** The correlation matrix times a matrix of K × width: D (T'T / n − m m') D, D the scales, m the shares. */
  const times = (matrix: Float64Array): Float64Array => {
    const result = new Float64Array(matrix.length);
    const sums = new Float64Array(width);
    const mean = new Float64Array(width);
    for (let tag = 0; tag < tags; tag++) for (let j = 0; j < width; j++) mean[j] += shares[tag] * scales[tag] * matrix[tag * width + j];
    for (const row of rows) {
      sums.fill(0);
      for (let at = offsets[row]; at < offsets[row + 1]; at++)
        for (let j = 0; j < width; j++) sums[j] += scales[ids[at]] * matrix[ids[at] * width + j];
      for (let at = offsets[row]; at < offsets[row + 1]; at++) for (let j = 0; j < width; j++) result[ids[at] * width + j] += sums[j] / rows.length;
    }
    for (let tag = 0; tag < tags; tag++)
      for (let j = 0; j < width; j++) result[tag * width + j] = scales[tag] * (result[tag * width + j] - shares[tag] * mean[j]);
    return result;
  };

  let basis: Float64Array = Float64Array.from({ length: tags * width }, () => random.normal());
  orthonormalise(basis, width);
  const products = width * (counted.reduce((sum, count) => sum + count, 0) + tags * width);
  const rounds = Math.max(LEAST_ROUNDS, Math.min(MOST_ROUNDS, Math.floor(MOST_PRODUCTS / products)));
  for (let round = 0; round < rounds; round++) {
    basis = times(basis);
    orthonormalise(basis, width);
  }
  const applied = times(basis);
  const small = new Float64Array(width * width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) for (let tag = 0; tag < tags; tag++) small[i * width + j] += basis[tag * width + i] * applied[tag * width + j];
  const { values, vectors: directions } = symmetricEigen(small, width);

  const vectors = new Float32Array(tags * d);
  for (let component = 0; component < Math.min(d, width); component++) {
    const loadings = new Float64Array(tags);
    const length = Math.sqrt(Math.max(0, values[component]));
    for (let tag = 0; tag < tags; tag++)
      for (let j = 0; j < width; j++) loadings[tag] += length * directions[component * width + j] * basis[tag * width + j];
    const largest = loadings.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    for (let tag = 0; tag < tags; tag++) vectors[tag * d + component] = largest < 0 ? -loadings[tag] : loadings[tag];
  }
  return { vectors, known };
}
