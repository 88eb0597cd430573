import { z } from 'zod';
import { InnerProduct } from '../nn/inner-product';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { indexedSource } from './shared/indexed-source';
import { buildLevelNetwork } from './shared/level-model';
import { NCF_PAPER, ncfRefusal } from './shared/ncf';
import { DECODED_TASKS } from './shared/tasks';
import { unifiedRowsField, unifiedTable } from './shared/unified-source';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  rows: /*#__PURE__*/ unifiedRowsField(),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'ncf-uembeddings',
  label: 'NCF with UEmbeddings',
  family: 'architectures',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Collaborative filtering whose users and items share one table: a hash sends each to one of its rows. The table can have any size, and users or items with the same row cannot be told apart.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \langle E_{h_1(u_i)}, E_{h_2(v_i)} \rangle\big)`,
  countFormula: 'M d + M_f(p + 1)',
  whenToUse: 'To see what hashing costs where each user and item has few rows. The paper found that it performed very poorly and gives no numbers.',
  paper: NCF_PAPER,
  unseen: 'Uses the row it hashes to, which the levels that share it have trained; without such levels, the row keeps its initial values.',
  line: { light: '#7A5C00', dark: '#D6B23C', dash: '4px,2.5px' },
  settings,
  refusal: ncfRefusal,
  parameterCount: ({ p, ...response }, { d, rows, decoder }) => rows * d + decoderCount(p + 1, decoder, response),
};

/** The inner product of rows of one hashed table, next to x into an MLP; no biases (docs/methods.md A13). */
export function build(problem: Problem, { d, rows, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const tables = unifiedTable(problem.levels, rows, d, random);
  return buildLevelNetwork(problem, indexedSource(tables, d), new InnerProduct(problem.p, decoder, null, random, decoderOutputs(problem)), {
    kind: 'tables',
    d,
    decoder,
    l2: 0,
    interaction: 'inner-product',
    lookups: tables.lookups,
  });
}
