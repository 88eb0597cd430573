import * as tf from '@tensorflow/tfjs';
import { log1p } from './log1p';

/** Terms by which Γ is brought to where Stirling's series is exact in single precision. */
const SHIFT = 8;

/** What Stirling's formula lacks to log Γ, from 8 on. */
function correction(x: tf.Tensor): tf.Tensor {
  const inverse = tf.reciprocal(x);
  const square = tf.square(inverse);
  return tf.mul(inverse, tf.sub(1 / 12, tf.mul(square, tf.sub(1 / 360, tf.mul(square, 1 / 1260)))));
}

/**
 * log [Γ(k + y) / (Γ(k) k^y)] for y ≥ 0 and k > 0: what is left of a Poisson likelihood over a gamma of shape
 * k (docs/methods.md F10). tfjs has no log Γ, and the difference of two would lose its digits where k is
 * large: everything is in terms of y / k here, so that it goes to 0 as k grows. log y! is the one with k = 1.
 *
 * @param y [n, 1] @param k a scalar or [1]
 */
export function logRising(y: tf.Tensor, k: tf.Tensor): tf.Tensor {
  const low = tf.add(k, SHIFT);
  const high = tf.add(low, y);
  const stirling = tf.sub(tf.mul(tf.sub(high, 0.5), log1p(tf.div(y, low))), y);
  const power = tf.mul(y, log1p(tf.div(SHIFT, k)));
  const places = tf.reshape(tf.range(0, SHIFT), [1, SHIFT]);
  const steps = tf.sum(log1p(tf.div(y, tf.add(places, k))), 1, true);
  return tf.sub(tf.add(tf.add(stirling, power), tf.sub(correction(high), correction(low))), steps);
}
