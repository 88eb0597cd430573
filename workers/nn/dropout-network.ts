import type * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';
import { dropout } from './dropout';

/**
 * A ReLU stack with one linear output, and the same dropout after every hidden layer but the last (as the
 * LMMNN authors have it).
 */
export class DropoutNetwork {
  readonly #hidden: Dense[];
  readonly #output: Dense;
  readonly #widths: readonly number[];
  readonly #rate: number;

  constructor(inputs: number, widths: readonly number[], rate: number, random: RandomStream) {
    this.#widths = widths;
    this.#rate = rate;
    this.#hidden = widths.map((width, i) => new Dense(i === 0 ? inputs : widths[i - 1], width, 'relu', random));
    this.#output = new Dense(widths.length > 0 ? widths[widths.length - 1] : inputs, 1, 'linear', random);
  }

  /** Uniforms that `apply` takes in training. */
  noiseShapes(rows: number): NoiseShape[] {
    return this.#rate === 0 ? [] : this.#widths.slice(0, -1).map((width) => [rows, width, 'uniform']);
  }

  /**
   * x [rows, inputs] without parameters behind it → the activations of the last hidden layer [rows, width]; x
   * itself without hidden layers.
   */
  hidden(x: tf.Tensor2D, uniforms: readonly tf.Tensor[]): tf.Tensor2D {
    return this.#hidden.reduce((values, layer, i) => {
      const active = layer.apply(values, i === 0);
      return uniforms[i] ? dropout(active, uniforms[i], this.#rate) : active;
    }, x);
  }

  /** Activations of the last hidden layer → [rows, 1]. */
  output(hidden: tf.Tensor2D): tf.Tensor2D {
    return this.#output.apply(hidden, this.#hidden.length === 0);
  }

  /** [rows, inputs] → [rows, 1]; with no uniforms nothing is dropped. */
  apply(x: tf.Tensor2D, uniforms: readonly tf.Tensor[] = []): tf.Tensor2D {
    return this.output(this.hidden(x, uniforms));
  }

  parameters(): [string, tf.Variable][] {
    return [...this.#hidden.flatMap((layer, i) => layer.parameters(`network/dense${i}`)), ...this.#output.parameters('network/output')];
  }
}
