import * as tf from '@tensorflow/tfjs';
import { batchLevels } from '../ops/batch-levels';
import { logRising } from '../ops/log-rising';
import { log1p } from '../ops/log1p';

/**
 * Times to an event with hazard u_j e^f λ ν t^(ν−1): a Weibull baseline, and a gamma frailty u_j of mean 1
 * and variance θ for each level (docs/methods.md F10).
 */
export interface Baseline {
  lambda: tf.Tensor;
  nu: tf.Tensor;
}

/** Smallest time that has a logarithm in single precision. */
const SHORTEST = 1e-30;

const logOf = (time: tf.Tensor2D): tf.Tensor2D => tf.log(tf.maximum(time, SHORTEST));

/** Cumulative hazard of each row up to its time, without its level's frailty: λ t^ν e^f, [m, 1]. */
export function cumulativeHazard(f: tf.Tensor2D, time: tf.Tensor2D, { lambda, nu }: Baseline): tf.Tensor2D {
  return tf.mul(tf.exp(tf.add(tf.mul(logOf(time), nu), f)), lambda);
}

/**
 * Negative log-likelihood of a batch with the frailties integrated out, which has a closed form: with D_j
 * events and cumulative hazard Λ_j of a level's rows, and k = 1/θ, −Σ_j [log Γ(k + D_j) − log Γ(k) + D_j log
 * θ − (k + D_j) log(1 + θ Λ_j)] − Σ_events [f + log(λ ν) + (ν − 1) log t]. Levels without rows add exactly 0.
 *
 * @param f log relative risk [m, 1] @param time [m, 1], above 0 @param event 1 where it was seen, 0 where
 * censored [m, 1] @param theta [1] @param batch rows of a full batch
 */
export function frailtyNll(
  f: tf.Tensor2D,
  time: tf.Tensor2D,
  event: tf.Tensor2D,
  z: tf.Tensor1D,
  q: number,
  theta: tf.Tensor,
  baseline: Baseline,
  batch = z.shape[0],
): tf.Scalar {
  const { sums, total } = batchLevels(z, q, batch);
  const events = sums(event);
  const hazard = sums(cumulativeHazard(f, time, baseline));
  const shape = tf.reciprocal(theta);
  const ofLevels = tf.sub(logRising(events, shape), tf.mul(tf.add(events, shape), log1p(tf.mul(hazard, theta))));
  const { lambda, nu } = baseline;
  const logHazard = tf.add(tf.add(f, tf.log(tf.mul(lambda, nu))), tf.mul(logOf(time), tf.sub(nu, 1)));
  return tf.neg(tf.add(total(ofLevels), tf.sum(tf.mul(event, logHazard))));
}

/** Exponents of times further from 0 than this would leave single precision. */
const WIDEST = 60;

/** Time by which half of such rows have had the event: (log 2 / (λ u e^f))^(1/ν), [m, 1]. */
export function medianTime(logRisk: tf.Tensor2D, { lambda, nu }: Baseline): tf.Tensor2D {
  const exponent = tf.div(tf.sub(tf.sub(Math.log(Math.LN2), tf.log(lambda)), logRisk), nu);
  return tf.exp(tf.clipByValue(exponent, -WIDEST, WIDEST)) as tf.Tensor2D;
}
