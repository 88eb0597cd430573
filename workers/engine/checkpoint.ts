import * as tf from '@tensorflow/tfjs';

/**
 * The values of a model's parameters at one moment. It shares their memory on the device until they change (a variable's new value is a new
 * tensor), so taking one costs nothing.
 */
export class Checkpoint {
  readonly #values = new Map<string, tf.Tensor>();

  constructor(parameters: ReadonlyMap<string, tf.Variable>) {
    this.update(parameters);
  }

  /** Takes the values of now instead. */
  update(parameters: ReadonlyMap<string, tf.Variable>): void {
    this.dispose();
    for (const [name, variable] of parameters) this.#values.set(name, tf.keep(variable.clone()));
  }

  /** Gives the parameters these values back; the checkpoint stays. Throws when a parameter is not in it. */
  restore(parameters: ReadonlyMap<string, tf.Variable>): void {
    for (const [name, variable] of parameters) {
      const value = this.#values.get(name);
      if (!value) throw new Error(`the checkpoint has no parameter "${name}"`);
      // A variable owns what it is given, so it gets a handle of its own.
      variable.assign(value.clone());
    }
  }

  dispose(): void {
    tf.dispose([...this.#values.values()]);
    this.#values.clear();
  }
}
