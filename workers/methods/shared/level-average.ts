import * as tf from '@tensorflow/tfjs';
import { type Members, membersOf, rowsOfLevels, sumByLevel } from '../../ops/members';
import { inverseCounts } from '../../ops/segment-mean';
import type { Batch, LevelVectors } from '../method';

/**
 * Mean over all rows of all batches of each level's row vectors, by running sums, so that memory does not
 * grow with the rows. `rowVectors` gives K × [rows, d] and may allocate: it runs inside tf.tidy. So does
 * `finish`, which may change the averages of feature k, given rows a level [q, 1].
 *
 * @param levels q of each feature; a column of tags is one
 * @param members which levels the rows of `rowVectors` have: those of the batch
 * @returns K × [q_k, d]; zeros for a level without rows (before `finish`). The caller disposes of them.
 */
export async function averageByLevel(
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  levels: readonly number[],
  d: number,
  rowVectors: (batch: Batch) => tf.Tensor2D[],
  finish: (averages: tf.Tensor2D, counts: tf.Tensor2D, k: number) => tf.Tensor2D = (averages) => averages,
  members: (batch: Batch) => readonly Members[] = membersOf,
): Promise<LevelVectors> {
  let sums = levels.map((q) => tf.zeros([q, d]) as tf.Tensor2D);
  let counts = levels.map((q) => tf.zeros([q, 1]) as tf.Tensor2D);
  const release = (): void => tf.dispose([...sums, ...counts]);
  try {
    for await (const batch of batches) {
      const [moreSums, moreCounts] = tf.tidy(() => {
        const has = members(batch);
        return [
          rowVectors(batch).map((rows, k) => tf.add(sums[k], sumByLevel(rows, has[k], levels[k])) as tf.Tensor2D),
          levels.map((q, k) => tf.add(counts[k], rowsOfLevels(has[k], q)) as tf.Tensor2D),
        ];
      });
      release();
      sums = moreSums;
      counts = moreCounts;
    }
    return tf.tidy(() => sums.map((sum, k) => finish(tf.mul(sum, inverseCounts(counts[k])), counts[k], k)));
  } finally {
    // Also when the batches end in an exception, as those of a cancelled run do.
    release();
  }
}
