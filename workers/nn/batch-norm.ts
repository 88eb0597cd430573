import * as tf from '@tensorflow/tfjs';
import { batchNorm, columnMoments } from '../ops/batch-norm';

/**
 * Batch normalisation (Keras): the batch's own moments in training, moving averages of them at validation and
 * prediction. Numbers of TabNet in the reference code: with few steps an epoch, momentum 0.98 lets the
 * averages lag about 50 steps behind the weights.
 */
const MOMENTUM = 0.98;
const EPSILON = 1e-3;

export class BatchNorm {
  readonly #name: string;
  readonly #gamma: tf.Variable<tf.Rank.R1>;
  readonly #beta: tf.Variable<tf.Rank.R1>;
  readonly #mean: tf.Variable<tf.Rank.R1>;
  readonly #variance: tf.Variable<tf.Rank.R1>;

  constructor(name: string, width: number) {
    const fill = (value: number, trainable: boolean): tf.Variable<tf.Rank.R1> =>
      tf.tidy(() => tf.variable(tf.fill([width], value) as tf.Tensor1D, trainable));
    this.#name = name;
    this.#gamma = fill(1, true);
    this.#beta = fill(0, true);
    this.#mean = fill(0, false);
    this.#variance = fill(1, false);
  }

  /**
   * [rows, width] → [rows, width]. In training the next moving averages are put into `next`; null otherwise.
   */
  apply(x: tf.Tensor2D, next: Record<string, tf.Tensor> | null): tf.Tensor2D {
    if (!next) {
      const scale = tf.mul(this.#gamma, tf.rsqrt(tf.add(this.#variance, EPSILON)));
      return tf.add(tf.mul(tf.sub(x, this.#mean), scale), this.#beta);
    }
    const moments = columnMoments(x);
    const moved = (average: tf.Tensor, current: tf.Tensor): tf.Tensor => tf.add(tf.mul(average, MOMENTUM), tf.mul(current, 1 - MOMENTUM));
    next[`${this.#name}/mean`] = moved(this.#mean, moments.mean);
    next[`${this.#name}/variance`] = moved(this.#variance, moments.variance);
    return batchNorm(x, moments, this.#gamma, this.#beta, EPSILON);
  }

  parameters(): [string, tf.Variable][] {
    return [
      [`${this.#name}/gamma`, this.#gamma],
      [`${this.#name}/beta`, this.#beta],
    ];
  }

  state(): [string, tf.Variable][] {
    return [
      [`${this.#name}/mean`, this.#mean],
      [`${this.#name}/variance`, this.#variance],
    ];
  }
}
