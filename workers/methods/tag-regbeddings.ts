import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { Interactions } from '../nn/interactions';
import { decoderOutputs } from '../nn/response-shape';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount, sizesOf } from './shared/counts';
import { betaField, predictionField, priorVarianceField } from './shared/fields';
import { aboutTags } from './shared/needed-features';
import { buildSampledNetwork } from './shared/sampled-network';
import { TAGS_AT_RANDOM, tagDecoderField, tagPoolingField, tagWidthField } from './shared/tag-fields';
import { DECODED_TASKS } from './shared/tasks';
import { featureWidths, rowWidth, tablesCount, widthCandidates, widthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ tagWidthField(),
  .../*#__PURE__*/ widthFields(),
  pooling: /*#__PURE__*/ tagPoolingField('none, the lab’s own'),
  beta: /*#__PURE__*/ betaField(),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  prediction: /*#__PURE__*/ predictionField(),
  decoder: /*#__PURE__*/ tagDecoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'tag-regbeddings',
  label: 'REmbeddings of tags',
  family: 'tags',
  tags: 'own',
  tasks: DECODED_TASKS,
  idea: 'Gives each tag a mean and a variance, draws a new vector for every tag of every row, and adds the draws of a row. Means and variances are pulled towards a common prior.',
  formula: String.raw`t_i = \sum_{j \in A_i} \mu_j + \Big(\textstyle\sum_{j \in A_i} e^{v_j}\Big)^{1/2} \odot \varepsilon_i, \quad \varepsilon_i \sim N(0, I), \quad \hat y_i = f_\theta(x_i, t_i)`,
  countFormula: String.raw`2 \big(\textstyle\sum_c J_c + \sum_k q_k\big) d + M_f(p + (C + K) d)`,
  whenToUse:
    'When you want a posterior variance for every tag. Its noise grows with the tags of a row and costs accuracy: on the lab’s own data it is far behind the sum of tags.',
  paper: `${TAGS_AT_RANDOM} Richman & Wüthrich (2024), High-Cardinality Categorical Covariates in Network Regressions`,
  unseen:
    'Its mean stays near 0 and its variance near 1, so it adds mostly noise to a sampled prediction, unless tags that no training row has are left out. A row without tags has zeros.',
  line: { light: '#0B7A5A', dark: '#3FDCA8', dash: '2px,2px' },
  settings,
  refusal: aboutTags('REmbeddings of tags are random vectors of tags'),
  candidates: widthCandidates,
  parameterCount: (problem, options) =>
    2 * tablesCount(options, sizesOf(problem)) + decoderCount(problem.p + rowWidth(options, sizesOf(problem)), options.decoder, problem),
};

/** Sampled tables whose draws are pooled over a row's tags (docs/methods.md F3). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const { decoder, pooling } = options;
  const widths = featureWidths(options, sizesOf(problem));
  const network = () => new Interactions('concatenation', problem.p, widths, decoder, random, decoderOutputs(problem));
  return buildSampledNetwork(problem, { ...options, d: widths }, network, random, dataset, undefined, { pooling, ownNames: true });
}
