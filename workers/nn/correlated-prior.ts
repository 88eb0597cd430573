import * as tf from '@tensorflow/tfjs';
import { gatherRows } from '../ops/gather-rows';
import { logDeterminantAndTrace } from '../ops/log-determinant-trace';
import { matMul } from '../ops/mat-mul';
import type { IndependentPrior, Prior, PriorRows } from './prior';
import { squaredDistances } from './random-field';
import { same } from './random-intercepts';

/**
 * Largest share of correlation: what is left keeps the matrix positive definite where levels lie together.
 */
export const LARGEST_SHARE = 0.99;

/** How alike levels are: ρ exp(−|s − s′|² / 2ℓ²) of different ones. */
interface Correlation {
  share: number;
  squaredLength: number;
}

/** 1 where the column of an entry is before its row (−1), or is its row (0), else 0: [n, n]. */
const matrixOf = (n: number, sign: -1 | 0): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: n * n }, (_, at) => Number(Math.sign((at % n) - Math.floor(at / n)) === sign)),
    [n, n],
  );

/** 1 for the first row of each level in a batch, 0 for its other rows: [rows, 1]. */
const firstRows = (codes: tf.Tensor1D): tf.Tensor2D => tf.relu(tf.sub(1, tf.sum(tf.mul(same(codes), matrixOf(codes.shape[0], -1)), 1, true)));

/**
 * N(0, s² C) over the levels of the first feature, each dimension alike, C = I + ρ (K − I) with K a squared
 * exponential of their distance (docs/methods.md A29). Other features keep their independent prior.
 */
export class CorrelatedPrior implements Prior {
  readonly #independent: IndependentPrior;
  readonly #points: (rows: PriorRows) => tf.Tensor2D;
  readonly #start: Correlation;
  readonly #logitShare: tf.Scalar | tf.Variable<tf.Rank.R0>;
  readonly #logSquaredLength: tf.Scalar | tf.Variable<tf.Rank.R0>;

  /**
   * @param points coordinates of the rows' levels, [rows, 2]
   * @param start where training begins; `learned` false: what stays
   */
  constructor(
    independent: IndependentPrior,
    points: (rows: PriorRows) => tf.Tensor2D,
    start: Correlation,
    readonly learned: boolean,
  ) {
    this.#independent = independent;
    this.#points = points;
    this.#start = start;
    const inner = Math.min(0.98, Math.max(0.02, start.share / LARGEST_SHARE));
    const scalar = (value: number): tf.Scalar | tf.Variable<tf.Rank.R0> => {
      if (learned) return tf.tidy(() => tf.variable(tf.scalar(value)));
      return tf.scalar(value);
    };
    this.#logitShare = scalar(Math.log(inner / (1 - inner)));
    this.#logSquaredLength = scalar(Math.log(start.squaredLength));
  }

  parameters(): [string, tf.Variable][] {
    const own: [string, tf.Variable][] = [
      ['prior/logitShare', this.#logitShare as tf.Variable],
      ['prior/logSquaredLength', this.#logSquaredLength as tf.Variable],
    ];
    return [...this.#independent.parameters(), ...(this.learned ? own : [])];
  }

  kl(k: number, mean: tf.Tensor2D, logVar: tf.Tensor2D, present: tf.Tensor2D, rows: PriorRows): tf.Scalar {
    if (k > 0) return this.#independent.kl(k, mean, logVar, present);
    const [codes] = rows.z;
    const d = mean.shape[1];
    const first = firstRows(codes);
    const eye = matrixOf(codes.shape[0], 0);
    const logPrior = this.#independent.logVariances(k);
    const share = this.learned ? tf.mul(tf.sigmoid(this.#logitShare), LARGEST_SHARE) : tf.scalar(this.#start.share);
    const points = this.#points(rows);
    const alike = tf.exp(tf.div(squaredDistances(points, points), tf.mul(tf.exp(this.#logSquaredLength), -2)));
    // Rows that stand for no level are alike to none; a row is to itself, whatever the share.
    const pairs = tf.mul(tf.mul(tf.mul(alike, first), tf.transpose(first)), tf.sub(1, eye));
    const correlation: tf.Tensor2D = tf.add(eye, tf.mul(pairs, share));
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

  /** What training has come to. */
  async correlation(): Promise<Correlation> {
    if (!this.learned) return this.#start;
    const [[logit], [log]] = await Promise.all([this.#logitShare.data(), this.#logSquaredLength.data()]);
    return { share: LARGEST_SHARE / (1 + Math.exp(-logit)), squaredLength: Math.exp(log) };
  }

  dispose(): void {
    if (!this.learned) tf.dispose([this.#logitShare, this.#logSquaredLength]);
  }
}
