import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { Batch } from '../methods/method';
import { RandomStream } from '../random/random';

/** The rows `rows[from … to)` of a dataset as tensors; the caller disposes of them. */
export function makeBatch(dataset: Dataset, rows: Uint32Array, from: number, to: number): Batch {
  const count = to - from;
  const { p } = dataset;
  const x = new Float32Array(count * p);
  const y = new Float32Array(count);
  const z = dataset.categorical.map(() => new Int32Array(count));
  for (let i = 0; i < count; i++) {
    const row = rows[from + i];
    for (let j = 0; j < p; j++) x[i * p + j] = dataset.x[row * p + j];
    y[i] = dataset.y[row];
    for (let k = 0; k < z.length; k++) z[k][i] = dataset.categorical[k].codes[row];
  }
  return { x: tf.tensor2d(x, [count, p]), z: z.map((codes) => tf.tensor1d(codes, 'int32')), y: tf.tensor2d(y, [count, 1]) };
}

export function disposeBatch(batch: Batch): void {
  tf.dispose([batch.x, batch.y, ...batch.z]);
}

/** Walks over rows in batches of `size`, the last one possibly smaller, and disposes of each after its turn. */
export function* eachBatch(dataset: Dataset, rows: Uint32Array, size: number): Generator<Batch> {
  for (let from = 0; from < rows.length; from += size) {
    const batch = makeBatch(dataset, rows, from, Math.min(from + size, rows.length));
    try {
      yield batch;
    } finally {
      disposeBatch(batch);
    }
  }
}

/** The row numbers in slices of `size`, the last one possibly smaller: the rows of `eachBatch`. */
export function* eachSlice(rows: Uint32Array, size: number): Generator<Uint32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}

/** The training order of an epoch (1-based): the same for every method of a run, so comparisons are paired. */
export function epochOrder(rows: Uint32Array, seed: number, epoch: number): Uint32Array {
  const order = rows.slice();
  new RandomStream(seed, `order ${epoch}`).shuffle(order);
  return order;
}
