import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { IndexedTables } from '../nn/indexed-tables';
import { normalTable } from '../nn/initialisers';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, levelCount } from './shared/counts';
import { decoderField, dField } from './shared/fields';
import { UNIVERSAL_PRIME, universalRows } from './shared/hashing';
import { indexedSource } from './shared/indexed-source';
import { buildLevelModel } from './shared/level-model';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  hashes: /*#__PURE__*/ z.int().min(1).max(8).default(2).meta({
    title: 'Hashes k',
    help: 'How many vectors of the pool a level mixes; a different hash finds each of them.',
    paper: '2 (Svenstrup et al.)',
  }),
  pool: /*#__PURE__*/ z.number().min(0.0001).max(1).default(0.1).meta({
    title: 'Pool',
    help: 'Vectors in the pool as a share of the levels of all features.',
    paper: 'less than a tenth of the weights’ rows (Svenstrup et al.)',
  }),
  weights: /*#__PURE__*/ z.number().min(0.0001).max(1).default(1).meta({
    title: 'Weights',
    help: 'Rows of importance weights as a share of a feature’s levels. 1: every level has its own, so no two levels coincide.',
    paper: 'more than ten times the pool (Svenstrup et al.)',
  }),
  append: /*#__PURE__*/ z.boolean().default(false).meta({
    title: 'Append weights',
    help: 'Gives the k importance weights to the network as further inputs, after the mixed vector.',
    paper: 'optional (Svenstrup et al.)',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});
type Settings = z.output<typeof settings>;

const poolRows = (levels: readonly number[], pool: number): number => Math.max(1, Math.ceil(pool * levelCount(levels)));
const weightRows = (q: number, weights: number): number => Math.max(1, Math.ceil(weights * q));

export const about: MethodAbout<typeof settings> = {
  id: 'hash-embeddings',
  label: 'Hash embeddings',
  family: 'tables',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'A level mixes a few vectors of a small pool, found by hashes, with its own importance weights. The pool is shared, so a level costs k numbers instead of d.',
  formula: String.raw`\hat y_i = f_\theta(x_i, e_{z_i}), \quad e_j = \sum_{r=1}^{k} P_{j \bmod K', r}\, E_{h_r(j)}, \quad h_r(j) = ((a_r j + b_r) \bmod (2^{31} - 1)) \bmod B`,
  countFormula: String.raw`B d + \textstyle\sum_k K'_k k + M_f(p + K d), \quad B = \lceil 0.1 \sum_k q_k \rceil`,
  whenToUse: 'When a table of q rows is too large but levels should stay distinct. It needs enough rows per level to learn the weights.',
  paper: 'Svenstrup, Hansen & Winther (2017), Hash Embeddings for Efficient Word Representations',
  unseen: 'Its hashes mix pool vectors by weights that are still close to zero.',
  line: { light: '#006E5F', dark: '#52D3C0', dash: '2px,3px' },
  settings,
  refusal: aboutLevels('Hash embeddings are vectors of levels'),
  parameterCount({ p, levels, ...response }, { d, hashes, pool, weights, append, decoder }) {
    const rows = levels.reduce((sum, q) => sum + weightRows(q, weights), 0);
    const width = d + (append ? hashes : 0);
    return poolRows(levels, pool) * d + rows * hashes + decoderCount(p + levels.length * width, decoder, response);
  },
};

/**
 * Deviations of the initial pool and weights, those of a public PyTorch implementation (docs/methods.md A16).
 */
const POOL_DEVIATION = 0.1;
const WEIGHT_DEVIATION = 0.0005;

/**
 * Universal hashes of all features to one pool, importance weights by feature (docs/methods.md A16). Levels
 * of features are numbered one after the other.
 */
export function build(problem: Problem, { d, hashes, pool, weights, append, decoder }: Settings, random: RandomStream): Model {
  const rows = poolRows(problem.levels, pool);
  const keys = Array.from({ length: hashes }, () => ({ a: 1 + random.integer(UNIVERSAL_PRIME - 1), b: random.integer(UNIVERSAL_PRIME) }));
  let first = 0;
  const features = problem.levels.map((q, k) => {
    const own = weightRows(q, weights);
    const lookups = keys.map((key) => ({ table: 0, index: universalRows(q, rows, key, first) }));
    first += q;
    return [...lookups, { table: 1 + k, index: Int32Array.from({ length: q }, (_, level) => level % own) }];
  });
  const tables = new IndexedTables(
    [
      { name: 'embedding/pool', rows, width: d, initial: normalTable(random, rows * d, POOL_DEVIATION) },
      ...problem.levels.map((q, k) => {
        const own = weightRows(q, weights);
        return { name: `embedding${k}/weights`, rows: own, width: hashes, initial: normalTable(random, own * hashes, WEIGHT_DEVIATION) };
      }),
    ],
    features,
    (pieces) => mixed(pieces.slice(0, -1), pieces[hashes], append),
  );
  return buildLevelModel(problem, indexedSource(tables, d + (append ? hashes : 0)), decoder, random);
}

/** Σ_r weights[:, r] · pieces[r], and the weights next to it when asked. */
function mixed(pieces: tf.Tensor2D[], weights: tf.Tensor2D, append: boolean): tf.Tensor2D {
  const sum = tf.addN(pieces.map((piece, r) => tf.mul(piece, tf.slice(weights, [0, r], [weights.shape[0], 1])))) as tf.Tensor2D;
  return append ? tf.concat([sum, weights], 1) : sum;
}
