import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { Tables } from '../nn/tables';
import type { Members } from '../ops/members';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  probability: /*#__PURE__*/ z.number().min(0).max(1).default(0.01).meta({
    title: 'Exchange probability',
    help: 'Probability that a training step uses another level, drawn at random, instead of the row’s own.',
    paper: 'about 0.01',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'shared-embeddings',
  label: 'Stochastic shared embeddings',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'During training, it sometimes uses the vector of another level, drawn at random. Every level then learns a little from the rows of all others, which keeps vectors from drifting apart.',
  formula: String.raw`\hat y_i = f_\theta(x_i, E_{\tilde z_i}), \quad \tilde z_i = \begin{cases} z_i & \text{with probability } 1 - p_0 \\ \text{any other level} & \text{with probability } p_0 \end{cases}`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse:
    'When plain embeddings overfit, as a regulariser that needs no graph of levels. It shrinks levels with few rows more, since other levels’ rows reach all alike.',
  paper: 'Wu et al. (2019), Stochastic Shared Embeddings: Data-driven Regularization of Embedding Layers (the SSE-SE form)',
  unseen: 'Its vector was trained only in place of other levels’ vectors: roughly the average level.',
  line: { light: '#8C4A2F', dark: '#DDA07F', dash: '4px,2.5px' },
  settings,
  refusal: aboutLevels('Embeddings are vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels, ...response }, options) =>
    tablesCount(options, levels) + decoderCount(p + rowWidth(options, levels), options.decoder, response),
};

/**
 * Levels with some exchanged for another one. The first column of `uniform` says whether, the second for
 * which.
 *
 * @param ids [rows] int32, below q
 * @param uniform [rows, 2] on (0, 1)
 */
export function exchanged(ids: tf.Tensor1D, q: number, uniform: tf.Tensor2D, probability: number): tf.Tensor1D {
  if (q === 1) return ids;
  const rows = ids.shape[0];
  const column = (from: number): tf.Tensor1D => tf.reshape(tf.slice(uniform, [0, from], [rows, 1]), [rows]);
  // 1 … q−1 places further, around the end: any level but its own, all alike. Float32 is exact up to 2²⁴
  // levels.
  const shift = tf.add(tf.minimum(tf.floor(tf.mul(column(1), q - 1)), q - 2), 1);
  const further = tf.add(tf.cast(ids, 'float32'), tf.mul(shift, tf.cast(tf.less(column(0), probability), 'float32')));
  const around: tf.Tensor1D = tf.sub(further, tf.mul(tf.cast(tf.greaterEqual(further, q), 'float32'), q));
  return tf.cast(around, 'int32');
}

/** From a place of a set to the next, uniforms move on by this share of the way around: the golden ratio. */
const NEXT_PLACE = 0.6180339887498949;

/**
 * Levels or tags with some exchanged. Each tag of a row is exchanged with the same probability; the uniforms
 * of a row are moved from place to place, so that they need no more memory than those of a level.
 */
export function exchangedMembers(members: Members, q: number, uniform: tf.Tensor2D, probability: number): Members {
  if (members instanceof tf.Tensor) return exchanged(members, q, uniform, probability);
  const [rows, places] = members.ids.shape;
  const moves = tf.reshape(tf.tensor1d(Float32Array.from({ length: places }, (_, place) => (place * NEXT_PLACE) % 1)), [1, places, 1]);
  const moved = tf.add(tf.reshape(uniform, [rows, 1, 2]), moves);
  const ofPlaces: tf.Tensor2D = tf.reshape(tf.sub(moved, tf.floor(moved)), [rows * places, 2]);
  const ids = exchanged(tf.reshape(members.ids, [-1]), q, ofPlaces, probability);
  return { ids: tf.reshape(ids, [rows, places]), mask: members.mask };
}

/** Stochastic shared embeddings, SSE-SE (docs/methods.md A16). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { probability, decoder } = options;
  const widths = featureWidths(options, problem.levels);
  const tables = new Tables(problem.levels, widths, random);
  const source = {
    ...tableSource(tables, widths),
    rows: (members: readonly Members[], noise: tf.Tensor[], training: boolean) =>
      tables.rows(training ? problem.levels.map((q, k) => exchangedMembers(members[k], q, noise[k] as tf.Tensor2D, probability)) : members),
    noiseShapes: (rows: number) => problem.levels.map(() => [rows, 2, 'uniform'] as const),
  };
  return buildLevelModel(problem, source, decoder, random);
}
