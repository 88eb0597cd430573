import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { buildCountsModel } from './shared/counts-model';
import { refusedResponse, responseFields } from './shared/response-methods';

const settings = /*#__PURE__*/ z.strictObject({
  effect: /*#__PURE__*/ z.enum(['normal-adaptive', 'normal', 'gamma']).default('normal-adaptive').meta({
    title: 'Effect of a level',
    help: 'Normal, adaptive: a normal intercept in the log mean, integrated out at five nodes around each level’s own mode. Normal: five nodes under the prior, as LMMNN has them for a binary response; they miss the narrow posterior of a level with many counts. Gamma: each level multiplies the mean by a gamma variable of mean 1, in closed form.',
    paper: 'not in the sources',
  }),
  ...responseFields,
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn-poisson',
  label: 'LMMNN of counts',
  family: 'random effects',
  tasks: ['regression'],
  idea: 'LMMNN for counts: a network gives the logarithm of the mean, and each level adds a random intercept to it, integrated out of the Poisson likelihood that trains network and variance. After training, what a level multiplies its rows’ mean by follows from its sum of counts and the sum that the network expects, shrunk more when these are small.',
  formula: String.raw`y_i \sim \mathrm{Poisson}\bigl(e^{f_\theta(x_i) + b_{z_i}}\bigr),\quad b_j \sim N(0, \sigma_b^2)\ \text{or}\ e^{b_j} \sim \Gamma,\quad \log p(y_j \mid b) = Y_j b - M_j e^b + \text{const},\quad Y_j = \sum y_i,\ M_j = \sum e^{f_i}`,
  countFormula: 'M_f(p) + 1',
  whenToUse:
    'When the response is counts and levels of one categorical feature multiply them. It assumes that a count varies around its mean as a Poisson variable does: where it varies more, within a level, the variance between levels comes out too large. Do not use it for numbers that are merely whole, such as ratings.',
  paper: 'The lab’s own, after LMMNN (Simchoni & Rosset 2021, 2023) and their binary response; adaptive nodes as in Pinheiro & Bates (1995)',
  unseen: 'Is as the average level: the mean is multiplied by exp(σ²_b / 2), or by 1 with gamma effects.',
  line: { light: '#6C4FC7', dash: '9px,3px,2px,3px', dark: '#A995F2' },
  counts: true,
  settings,
  parameterCount: ({ p }, { network }) => decoderCount(p, network) + 1,
  refusal: refusedResponse('LMMNN of counts', ({ counts }) =>
    counts ? null : 'LMMNN of counts takes whole numbers from 0 to 1,000,000, and not only 0 and 1; the target of these data is none.',
  ),
};

/** docs/methods.md F10. */
export function build(problem: Problem, settings: Settings, random: RandomStream, dataset?: Dataset): Model {
  return buildCountsModel(problem, settings, random, dataset);
}
