import * as tf from '@tensorflow/tfjs';

/**
 * A draw from N(mean, exp(logVar)) by the reparameterisation mean + exp(logVar / 2) · ε; all three [rows, d],
 * ε standard normal.
 */
export function reparameterise(mean: tf.Tensor2D, logVar: tf.Tensor2D, epsilon: tf.Tensor): tf.Tensor2D {
  return tf.add(mean, tf.mul(tf.exp(tf.mul(logVar, 0.5)), epsilon));
}
