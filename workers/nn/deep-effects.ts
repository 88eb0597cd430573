import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../ops/gather-rows';
import { gaussianNll } from '../ops/gaussian-nll';
import { hasLevelLikelihoods, slopesNll } from '../ops/level-likelihoods';
import { segmentCounts, segmentSum } from '../ops/segment-sum';
import { same } from './random-intercepts';

/**
 * Likelihoods of y = f + h'α_j + e with α_j ~ N(0, diag γ) integrated out, h what the effects of a level
 * multiply: 1 and the last hidden layer, or 1 and inputs (docs/methods.md F10).
 */

/**
 * A normal response: with S_ab = 1 where rows a and b have one level, V = σ² I + (H diag(γ) H') ∘ S, summed
 * over the batch. Level by level where this thread can read the levels; on a GPU dense over the batch, m × m,
 * so that a step can be captured.
 *
 * @param r y − f [m, 1] @param h [m, M] @param z level of each row [m] @param logGamma [M]
 */
export function deepNormalNll(r: tf.Tensor2D, h: tf.Tensor2D, z: tf.Tensor1D, logGamma: tf.Tensor1D, logSigma2: tf.Scalar): tf.Scalar {
  if (hasLevelLikelihoods()) return slopesNll(r, h, z, tf.exp(logSigma2), tf.exp(logGamma));
  const scaled = tf.mul(h, tf.exp(tf.mul(logGamma, 0.5))) as tf.Tensor2D;
  const shared = tf.mul(tf.matMul(scaled, scaled, false, true), same(z));
  const own = tf.mul(same(tf.range(0, r.shape[0])), tf.exp(logSigma2));
  return gaussianNll(tf.add(shared, own) as tf.Tensor2D, r);
}

/**
 * Log-likelihood of each level's rows under each of several draws α_s = √γ ε_s: [q, draws]. Adds up over
 * batches.
 *
 * @param logits f [m, 1] @param h [m, M] @param y 0 or 1 [m, 1] @param noise ε: [q, draws · M], draws
 * outermost
 */
export function drawLikelihoods(
  logits: tf.Tensor2D,
  h: tf.Tensor2D,
  y: tf.Tensor2D,
  z: tf.Tensor1D,
  q: number,
  logGamma: tf.Tensor1D,
  noise: tf.Tensor2D,
): tf.Tensor2D {
  const [m, width] = h.shape;
  const draws = noise.shape[1] / width;
  const own = tf.reshape(gatherRows(noise, z), [m, draws, width]);
  const slopes = tf.reshape(tf.mul(h, tf.exp(tf.mul(logGamma, 0.5))), [m, 1, width]);
  const shifted = tf.add(tf.sum(tf.mul(own, slopes), 2), logits) as tf.Tensor2D;
  return segmentSum(tf.sub(tf.mul(y, shifted), tf.softplus(shifted)) as tf.Tensor2D, z, q);
}

/** A binary response: −Σ_j log of the mean over the draws of the likelihood of the level's rows. */
export function deepBinaryNll(likelihoods: tf.Tensor2D, z: tf.Tensor1D, q: number): tf.Scalar {
  const present = tf.minimum(segmentCounts(z, q), 1);
  const mean = tf.sub(tf.logSumExp(likelihoods, 1, true), Math.log(likelihoods.shape[1]));
  return tf.neg(tf.sum(tf.mul(mean, present)));
}
