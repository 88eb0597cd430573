import { z } from 'zod';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { dField } from './shared/fields';
import { indexedSource } from './shared/indexed-source';
import { buildLevelNetwork } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { makeTransformer, TAB_TRANSFORMER_PAPER, transformerCount, transformerFields } from './shared/tab-transformer-settings';
import { DECODED_TASKS } from './shared/tasks';
import { unifiedRowsField, unifiedTable } from './shared/unified-source';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  rows: /*#__PURE__*/ unifiedRowsField(),
  .../*#__PURE__*/ transformerFields(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tabtransformer-uembeddings',
  label: 'TabTransformer with UEmbeddings',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'A transformer over vectors from one table that all features share: a hash sends each level to one of its rows. The table can have any size, and levels with the same row cannot be told apart.',
  formula: String.raw`\hat y_i = f_\theta\big(\mathrm{LN}(x_i), T_\theta(E_{h_1(z_{i1})} + c_1, \ldots, E_{h_K(z_{iK})} + c_K)\big)`,
  countFormula: 'M d + K d + 2 p + L M_T(d) + M_f(p + K d)',
  whenToUse: 'When tables of all levels are too large for a transformer and it is acceptable that some levels are confused.',
  paper: TAB_TRANSFORMER_PAPER,
  unseen: 'Uses the row it hashes to, which the levels that share it have trained; without such levels, the row keeps its initial values.',
  line: { light: '#00697A', dark: '#3FC4DA', dash: '4px,2.5px' },
  settings,
  refusal: aboutLevels('TabTransformer attends to the vectors of levels'),
  parameterCount: (problem, options) => options.rows * options.d + transformerCount(problem, options),
};

/** TabTransformer on one hashed table of all features (docs/methods.md A12, A8). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const { d, rows } = options;
  const tables = unifiedTable(problem.levels, rows, d, random);
  return buildLevelNetwork(problem, indexedSource(tables, d), makeTransformer(problem, options, random));
}
