import * as tf from '@tensorflow/tfjs';

/** Mean squared error of [rows, 1] responses and means: a scalar. */
export function meanSquaredError(y: tf.Tensor2D, mean: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.squaredDifference(y, mean));
}

/**
 * Mean binary cross-entropy of 0/1 responses [rows, 1] from logits: mean of softplus(l) − y·l. It equals
 * Keras' form on probabilities except that Keras clips those to [1e-7, 1 − 1e-7], which only matters beyond
 * logits of ±16.
 */
export function binaryCrossEntropy(y: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.sub(tf.softplus(logits), tf.mul(y, logits)));
}

/**
 * Kullback–Leibler divergence of N(mean, exp(logVar)) from N(0, priorVariance), summed over all entries: a
 * scalar. −½ Σ [1 + v − log s² − exp(v)/s² − mean²/s²] (docs/methods.md A9, A10), written with u = v − log s²
 * as ½ Σ [expm1(u) − u + mean²/s²], so that a million entries at the prior add up to 0 in float32 and not to
 * rounding errors. With `weights` [rows, 1], each row counts so often.
 */
export function gaussianKl(mean: tf.Tensor2D, logVar: tf.Tensor2D, priorVariance: number, weights?: tf.Tensor2D): tf.Scalar {
  const unit = priorVariance === 1;
  const u = unit ? logVar : tf.sub(logVar, Math.log(priorVariance));
  const squared = unit ? tf.square(mean) : tf.mul(tf.square(mean), 1 / priorVariance);
  const entries = tf.add(tf.sub(tf.expm1(u), u), squared);
  return tf.mul(tf.sum(weights ? tf.mul(entries, weights) : entries), 0.5);
}
