import * as tf from '@tensorflow/tfjs';
import { gatherRows } from './gather-rows';
import { segmentMean } from './segment-mean';
import { segmentCounts, segmentSum } from './segment-sum';
import { sumOfRows, sumOfTags, type TagSets, tagsOfRows } from './tag-sum';

/**
 * Which levels of a feature the rows of a batch have: one each, as codes [rows] int32, or any number each, as
 * sets of tags. What stands here takes either, so that a column of tags is one more feature to a method of
 * levels.
 */
export type Members = tf.Tensor1D | TagSets;

/** How the vectors of a row's tags become the row's. */
export type Pooling = 'sum' | 'mean';

const isCodes = (members: Members): members is tf.Tensor1D => members instanceof tf.Tensor;

/** All features of some rows in the order of level vectors: levels, then tags. */
export const membersOf = ({ z, tags = [] }: { z: readonly tf.Tensor1D[]; tags?: readonly TagSets[] }): Members[] => [...z, ...tags];

/**
 * The vector of each row: that of its level, or the mean (or sum) of those of its tags, zeros without tags.
 * Differentiable in the table.
 *
 * @param table [q, d]
 * @returns [rows, d]
 */
export function vectorsOfRows(table: tf.Tensor2D, members: Members, pooling: Pooling = 'mean'): tf.Tensor2D {
  if (isCodes(members)) return gatherRows(table, members);
  const sum = sumOfTags(table, members);
  return pooling === 'sum' ? sum : tf.mul(sum, shares(members));
}

/**
 * As `vectorsOfRows`, where vectors are made from codes in another way than by their row in one table.
 *
 * @param vectors of codes [n] int32: [n, d]
 */
export function vectorsBy(members: Members, vectors: (codes: tf.Tensor1D) => tf.Tensor2D): tf.Tensor2D {
  if (isCodes(members)) return vectors(members);
  const [rows, places] = members.ids.shape;
  const { ids, mask } = pairsOf(members);
  const ofPlaces = tf.mul(vectors(tf.reshape(ids, [-1])), mask);
  return tf.mul(tf.sum(tf.reshape(ofPlaces, [rows, places, -1]), 1), shares(members));
}

/** 1 / number of tags of each row, [rows, 1]; 1 for a row without tags. No gradient. */
export const shares = (sets: TagSets): tf.Tensor2D => tf.reciprocal(tf.maximum(tagsOfRows(sets), 1));

/** Rows that have each level, [q, 1]. No gradient. */
export function rowsOfLevels(members: Members, q: number): tf.Tensor2D {
  if (isCodes(members)) return segmentCounts(members, q);
  return tf.tidy(() => sumOfRows(tf.ones([members.ids.shape[0], 1]), members, q));
}

/**
 * Sum over the rows that have each level; a row counts for every tag of its. Differentiable in x.
 *
 * @param x [rows, d]
 * @returns [q, d]; zeros for a level without rows
 */
export const sumByLevel = (x: tf.Tensor2D, members: Members, q: number): tf.Tensor2D =>
  isCodes(members) ? segmentSum(x, members, q) : sumOfRows(x, members, q);

/**
 * Mean over the rows that have each level. Differentiable in x.
 *
 * @param x [rows, d]
 * @param inverse 1 / rows of each level [q, 1], of `inverseCounts`
 * @returns [q, d]; zeros for a level without rows
 */
export const meanByLevel = (x: tf.Tensor2D, members: Members, inverse: tf.Tensor2D): tf.Tensor2D =>
  isCodes(members) ? segmentMean(x, members, inverse) : tf.mul(sumOfRows(x, members, inverse.shape[0]), inverse);

/**
 * Every place of every set as a row of its own, with the one tag that is there or none: rows · places rows.
 */
export function pairsOf({ ids, mask }: TagSets): TagSets {
  return { ids: tf.reshape(ids, [-1, 1]), mask: tf.reshape(mask, [-1, 1]) };
}

/** Rows once for each place of a set, as the rows of `pairsOf`: [rows, d] → [rows · places, d]. */
export function onceAPlace(x: tf.Tensor2D, places: number): tf.Tensor2D {
  const [rows, d] = x.shape;
  return tf.reshape(tf.tile(tf.expandDims(x, 1), [1, places, 1]), [rows * places, d]);
}
