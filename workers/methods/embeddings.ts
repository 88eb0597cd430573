import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { buildTableModel } from './shared/table-model';
import { rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'embeddings',
  label: 'Embeddings',
  family: 'tables',
  tags: 'average',
  idea: 'Gives each level its own row of d free numbers and learns them with the network. The table grows with the number of levels, and the vector of a level with few rows fits the noise of these rows.',
  formula: String.raw`\hat y_i = f_\theta(x_i, E_{z_i}), \quad E \in \mathbb{R}^{q \times d}`,
  countFormula: String.raw`\textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse: 'When every level has many rows and the number of parameters does not matter. With few rows per level it overfits.',
  paper: 'Guo & Berkhahn (2016), Entity Embeddings of Categorical Variables',
  unseen: 'Keeps the small random vector it started with.',
  line: { light: '#B8560F', dark: '#EF8E4D', dash: '10px,4px' },
  settings,
  refusal: aboutLevels('Embeddings are vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels }, options) => tablesCount(options, levels) + decoderCount(p + rowWidth(options, levels), options.decoder),
};

export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  return buildTableModel(problem, { ...options, l2: 0 }, random);
}
