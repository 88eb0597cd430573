import * as tf from '@tensorflow/tfjs';

/** The least normal float32: what a norm of zero divides by. */
const TINY = 1.1754943508222875e-38;

/**
 * √Σ t² over all numbers of a table. Its gradient t / ‖t‖ is zero where the table is zero, as PyTorch has it;
 * there the norm itself has none (docs/methods.md F9).
 */
export function frobeniusNorm(table: tf.Tensor2D): tf.Scalar {
  return tf.customGrad((given, save) => {
    const norm = tf.sqrt(tf.sum(tf.square(given as tf.Tensor)));
    (save as tf.GradSaveFunc)([given as tf.Tensor, norm]);
    return {
      value: norm,
      gradFunc: (dy: tf.Tensor, [values, length]: tf.Tensor[]) => tf.mul(values, tf.div(dy, tf.maximum(length, TINY))),
    };
  })(table) as tf.Scalar;
}
