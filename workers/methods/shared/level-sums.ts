import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../method';

/**
 * Sums over the rows of each level of several numbers of a row, over all batches: a Float64Array (q) for
 * each. `of` gives them as tensors [rows, 1]; it runs inside tf.tidy.
 */
export async function levelSums(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  q: number,
  of: (batch: Batch) => tf.Tensor[],
): Promise<Float64Array[]> {
  let sums: Float64Array[] = [];
  for await (const batch of batches) {
    const tensors = tf.tidy(() => of(batch).map((tensor) => tensor.clone()));
    const [codes, ...values] = await Promise.all([batch.z[0].data(), ...tensors.map((tensor) => tensor.data())]);
    tf.dispose(tensors);
    if (sums.length === 0) sums = values.map(() => new Float64Array(q));
    for (const [k, own] of values.entries()) for (let i = 0; i < own.length; i++) sums[k][codes[i]] += own[i];
  }
  return sums;
}
