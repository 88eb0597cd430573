import * as tf from '@tensorflow/tfjs';
import type { FusedDescription } from '../engine/plan';
import type { Network } from '../nn/network';
import { onResponseScale, reconstruction } from '../nn/response';
import { gatherRows } from '../ops/gather-rows';
import { disposeAll } from './lifetime';
import type { Loss, Model, Problem } from './method';

/** Level vectors that are parameters: a table per feature, or one that features share. */
export interface LevelTables {
  parameters(): [string, tf.Variable][];
  /** Each row's vector of each feature, K × [rows, d]. */
  rows(z: readonly tf.Tensor1D[]): tf.Tensor2D[];
  /** The vectors of all levels as they are now, K × [q_k, d]; the caller disposes of them. */
  copies(): tf.Tensor2D[];
}

/**
 * A model of any network on level vectors that are looked up. `l2` > 0 adds l2 times the sum of squares of every whole table to each step, as Keras does.
 */
export function buildTableNetwork(
  problem: Problem,
  source: LevelTables,
  network: Network,
  { l2 = 0, fused }: { l2?: number; fused?: FusedDescription } = {},
): Model {
  const binary = problem.task === 'binary';
  const tables = source.parameters();
  const parameters = new Map<string, tf.Variable>([...tables, ...network.parameters()]);
  const { state } = network;
  return {
    parameters,
    state,
    tables: new Set([...tables.map(([name]) => name), ...(network.tables ?? [])]),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: (rows) => network.noiseShapes(rows),
    loss({ x, z, y }, noise, training = true): Loss {
      const applied = network.apply({ x, z, vectors: source.rows(z) }, training ? noise : null);
      const nll = reconstruction(binary, y, applied.decoded);
      const output = onResponseScale(binary, applied.decoded);
      const penalties = applied.penalty ? [applied.penalty] : [];
      if (l2 > 0) penalties.push(tf.mul(tf.addN(tables.map(([, table]) => tf.sum(tf.square(table)))), l2));
      if (penalties.length === 0) return { total: nll, terms: { nll }, output, state: applied.state };
      const penalty: tf.Scalar = tf.addN(penalties);
      return { total: tf.add(nll, penalty), terms: { nll, penalty }, output, state: applied.state };
    },
    levelVectors: async () => source.copies(),
    predict(x, z, vectors) {
      const rows = vectors.map((table, k) => gatherRows(table, z[k]));
      return onResponseScale(binary, network.apply({ x, z, vectors: rows }, null).decoded);
    },
    fused,
    dispose: () => disposeAll(new Map([...parameters, ...(state ?? [])])),
  };
}
