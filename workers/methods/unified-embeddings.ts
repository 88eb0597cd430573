import { z } from 'zod';
import { concatenated, IndexedTables } from '../nn/indexed-tables';
import { uniformTable } from '../nn/initialisers';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { saltedRows } from './shared/hashing';
import { indexedSource } from './shared/indexed-source';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, type WidthSettings, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  lookups: /*#__PURE__*/ z.int().min(1).max(16).default(2).meta({
    title: 'Lookups per feature',
    help: 'How many rows of the table make up a level’s vector; a different hash finds each row. Two levels rarely share all of them.',
    paper: '1 in the reference code; tuned for each feature by Coleman et al.',
  }),
  chunk: /*#__PURE__*/ z.int().min(1).max(128).default(5).meta({
    title: 'Width of a row',
    help: 'Numbers in one row of the table; a level’s vector has lookups × width.',
    paper: '10, with one lookup',
  }),
  .../*#__PURE__*/ widthFields(),
  share: /*#__PURE__*/ z.number().min(0.0001).max(100).default(0.5).meta({
    title: 'Size',
    help: 'Size of the table, as a share of the size of a table with one row per level.',
    paper: '1 with one feature, 35 with three',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});
type Settings = z.output<typeof settings>;

/** Settings as those of a method with one width: lookups × width of a row. */
const asked = (options: Settings): WidthSettings => ({ ...options, d: options.lookups * options.chunk });

/** Lookups of each feature: as many rows as its width takes. */
const lookupsOf = (options: Settings, levels: readonly number[]): number[] =>
  featureWidths(asked(options), levels).map((d) => Math.ceil(d / options.chunk));

/** Each feature's width, in whole rows of the table. */
const widthsOf = (options: Settings, levels: readonly number[]): number[] => lookupsOf(options, levels).map((count) => count * options.chunk);

/** Rows of the table: a share of what all lookups of all levels would take. */
const tableRows = (levels: readonly number[], lookups: readonly number[], share: number): number =>
  Math.max(1, Math.ceil(share * levels.reduce((sum, q, k) => sum + lookups[k] * q, 0)));

export const about: MethodAbout<typeof settings> = {
  id: 'unified-embeddings',
  label: 'UEmbeddings, salted',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Unified embeddings as their authors define them: one table for all features, several lookups per feature, each by an independent salted hash, and the rows side by side. Levels share parts of their vectors but almost never a whole vector.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, \dots, [E_{h_{k1}(z_{ik})}, \dots, E_{h_{kc}(z_{ik})}], \dots\big), \quad h_{kc}: \text{independent hashes to } 1 \dots M`,
  countFormula: String.raw`M w + M_f(p + K c w), \quad M = \lceil s\, c \textstyle\sum_k q_k \rceil`,
  whenToUse:
    'When tables of all features have to fit into a fixed memory. With two lookups, a table of half the size still keeps nearly all levels distinct.',
  paper: 'Coleman et al. (2023), Unified Embedding: Battle-Tested Feature Representations for Web-Scale ML Systems',
  unseen: 'Uses the rows it hashes to, which other levels have trained: a mixture of their vectors.',
  line: { light: '#6A2BC2', dark: '#BA98F8', dash: '12px,3px,3px,3px' },
  settings,
  refusal: aboutLevels('UEmbeddings are vectors of levels'),
  candidates: (options) => widthCandidates(asked(options))?.map(({ title, settings: { d: _, ...rest } }) => ({ title, settings: rest })) ?? null,
  widths: widthsOf,
  parameterCount({ p, levels, ...response }, options) {
    const { chunk, share, decoder } = options;
    const lookups = lookupsOf(options, levels);
    const pieces = lookups.reduce((sum, count) => sum + count, 0);
    return tableRows(levels, lookups, share) * chunk + decoderCount(p + pieces * chunk, decoder, response);
  },
};

/** Several salted lookups per feature in one table, side by side (docs/methods.md A8, DIS-4). */
export function build(problem: Problem, settings: Settings, random: RandomStream): Model {
  const { chunk, share, decoder } = settings;
  const salt = random.uint32();
  const lookups = lookupsOf(settings, problem.levels);
  const rows = tableRows(problem.levels, lookups, share);
  const tables = [{ name: 'embedding0/table', rows, width: chunk, initial: uniformTable(random, rows, chunk) }];
  const features = problem.levels.map((q, feature) =>
    Array.from({ length: lookups[feature] }, (_, place) => ({ table: 0, index: saltedRows(q, rows, { feature, chunk: place, salt }) })),
  );
  const source = indexedSource(new IndexedTables(tables, features, concatenated), widthsOf(settings, problem.levels), decoder);
  return buildLevelModel(problem, source, decoder, random);
}
