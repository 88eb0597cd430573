import * as tf from '@tensorflow/tfjs';
import { gaussianNll, logDeterminantAndQuadratic } from '../ops/gaussian-nll';
import { same } from './random-intercepts';

/**
 * Negative log-likelihood of a batch with effects G_k b_k integrated out, b_k ~ N(0, σ²_k I), V = σ²_e I +
 * GG' with G = [σ_1 G_1, σ_2 G_2, …] (docs/methods.md F10): by A = I + G'G / σ²_e of the hidden numbers
 * (Woodbury), log |V| = m log σ²_e + log |A| and r'V⁻¹r = (r'r − c'A⁻¹c / σ²_e) / σ²_e with c = G'r; dense
 * over the batch where it has fewer rows.
 *
 * @param r [m, 1]
 * @param parts G_k of the rows, K × [m, l_k]
 * @param variances σ²_k [K]
 */
export function embeddedNll(r: tf.Tensor2D, parts: readonly tf.Tensor2D[], residualVariance: tf.Scalar, variances: tf.Tensor1D): tf.Scalar {
  const m = r.shape[0];
  const deviations = tf.sqrt(variances);
  const g = tf.concat(
    parts.map((part, k) => tf.mul(part, tf.slice(deviations, [k], [1]))),
    1,
  ) as tf.Tensor2D;
  const hidden = g.shape[1];
  if (hidden >= m) return gaussianNll(tf.add(tf.mul(same(tf.range(0, m)), residualVariance), tf.matMul(g, g, false, true)), r);
  const matrix: tf.Tensor2D = tf.add(same(tf.range(0, hidden)), tf.div(tf.matMul(g, g, true), residualVariance));
  const both = logDeterminantAndQuadratic(matrix, tf.matMul(g, r, true));
  const [logDeterminant, explained] = [0, 1].map((at) => tf.slice(both, [at], [1]));
  const quadratic = tf.div(tf.sub(tf.sum(tf.square(r)), tf.div(explained, residualVariance)), residualVariance);
  const all = tf.add(tf.add(tf.mul(tf.log(residualVariance), m), logDeterminant), quadratic);
  return tf.add(tf.mul(tf.sum(all), 0.5), 0.5 * m * Math.log(2 * Math.PI));
}
