import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { aboutLevels } from './shared/needed-features';
import { makeTransformer, TAB_TRANSFORMER_PAPER, transformerCount, transformerFields } from './shared/tab-transformer-settings';
import { DECODED_TASKS } from './shared/tasks';
import { buildVariational } from './shared/variational-model';
import { variationalCandidates, variationalCount, variationalFields } from './shared/variational-settings';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ variationalFields({ beta: 0.1, encoder: [100] }),
  .../*#__PURE__*/ transformerFields(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tabtransformer-mmbeddings',
  label: 'TabTransformer with MMbeddings',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'A transformer over level vectors that are not stored: an encoder proposes them row by row and each level takes the average. The number of parameters does not grow with the number of levels.',
  formula: String.raw`\hat y_i = f_\theta\big(\mathrm{LN}(x_i), T_\theta(B_{z_{i1}} + c_1, \ldots, B_{z_{iK}} + c_K)\big), \quad B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + K d + 2 p + L M_T(d) + M_f(p + K d)`,
  whenToUse: 'With several categorical features of many levels and few rows each. Use a large batch: a level is averaged over its rows in the batch.',
  paper: TAB_TRANSFORMER_PAPER,
  unseen: 'Takes the zero vector, to which the vector of its column is added.',
  line: { light: '#00697A', dark: '#3FC4DA', dash: 'solid' },
  settings,
  refusal: aboutLevels('TabTransformer attends to the vectors of levels'),
  candidates: variationalCandidates,
  parameterCount: (problem, options) => variationalCount(problem, options) + transformerCount(problem, options),
};

/** MMbeddings in front of a TabTransformer (docs/methods.md A12). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  return buildVariational(problem, options, () => makeTransformer(problem, options, random), random, dataset);
}
