import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { rateOf, startField, tableRateField } from './pretraining/start-fields';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { buildTableModel } from './shared/table-model';
import { DECODED_TASKS } from './shared/tasks';
import { rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  decoder: /*#__PURE__*/ decoderField(),
  start: /*#__PURE__*/ startField(),
  tableRate: /*#__PURE__*/ tableRateField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'embeddings',
  label: 'Embeddings',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Gives each level its own row of d free numbers and learns them with the network. The table grows with the number of levels, and the vector of a level with few rows fits the noise of these rows.',
  formula: String.raw`\hat y_i = f_\theta(x_i, E_{z_i}), \quad E \in \mathbb{R}^{q \times d}`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f(p + K d) \quad \text{(frozen: without}\ \sum_k q_k d)`,
  whenToUse:
    'When every level has many rows and the number of parameters does not matter. With few rows per level it overfits; vectors found elsewhere then help, if levels that are alike there also act alike here.',
  notes: [
    'Vectors of a file are matched by label. Wider ones are projected on their first d principal components. A level without a vector is drawn with the variance of those that have one, or is 0 where the table is frozen. Frozen vectors are not counted as parameters.',
    'Vectors that were trained on rows which are test rows here have seen their answer: take them from other data, or from a run with the same division of rows.',
  ],
  paper: 'Guo & Berkhahn (2016), Entity Embeddings of Categorical Variables',
  unseen: 'Keeps the vector it started with: a small random one, or that of the file.',
  line: { light: '#B8560F', dark: '#EF8E4D', dash: '10px,4px' },
  settings,
  refusal: aboutLevels('Embeddings are vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels, ...response }, options) =>
    (rateOf(options) === 0 ? 0 : tablesCount(options, levels)) + decoderCount(p + rowWidth(options, levels), options.decoder, response),
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTableModel(problem, { ...options, l2: 0 }, random, rateOf(options));
}
