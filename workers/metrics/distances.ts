import { RandomStream } from '../random/random';
import { spearman } from './rank';
import { sampleIndices } from './sample';

/** Vectors of the levels of one feature: levels × d, row-major. */
export interface Vectors {
  values: ArrayLike<number>;
  d: number;
}

export interface DistanceMetrics {
  /**
   * RMSE_D as the code computes it, and as published: root of the mean squared difference of distances over
   * the range of the true ones.
   */
  rmseD: number;
  /**
   * RMSE_D as the paper's appendix C writes it: the range inside the root, half the mean (docs/methods.md
   * DIS-38).
   */
  rmseDAsWritten: number;
  /** ‖D_true − D_est‖_F / ‖D_true‖_F. */
  frobenius: number;
  /** Spearman correlation of the distances, on 10,000 random pairs when there are more than a million. */
  spearman: number;
  /** Levels used, and of how many. */
  levels: { sampled: number; of: number };
}

/** More pairs than this are sampled for the rank correlation. */
const RANK_PAIRS = 1_000_000;
const SAMPLED_PAIRS = 10_000;

/**
 * Compares the Euclidean distances between true effects with those between estimated vectors of the same
 * levels (docs/methods.md C4–C6), on a seeded sample of at most `cap` levels. No distance matrix is kept. NaN
 * for fewer than two levels, and where a vector is not finite.
 */
export function distanceMetrics(truth: Vectors, estimate: Vectors, seed: number, cap = 2000): DistanceMetrics {
  const of = truth.values.length / truth.d;
  if (estimate.values.length / estimate.d !== of) throw new RangeError(`${of} true levels and ${estimate.values.length / estimate.d} estimated`);
  const rows = sampleIndices(of, cap, seed, 'distances');
  const m = rows.length;
  const a = take(truth, rows);
  const b = take(estimate, rows);
  const pairs = (m * (m - 1)) / 2;
  const keep = pairs <= RANK_PAIRS ? pairs : 0;
  const trueDistances = new Float64Array(keep);
  const estimatedDistances = new Float64Array(keep);
  let squaredError = 0;
  let squaredTruth = 0;
  let greatest = 0;
  for (let i = 0, at = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++) {
      const actual = distance(a, truth.d, i, j);
      const found = distance(b, estimate.d, i, j);
      squaredError += (actual - found) ** 2;
      squaredTruth += actual * actual;
      if (actual > greatest) greatest = actual;
      if (keep > 0) {
        trueDistances[at] = actual;
        estimatedDistances[at++] = found;
      }
    }
  }
  // The smallest entry of the full matrix is a zero of its diagonal, so its range is its maximum.
  const mean = squaredError / pairs;
  return {
    rmseD: Math.sqrt(mean) / greatest,
    rmseDAsWritten: Math.sqrt(mean / 2 / greatest),
    frobenius: Math.sqrt(squaredError / squaredTruth),
    spearman: keep > 0 ? spearman(trueDistances, estimatedDistances) : sampledSpearman(a, truth.d, b, estimate.d, m, seed),
    levels: { sampled: m, of },
  };
}

function sampledSpearman(a: Float64Array, aWidth: number, b: Float64Array, bWidth: number, m: number, seed: number): number {
  const random = new RandomStream(seed, 'sample/pairs');
  const first = new Float64Array(SAMPLED_PAIRS);
  const second = new Float64Array(SAMPLED_PAIRS);
  for (let pair = 0; pair < SAMPLED_PAIRS; pair++) {
    const i = random.integer(m);
    const other = random.integer(m - 1);
    const j = other < i ? other : other + 1;
    first[pair] = distance(a, aWidth, i, j);
    second[pair] = distance(b, bWidth, i, j);
  }
  return spearman(first, second);
}

function take({ values, d }: Vectors, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) for (let m = 0; m < d; m++) taken[i * d + m] = values[rows[i] * d + m];
  return taken;
}

function distance(values: Float64Array, d: number, i: number, j: number): number {
  let sum = 0;
  for (let m = 0, p = i * d, q = j * d; m < d; m++, p++, q++) sum += (values[p] - values[q]) ** 2;
  return Math.sqrt(sum);
}
