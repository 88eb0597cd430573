import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { type Combine, concatenated, IndexedTables } from '../nn/indexed-tables';
import { uniformTable } from '../nn/initialisers';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { decoderField } from './shared/fields';
import { indexedSource } from './shared/indexed-source';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ z
    .int()
    .min(2)
    .max(128)
    .default(10)
    .meta({ title: 'Width d', help: 'Numbers in the vector that stands for one level.', paper: '10' }),
  .../*#__PURE__*/ widthFields(),
  rule: /*#__PURE__*/ z.enum(['multiply', 'add', 'concatenate']).default('multiply').meta({
    title: 'Composition',
    help: 'How the two rows make one vector: multiplied or added number by number, or side by side with half of d each.',
    paper: 'multiply (Shi et al.)',
  }),
  collisions: /*#__PURE__*/ z
    .union([z.literal('auto'), z.int().min(1).max(1_000_000)])
    .default('auto')
    .meta({
      title: 'Levels per remainder row',
      help: 'How many levels share one row of the remainder table. The quotient table has this many rows. Auto: the square root of q, which makes both tables smallest.',
      paper: '4 to 60 (Shi et al.)',
    }),
  decoder: /*#__PURE__*/ decoderField(),
});
type Settings = z.output<typeof settings>;

/** Rows of the remainder and the quotient table of a feature: m and ⌈q / m⌉. */
export function quotientRows(q: number, collisions: number | 'auto'): { remainders: number; quotients: number } {
  const remainders = Math.ceil(collisions === 'auto' ? Math.sqrt(q) : q / collisions);
  return { remainders, quotients: Math.ceil(q / remainders) };
}

/** Each feature's width; halves that stand side by side have a number each at least. */
const widthsOf = (options: Settings, levels: readonly number[]): number[] =>
  featureWidths(options, levels).map((d) => (options.rule === 'concatenate' ? Math.max(2, d) : d));

/** Widths of the two tables' rows: d each, or halves of it. */
const rowsOf = (d: number, rule: Settings['rule']): [number, number] => (rule === 'concatenate' ? [Math.ceil(d / 2), Math.floor(d / 2)] : [d, d]);

export const about: MethodAbout<typeof settings> = {
  id: 'quotient-remainder',
  label: 'Quotient–remainder',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Divides the level’s number by m and composes its vector from a row for the remainder and a row for the quotient. About twice the square root of q rows are enough to keep every level distinct.',
  formula: String.raw`\hat y_i = f_\theta\big(x_i, R_{z_i \bmod m} \circ Q_{\lfloor z_i / m \rfloor}\big), \quad \circ \in \{\times, +, \text{concatenate}\}`,
  countFormula: String.raw`\textstyle\sum_k (m_k + \lceil q_k / m_k \rceil)\, d + M_f(p + K d), \quad m_k = \lceil \sqrt{q_k} \rceil`,
  whenToUse:
    'When memory matters most. Levels with the same remainder or quotient share one of the two rows that make their vector, whether or not they are alike.',
  paper: 'Shi et al. (2020), Compositional Embeddings Using Complementary Partitions for Memory-Efficient Recommendation Systems',
  unseen: 'Its vector is composed from its two rows, which other levels have trained.',
  line: { light: '#5D4037', dark: '#C9AAA0', dash: '6px,3px,2px,3px,2px,3px' },
  settings,
  refusal: aboutLevels('Quotient and remainder are those of levels'),
  candidates: widthCandidates,
  widths: widthsOf,
  parameterCount({ p, levels, ...response }, options) {
    const widths = widthsOf(options, levels);
    const numbers = levels.reduce((sum, q, k) => {
      const [remainder, quotient] = rowsOf(widths[k], options.rule);
      const { remainders, quotients } = quotientRows(q, options.collisions);
      return sum + remainders * remainder + quotients * quotient;
    }, 0);
    return (
      numbers +
      decoderCount(
        widths.reduce((sum, d) => sum + d, p),
        options.decoder,
        response,
      )
    );
  },
};

const COMPOSE: Record<Settings['rule'], Combine> = {
  multiply: ([remainder, quotient]) => tf.mul(remainder, quotient),
  add: ([remainder, quotient]) => tf.add(remainder, quotient),
  concatenate: concatenated,
};

/**
 * Two complementary tables a feature (docs/methods.md A16): table 2k has the remainders of feature k, table
 * 2k + 1 its quotients. Both begin as U(−0.05, 0.05); quotients that multiply begin around 1, so that vectors
 * begin as those of an ordinary table.
 */
export function build(problem: Problem, options: Settings, random: RandomStream): Model {
  const { rule, collisions, decoder } = options;
  const widths = widthsOf(options, problem.levels);
  const sizes = problem.levels.map((q) => quotientRows(q, collisions));
  const tables = sizes.flatMap(({ remainders, quotients }, k) =>
    [remainders, quotients].map((rows, i) => {
      const width = rowsOf(widths[k], rule)[i];
      const initial = uniformTable(random, rows, width);
      const aroundOne = rule === 'multiply' && i === 1;
      return { name: `embedding${2 * k + i}/table`, rows, width, initial: aroundOne ? initial.map((value) => 1 + value) : initial };
    }),
  );
  const features = problem.levels.map((q, k) => {
    const m = sizes[k].remainders;
    return [
      { table: 2 * k, index: Int32Array.from({ length: q }, (_, level) => level % m) },
      { table: 2 * k + 1, index: Int32Array.from({ length: q }, (_, level) => Math.floor(level / m)) },
    ];
  });
  const source = indexedSource(new IndexedTables(tables, features, COMPOSE[rule]), widths, rule === 'concatenate' ? decoder : undefined);
  return buildLevelModel(problem, source, decoder, random);
}
