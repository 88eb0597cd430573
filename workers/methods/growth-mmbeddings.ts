import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { CURVE_WIDTH, GROWTH_PAPER, growthCurve, growthRefusal, startField, withCurveEstimates } from './shared/growth';
import { buildVariational } from './shared/variational-model';
import { variationalCandidates, variationalCount, variationalFields } from './shared/variational-settings';

/**
 * Everything of MMbeddings but the width, which the curve fixes; without post-training, which the reference
 * code gives to plain MMbeddings only.
 */
function growthSettings() {
  const { d, dRule, postTraining, ...fields } = variationalFields({ beta: 0.01 });
  return z.strictObject({
    start: startField(),
    ...fields,
    postTraining: postTraining
      .unwrap()
      .default(false)
      .meta({ ...postTraining.meta(), paper: 'off' }),
  });
}

const settings = /*#__PURE__*/ growthSettings();

export const about: MethodAbout<typeof settings> = {
  id: 'growth-mmbeddings',
  label: 'Growth curve, MMbeddings',
  family: 'random effects',
  idea: 'The growth-curve mixed model of the paper’s introduction, fitted as a variational autoencoder: an encoder proposes asymptote, midpoint and scale from each row, and a level takes the average over its rows. The decoder is the logistic curve itself.',
  formula: String.raw`\hat y_i = \frac{\beta_1 + B_{z_i 1}}{1 + \exp\left(-\frac{x_i - (\beta_2 + B_{z_i 2})}{\max(\beta_3 + B_{z_i 3},\, 0.1)}\right)}, \quad B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i, \quad b_i \sim q_\phi(b \mid x_i, y_i)`,
  countFormula: String.raw`M_\phi(2) + 6 (h + 1) + 3`,
  whenToUse: 'For growth over one number with very many levels of few rows each. With a handful of levels, Lindstrom–Bates is exact and quicker.',
  paper: GROWTH_PAPER,
  unseen: 'Takes the zero vector, which gives the mean curve.',
  line: { light: '#5A6B00', dark: '#B9CE4A', dash: 'solid' },
  settings,
  candidates: variationalCandidates,
  refusal: growthRefusal,
  parameterCount: (problem, options) => variationalCount(problem, { ...options, d: CURVE_WIDTH }) + CURVE_WIDTH,
};

/**
 * MMbeddings of width 3 in front of the logistic curve with its exponent cut at ±50 (docs/methods.md A10,
 * A15).
 */
export function build(problem: Problem, { start, ...options }: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const network = () => growthCurve(dataset, start, true);
  return withCurveEstimates(buildVariational(problem, { ...options, d: CURVE_WIDTH }, network, random, dataset), dataset);
}
