import type { RandomStream } from '../random/random';

/** Values uniform on (−limit, limit). */
function uniform(random: RandomStream, size: number, limit: number): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = (2 * random.uniform() - 1) * limit;
  return values;
}

/**
 * Glorot uniform of a dense kernel (inputs × outputs): U(−a, a), a = √(6 / (inputs + outputs)).
 * docs/methods.md A0.
 */
export function glorotUniform(random: RandomStream, inputs: number, outputs: number): Float32Array {
  return uniform(random, inputs * outputs, Math.sqrt(6 / (inputs + outputs)));
}

/**
 * Glorot uniform of a kernel of this many numbers with other fans than its sides, as Keras counts them for
 * the kernels of attention.
 */
export function glorotUniformOf(random: RandomStream, size: number, fanIn: number, fanOut: number): Float32Array {
  return uniform(random, size, Math.sqrt(6 / (fanIn + fanOut)));
}

/**
 * PyTorch's Linear: kernel (inputs × outputs) and bias both U(−1/√inputs, 1/√inputs). docs/methods.md F4.
 */
export function torchLinear(random: RandomStream, inputs: number, outputs: number): { kernel: Float32Array; bias: Float32Array } {
  const limit = 1 / Math.sqrt(Math.max(1, inputs));
  return { kernel: uniform(random, inputs * outputs, limit), bias: uniform(random, outputs, limit) };
}

/** Keras' "uniform" of an embedding table (levels × d): U(−0.05, 0.05). docs/methods.md A0. */
export function uniformTable(random: RandomStream, levels: number, d: number): Float32Array {
  return uniform(random, levels * d, 0.05);
}

/** Standard deviation of a standard normal truncated to (−2, 2). */
const TRUNCATED_STD = 0.87962566103423978;

/**
 * Keras' he_normal of an embedding table (levels × d): a normal truncated at two standard deviations, of
 * standard deviation √(2 / levels). Keras takes the rows of a table for the inputs of a layer, so a large
 * table starts close to zero. docs/methods.md A13.
 */
export function heNormalTable(random: RandomStream, levels: number, d: number): Float32Array {
  const values = new Float32Array(levels * d);
  const scale = Math.sqrt(2 / levels) / TRUNCATED_STD;
  for (let i = 0; i < values.length; i++) {
    let normal = random.normal();
    while (Math.abs(normal) > 2) normal = random.normal();
    values[i] = normal * scale;
  }
  return values;
}

/** Normals of this standard deviation. */
export function normalTable(random: RandomStream, size: number, deviation: number): Float32Array {
  return Float32Array.from({ length: size }, () => random.normal() * deviation);
}
