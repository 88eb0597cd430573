import * as tf from '@tensorflow/tfjs';
import { segmentTotals } from './segment-sum';

/** 1 / rows of each level, [q, 1], from counts [q, 1]; 1 for a level without rows, so that its mean is 0. */
export function inverseCounts(counts: tf.Tensor2D): tf.Tensor2D {
  return tf.reciprocal(tf.maximum(counts, 1));
}

/**
 * Mean of the rows of each level (the averaging operator of MMbeddings, docs/methods.md A10). Its gradient
 * gives every row its share 1/n of the gradient of its level's mean.
 *
 * @param x [rows, d]
 * @param ids level of each row, [rows] int32 in 0 … q−1
 * @param inverse 1 / rows of each level, [q, 1], of `inverseCounts`
 * @returns [q, d]; zeros for a level without rows
 */
export function segmentMean(x: tf.Tensor2D, ids: tf.Tensor1D, inverse: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((rows, save) => {
    (save as tf.GradSaveFunc)([ids, inverse]);
    return {
      value: tf.mul(segmentTotals(rows as tf.Tensor2D, ids, inverse.shape[0]), inverse),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.gather(tf.mul(dy, saved[1]), saved[0] as tf.Tensor1D),
    };
  })(x) as tf.Tensor2D;
}
