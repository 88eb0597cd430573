import * as tf from '@tensorflow/tfjs';
import { gatherRows } from './gather-rows';
import { segmentCounts, segmentSum } from './segment-sum';

/**
 * The levels of a batch, for likelihoods that are a sum over levels of a function of what their rows add up
 * to. Of more levels than rows no array of all levels is walked: each row then stands for its level, with the
 * level's sums, and adds its share, one in the level's number of rows.
 */
export interface BatchLevels {
  /** Sums over the rows of each level, or of each row's level: [rows, d] → [units, d]. */
  sums(x: tf.Tensor2D): tf.Tensor2D;
  /** Rows of each level, or of each row's level: [units, 1]. No gradient. */
  counts(): tf.Tensor2D;
  /** Σ over levels of a value of each, [units, 1]. */
  total(values: tf.Tensor): tf.Scalar;
  /** Levels, or rows where these are fewer. */
  units: number;
}

/**
 * @param z level of each row, [rows] int32 in 0 … q−1
 * @param q number of levels
 * @param batch rows of a full batch: a shorter one takes the same way
 * @param empty the value of a level without rows: exactly 0, or something that is left out of the total
 */
export function batchLevels(z: tf.Tensor1D, q: number, batch: number, empty: 'zero' | 'left out' = 'zero'): BatchLevels {
  const counts = (): tf.Tensor2D => segmentCounts(z, q);
  if (q <= batch)
    return {
      sums: (x) => segmentSum(x, z, q),
      counts,
      total: (values) => tf.sum(empty === 'zero' ? values : tf.mul(values, tf.minimum(counts(), 1))),
      units: q,
    };
  const own = (): tf.Tensor2D => tf.gather(counts(), z);
  return {
    sums: (x) => gatherRows(segmentSum(x, z, q), z),
    counts: own,
    total: (values) => tf.sum(tf.div(values, own())),
    units: z.shape[0],
  };
}
