import * as tf from '@tensorflow/tfjs';
import { batchLevels } from '../ops/batch-levels';
import { held } from '../ops/held';
import { logRising } from '../ops/log-rising';
import { log1p } from '../ops/log1p';
import { COUNT_STEPS, NODES, WEIGHTS } from './gauss-hermite';

/**
 * Negative log-likelihood of counts y ~ Poisson(exp(f + b_j)) with the effects of their levels integrated
 * out, summed over the batch (docs/methods.md F10). Of a level's rows only Y_j = Σ y and M_j = Σ exp(f)
 * count.
 */

export type CountEffect = 'normal-adaptive' | 'normal' | 'gamma';

/**
 * Mode and deviation of each level's posterior, [units, 2], by Newton's method from the right of the mode,
 * from where no step goes past it.
 */
function modesOf(observed: tf.Tensor, expected: tf.Tensor, variance: tf.Tensor): tf.Tensor {
  const precision = tf.reciprocal(variance);
  let mode: tf.Tensor = tf.relu(tf.log(tf.div(tf.add(observed, 0.5), tf.add(expected, 0.5))));
  for (let step = 0; step < COUNT_STEPS; step++) {
    const mean = tf.mul(expected, tf.exp(mode));
    const slope = tf.sub(tf.sub(observed, mean), tf.mul(mode, precision));
    mode = tf.add(mode, tf.div(slope, tf.add(mean, precision)));
  }
  const curvature = tf.add(tf.mul(expected, tf.exp(mode)), precision);
  return tf.concat([mode, tf.rsqrt(curvature)], 1);
}

/** Log-likelihood of each level's counts, without the parts of single rows: [units, 1]. */
function levelLikelihoods(effect: CountEffect, observed: tf.Tensor2D, expected: tf.Tensor2D, variance: tf.Tensor): tf.Tensor {
  if (effect === 'gamma') {
    const shape = tf.reciprocal(variance);
    return tf.sub(logRising(observed, shape), tf.mul(tf.add(observed, shape), log1p(tf.mul(expected, variance))));
  }
  const nodes = tf.tensor2d([...NODES], [1, NODES.length]);
  const logWeights = tf.tensor2d(WEIGHTS.map(Math.log), [1, WEIGHTS.length]);
  const at = (intercepts: tf.Tensor, weights: tf.Tensor): tf.Tensor =>
    tf.logSumExp(tf.add(tf.sub(tf.mul(observed, intercepts), tf.mul(expected, tf.exp(intercepts))), weights), 1, true);
  if (effect === 'normal') return at(tf.mul(nodes, tf.sqrt(variance)), logWeights);
  // The nodes are where they are: the gradient is that of the integrand at each of them.
  const [mode, deviation] = tf.split(held(modesOf, observed, expected, variance), 2, 1);
  const intercepts = tf.add(mode, tf.mul(deviation, nodes));
  const density = tf.mul(tf.add(tf.log(variance), tf.div(tf.square(intercepts), variance)), -0.5);
  const ofNodes = tf.add(logWeights, tf.mul(tf.square(nodes), 0.5));
  return at(intercepts, tf.add(tf.add(density, tf.log(deviation)), ofNodes));
}

/**
 * @param f log means without effects [m, 1] @param y counts [m, 1] @param z level of each row [m]
 * @param variance σ²_b or, of a gamma of mean 1, its variance: [1] @param batch rows of a full batch
 */
export function countNll(
  effect: CountEffect,
  f: tf.Tensor2D,
  y: tf.Tensor2D,
  z: tf.Tensor1D,
  q: number,
  variance: tf.Tensor,
  batch = z.shape[0],
): tf.Scalar {
  // Levels without rows: log 1, up to rounding that q of them would add up.
  const { sums, total } = batchLevels(z, q, batch, 'left out');
  const ofLevels = total(levelLikelihoods(effect, sums(y), sums(tf.exp(f)), variance));
  const ofRows = tf.sum(tf.sub(tf.mul(y, f), logRising(y, tf.scalar(1))));
  return tf.neg(tf.add(ofLevels, ofRows));
}
