import * as tf from '@tensorflow/tfjs';
import { layerNorm } from '../ops/layer-norm';

/** Layer normalisation with γ (ones) and β (zeros). */
export class LayerNorm {
  readonly #gamma: tf.Variable<tf.Rank.R1>;
  readonly #beta: tf.Variable<tf.Rank.R1>;
  readonly #epsilon: number;

  constructor(width: number, epsilon: number) {
    this.#gamma = tf.tidy(() => tf.variable(tf.ones([width]) as tf.Tensor1D));
    this.#beta = tf.tidy(() => tf.variable(tf.zeros([width]) as tf.Tensor1D));
    this.#epsilon = epsilon;
  }

  /** [rows, width] → [rows, width] */
  apply(x: tf.Tensor2D): tf.Tensor2D {
    return layerNorm(x, this.#gamma, this.#beta, this.#epsilon);
  }

  parameters(name: string): [string, tf.Variable][] {
    return [
      [`${name}/gamma`, this.#gamma],
      [`${name}/beta`, this.#beta],
    ];
  }
}
