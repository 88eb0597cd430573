import * as tf from '@tensorflow/tfjs';
import { uniformTable } from '../../nn/initialisers';
import { Decoder } from '../../nn/mlp';
import { onResponseScale, reconstruction } from '../../nn/response';
import { besides, Tables } from '../../nn/tables';
import { membersOf, vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { Loss, Model, Problem } from '../method';
import { startTable } from '../pretraining/start-table';
import { disposeAll } from './lifetime';
import { featureWidths, oneWidth, rowWidth, type WidthSettings } from './widths';

/**
 * The model of Embeddings and Embeddings-L2: one table per feature, looked up and set next to X before the
 * decoder (docs/methods.md A6, A7). `l2` > 0 adds l2 times the sum of squares of every whole table to each
 * step, as Keras does: not only the rows of the batch. Tables begin with the problem's vectors where it has
 * them (docs/methods.md F8). Fused plans know features of one width, and rates of 1.
 *
 * @param rate factor on the learning rate of the tables, 0 for frozen ones
 */
export function buildTableModel(
  problem: Problem,
  settings: WidthSettings & { decoder: number[]; l2: number },
  random: RandomStream,
  rate = 1,
): Model {
  const binary = problem.task === 'binary';
  const widths = featureWidths(settings, problem.levels);
  const tables = new Tables(problem.levels, widths, random, (stream, levels, d, feature) => {
    const start = problem.start?.[feature];
    return start ? startTable(start, d, rate === 0, stream, `feature ${feature + 1}`) : uniformTable(stream, levels, d);
  });
  const decoder = new Decoder(problem.p + rowWidth(settings, problem.levels), settings.decoder, random);
  const parameters = new Map<string, tf.Variable>([
    ...tables.variables.map((table, k): [string, tf.Variable] => [`embedding${k}/table`, table]),
    ...decoder.parameters(),
  ]);
  const d = oneWidth(widths);
  return {
    parameters,
    tables: new Set(tables.variables.map((_, k) => `embedding${k}/table`)),
    ...(rate !== 1 && { rates: new Map(tables.variables.map((_, k) => [`embedding${k}/table`, rate])) }),
    epochLoss: 'by-rows',
    samplesPrediction: false,
    noiseShapes: () => [],
    loss(batch): Loss {
      const { x, y } = batch;
      const decoded = decoder.apply(besides(x, tables.rows(membersOf(batch))));
      const nll = reconstruction(binary, y, decoded);
      const output = onResponseScale(binary, decoded);
      if (settings.l2 === 0) return { total: nll, terms: { nll }, output };
      const squares = tf.addN(tables.variables.map((table) => tf.sum(tf.square(table))));
      const penalty: tf.Scalar = tf.mul(squares, settings.l2);
      return { total: tf.add(nll, penalty), terms: { nll, penalty }, output };
    },
    levelVectors: async () => tables.copies(),
    predict(inputs, vectors) {
      const members = membersOf(inputs);
      const rows = vectors.map((table, k) => vectorsOfRows(table, members[k]));
      return onResponseScale(binary, decoder.apply(besides(inputs.x, rows)));
    },
    fused: d === null || rate !== 1 ? undefined : { kind: 'tables', d, decoder: settings.decoder, l2: settings.l2 },
    dispose: () => disposeAll(parameters),
  };
}
