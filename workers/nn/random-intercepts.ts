import * as tf from '@tensorflow/tfjs';
import { batchLevels } from '../ops/batch-levels';
import { gaussianNll } from '../ops/gaussian-nll';
import { hasLevelLikelihoods, interceptsNll } from '../ops/level-likelihoods';
import { type Members, shares } from '../ops/members';
import { segmentSum } from '../ops/segment-sum';
import type { TagSets } from '../ops/tag-sum';
import { NODES, WEIGHTS } from './gauss-hermite';

/**
 * Negative log-likelihoods of a batch with random intercepts integrated out, summed over its rows
 * (docs/methods.md A11). r = y − f(X) is [m, 1].
 */

/**
 * One factor, V = σ²_e I + σ²_b ZZ', in closed form by level with n_j rows and residual sum R_j: log |V| = m
 * log σ²_e + Σ_j log(1 + n_j σ²_b / σ²_e), r'V⁻¹r = [Σ r² − Σ_j σ²_b R_j² / (σ²_e + n_j σ²_b)] / σ²_e. Levels
 * without rows add exactly 0. `batch`: rows of a full batch.
 */
export function oneFactorNll(
  r: tf.Tensor2D,
  z: tf.Tensor1D,
  q: number,
  residualVariance: tf.Scalar,
  variance: tf.Tensor,
  batch = z.shape[0],
): tf.Scalar {
  const m = r.shape[0];
  const { sums, counts, total } = batchLevels(z, q, batch);
  const spread = tf.mul(counts(), variance);
  const logDeterminant = tf.add(tf.mul(tf.log(residualVariance), m), total(tf.log1p(tf.div(spread, residualVariance))));
  const explained = total(tf.div(tf.mul(tf.square(sums(r)), variance), tf.add(spread, residualVariance)));
  const quadratic = tf.div(tf.sub(tf.sum(tf.square(r)), explained), residualVariance);
  return tf.add(tf.mul(tf.add(logDeterminant, quadratic), 0.5), 0.5 * m * Math.log(2 * Math.PI));
}

/**
 * 1 where two entries of whole numbers [m] are the same, else 0: [m, m]. By subtraction, because tfjs-wasm
 * compares a row with a column 500 times slower.
 */
export function same(numbers: tf.Tensor1D): tf.Tensor2D {
  const m = numbers.shape[0];
  const values = tf.cast(numbers, 'float32');
  return tf.relu(tf.sub(1, tf.abs(tf.sub(tf.reshape(values, [m, 1]), tf.reshape(values, [1, m])))));
}

/**
 * Z Z' of a batch whose rows have sets of tags, 1 / a at each of a row's a tags: [m, m]. Place by place, so
 * that neither the tags nor the pairs of all places need memory.
 */
export function sharedTags(sets: TagSets): tf.Tensor2D {
  const [m, places] = sets.ids.shape;
  const weights = tf.mul(sets.mask, shares(sets));
  const ids = tf.cast(sets.ids, 'float32');
  const [allIds, allWeights] = [tf.reshape(ids, [1, m * places]), tf.reshape(weights, [1, m * places])];
  const parts = Array.from({ length: places }, (_, place) => {
    const own = tf.slice(ids, [0, place], [m, 1]);
    const same = tf.mul(tf.relu(tf.sub(1, tf.abs(tf.sub(own, allIds)))), allWeights);
    return tf.mul(tf.sum(tf.reshape(same, [m, m, places]), 2), tf.slice(weights, [0, place], [m, 1])) as tf.Tensor2D;
  });
  return tf.addN(parts);
}

/** Z Z' of a batch: [m, m]. */
export const sharedRows = (members: Members): tf.Tensor2D => (members instanceof tf.Tensor ? same(members) : sharedTags(members));

/**
 * Several factors, or sets of tags, V = σ²_e I + Σ_k σ²_k Z_k Z_k'. `variances` is [K]. By a sparse factor
 * where this thread can read the levels; on a GPU dense over the batch, m × m, so that a step can be
 * captured.
 */
export function crossedNll(r: tf.Tensor2D, members: readonly Members[], residualVariance: tf.Scalar, variances: tf.Tensor1D): tf.Scalar {
  if (hasLevelLikelihoods()) return interceptsNll(r, members, residualVariance, variances);
  const parts = members.map((own, k) => tf.mul(sharedRows(own), tf.slice(variances, [k], [1])) as tf.Tensor2D);
  const residual: tf.Tensor2D = tf.mul(same(tf.range(0, r.shape[0])), residualVariance);
  return gaussianNll(tf.addN([residual, ...parts]), r);
}

/** Log-likelihood of each row at each node's intercept t_k = σ_b √2 x_k, without the weights: [m, 5]. */
function rowLikelihoods(logits: tf.Tensor2D, y: tf.Tensor2D, variance: tf.Tensor): tf.Tensor2D {
  const shifted = tf.add(logits, tf.mul(tf.tensor2d([...NODES], [1, 5]), tf.sqrt(variance)));
  return tf.sub(tf.mul(y, shifted), tf.softplus(shifted));
}

/** The same of each level's rows: [q, 5]. Adds up over batches. */
export const nodeLikelihoods = (logits: tf.Tensor2D, y: tf.Tensor2D, z: tf.Tensor1D, q: number, variance: tf.Tensor): tf.Tensor2D =>
  segmentSum(rowLikelihoods(logits, y, variance), z, q);

const logWeights = (): tf.Tensor2D => tf.tensor2d(WEIGHTS.map(Math.log), [1, 5]);

/**
 * One factor and a binary response: −Σ_j log ∫ Π_i p(y_i | f_i + b) N(b; 0, σ²_b) db by Gauss–Hermite
 * quadrature with five nodes, as a log-sum-exp, which neither under- nor overflows for levels with many rows
 * (the published sum of exponentials does). `batch`: rows of a full batch.
 */
export function binaryNll(logits: tf.Tensor2D, y: tf.Tensor2D, z: tf.Tensor1D, q: number, variance: tf.Tensor, batch = z.shape[0]): tf.Scalar {
  // Levels without rows: log 1, up to rounding that q of them would add up.
  const { sums, total } = batchLevels(z, q, batch, 'left out');
  return tf.neg(total(tf.logSumExp(tf.add(sums(rowLikelihoods(logits, y, variance)), logWeights()), 1, true)));
}

/**
 * Posterior mean and variance of each level's intercept by the same quadrature, both [q, 1], from
 * `nodeLikelihoods` over all rows; 0 and σ²_b without rows.
 */
export function quadraturePosterior(likelihoods: tf.Tensor2D, variance: tf.Tensor): { mean: tf.Tensor2D; variance: tf.Tensor2D } {
  const intercepts = tf.mul(tf.tensor2d([...NODES], [1, 5]), tf.sqrt(variance));
  const weights = tf.softmax(tf.add(likelihoods, logWeights()), 1);
  const mean: tf.Tensor2D = tf.sum(tf.mul(weights, intercepts), 1, true);
  return { mean, variance: tf.sub(tf.sum(tf.mul(weights, tf.square(intercepts)), 1, true), tf.square(mean)) };
}
