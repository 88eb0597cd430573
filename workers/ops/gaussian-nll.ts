import * as tf from '@tensorflow/tfjs';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';

/**
 * Negative log-likelihood of residuals r ~ N(0, V): m/2 log 2π + ½ log |V| + ½ r'V⁻¹r. tfjs has no Cholesky
 * factor; one own kernel gives V⁻¹ and log |V|, and the gradient is exact: ½ (V⁻¹ − αα') with α = V⁻¹r for V,
 * and α for r.
 *
 * @param covariance V [m, m], symmetric positive definite
 * @param residual r [m, 1]
 * @returns a scalar; NaN where V is not positive definite
 */
export function gaussianNll(covariance: tf.Tensor2D, residual: tf.Tensor2D): tf.Scalar {
  const m = residual.shape[0];
  return tf.customGrad((v, r, save) => {
    const both = tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: v as tf.Tensor2D }) as tf.Tensor2D;
    const inverse = tf.slice(both, [0, 0], [m, m]);
    const alpha = tf.matMul(inverse, r as tf.Tensor2D);
    const logDeterminant = tf.sum(tf.slice(both, [m, 0], [1, 1]));
    (save as tf.GradSaveFunc)([inverse, alpha]);
    return {
      value: tf.add(tf.mul(tf.add(logDeterminant, tf.sum(tf.mul(r as tf.Tensor2D, alpha))), 0.5), 0.5 * m * Math.log(2 * Math.PI)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.mul(tf.sub(saved[0], tf.matMul(saved[1] as tf.Tensor2D, tf.transpose(saved[1] as tf.Tensor2D))), tf.mul(dy, 0.5)),
        tf.mul(saved[1], dy),
      ],
    };
  })(covariance, residual) as tf.Scalar;
}
