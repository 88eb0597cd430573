import { z } from 'zod';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { levelCount } from './shared/counts';
import { dField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { makeTransformer, TAB_TRANSFORMER_PAPER, transformerCount, transformerFields } from './shared/tab-transformer-settings';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  .../*#__PURE__*/ transformerFields(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tabtransformer',
  label: 'TabTransformer',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Treats the level vectors of a row as the words of a sentence and lets attention adjust each vector by the others. A network takes the result together with the numeric features.',
  formula: String.raw`\hat y_i = f_\theta\big(\mathrm{LN}(x_i), T_\theta(E_{z_{i1}} + c_1, \ldots, E_{z_{iK}} + c_K)\big)`,
  countFormula: String.raw`\textstyle\sum_k q_k d + K d + 2 p + L M_T(d) + M_f(p + K d)`,
  whenToUse:
    'With several categorical features whose meaning depends on each other. With one feature there is nothing to attend to, and attention only costs time.',
  paper: TAB_TRANSFORMER_PAPER,
  unseen: 'Keeps the small random vector it started with.',
  line: { light: '#00697A', dark: '#3FC4DA', dash: '10px,4px' },
  settings,
  refusal: aboutLevels('TabTransformer attends to the vectors of levels'),
  parameterCount: (problem, options) => levelCount(problem.levels) * options.d + transformerCount(problem, options),
};

/** TabTransformer on a table per feature (docs/methods.md A12). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const tables = new Tables(problem.levels, options.d, random);
  return buildLevelNetwork(problem, tableSource(tables, options.d), makeTransformer(problem, options, random));
}
