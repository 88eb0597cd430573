import * as tf from '@tensorflow/tfjs';

/**
 * The logistic function 1 / (1 + exp(−z)), any shape, with the derivative σ(z) σ(−z). tfjs takes σ(z) (1 −
 * σ(z)), which rounds to 0 from z = 17 on in float32, where a growth curve has reached its asymptote; Adam
 * divides by the size of a gradient, so that even such small ones move its parameters.
 */
export function logistic<T extends tf.Tensor>(z: T): T {
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as tf.Tensor]);
    return {
      value: tf.sigmoid(x as tf.Tensor),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.mul(tf.sigmoid(saved), tf.sigmoid(tf.neg(saved)))),
    };
  })(z) as T;
}
