import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { refusedResponse, responseFields } from './shared/response-methods';
import { buildSurvivalModel } from './shared/survival-model';

const settings = /*#__PURE__*/ z.strictObject({ ...responseFields });
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn-survival',
  label: 'LMMNN of times',
  family: 'random effects',
  tasks: ['regression'],
  idea: 'LMMNN for times to an event, some of them censored: a network gives the logarithm of the relative risk, a Weibull curve how the risk moves with time, and each level multiplies it by a frailty, a gamma variable of mean 1 that is integrated out of the likelihood. A censored row counts as what it is, a time that is longer than the one recorded.',
  formula: String.raw`h(t \mid x_i, z_i) = u_{z_i}\, e^{f_\theta(x_i)}\, \lambda \nu t^{\nu - 1},\quad u_j \sim \Gamma\ \text{of mean}\ 1\ \text{and variance}\ \theta`,
  countFormula: 'M_f(p) + 3',
  whenToUse:
    'When the target is the time to an event, a column says whether it was seen, and rows of one level share a risk. It assumes that the risk rises or falls with time as a power, the same for all rows, and that censoring says nothing of the risk. A row is predicted by the time at which half of such rows have had the event.',
  notes: [
    'The authors’ batches sort rows by level and then by event, so that with many rows a level a batch holds only censored rows or only events, and the frailty’s variance is found far too large (2.4 for 0.1). Here rows of a level are in no order.',
    'Their simulation marks random rows as censored and leaves them their whole time, so that every hazard is found too small by the censored share. The simulator has both, and the honest one is the default. The headers of their tables swap the two parameters of the Weibull curve.',
  ],
  paper: 'Simchoni & Rosset (2021, 2023), the survival mode of the LMMNN code: Weibull baseline, gamma frailty',
  unseen: 'Gets a frailty of 1, so only the network and the baseline predict.',
  line: { light: '#B0478A', dark: '#F08FC8', dash: '6px,2px,2px,2px' },
  settings,
  parameterCount: ({ p }, { network }) => decoderCount(p, network) + 3,
  refusal: refusedResponse('LMMNN of times', ({ events }) =>
    events ? null : 'LMMNN of times needs a column that says whether the event was seen: give one the role Event, next to a target that is a time.',
  ),
};

/** docs/methods.md F10. */
export function build(problem: Problem, settings: Settings, random: RandomStream, dataset?: Dataset): Model {
  return buildSurvivalModel(problem, settings, random, dataset);
}
