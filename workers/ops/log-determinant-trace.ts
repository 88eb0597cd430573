import * as tf from '@tensorflow/tfjs';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';

/**
 * log |C| and tr(C⁻¹S) of a symmetric positive definite matrix and a symmetric one, side by side, with exact
 * gradients: C⁻¹ and −C⁻¹SC⁻¹ for C, and C⁻¹ for S.
 *
 * @param matrix C [n, n], symmetric positive definite
 * @param side S [n, n], symmetric
 * @returns [2]; NaN where C is not positive definite
 */
export function logDeterminantAndTrace(matrix: tf.Tensor2D, side: tf.Tensor2D): tf.Tensor1D {
  const n = matrix.shape[0];
  return tf.customGrad((c, s, save) => {
    const both = tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: c as tf.Tensor2D }) as tf.Tensor2D;
    const inverse = tf.slice(both, [0, 0], [n, n]);
    const logDeterminant = tf.sum(tf.slice(both, [n, 0], [1, 1]));
    (save as tf.GradSaveFunc)([inverse, s as tf.Tensor]);
    return {
      value: tf.stack([logDeterminant, tf.sum(tf.mul(inverse, s as tf.Tensor))]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [byLog, byTrace] = [0, 1].map((at) => tf.slice(dy as tf.Tensor1D, [at], [1]));
        const [own, of] = saved as tf.Tensor2D[];
        const around = tf.matMul(tf.matMul(own, of), own);
        return [tf.sub(tf.mul(own, byLog), tf.mul(around, byTrace)), tf.mul(own, byTrace)];
      },
    };
  })(matrix, side) as tf.Tensor1D;
}
