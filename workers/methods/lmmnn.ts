import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { byLevel } from './shared/by-level';
import { decoderCount } from './shared/counts';
import { buildLmmnnModel } from './shared/lmmnn-model';
import { aboutLevels } from './shared/needed-features';
import { COMPARED, networkFields } from './shared/network-fields';

const settings = /*#__PURE__*/ z.strictObject({
  .../*#__PURE__*/ networkFields(COMPARED),
  order: /*#__PURE__*/ z.enum(['shuffled', 'by-level']).default('shuffled').meta({
    title: 'Row order',
    help: 'Shuffled: a new order each epoch, as in the MMbeddings comparison. By level: sorted by level and never shuffled, as the LMMNN authors do, so that a batch holds nearly all rows of a few levels.',
    paper: 'shuffled; the LMMNN authors by level',
  }),
  largestBatch: /*#__PURE__*/ z.int().min(2).max(2000).default(1000).meta({
    title: 'Largest batch',
    help: 'Batches are at most this large: with several features, levels that meet in the rows of a batch are taken together, which costs more the more of them meet.',
    paper: '1000; the LMMNN authors 30 with one feature, 100 with several',
  }),
  approximation: /*#__PURE__*/ z.enum(['nodes-under-prior', 'adaptive-nodes', 'laplace']).default('nodes-under-prior').meta({
    title: 'Binary response by',
    help: 'How the intercepts of a response of two classes are integrated out. Nodes under the prior: five points spread as intercepts are, as published; they miss what many rows say of a level, and the variance comes out too small. Adaptive nodes: five points around each level’s own mode. Laplace: a normal curve at the modes, which makes variances too small where a batch has few rows of a level, so that large batches are better; several features are always taken so.',
    paper: 'nodes under the prior, one feature only',
  }),
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn',
  label: 'LMMNN',
  family: 'random effects',
  tags: 'average',
  idea: 'A linear mixed model with a network in place of its fixed effects: each level has a random intercept, integrated out of the likelihood that trains the network and the variances. After training, each level’s intercept is its mean residual, which is shrunk more when it has fewer rows. A response of two classes has the intercepts in its logit.',
  formula: String.raw`y = f_\theta(X) + \sum_k Z_k b_k + e,\quad b_k \sim N(0, \sigma_k^2 I),\quad -\log p(y) = \tfrac12 \log|V| + \tfrac12 r^\top V^{-1} r + \tfrac m2 \log 2\pi,\quad V = \sigma_e^2 I + \sum_k \sigma_k^2 Z_k Z_k^\top`,
  countFormula: String.raw`M_f(p) + 1 + K\ (\text{binary: } M_f(p) + K)`,
  whenToUse:
    'When levels mostly shift the response up or down: one number per level is estimated, with its variance, and few rows per level are enough. Do not use it when levels change the effects of the numeric features.',
  paper: 'Simchoni & Rosset (2021, 2023), Integrating Random Effects in Deep Neural Networks',
  unseen: 'Gets an intercept of 0, so only the network predicts.',
  line: { light: '#8A3FA8', dark: '#C58BE0', dash: '14px,4px,3px,4px' },
  settings,
  parameterCount: ({ p, levels, task }, { network }) => decoderCount(p, network) + levels.length + (task === 'binary' ? 0 : 1),
  refusal: aboutLevels('LMMNN has random intercepts of levels'),
};

/** docs/methods.md A11. */
export function build(
  problem: Problem,
  { network, dropout, order, largestBatch, approximation }: Settings,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const batchSize = Math.min(problem.batchSize, largestBatch);
  return {
    ...buildLmmnnModel({ ...problem, batchSize }, { network, dropout, approximation }, random, dataset),
    batchSize,
    ...(order === 'by-level' && dataset ? { epochOrder: (rows: Uint32Array) => byLevel(rows, dataset) } : {}),
  };
}
