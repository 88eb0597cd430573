import * as tf from '@tensorflow/tfjs';
import { segmentTotals } from './segment-sum';

/**
 * Rows of a table by index. Its gradient is the segment sum of the rows' gradients over the levels, without
 * the two transpositions of tfjs's own.
 *
 * @param table [q, d]
 * @param ids [rows] int32, each in 0 … q−1
 * @returns [rows, d]
 */
export function gatherRows(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const q = table.shape[0];
  return tf.customGrad((values, save) => {
    (save as tf.GradSaveFunc)([ids]);
    return {
      value: tf.gather(values as tf.Tensor2D, ids),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => segmentTotals(dy as tf.Tensor2D, saved[0] as tf.Tensor1D, q),
    };
  })(table) as tf.Tensor2D;
}
