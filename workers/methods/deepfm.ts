import { z } from 'zod';
import { FactorizationMachine } from '../nn/factorization';
import { decoderOutputs } from '../nn/response-shape';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, machineCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { aboutFeatures } from './shared/needed-features';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'deepfm',
  label: 'DeepFM',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'A factorization machine and a network side by side, on the same vectors: one models pairs, the other nonlinear effects. Their outputs are added.',
  formula: String.raw`\hat y_i = \mathrm{FM}(x_i, z_i) + f_\theta\big(v_1 x_{i1}, \ldots, v_p x_{ip}, E_{z_{i1}}, \ldots, E_{z_{iK}}\big)`,
  countFormula: String.raw`1 + (p + \textstyle\sum_k q_k)(1 + d) + M_f((p + K) d)\ (C\text{ classes: } C(1 + d) + (p + \textstyle\sum_k q_k)(C + d) + M_f)`,
  whenToUse: 'With sparse categorical data where pairs matter and numeric effects are nonlinear. It needs memory for tables of all levels.',
  paper: 'Guo et al. (2017), DeepFM: A Factorization-Machine based Neural Network for CTR Prediction',
  unseen: 'Keeps the small random vector and weight it started with.',
  line: { light: '#5B4AB3', dark: '#A79BF2', dash: '10px,4px' },
  settings,
  refusal: aboutFeatures('DeepFM multiplies features'),
  parameterCount: ({ p, levels, ...response }, { d, decoder }) =>
    machineCount(p, levels, d, response) + decoderCount((p + levels.length) * d, decoder, response),
};

/** A factorization machine plus an MLP on its factors (docs/methods.md A16). */
export function build(problem: Problem, { d, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const tables = new Tables(problem.levels, d, random);
  return buildLevelNetwork(
    problem,
    tableSource(tables, d),
    new FactorizationMachine(problem.p, problem.levels, d, decoder, random, decoderOutputs(problem)),
  );
}
