import type * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import type { RandomStream } from '../random/random';
import { Dense } from './dense';

/** A stack of ReLU layers ("coder" of docs/methods.md A0). No widths: the identity. */
export class Mlp {
  readonly #layers: Dense[];
  /** Width of what `apply` returns. */
  readonly outputs: number;

  constructor(inputs: number, widths: readonly number[], random: RandomStream) {
    this.#layers = widths.map((width, i) => new Dense(i === 0 ? inputs : widths[i - 1], width, 'relu', random));
    this.outputs = widths.length > 0 ? widths[widths.length - 1] : inputs;
  }

  /** [rows, inputs] → [rows, outputs]. `data`: x has no parameters behind it. `name` as for `parameters`. */
  apply(x: tf.Tensor2D, data = false, name = 'hidden'): tf.Tensor2D {
    return this.#layers.reduce((hidden, layer, i) => pass(`${name}/dense${i}`, layer.apply(hidden, data && i === 0)), x);
  }

  parameters(name: string): [string, tf.Variable][] {
    return this.#layers.flatMap((layer, i) => layer.parameters(`${name}/dense${i}`));
  }
}

/**
 * The decoder of every method: a ReLU stack and one linear output, or one for each of several classes. What
 * becomes of it is the response's (response.ts).
 */
export class Decoder {
  readonly #hidden: Mlp;
  readonly #output: Dense;
  readonly #data: boolean;

  /** `data`: the inputs have no parameters behind them, so their gradient is not computed (Ignore). */
  constructor(inputs: number, widths: readonly number[], random: RandomStream, outputs = 1, data = false) {
    this.#hidden = new Mlp(inputs, widths, random);
    this.#output = new Dense(this.#hidden.outputs, outputs, 'linear', random);
    this.#data = data;
  }

  /** [rows, inputs] → [rows, outputs]: the regression mean, a logit, or a logit for each class. */
  apply(inputs: tf.Tensor2D): tf.Tensor2D {
    return pass('decoder/output', this.#output.apply(this.#hidden.apply(inputs, this.#data, 'decoder')));
  }

  parameters(): [string, tf.Variable][] {
    return [...this.#hidden.parameters('decoder'), ...this.#output.parameters('decoder/output')];
  }
}
