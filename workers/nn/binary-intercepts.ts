import * as tf from '@tensorflow/tfjs';
import { INVERSE_LOG_DETERMINANT } from '../engine/kernels/inverse-log-determinant';
import { gatherRows } from '../ops/gather-rows';
import { held } from '../ops/held';
import { bernoulliInterceptsNll, hasLevelLikelihoods } from '../ops/level-likelihoods';
import type { Members } from '../ops/members';
import { segmentCounts, segmentSum } from '../ops/segment-sum';
import { LONGEST_STEP, MODE_STEPS, NODES, WEIGHTS } from './gauss-hermite';
import { same, sharedRows } from './random-intercepts';

/**
 * Negative log-likelihoods of a batch with a binary response and random intercepts in its logit, by other
 * approximations than the published one (docs/methods.md A11): `logits` f(X) and `y` are [m, 1].
 */

/** Mode and deviation of each level's intercept given its rows, [q, 2]: 0 and σ_b without rows. */
function modesOf(logits: tf.Tensor, y: tf.Tensor2D, z: tf.Tensor1D, q: number, variance: tf.Tensor): tf.Tensor {
  const precision = tf.reciprocal(variance);
  let mode = tf.zeros([q, 1]) as tf.Tensor2D;
  const means = (): tf.Tensor2D => tf.sigmoid(tf.add(logits, gatherRows(mode, z))) as tf.Tensor2D;
  const curvature = (mean: tf.Tensor2D): tf.Tensor => tf.add(segmentSum(tf.mul(mean, tf.sub(1, mean)) as tf.Tensor2D, z, q), precision);
  for (let step = 0; step < MODE_STEPS; step++) {
    const mean = means();
    const slope = tf.sub(segmentSum(tf.sub(y, mean) as tf.Tensor2D, z, q), tf.mul(mode, precision));
    const move = tf.div(slope, curvature(mean));
    mode = tf.add(mode, tf.maximum(tf.minimum(move, LONGEST_STEP), -LONGEST_STEP)) as tf.Tensor2D;
  }
  return tf.concat([mode, tf.rsqrt(curvature(means()))], 1);
}

/**
 * One factor, by five nodes around the mode of each level's intercept (Pinheiro & Bates 1995). The nodes are
 * where they are: the gradient is that of the integrand at each of them.
 */
export function adaptiveNll(logits: tf.Tensor2D, y: tf.Tensor2D, z: tf.Tensor1D, q: number, variance: tf.Tensor): tf.Scalar {
  const nodes = tf.tensor2d([...NODES], [1, NODES.length]);
  const both = held((f, own) => modesOf(f, y, z, q, own), logits, variance);
  const [mode, deviation] = tf.split(both, 2, 1);
  const intercepts = tf.add(mode, tf.mul(deviation, nodes)) as tf.Tensor2D;
  const shifted = tf.add(logits, gatherRows(intercepts, z));
  const ofRows = segmentSum(tf.sub(tf.mul(y, shifted), tf.softplus(shifted)) as tf.Tensor2D, z, q);
  const density = tf.mul(tf.add(tf.log(variance), tf.div(tf.square(intercepts), variance)), -0.5);
  const ofNodes = tf.tensor2d(
    NODES.map((node, k) => Math.log(WEIGHTS[k]) + node ** 2 / 2),
    [1, NODES.length],
  );
  const logs = tf.addN([ofRows, density, tf.add(tf.log(deviation), ofNodes)] as tf.Tensor2D[]);
  // Levels without rows: log 1, up to rounding that q of them would add up.
  const present = tf.minimum(segmentCounts(z, q), 1);
  return tf.neg(tf.sum(tf.mul(tf.logSumExp(logs, 1, true), present)));
}

/**
 * One factor or several, or sets of tags, by Laplace's approximation; `variances` is [K]. By a sparse factor
 * where this thread can read the levels; on a GPU dense over the batch, m × m, so that a step can be
 * captured.
 */
export function laplaceNll(logits: tf.Tensor2D, y: tf.Tensor2D, members: readonly Members[], variances: tf.Tensor1D): tf.Scalar {
  return hasLevelLikelihoods()
    ? bernoulliInterceptsNll(logits, y, members, variances)
    : denseLaplaceNll(logits, y, members.map(sharedRows), variances);
}

/** Steps of Newton's method over a whole batch, and how far one may move any logit. */
const DENSE_STEPS = 8;
const FURTHEST = 4;

/**
 * The same from Z_k Z_k' of each factor, [m, m]: with C = Σ σ²_k Z_k Z_k' the effects of the rows are g = Cα,
 * and log |I + CW| is that of I + √W C √W (Rasmussen & Williams 2006, algorithm 3.1).
 */
export function denseLaplaceNll(logits: tf.Tensor2D, y: tf.Tensor2D, parts: readonly tf.Tensor2D[], variances: tf.Tensor1D): tf.Scalar {
  const m = logits.shape[0];
  return tf.customGrad((f, levels, save) => {
    const covariance = tf.addN(parts.map((part, k) => tf.mul(part, tf.slice(levels as tf.Tensor1D, [k], [1])) as tf.Tensor2D));
    const eye = same(tf.range(0, m));
    /** The rows at effects g, and what their weights make of the covariance. */
    const at = (effects: tf.Tensor) => {
      const mean = tf.sigmoid(tf.add(f as tf.Tensor2D, effects));
      const weight = tf.mul(mean, tf.sub(1, mean));
      const root = tf.sqrt(weight);
      const b = tf.add(eye, tf.mul(tf.mul(covariance, root), tf.transpose(root))) as tf.Tensor2D;
      const both = tf.engine().runKernel(INVERSE_LOG_DETERMINANT, { a: b }) as tf.Tensor2D;
      /** √W (I + √W C √W)⁻¹ √W */
      const middle = tf.mul(tf.mul(tf.slice(both, [0, 0], [m, m]), root), tf.transpose(root)) as tf.Tensor2D;
      return { mean, weight, middle, logDeterminant: tf.sum(tf.slice(both, [m, 0], [1, 1])) };
    };
    let alpha = tf.zeros([m, 1]) as tf.Tensor2D;
    let effects = tf.zeros([m, 1]) as tf.Tensor2D;
    for (let step = 0; step < DENSE_STEPS; step++) {
      const { mean, weight, middle } = at(effects);
      const side = tf.add(tf.mul(weight, effects), tf.sub(y, mean)) as tf.Tensor2D;
      const change = tf.sub(tf.sub(side, tf.matMul(middle, tf.matMul(covariance, side))), alpha) as tf.Tensor2D;
      const move = tf.matMul(covariance, change);
      const share = tf.minimum(1, tf.div(FURTHEST, tf.maximum(tf.max(tf.abs(move)), 1e-6)));
      alpha = tf.add(alpha, tf.mul(change, share)) as tf.Tensor2D;
      effects = tf.add(effects, tf.mul(move, share)) as tf.Tensor2D;
    }
    const { mean, weight, middle, logDeterminant } = at(effects);
    const product = tf.matMul(covariance, middle);
    /** (C⁻¹ + W)⁻¹ v */
    const posterior = (v: tf.Tensor2D): tf.Tensor2D => {
      const whole = tf.matMul(covariance, v);
      return tf.sub(whole, tf.matMul(product, whole)) as tf.Tensor2D;
    };
    const leverages = tf.sum(tf.mul(covariance, tf.sub(eye, product)), 1, true);
    const s = tf.mul(leverages, tf.mul(weight, tf.sub(1, tf.mul(mean, 2)))) as tf.Tensor2D;
    const t = tf.sub(s, tf.mul(weight, posterior(s)));
    const eta = tf.add(f as tf.Tensor2D, effects);
    const loss = tf.sum(tf.sub(tf.softplus(eta), tf.mul(y, eta)));
    const value = tf.add(loss, tf.mul(tf.add(tf.sum(tf.mul(alpha, effects)), logDeterminant), 0.5)) as tf.Scalar;
    (save as tf.GradSaveFunc)([tf.sub(mean, y), t, alpha, middle, ...parts]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, [slope, moving, a, inner, ...shared]: tf.Tensor[]) => {
        const by = shared.map((part) => {
          const whole = tf.matMul(part as tf.Tensor2D, a as tf.Tensor2D);
          return tf.add(tf.sum(tf.mul(part, inner)), tf.sum(tf.mul(whole, tf.sub(moving, a)))) as tf.Scalar;
        });
        return [tf.mul(tf.add(slope, tf.mul(moving, 0.5)), dy), tf.mul(tf.stack(by), tf.mul(dy, 0.5))];
      },
    };
  })(logits, variances) as tf.Scalar;
}
