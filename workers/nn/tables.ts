import * as tf from '@tensorflow/tfjs';
import { type Members, vectorsOfRows } from '../ops/members';
import type { RandomStream } from '../random/random';
import { uniformTable } from './initialisers';

/** Initial values of a table (levels × d, row-major) of a feature (from 0). */
export type InitialiseTable = (random: RandomStream, levels: number, d: number, feature: number) => Float32Array;

/**
 * One table per feature, q_k × d, U(−0.05, 0.05) unless told otherwise. `d` is one width for all features or
 * one for each.
 */
export class Tables {
  readonly variables: tf.Variable<tf.Rank.R2>[];

  constructor(levels: readonly number[], d: number | readonly number[], random: RandomStream, initialise: InitialiseTable = uniformTable) {
    this.variables = levels.map((q, k) => {
      const width = typeof d === 'number' ? d : d[k];
      return tf.tidy(() => tf.variable(tf.tensor2d(initialise(random, q, width, k), [q, width])));
    });
  }

  /** As `embedding0/table` and so on. */
  parameters(): [string, tf.Variable][] {
    return this.variables.map((table, k) => [`embedding${k}/table`, table]);
  }

  /** Each row's vector of each feature, K × [rows, d]; a row of tags has the mean of theirs. */
  rows(members: readonly Members[]): tf.Tensor2D[] {
    return this.variables.map((table, k) => vectorsOfRows(table, members[k]));
  }

  /** The tables as they are now, K × [q_k, d]; the caller disposes of them. */
  copies(): tf.Tensor2D[] {
    return this.variables.map((table) => table.clone());
  }
}

/** x and the rows' level vectors side by side: [rows, p + Σ d]. */
export function besides(x: tf.Tensor2D, vectors: readonly tf.Tensor2D[]): tf.Tensor2D {
  return tf.concat([x, ...vectors], 1);
}
