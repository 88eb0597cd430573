import type { Dataset } from '../../data/dataset';
import { RandomStream } from '../../random/random';

/**
 * Training rows of an epoch level by level, levels and the rows of each newly shuffled: batches hold whole
 * levels, but for those at their ends. Rows are in no other order within a level: sorted by anything that the
 * response depends on, as the published survival code has them, a batch would be no sample of a level
 * (docs/methods.md DIS-55).
 */
export function levelByLevel(rows: Uint32Array, { categorical: [{ codes, cardinality }] }: Dataset, seed: number, epoch: number): Uint32Array {
  const random = new RandomStream(seed, `level order ${epoch}`);
  const shuffled = rows.slice();
  random.shuffle(shuffled);
  const levels = Int32Array.from({ length: cardinality }, (_, j) => j);
  random.shuffle(levels);
  const places = new Int32Array(cardinality + 1);
  const rank = new Int32Array(cardinality);
  levels.forEach((level, at) => {
    rank[level] = at;
  });
  for (const row of shuffled) places[rank[codes[row]] + 1]++;
  for (let at = 0; at < cardinality; at++) places[at + 1] += places[at];
  const order = new Uint32Array(rows.length);
  for (const row of shuffled) order[places[rank[codes[row]]]++] = row;
  return order;
}
