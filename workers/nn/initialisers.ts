import type { RandomStream } from '../random/random';

/** Values uniform on (−limit, limit). */
function uniform(random: RandomStream, size: number, limit: number): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = (2 * random.uniform() - 1) * limit;
  return values;
}

/** Glorot uniform of a dense kernel (inputs × outputs): U(−a, a), a = √(6 / (inputs + outputs)). METHODS.md A0. */
export function glorotUniform(random: RandomStream, inputs: number, outputs: number): Float32Array {
  return uniform(random, inputs * outputs, Math.sqrt(6 / (inputs + outputs)));
}

/** Keras' "uniform" of an embedding table (levels × d): U(−0.05, 0.05). METHODS.md A0. */
export function uniformTable(random: RandomStream, levels: number, d: number): Float32Array {
  return uniform(random, levels * d, 0.05);
}
