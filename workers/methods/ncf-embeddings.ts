import { z } from 'zod';
import { heNormalTable } from '../nn/initialisers';
import { InnerProduct } from '../nn/inner-product';
import { decoderOutputs } from '../nn/response-shape';
import { Tables } from '../nn/tables';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, levelCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { buildLevelNetwork } from './shared/level-model';
import { NCF_PAPER, ncfRefusal } from './shared/ncf';
import { tableSource } from './shared/table-source';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  l2: /*#__PURE__*/ z.number().min(0).max(1000).default(1e-6).meta({
    title: 'L2 penalty',
    help: 'The sum of squares of both whole tables, times this, is added to the loss of every step.',
    paper: '1e-6 in the reference code; the text does not say',
  }),
  biases: /*#__PURE__*/ z.boolean().default(true).meta({
    title: 'A bias per level',
    help: 'Adds a trained number of each user and item to the inner product. In the reference code only this baseline has them; the text does not mention them.',
    paper: 'on in the reference code',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'ncf-embeddings',
  label: 'NCF',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Gives each user and each item a vector, and lets the inner product of the two say how well they match. A small network takes the match together with the numeric features.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \langle U_{u_i}, V_{v_i} \rangle + a_{u_i} + c_{v_i}\big)`,
  countFormula: '(q_u + q_v)(d + 1) + M_f(p + 1)',
  whenToUse:
    'With two categorical features whose levels occur in pairs, such as users and items, and enough rows of each. The vector of a user with one row fits the noise of that row, so stop early.',
  paper: NCF_PAPER,
  unseen: 'Keeps the vector it started with, close to zero in a large table, so the inner product adds little more than the bias of the other level.',
  line: { light: '#7A5C00', dark: '#D6B23C', dash: '10px,4px' },
  settings,
  refusal: ncfRefusal,
  parameterCount: ({ p, levels, ...response }, { d, biases, decoder }) =>
    levelCount(levels) * (d + (biases ? 1 : 0)) + decoderCount(p + 1, decoder, response),
};

/**
 * He-normal tables of two features, their inner product and biases, an MLP on [x, score] (docs/methods.md
 * A13).
 */
export function build(problem: Problem, { d, l2, biases, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const tables = new Tables(problem.levels, d, random, heNormalTable);
  return buildLevelNetwork(
    problem,
    tableSource(tables, d, l2),
    new InnerProduct(problem.p, decoder, biases ? problem.levels : null, random, decoderOutputs(problem)),
    {
      kind: 'tables',
      d,
      decoder,
      l2,
      interaction: 'inner-product',
      biases,
    },
  );
}
