import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { buildTableModel } from './shared/table-model';
import { DECODED_TASKS } from './shared/tasks';
import { rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  l2: /*#__PURE__*/ z.number().min(0).max(1000).default(0.1).meta({
    title: 'L2 penalty',
    help: 'The sum of squares of the whole table, times this, is added to the loss of every step.',
    paper: '0.1 in the reference code; the text does not say',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'embeddings-l2',
  label: 'Embeddings-L2',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Ordinary embeddings with a penalty on the squared length of every row. One penalty for all levels: those with few rows are pulled closest to zero, as in a mixed model.',
  formula: String.raw`\min_{\theta, E} \frac{1}{n_\xi} \sum_i \ell(y_i, f_\theta(x_i, E_{z_i})) + \lambda \lVert E \rVert_F^2`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse: 'When plain embeddings overfit and there is memory for a table of q rows.',
  paper:
    'Baseline in Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models',
  unseen: 'Its vector is pulled to zero by the penalty.',
  line: { light: '#8A2877', dark: '#DA9EC7', dash: '10px,3px,2px,3px' },
  settings,
  refusal: aboutLevels('Embeddings are vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels, ...response }, options) =>
    tablesCount(options, levels) + decoderCount(p + rowWidth(options, levels), options.decoder, response),
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTableModel(problem, options, random);
}
