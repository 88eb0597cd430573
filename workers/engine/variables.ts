import * as tf from '@tensorflow/tfjs';

/** What tensors hold now, by name, row-major: copies that nobody writes to. */
export async function readValues(named: Iterable<readonly [string, tf.Tensor]>): Promise<Map<string, Float32Array>> {
  // Some backends give the tensor's own memory.
  const read = Array.from(named, async ([name, tensor]) => [name, ((await tensor.data()) as Float32Array).slice()] as const);
  return new Map(await Promise.all(read));
}

/** Gives a variable the numbers of this name. Throws when there are none, or another number of them. */
export function assignValues(variable: tf.Variable, name: string, values: ReadonlyMap<string, Float32Array>): void {
  const given = values.get(name);
  if (given?.length !== variable.size) throw new Error(`"${name}" has ${variable.size} numbers and was given ${given?.length ?? 'none'}`);
  tf.tidy(() => variable.assign(tf.tensor(given, variable.shape)));
}
