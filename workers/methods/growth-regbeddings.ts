import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { levelCount } from './shared/counts';
import { betaField, predictionField, priorVarianceField } from './shared/fields';
import { CURVE_WIDTH, GROWTH_PAPER, growthCurve, growthRefusal, startField, withCurveEstimates } from './shared/growth';
import { buildSampledNetwork } from './shared/sampled-network';

const settings = /*#__PURE__*/ z.strictObject({
  start: /*#__PURE__*/ startField(),
  beta: /*#__PURE__*/ betaField(0.01),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  prediction: /*#__PURE__*/ predictionField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'growth-regbeddings',
  label: 'Growth curve, REmbeddings',
  family: 'random effects',
  idea: 'A logistic growth curve whose asymptote, midpoint and scale are drawn for every row around the means of its level. A common prior keeps levels with few rows near the mean curve.',
  formula: String.raw`b_i = \mu_{z_i} + e^{v_{z_i}/2} \odot \varepsilon_i, \quad \hat y_i = \frac{\beta_1 + b_{i1}}{1 + \exp\left(-\frac{x_i - (\beta_2 + b_{i2})}{\max(\beta_3 + b_{i3},\, 0.1)}\right)}`,
  countFormula: '6q + 3',
  whenToUse: 'For growth over one number when every level’s curve should come with its uncertainty, and there is memory for a table of all levels.',
  paper: `Richman & Wüthrich (2024), High-Cardinality Categorical Covariates in Network Regressions; ${GROWTH_PAPER}`,
  unseen: 'Its means stay near 0 and its variances near 1, so a sampled prediction is the mean curve with noise.',
  line: { light: '#5A6B00', dark: '#B9CE4A', dash: '4px,2.5px' },
  settings,
  refusal: growthRefusal,
  parameterCount: ({ levels }) => 2 * CURVE_WIDTH * levelCount(levels) + CURVE_WIDTH,
};

/** Sampled tables in front of the logistic curve (docs/methods.md A9, A15). */
export function build(problem: Problem, { start, ...options }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const network = () => growthCurve(dataset, start, false);
  return withCurveEstimates(buildSampledNetwork(problem, { ...options, d: CURVE_WIDTH }, network, random, dataset), dataset);
}
