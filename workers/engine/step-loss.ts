import type * as tf from '@tensorflow/tfjs';

/** What a training step takes from a loss (`Loss` of workers/methods/method.ts has more). */
export interface StepLoss {
  /** The number to minimise. */
  total: tf.Scalar;
  /** Next values of the state, by name, assigned after the update. */
  state?: Record<string, tf.Tensor>;
}

/**
 * The next values in the order of the state's variables. Throws when a loss leaves one out, gives another
 * shape or names one that there is not.
 */
export function nextState(variables: ReadonlyMap<string, tf.Variable>, { state = {} }: StepLoss): tf.Tensor[] {
  for (const name of Object.keys(state)) if (!variables.has(name)) throw new Error(`the loss gives a next value of "${name}", which is no state`);
  return [...variables].map(([name, { shape }]) => {
    const value = state[name];
    if (value?.shape.join() !== shape.join())
      throw new Error(`the state "${name}" has shape [${shape}], and the loss gives ${value ? `one of [${value.shape}]` : 'no next value'}`);
    return value;
  });
}
