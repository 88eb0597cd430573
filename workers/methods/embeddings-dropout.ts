import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { dropout } from '../nn/dropout';
import { Tables } from '../nn/tables';
import { frobeniusNorm } from '../ops/frobenius-norm';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, oneWidth, rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  dropout: /*#__PURE__*/ z.number().min(0).max(0.95).default(0.1).meta({
    title: 'Dropout',
    help: 'Share of the numbers of a row’s level vectors that a training step sets to zero; the others are scaled up.',
    paper: '0.1; 0.2 in its example',
  }),
  l2: /*#__PURE__*/ z.number().min(0).max(1000).default(0.00001).meta({
    title: 'Penalty',
    help: 'The norm of the whole table, or its sum of squares, times this, is added to the loss of every step.',
    paper: '0.00001',
  }),
  penalty: /*#__PURE__*/ z.enum(['norm', 'sum-of-squares']).default('norm').meta({
    title: 'Penalised',
    help: 'Norm: the length of the table, not squared, as in the listing. Sum of squares: what L2 usually means; it pulls large tables more strongly.',
    paper: 'norm',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'embeddings-dropout',
  label: 'Dropout + L2 embeddings',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Ordinary embeddings whose numbers are dropped at random during training, with a small penalty on the table. The network cannot rely on any single number of a level.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, E_{z_i} \odot u_i / (1 - r)\big), \quad u_{im} \sim \operatorname{Bernoulli}(1 - r), \quad \text{penalty } \lambda \textstyle\sum_k \lVert E_k \rVert_F`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse: 'When plain embeddings overfit and levels have a fair number of rows. Rare and frequent levels get the same noise.',
  notes: [
    'The guide’s program computes the penalty of the whole table and returns it; nothing in it adds it to a loss. Here it is added. Its comment speaks of the embeddings in use, which would be the rows of the batch.',
    'A norm pulls a table with the same force however long it is, a sum of squares with a force that grows with it.',
  ],
  paper: 'Guide to embedding layers (docs/methods.md A17) with Srivastava et al. (2014), Dropout',
  unseen: 'Keeps the small random vector it started with, a little shorter.',
  line: { light: '#3E6E1F', dark: '#97CB70', dash: '10px,4px,2px,4px' },
  settings,
  refusal: aboutLevels('Embeddings are vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels, ...response }, options) =>
    tablesCount(options, levels) + decoderCount(p + rowWidth(options, levels), options.decoder, response),
};

/**
 * Element-wise dropout of the vectors looked up, and a penalty on whole tables (docs/methods.md A17, DIS-23).
 */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { dropout: rate, l2, penalty, decoder } = options;
  const widths = featureWidths(options, problem.levels);
  const d = oneWidth(widths);
  const tables = new Tables(problem.levels, widths, random);
  const lengths = (): tf.Tensor[] => tables.variables.map((table) => (penalty === 'norm' ? frobeniusNorm(table) : tf.sum(tf.square(table))));
  const source = {
    ...tableSource(tables, widths),
    rows: (ids: readonly tf.Tensor1D[], noise: tf.Tensor[], training: boolean) =>
      tables.rows(ids).map((rows, k) => (training ? dropout(rows, noise[k], rate) : rows)),
    noiseShapes: (rows: number) => (rate === 0 ? [] : widths.map((width) => [rows, width, 'uniform'] as const)),
    fused: d === null || (penalty === 'norm' && l2 > 0) ? undefined : { kind: 'tables' as const, d, decoder, l2, levelDropout: rate },
    penalty: () => tf.mul(tf.addN(lengths()), l2) as tf.Scalar,
  };
  return buildLevelModel(problem, source, decoder, random);
}
