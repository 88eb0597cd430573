import * as tf from '@tensorflow/tfjs';
import { pass } from '../engine/watch';
import { type Members, meanByLevel, rowsOfLevels, sumByLevel } from '../ops/members';
import { inverseCounts } from '../ops/segment-mean';
import type { RowPosterior } from './mixed-encoder';
import { reparameterise } from './sampling';

/** How the vectors of levels are drawn from what their rows propose. */
export interface DrawRule {
  /**
   * Average of the log-variances of a level's rows, or the log of the variance of the mean of their draws.
   */
  logVarAveraging: 'mean-of-logs' | 'log-of-mean';
  /**
   * A draw for each row, averaged by level (docs/methods.md A10), or one for each level with the variance
   * that such an average has (F3).
   */
  draw: 'row' | 'level';
}

/** What the levels of a feature have in a batch; all zeros, and variance 1, without rows. */
export interface LevelDraws {
  /** Rows of each level, [q, 1]. */
  counts: tf.Tensor2D;
  /** [q, d] */
  mean: tf.Tensor2D;
  /** [q, d] */
  logVar: tf.Tensor2D;
  /** A draw of the vector of each level, [q, d]. */
  vectors: tf.Tensor2D;
}

/**
 * Averages what rows propose by level.
 *
 * @param epsilon standard normals: [rows, d], or [q, d] for draws by level
 */
export function drawLevels({ mean, logVar }: RowPosterior, members: Members, q: number, epsilon: tf.Tensor, rule: DrawRule): LevelDraws {
  const counts = rowsOfLevels(members, q);
  const inverse = inverseCounts(counts);
  const present: tf.Tensor2D = tf.minimum(counts, 1);
  const absent: tf.Tensor2D = tf.sub(1, present);
  const ofLevels = meanByLevel(mean, members, inverse);
  const logs = rule.logVarAveraging === 'mean-of-logs';
  const variances = !logs || rule.draw === 'level' ? sumByLevel(tf.exp(logVar), members, q) : null;
  // A level without rows has variance 0 here; adding 1 to it makes its logarithm 0.
  const spread = logs ? null : tf.log(tf.add(tf.mul(variances as tf.Tensor2D, tf.square(inverse)), absent));
  return {
    counts,
    mean: pass('levelMean', ofLevels),
    logVar: pass('levelLogVar', (spread as tf.Tensor2D | null) ?? meanByLevel(logVar, members, inverse)),
    vectors:
      rule.draw === 'row'
        ? meanByLevel(pass('draw', reparameterise(mean, logVar, epsilon)), members, inverse)
        : tf.add(ofLevels, tf.mul(tf.mul(rootOfSum(variances as tf.Tensor2D, present), inverse), epsilon)),
  };
}

/**
 * Square root of a sum of variances [n, d], 0 where there is nothing to sum. The root of 0 has an infinite
 * slope, so 1 takes its place: added to the sum within the bracket, where a small sum is not lost to float32.
 *
 * @param present [n, 1], 1 where there is something
 */
export function rootOfSum(sum: tf.Tensor2D, present: tf.Tensor2D): tf.Tensor2D {
  return tf.mul(tf.sqrt(tf.add(sum, tf.sub(1, present))), present);
}
