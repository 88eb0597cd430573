import * as tf from '@tensorflow/tfjs';
import { gaussianNll } from '../ops/gaussian-nll';
import { same } from './random-intercepts';

/** Squared distances of points from others: [m, 2] and [n, 2] → [m, n]. No gradient is asked of either. */
export function squaredDistances(points: tf.Tensor2D, others: tf.Tensor2D): tf.Tensor2D {
  const [m, n] = [points.shape[0], others.shape[0]];
  const along = (axis: 0 | 1): tf.Tensor =>
    tf.square(tf.sub(tf.slice(points, [0, axis], [m, 1]), tf.reshape(tf.slice(others, [0, axis], [n, 1]), [1, n])));
  return tf.add(along(0), along(1));
}

/** exp(−d² / 2κ₁) of squared distances; `kernel` is [κ₀, κ₁]. */
export const correlations = (squared: tf.Tensor2D, kernel: tf.Tensor1D): tf.Tensor2D =>
  tf.exp(tf.div(squared, tf.mul(tf.slice(kernel, [1], [1]), -2)));

/**
 * Negative log-likelihood of a batch with a Gaussian field integrated out, V = σ²_e I + κ₀ exp(−|s − s′|² /
 * 2κ₁) + Σ_k σ²_k Z_k Z_k', from the rows' own coordinates (docs/methods.md F10): dense over the batch.
 *
 * @param r [m, 1]
 * @param points coordinates [m, 2]
 * @param kernel [κ₀, κ₁]
 * @param z levels of the other features [m], and their variances [K]; null where there are none
 */
export function fieldNll(
  r: tf.Tensor2D,
  points: tf.Tensor2D,
  kernel: tf.Tensor1D,
  residualVariance: tf.Scalar,
  z: readonly tf.Tensor1D[],
  variances: tf.Tensor1D | null,
): tf.Scalar {
  const field = tf.mul(correlations(squaredDistances(points, points), kernel), tf.slice(kernel, [0], [1])) as tf.Tensor2D;
  const residual: tf.Tensor2D = tf.mul(same(tf.range(0, r.shape[0])), residualVariance);
  const others = variances ? z.map((codes, k) => tf.mul(same(codes), tf.slice(variances, [k], [1])) as tf.Tensor2D) : [];
  return gaussianNll(tf.addN([residual, field, ...others]), r);
}
