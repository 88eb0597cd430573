import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../method';

type Numbers = Float32Array | Float64Array | Int32Array;
type Kind<Of extends Numbers = Numbers> = new (length: number) => Of;

/** The numbers of all batches, one after the other. */
export function concatenated<Of extends Numbers>(batches: readonly ArrayLike<number>[], kind: Kind<Of>): Of {
  const all = new kind(batches.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const batch of batches) {
    all.set(batch, at);
    at += batch.length;
  }
  return all;
}

/**
 * Numbers of the rows of all batches, row by row: an array of its kind for each tensor [rows, …] that `of`
 * gives. `of` runs inside tf.tidy.
 */
export async function rowNumbers<const Kinds extends readonly Kind[]>(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  kinds: Kinds,
  of: (batch: Batch) => tf.Tensor[],
): Promise<{ -readonly [K in keyof Kinds]: InstanceType<Kinds[K]> }> {
  const parts: ArrayLike<number>[][] = kinds.map(() => []);
  for await (const batch of batches) {
    const tensors = tf.tidy(() => of(batch).map((tensor) => tensor.clone()));
    const values = await Promise.all(tensors.map((tensor) => tensor.data()));
    tf.dispose(tensors);
    for (const [at, own] of values.entries()) parts[at].push(own);
  }
  return parts.map((own, at) => concatenated(own, kinds[at])) as { -readonly [K in keyof Kinds]: InstanceType<Kinds[K]> };
}
