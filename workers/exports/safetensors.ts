import { LabFailure } from '../data/failure';
import type { Finished } from '../training/results';

/** Why a method has no file of weights: a sentence; null where it has one. */
export function weightsRefusal({ weights }: Pick<Finished, 'weights'>): string | null {
  if (!weights) return 'Its parameters were not kept.';
  return weights.some(({ shape }) => !shape.includes(0)) ? null : 'It has no parameters.';
}

const encoder = new TextEncoder();

/**
 * The parameters of a finished method by the lab's names, in the format of safetensors: 8 bytes with the
 * length of a JSON header (little-endian), the header (name → dtype, shape, data_offsets; padded with spaces
 * to 8 bytes), then the numbers in single precision. Kernels are inputs × outputs, as in Keras. `metadata`:
 * texts by name.
 *
 * @throws LabFailure 'no-weights' where they were not kept
 */
export function* safetensors(
  { weights, vectors }: Pick<Finished, 'weights' | 'vectors'>,
  metadata: Readonly<Record<string, string>>,
): Generator<Uint8Array> {
  const refusal = weightsRefusal({ weights });
  if (refusal || !weights) throw new LabFailure('no-weights', `There are no weights to save. ${refusal}`, 'Train again and export then.');
  const parameters = weights.map(({ name, shape, values }) => ({
    name,
    shape,
    values: typeof values === 'number' ? vectors[values].values : values,
  }));
  // Vectors that are no parameters, as those of MMbeddings, which an encoder proposes.
  const proposed = vectors.flatMap(({ values, levels, d }, k) =>
    weights.some((weight) => weight.values === k) ? [] : [{ name: `vectors/${k}`, shape: [levels, d], values }],
  );
  const tensors = [...parameters, ...proposed];
  let end = 0;
  const described = tensors.map(({ name, shape, values }): [string, unknown] => {
    const begin = end;
    end += 4 * values.length;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
  });
  // Object.fromEntries makes own properties of every name.
  const text = encoder.encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(described) }));
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  yield header;
  // The engines run on little-endian machines alone: these are the bytes of the arrays.
  for (const { values } of tensors) yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
