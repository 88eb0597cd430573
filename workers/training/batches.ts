import * as tf from '@tensorflow/tfjs';
import { type Dataset, responseWidth, seenResponse, type TagColumn, tagRow } from '../data/dataset';
import { epochWindows } from '../data/series/epoch';
import { channelsOf, windowValues } from '../data/series/series';
import { paddedTags, tagPlaces } from '../data/tag-rows';
import type { Batch, TagSets } from '../methods/method';
import { RandomStream } from '../random/random';

/** Numbers of these rows, `width` side by side. */
function numbers(values: Float32Array, width: number, rows: Uint32Array): tf.Tensor2D {
  const taken = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i] * width;
    for (let j = 0; j < width; j++) taken[i * width + j] = values[from + j];
  }
  return tf.tensor2d(taken, [rows.length, width]);
}

/** Codes of these rows, one a row. */
function codes(values: Int32Array, rows: Uint32Array): tf.Tensor1D {
  const taken = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return tf.tensor1d(taken, 'int32');
}

/** Places of a row, found once for each column. */
const placesOf = new WeakMap<TagColumn, number>();

/** Sets of tags of these rows. */
function sets(column: TagColumn, rows: Uint32Array): TagSets {
  const places = placesOf.get(column) ?? tagPlaces(column);
  placesOf.set(column, places);
  const { ids, mask } = paddedTags(column, rows, places);
  const shape: [number, number] = [rows.length, places];
  return { ids: tf.tensor2d(ids, shape, 'int32'), mask: tf.tensor2d(mask, shape) };
}

/**
 * How each piece of a batch is cut out of the data. Another kind of input is another field of `Inputs`, and a
 * line here.
 */
const PIECES: { readonly [Name in keyof Required<Batch>]: (dataset: Dataset, rows: Uint32Array) => Batch[Name] } = {
  x: ({ x, p }, rows) => numbers(x, p, rows),
  z: ({ categorical }, rows) => categorical.map((column) => codes(column.codes, rows)),
  tags: ({ tags, series }, rows) => {
    if (series?.task === 'forecast') return undefined;
    const own = series ? rows.map(tagRow({ series })) : rows;
    return tags?.map((column) => sets(column, own));
  },
  window: ({ series }, rows) => series && tf.tensor3d(windowValues(series, rows), [rows.length, series.length, channelsOf(series)]),
  y: (dataset, rows) => tf.tensor2d(seenResponse(dataset, rows), [rows.length, responseWidth(dataset)]),
};

/** These rows of a dataset as tensors; the caller disposes of them. */
export function makeBatch(dataset: Dataset, rows: Uint32Array): Batch {
  const tags = PIECES.tags(dataset, rows);
  const window = PIECES.window(dataset, rows);
  return { x: PIECES.x(dataset, rows), z: PIECES.z(dataset, rows), ...(tags && { tags }), ...(window && { window }), y: PIECES.y(dataset, rows) };
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

/** The training rows of a table in the order of an epoch (1-based). */
export function epochOrder(rows: Uint32Array, seed: number, epoch: number): Uint32Array {
  const order = rows.slice();
  new RandomStream(seed, `order ${epoch}`).shuffle(order);
  return order;
}
