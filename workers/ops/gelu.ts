import * as tf from '@tensorflow/tfjs';

/**
 * GELU with the error function: x Φ(x) = x (1 + erf(x / √2)) / 2, as one differentiable op of any shape
 * (docs/methods.md F5).
 */
export function gelu<T extends tf.Tensor>(x: T): T {
  const cumulative = (input: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(input, Math.SQRT1_2)), 1), 0.5);
  return tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor]);
    return {
      value: tf.mul(input as tf.Tensor, cumulative(input as tf.Tensor)),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(saved), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(cumulative(saved), tf.mul(saved, density)));
      },
    };
  })(x) as T;
}
