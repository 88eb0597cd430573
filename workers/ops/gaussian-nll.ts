import * as tf from '@tensorflow/tfjs';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';

/**
 * log |A| and c'A⁻¹c of a symmetric positive definite matrix, side by side. tfjs has no Cholesky factor; one
 * own kernel gives A⁻¹ and log |A|, and the gradient is exact: A⁻¹ and −αα' with α = A⁻¹c for A, and 2α for
 * c.
 *
 * @param matrix A [m, m], symmetric positive definite
 * @param side c [m, 1]
 * @returns [2]; NaN where A is not positive definite
 */
export function logDeterminantAndQuadratic(matrix: tf.Tensor2D, side: tf.Tensor2D): tf.Tensor1D {
  const m = side.shape[0];
  return tf.customGrad((a, c, save) => {
    const both = tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: a as tf.Tensor2D }) as tf.Tensor2D;
    const inverse = tf.slice(both, [0, 0], [m, m]);
    const alpha = tf.matMul(inverse, c as tf.Tensor2D);
    const logDeterminant = tf.sum(tf.slice(both, [m, 0], [1, 1]));
    (save as tf.GradSaveFunc)([inverse, alpha]);
    return {
      value: tf.stack([logDeterminant, tf.sum(tf.mul(c as tf.Tensor2D, alpha))]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [byLog, byQuadratic] = [0, 1].map((at) => tf.slice(dy as tf.Tensor1D, [at], [1]));
        const outer = tf.matMul(saved[1] as tf.Tensor2D, tf.transpose(saved[1] as tf.Tensor2D));
        return [tf.sub(tf.mul(saved[0], byLog), tf.mul(outer, byQuadratic)), tf.mul(saved[1], tf.mul(byQuadratic, 2))];
      },
    };
  })(matrix, side) as tf.Tensor1D;
}

/**
 * Negative log-likelihood of residuals r ~ N(0, V): m/2 log 2π + ½ log |V| + ½ r'V⁻¹r.
 *
 * @param covariance V [m, m], symmetric positive definite
 * @param residual r [m, 1]
 * @returns a scalar; NaN where V is not positive definite
 */
export function gaussianNll(covariance: tf.Tensor2D, residual: tf.Tensor2D): tf.Scalar {
  const m = residual.shape[0];
  return tf.add(tf.mul(tf.sum(logDeterminantAndQuadratic(covariance, residual)), 0.5), 0.5 * m * Math.log(2 * Math.PI));
}
