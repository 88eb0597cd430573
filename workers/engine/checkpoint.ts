import * as tf from '@tensorflow/tfjs';
import { readValues } from './variables';

/**
 * The values of a model's parameters (and state) at one moment. It shares their memory on the device until
 * they change (a variable's new value is a new tensor), so taking one costs nothing.
 */
export class Checkpoint {
  readonly #parameters: ReadonlyMap<string, tf.Variable>;
  #values: [tf.Variable, tf.Tensor][] = [];

  constructor(parameters: ReadonlyMap<string, tf.Variable>) {
    this.#parameters = parameters;
    this.update();
  }

  /** Takes the values of now instead. */
  update(): void {
    this.dispose();
    this.#values = [...this.#parameters.values()].map((variable) => [variable, tf.keep(variable.clone())]);
  }

  /** The kept values by name, row-major. */
  values(): Promise<Map<string, Float32Array>> {
    return readValues(Array.from(this.#parameters.keys(), (name, i) => [name, this.#values[i][1]]));
  }

  /** Gives the parameters these values back; the checkpoint keeps them. */
  load(): void {
    for (const [variable, value] of this.#values) variable.assign(value);
  }

  dispose(): void {
    tf.dispose(this.#values.map(([, value]) => value));
    this.#values = [];
  }
}
