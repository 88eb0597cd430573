import { z } from 'zod';
import { FactorizationMachine } from '../nn/factorization';
import { decoderOutputs, headCount } from '../nn/response-shape';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { machineCount } from './shared/counts';
import { dField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { aboutFeatures } from './shared/needed-features';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({ d: /*#__PURE__*/ dField(), .../*#__PURE__*/ commonWidthFields() });

export const about: MethodAbout<typeof settings> = {
  id: 'fm',
  label: 'Factorization machine',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'A linear model plus one term for every pair of features, whose weight is the inner product of the two features’ vectors. A pair of levels that never occur in the same row still gets a weight.',
  formula: String.raw`\hat y_i = w_0 + w' \xi_i + \textstyle\sum_{j < l} \langle v_j, v_l \rangle \xi_{ij} \xi_{il}, \quad \xi_i = [x_i, \text{one-hot}(z_i)]`,
  countFormula: String.raw`1 + (p + \textstyle\sum_k q_k)(1 + d)\ (C\text{ classes: } C(1 + d) + (p + \textstyle\sum_k q_k)(C + d))`,
  whenToUse:
    'With sparse categorical data and effects that are mostly additive or pairwise. It is linear in every numeric feature: squares are left out too.',
  paper: 'Rendle (2010), Factorization Machines',
  unseen: 'Keeps the small random vector and weight it started with.',
  line: { light: '#5B4AB3', dark: '#A79BF2', dash: '4px,2.5px' },
  settings,
  refusal: aboutFeatures('A factorization machine multiplies features'),
  parameterCount: ({ p, levels, ...response }, { d }) => machineCount(p, levels, d, response) + headCount(response),
};

/** A factorization machine of second order (docs/methods.md A16). */
export function build(problem: Problem, { d }: z.output<typeof settings>, random: RandomStream): Model {
  const tables = new Tables(problem.levels, d, random);
  return buildLevelNetwork(
    problem,
    tableSource(tables, d),
    new FactorizationMachine(problem.p, problem.levels, d, null, random, decoderOutputs(problem)),
  );
}
