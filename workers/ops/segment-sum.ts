import * as tf from '@tensorflow/tfjs';

/**
 * The bare kernel: totals of the rows of each level, [rows, d] → [q, d]; zeros for a level without rows.
 * Records no gradient of its own.
 */
export function segmentTotals(x: tf.Tensor2D, ids: tf.Tensor1D, q: number): tf.Tensor2D {
  return tf.engine().runKernel('UnsortedSegmentSum', { x, segmentIds: ids }, { numSegments: q }) as tf.Tensor2D;
}

/**
 * Sum of the rows of each level. Its gradient gives every row the gradient of its level's sum.
 *
 * @param x [rows, d]
 * @param ids level of each row, [rows] int32 in 0 … q−1
 * @param q number of levels
 * @returns [q, d]; zeros for a level without rows
 */
export function segmentSum(x: tf.Tensor2D, ids: tf.Tensor1D, q: number): tf.Tensor2D {
  return tf.customGrad((rows, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: segmentTotals(rows as tf.Tensor2D, ids, q),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.gather(dy as tf.Tensor2D, saved[0] as tf.Tensor1D),
    };
  })(x) as tf.Tensor2D;
}

/** Rows of each level, [q, 1]: the segment sum of ones. No gradient. */
export function segmentCounts(ids: tf.Tensor1D, q: number): tf.Tensor2D {
  return tf.tidy(() => segmentTotals(tf.ones([ids.shape[0], 1]), ids, q));
}
