import * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import { type Members, type Pooling, rowsOfLevels, shares, vectorsOfRows } from '../ops/members';
import { tagsOfRows } from '../ops/tag-sum';
import { rootOfSum } from './level-draws';
import { gaussianKl } from './losses';
import { reparameterise } from './sampling';

/**
 * Each row's draw from tables of means and log-variances [q, d]: that of its level, or the sum or mean over
 * its tags of a draw for each, drawn at once (docs/methods.md A9, F3).
 *
 * @param epsilon standard normals [rows, d]
 * @returns [rows, d]; zeros for a row without tags
 */
export function sampledRows(mean: tf.Tensor2D, logVar: tf.Tensor2D, members: Members, epsilon: tf.Tensor, pooling: Pooling): tf.Tensor2D {
  if (members instanceof tf.Tensor)
    return pass('draw', reparameterise(pass('mean', vectorsOfRows(mean, members)), pass('logVar', vectorsOfRows(logVar, members)), epsilon));
  const spread = rootOfSum(vectorsOfRows(tf.exp(logVar), members, 'sum'), tf.minimum(tagsOfRows(members), 1));
  const sum: tf.Tensor2D = tf.add(vectorsOfRows(mean, members, 'sum'), tf.mul(spread, epsilon));
  return pooling === 'sum' ? sum : tf.mul(sum, shares(members));
}

/**
 * Sum over rows, and over the tags of each, of the divergence of their level from N(0, priorVariance): a
 * level counts as often as it occurs.
 */
export function occurringKl(mean: tf.Tensor2D, logVar: tf.Tensor2D, members: Members, priorVariance: number): tf.Scalar {
  if (members instanceof tf.Tensor) return gaussianKl(vectorsOfRows(mean, members), vectorsOfRows(logVar, members), priorVariance);
  return gaussianKl(mean, logVar, priorVariance, rowsOfLevels(members, mean.shape[0]));
}
