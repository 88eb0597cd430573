import * as tf from '@tensorflow/tfjs';
import { glorotUniform, normalTable } from '../../nn/initialisers';
import { type Pooling, vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { TagMap } from './tag-model';

/** How a table of tags begins (docs/methods.md F2). */
export type TagInit = 'published' | 'xavier';

/** A trainable matrix from values in row-major order. */
export const matrix = (values: Float32Array, rows: number, columns: number): tf.Variable<tf.Rank.R2> =>
  tf.tidy(() => tf.variable(tf.tensor2d(values, [rows, columns])));

/**
 * A table of K × d: standard normal, as PyTorch's embeddings begin ('published'), or Xavier-uniform with K
 * and d as the sides of a matrix, as the guide's first listing has it ('xavier').
 */
export function tagTable(random: RandomStream, tags: number, d: number, init: TagInit): tf.Variable<tf.Rank.R2> {
  return matrix(init === 'xavier' ? glorotUniform(random, tags, d) : normalTable(random, tags * d, 1), tags, d);
}

/**
 * What a map with a table has in common with the others: the table comes first among its parameters, and its
 * rows are the vectors of the tags. `more` are parameters without a row for each tag.
 */
export const ofTable = (
  table: tf.Variable<tf.Rank.R2>,
  more: (prefix: string) => [string, tf.Variable][] = () => [],
): Pick<TagMap, 'parameters' | 'vectors'> => ({
  parameters: (prefix) => ({ all: [[`${prefix}/table`, table], ...more(prefix)], byTag: [`${prefix}/table`] }),
  vectors: () => table.clone(),
});

/**
 * T E, the one linear map that sum, linear, multi-head (flattened), bilinear (as listed) and pretrained
 * vectors share; 'mean' divides it by the number of tags of the row.
 */
export const sumMap = (table: tf.Variable<tf.Rank.R2>, pooling: Pooling = 'sum'): TagMap => ({
  ...ofTable(table),
  width: table.shape[1],
  pooling,
  rows: (sets) => vectorsOfRows(table, sets, pooling),
});
