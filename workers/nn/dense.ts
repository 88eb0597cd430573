import * as tf from '@tensorflow/tfjs';
import { type Activation, dense } from '../ops/dense';
import type { RandomStream } from '../random/random';
import { glorotUniform } from './initialisers';

/** Initial values of a layer: kernel inputs × outputs, row-major, and bias. */
export type InitialiseDense = (random: RandomStream, inputs: number, outputs: number) => { kernel: Float32Array; bias: Float32Array };

const keras: InitialiseDense = (random, inputs, outputs) => ({
  kernel: glorotUniform(random, inputs, outputs),
  bias: new Float32Array(outputs),
});

/**
 * A dense layer: kernel inputs × outputs and bias, then ReLU or nothing. Initially as in Keras (Glorot
 * uniform, zeros) unless told otherwise.
 */
export class Dense {
  readonly kernel: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
  readonly #activation: Activation;

  constructor(inputs: number, outputs: number, activation: Activation, random: RandomStream, initialise = keras) {
    const { kernel, bias } = initialise(random, inputs, outputs);
    this.kernel = tf.tidy(() => tf.variable(tf.tensor2d(kernel, [inputs, outputs])));
    this.bias = tf.tidy(() => tf.variable(tf.tensor1d(bias)));
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
