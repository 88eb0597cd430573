import * as tf from '@tensorflow/tfjs';

/**
 * Inverted dropout of x, from numbers uniform on (0, 1) of the same shape: an entry is kept when its number
 * is at least `rate`, and scaled by 1 / (1 − rate) so that the mean stays (Keras and PyTorch alike). Leave it
 * out when not training. With a rate of 0 no numbers are needed.
 */
export function dropout<T extends tf.Tensor>(x: T, uniform: tf.Tensor, rate: number): T {
  if (rate === 0) return x;
  return tf.mul(x, tf.mul(tf.cast(tf.greaterEqual(uniform, rate), 'float32'), 1 / (1 - rate)));
}
