import * as tf from '@tensorflow/tfjs';
import { segmentTotals } from './segment-sum';

/** The sets of tags of some rows, in fixed shape. */
export interface TagSets {
  /** [rows, places] int32: tags of each row, then zeros. */
  ids: tf.Tensor2D;
  /** [rows, places]: 1 where there is a tag, else 0. */
  mask: tf.Tensor2D;
}

/** A weight for each place [rows, places] as a column [rows · places, 1]. */
const column = (weights: tf.Tensor2D): tf.Tensor2D => tf.reshape(weights, [-1, 1]);

/**
 * T E: the sum of the vectors of each row's tags (docs/methods.md F1). Its gradient is `sumOfRows`, T' of the
 * rows'.
 *
 * @param table E [K, d]
 * @returns [rows, d]; zeros for a row without tags
 */
export function sumOfTags(table: tf.Tensor2D, { ids, mask }: TagSets): tf.Tensor2D {
  const [rows, places] = ids.shape;
  const [tags, d] = table.shape;
  return tf.customGrad((values, save) => {
    (save as tf.GradSaveFunc)([ids, mask]);
    const gathered = tf.mul(tf.gather(values as tf.Tensor2D, tf.reshape(ids, [-1])), column(mask));
    return {
      value: tf.sum(tf.reshape(gathered, [rows, places, d]), 1),
      gradFunc: (dy: tf.Tensor, [savedIds, savedMask]: tf.Tensor[]) =>
        spread(dy as tf.Tensor2D, { ids: savedIds as tf.Tensor2D, mask: savedMask as tf.Tensor2D }, tags),
    };
  })(table) as tf.Tensor2D;
}

/**
 * T' v: for each tag the sum of the rows that have it. Its gradient is `sumOfTags`.
 *
 * @param values v [rows, d]
 * @param tags K
 * @returns [K, d]; zeros for a tag that no row has
 */
export function sumOfRows(values: tf.Tensor2D, { ids, mask }: TagSets, tags: number): tf.Tensor2D {
  return tf.customGrad((rows, save) => {
    (save as tf.GradSaveFunc)([ids, mask]);
    return {
      value: spread(rows as tf.Tensor2D, { ids, mask }, tags),
      gradFunc: (dy: tf.Tensor, [savedIds, savedMask]: tf.Tensor[]) =>
        sumOfTags(dy as tf.Tensor2D, { ids: savedIds as tf.Tensor2D, mask: savedMask as tf.Tensor2D }),
    };
  })(values) as tf.Tensor2D;
}

/** The bare T' v. */
function spread(values: tf.Tensor2D, { ids, mask }: TagSets, tags: number): tf.Tensor2D {
  const [rows, places] = ids.shape;
  const d = values.shape[1];
  const pairs = tf.mul(tf.expandDims(values, 1), tf.expandDims(mask, 2));
  return segmentTotals(tf.reshape(pairs, [rows * places, d]), tf.reshape(ids, [-1]), tags);
}

/** The vector of each place, [rows, places, d], zeros where there is no tag. Differentiable in the table. */
export function vectorsOfTags(table: tf.Tensor2D, { ids, mask }: TagSets): tf.Tensor3D {
  const [rows, places] = ids.shape;
  const [tags, d] = table.shape;
  return tf.customGrad((values, save) => {
    (save as tf.GradSaveFunc)([ids, mask]);
    const gathered = tf.mul(tf.gather(values as tf.Tensor2D, tf.reshape(ids, [-1])), column(mask));
    return {
      value: tf.reshape(gathered, [rows, places, d]),
      gradFunc: (dy: tf.Tensor, [savedIds, savedMask]: tf.Tensor[]) =>
        segmentTotals(tf.mul(tf.reshape(dy, [rows * places, d]), column(savedMask as tf.Tensor2D)), tf.reshape(savedIds, [-1]) as tf.Tensor1D, tags),
    };
  })(table) as tf.Tensor3D;
}

/** Number of tags of each row, [rows, 1]. No gradient. */
export const tagsOfRows = ({ mask }: Pick<TagSets, 'mask'>): tf.Tensor2D => tf.sum(mask, 1, true);
