import * as tf from '@tensorflow/tfjs';
import { glorotUniform, normalTable } from '../../nn/initialisers';
import { sumOfTags, tagsOfRows } from '../../ops/tag-sum';
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
 * T E, the one linear map that sum, linear, multi-head (flattened), bilinear (as listed) and pretrained
 * vectors share; 'mean' divides it by the number of tags of the row.
 */
export function sumMap(table: tf.Variable<tf.Rank.R2>, pooling: 'sum' | 'mean' = 'sum'): TagMap {
  return {
    width: table.shape[1],
    pooling,
    parameters: (prefix) => ({ all: [[`${prefix}/table`, table]], byTag: [`${prefix}/table`] }),
    rows(sets) {
      const sum = sumOfTags(table, sets);
      return pooling === 'sum' ? sum : tf.div(sum, tf.maximum(tagsOfRows(sets), 1));
    },
    vectors: () => table.clone(),
  };
}
