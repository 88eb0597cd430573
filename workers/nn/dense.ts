import * as tf from '@tensorflow/tfjs';
import { type Activation, dense } from '../ops/dense';
import type { RandomStream } from '../random/random';
import { glorotUniform } from './initialisers';

/** A dense layer: kernel inputs × outputs (Glorot uniform), bias (zeros), then ReLU or nothing. */
export class Dense {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  readonly #activation: Activation;

  constructor(inputs: number, outputs: number, activation: Activation, random: RandomStream) {
    this.kernel = tf.tidy(() => tf.variable(tf.tensor2d(glorotUniform(random, inputs, outputs), [inputs, outputs])));
    this.bias = tf.tidy(() => tf.variable(tf.zeros([outputs]) as tf.Tensor1D));
    this.#activation = activation;
  }

  /**
   * [rows, inputs] → [rows, outputs]. `data` says that x has no parameters behind it, so its gradient is not
   * computed.
   */
  apply(x: tf.Tensor2D, data = false): tf.Tensor2D {
    return dense(x, this.kernel, this.bias, this.#activation, data);
  }

  /** The two variables as [name, variable], named `name/kernel` and `name/bias`. */
  parameters(name: string): [string, tf.Variable][] {
    return [
      [`${name}/kernel`, this.kernel],
      [`${name}/bias`, this.bias],
    ];
  }
}
