import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../ops/gather-rows';
import { logDeterminantAndTrace } from '../ops/log-determinant-trace';
import { matMul } from '../ops/mat-mul';
import type { Likeness } from './likeness';
import type { IndependentPrior, Prior, PriorRows } from './prior';
import { same } from './random-intercepts';

/** 1 where the column of an entry is before its row (−1), or is its row (0), else 0: [n, n]. */
const matrixOf = (n: number, sign: -1 | 0): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, at) => Number(Math.sign((at % n) - Math.floor(at / n)) === sign)),
    [n, n],
  );

/** 1 for the first row of each level in a batch, 0 for its other rows: [rows, 1]. */
const firstRows = (codes: tf.Tensor1D): tf.Tensor2D => tf.relu(tf.sub(1, tf.sum(tf.mul(same(codes), matrixOf(codes.shape[0], -1)), 1, true)));

/**
 * N(0, s² C) over the levels of one feature, each dimension alike, with correlations C that a `Likeness` has
 * (docs/methods.md A29). Other features keep their independent prior.
 */
export class CorrelatedPrior implements Prior {
  readonly #independent: IndependentPrior;
  readonly #feature: number;
  readonly #likeness: Likeness;

  constructor(independent: IndependentPrior, feature: number, likeness: Likeness) {
    this.#independent = independent;
    this.#feature = feature;
    this.#likeness = likeness;
  }

  parameters(): [string, tf.Variable][] {
    return [...this.#independent.parameters(), ...this.#likeness.parameters()];
  }

  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D, rows: PriorRows): tf.Scalar {
    if (k !== this.#feature) return this.#independent.kl(k, mean, logVar, present);
    const codes = rows.z[k];
    const d = mean.shape[1];
    const first = firstRows(codes);
    const eye = matrixOf(codes.shape[0], 0);
    const logPrior = this.#independent.logVariances(k);
    // Rows that stand for no level are alike to none; a row is to itself.
    const pairs = tf.mul(tf.mul(tf.mul(this.#likeness.ofRows(rows), first), tf.transpose(first)), tf.sub(1, eye));
    const correlation: tf.Tensor2D = tf.add(eye, pairs);
    // In units of the prior's variance, one place a row; those that stand for no level hold zeros.
    const means: tf.Tensor2D = tf.mul(tf.mul(gatherRows(mean, codes), tf.exp(tf.mul(logPrior, -0.5))), first);
    const logs: tf.Tensor2D = tf.sub(gatherRows(logVar, codes), logPrior);
    const spread: tf.Tensor2D = tf.mul(tf.sum(tf.exp(logs), 1, true), first);
    const side: tf.Tensor2D = tf.add(matMul(means, tf.transpose(means)), tf.mul(eye, spread));
    const both = logDeterminantAndTrace(correlation, side);
    const rest = tf.sum(tf.mul(tf.add(tf.sum(logs, 1, true), d), first));
    return tf.mul(tf.sub(tf.sum(tf.mul(both, tf.tensor1d([d, 1]))), rest), 0.5);
  }

  variances(k: number): Promise<Float32Array> {
    return this.#independent.variances(k);
  }
}
