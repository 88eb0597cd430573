import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { Interactions } from '../nn/interactions';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { betaField, decoderField, dField, predictionField, priorVarianceField } from './shared/fields';
import { aboutLevels } from './shared/needed-features';
import { buildSampledNetwork } from './shared/sampled-network';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, oneWidth, rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ widthFields(),
  beta: /*#__PURE__*/ betaField(),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  prediction: /*#__PURE__*/ predictionField(),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'regbeddings',
  label: 'REmbeddings',
  family: 'random effects',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'Gives each level a mean and a variance, draws a new vector from them for every row, and pulls both towards a common prior. It treats levels as random effects and has twice the parameters of a table.',
  formula: String.raw`b_i = \mu_{z_i} + e^{v_{z_i}/2} \odot \varepsilon_i, \quad \varepsilon_i \sim N(0, I), \quad \hat y_i = f_\theta(x_i, b_i)`,
  countFormula: String.raw`2 \textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse:
    'When you want a posterior variance for every level and have memory for twice the table. With few rows per level, its training noise costs accuracy.',
  paper: 'Richman & Wüthrich (2024), High-Cardinality Categorical Covariates in Network Regressions',
  unseen: 'Its mean stays near 0 and its variance near 1, so a sampled prediction is mostly noise.',
  line: { light: '#045C42', dark: '#2BD79F', dash: '4px,2.5px' },
  settings,
  refusal: aboutLevels('REmbeddings are random vectors of levels'),
  candidates: widthCandidates,
  parameterCount: ({ p, levels, ...response }, options) =>
    2 * tablesCount(options, levels) + decoderCount(p + rowWidth(options, levels), options.decoder, response),
};

/** Sampled tables in front of an MLP on x and the level vectors (docs/methods.md A9). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { decoder, beta, priorVariance } = options;
  const widths = featureWidths(options, problem.levels);
  const network = () => new Interactions('concatenation', problem.p, widths, decoder, random, decoderOutputs(problem));
  const d = oneWidth(widths);
  const fused = d === null ? undefined : { kind: 'sampled-tables' as const, d, decoder, beta, priorVariance };
  return buildSampledNetwork(problem, { ...options, d: widths }, network, random, dataset, fused);
}
