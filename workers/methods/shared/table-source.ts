import * as tf from '@tensorflow/tfjs';
import type { Tables } from '../../nn/tables';
import type { LevelSource } from './level-model';

/**
 * Level vectors from a table per feature. `l2` > 0 adds l2 times the sum of squares of every whole table to
 * each step, as Keras does.
 */
export function tableSource(tables: Tables, d: number | readonly number[], l2 = 0): LevelSource {
  return {
    width: d,
    parameters: () => tables.parameters(),
    rows: (members) => tables.rows(members),
    levels: () => tables.copies(),
    penalty: l2 > 0 ? () => tf.mul(tf.addN(tables.variables.map((table) => tf.sum(tf.square(table)))), l2) : undefined,
  };
}
