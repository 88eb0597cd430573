import * as tf from '@tensorflow/tfjs';
import { batchNorm, columnMoments } from '../ops/batch-norm';

/** What batch normalisations of different libraries differ in. */
export interface NormConstants {
  /** Share of a moving average that stays at a step. PyTorch's "momentum" is 1 minus this. */
  momentum: number;
  /** Added to the variance. */
  epsilon: number;
  /** The moving variance takes the batch's over rows − 1 instead of rows; what normalises is over rows. */
  unbiased: boolean;
}

/**
 * Numbers of TabNet in the reference code (Keras): with few steps an epoch, momentum 0.98 lets the averages
 * lag about 50 steps behind the weights. docs/methods.md A14.
 */
export const KERAS_NORM: NormConstants = { momentum: 0.98, epsilon: 1e-3, unbiased: false };
/** PyTorch's BatchNorm1d. docs/methods.md F7. */
export const TORCH_NORM: NormConstants = { momentum: 0.9, epsilon: 1e-5, unbiased: true };

/**
 * Batch normalisation: the batch's own moments in training, moving averages of them at validation and
 * prediction.
 */
export class BatchNorm {
  readonly #name: string;
  readonly #gamma: tf.Variable<tf.Rank.R1>;
  readonly #beta: tf.Variable<tf.Rank.R1>;
  readonly #mean: tf.Variable<tf.Rank.R1>;
  readonly #variance: tf.Variable<tf.Rank.R1>;
  readonly #constants: NormConstants;

  constructor(name: string, width: number, constants = KERAS_NORM) {
    const fill = (value: number, trainable: boolean): tf.Variable<tf.Rank.R1> =>
      tf.tidy(() => tf.variable(tf.fill([width], value) as tf.Tensor1D, trainable));
    this.#name = name;
    this.#constants = constants;
    this.#gamma = fill(1, true);
    this.#beta = fill(0, true);
    this.#mean = fill(0, false);
    this.#variance = fill(1, false);
  }

  /**
   * [rows, width] → [rows, width]. In training the next moving averages are put into `next`; null otherwise.
   */
  apply(x: tf.Tensor2D, next: Record<string, tf.Tensor> | null): tf.Tensor2D {
    const { momentum, epsilon, unbiased } = this.#constants;
    if (!next) {
      const scale = tf.mul(this.#gamma, tf.rsqrt(tf.add(this.#variance, epsilon)));
      return tf.add(tf.mul(tf.sub(x, this.#mean), scale), this.#beta);
    }
    const moments = columnMoments(x);
    const moved = (average: tf.Tensor, current: tf.Tensor): tf.Tensor => tf.add(tf.mul(average, momentum), tf.mul(current, 1 - momentum));
    next[`${this.#name}/mean`] = moved(this.#mean, moments.mean);
    const [rows] = x.shape;
    const variance = unbiased ? tf.mul(moments.variance, rows / Math.max(1, rows - 1)) : moments.variance;
    next[`${this.#name}/variance`] = moved(this.#variance, variance);
    return batchNorm(x, moments, this.#gamma, this.#beta, epsilon);
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
