import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { mapPieces, piecesOf } from '../data/pieces';
import { epochWindows } from '../data/series/epoch';
import type { Batch } from '../methods/method';
import { RandomStream } from '../random/random';

/** These rows of a dataset as tensors; the caller disposes of them. */
export function makeBatch(dataset: Dataset, rows: Uint32Array): Batch {
  const batch = mapPieces(piecesOf(dataset), (piece) => tf.tensor(piece.take(rows), [rows.length, ...piece.shape], piece.dtype));
  return batch as unknown as Batch;
}

/** Frees every piece. */
export function disposeBatch(batch: Batch): void {
  tf.dispose(
    Object.values(batch).flatMap((piece) =>
      Array.isArray(piece) ? piece.flatMap((one) => (one instanceof tf.Tensor ? one : Object.values(one))) : piece,
    ),
  );
}

/** The row numbers in slices of `size`, the last one possibly smaller. */
export function* eachSlice(rows: Uint32Array, size: number): Generator<Uint32Array> {
  for (let from = 0; from < rows.length; from += size) yield rows.subarray(from, from + size);
}

/**
 * The rows of an epoch (1-based) in the order of its steps, equal for every method of a run, so that
 * comparisons are paired: all training rows, or newly drawn windows of series.
 */
export const epochRows = ({ series }: Pick<Dataset, 'series'>, rows: Uint32Array, seed: number, epoch: number): Uint32Array =>
  series ? epochWindows(series, rows, seed, epoch) : epochOrder(rows, seed, epoch);

/** The rows of an epoch without its last batch, where that has fewer rows than `least`. */
export function withoutSmallBatch(order: Uint32Array, batchSize: number, least: number): Uint32Array {
  const last = order.length % batchSize;
  return last > 0 && last < least ? order.subarray(0, order.length - last) : order;
}

/** The training rows of a table in the order of an epoch (1-based). */
export function epochOrder(rows: Uint32Array, seed: number, epoch: number): Uint32Array {
  const order = rows.slice();
  new RandomStream(seed, `order ${epoch}`).shuffle(order);
  return order;
}
