import { z } from 'zod';
import { concatenated, IndexedTables } from '../nn/indexed-tables';
import { uniformTable } from '../nn/initialisers';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { fingerprintRows } from './shared/hashing';
import { indexedSource } from './shared/indexed-source';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  rows: /*#__PURE__*/ z
    .union([z.literal('auto'), z.int().min(1).max(16_777_216)])
    .default('auto')
    .meta({
      title: 'Table rows',
      help: 'Rows of the one table. Auto: as many rows as levels with one feature, 1,048,576 with several, as published. With either, the table is no smaller than ordinary tables.',
      paper: 'q with one feature, 2²⁰ with three; 2¹⁰ or 2¹³ on real data',
    }),
  decoder: /*#__PURE__*/ decoderField(),
});

/** Rows of the shared table: as published, q with one feature and 2²⁰ with more. */
export function tableRows(rows: number | 'auto', levels: readonly number[]): number {
  if (rows !== 'auto') return rows;
  return levels.length === 1 ? levels[0] : 2 ** 20;
}

export const about: MethodAbout<typeof settings> = {
  id: 'uembeddings',
  label: 'UEmbeddings',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'As published: one table for all features, and a single hash that sends each level to one of its rows. Levels that hash to the same row share the whole vector; with as many rows as levels, two thirds of the levels do.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, E_{h_1(z_{i1})}, \dots, E_{h_K(z_{iK})}\big), \quad h_k(z) = (\operatorname{FarmHash}(z) + k - 1) \bmod M`,
  countFormula: 'M d + M_f(p + K d)',
  whenToUse: 'To reproduce the published tables. For unified embeddings as their authors define them, choose UEmbeddings, salted.',
  paper: 'Reference code of Simchoni & Rosset (2025), MMbeddings, after Coleman et al. (2023)',
  unseen: 'Uses the row it hashes to, which the levels that share it have trained; without such levels, the row keeps its initial values.',
  line: { light: '#B0007A', dark: '#FF83CC', dash: '8px,4px' },
  settings,
  refusal: aboutLevels('UEmbeddings are vectors of levels'),
  parameterCount: ({ p, levels, ...response }, { d, rows, decoder }) =>
    tableRows(rows, levels) * d + decoderCount(p + levels.length * d, decoder, response),
};

/** One unsalted lookup a feature, moved by one row from feature to feature (docs/methods.md A8, DIS-4). */
export function build(problem: Problem, { d, rows, decoder }: z.output<typeof settings>, random: RandomStream): Model {
  const size = tableRows(rows, problem.levels);
  const tables = [{ name: 'embedding0/table', rows: size, width: d, initial: uniformTable(random, size, d) }];
  const features = problem.levels.map((q, k) => [{ table: 0, index: fingerprintRows(q, size, k) }]);
  return buildLevelModel(problem, indexedSource(new IndexedTables(tables, features, concatenated), d, decoder), decoder, random);
}
