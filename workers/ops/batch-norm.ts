import * as tf from '@tensorflow/tfjs';

/** Mean and variance (divided by the rows) of each column, both [width]. */
export function columnMoments(x: tf.Tensor2D): { mean: tf.Tensor1D; variance: tf.Tensor1D } {
  const mean: tf.Tensor1D = tf.mean(x, 0);
  return { mean, variance: tf.mean(tf.squaredDifference(x, mean), 0) };
}

/**
 * Batch normalisation with the moments of x itself, as one differentiable op: γ ∘ (x − mean) / √(var + ε) +
 * β.
 *
 * @param x [rows, width]
 * @param moments of `columnMoments(x)`; the gradient knows that they depend on x
 * @param gamma [width]
 * @param beta [width]
 * @returns [rows, width]
 */
export function batchNorm(
  x: tf.Tensor2D,
  { mean, variance }: { mean: tf.Tensor1D; variance: tf.Tensor1D },
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  return tf.customGrad((input, scale, shift, save) => {
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normal = tf.mul(tf.sub(input as tf.Tensor, mean), inverse);
    (save as tf.GradSaveFunc)([normal, tf.mul(inverse, scale as tf.Tensor)]);
    return {
      value: tf.add(tf.mul(normal, scale as tf.Tensor), shift as tf.Tensor),
      gradFunc: (dy: tf.Tensor, [unit, factor]: tf.Tensor[]) => {
        const perRow = 1 / dy.shape[0];
        const dGamma = tf.sum(tf.mul(dy, unit), 0);
        const dBeta = tf.sum(dy, 0);
        const along = tf.add(tf.mul(unit, tf.mul(dGamma, perRow)), tf.mul(dBeta, perRow));
        return [tf.mul(tf.sub(dy, along), factor), dGamma, dBeta];
      },
    };
  })(x, gamma, beta) as tf.Tensor2D;
}
