import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { buildDeepGlmmModel, effectCount } from './shared/deep-glmm-model';
import { aboutOneFeature, eitherRefusal } from './shared/needed-features';
import { responseFields } from './shared/response-methods';

/** Widest last hidden layer: each level has an effect on every unit. */
const WIDEST = 64;
/** Most levels of a binary response: every step draws effects of all of them. */
const MOST_LEVELS = 50_000;

const settings = /*#__PURE__*/ z.strictObject({
  randomOn: /*#__PURE__*/ z.enum(['hidden', 'inputs']).default('hidden').meta({
    title: 'Random effects on',
    help: 'Hidden: the constant and every unit of the last hidden layer, as the authors’ code has it. Inputs: the constant and the first numeric features themselves, as the slides on LMMNN write it; the network still sees all of them.',
    paper: 'hidden',
  }),
  inputs: /*#__PURE__*/ z.int().min(1).max(WIDEST).default(2).meta({
    title: 'Inputs with random effects',
    help: 'With random effects on inputs: how many of the numeric features have them, from the first.',
    paper: 'not said',
  }),
  ...responseFields,
  network: /*#__PURE__*/ z
    .array(/*#__PURE__*/ z.int().min(1).max(1024))
    .min(1)
    .max(6)
    .refine((widths) => (widths.at(-1) ?? 0) <= WIDEST, `The last layer may have at most ${WIDEST} units: every level has an effect on each.`)
    .default([5, 5])
    .meta({ title: 'Network layers', help: `Widths of the hidden ReLU layers; the last has at most ${WIDEST} units.`, paper: '5, 5' }),
  draws: /*#__PURE__*/ z.int().min(2).max(200).default(20).meta({
    title: 'Draws',
    help: 'Of a binary response: effects of a level are drawn from their prior so many times at each step, and weighted by the likelihood of the level’s rows.',
    paper: '10',
  }),
  largestBatch: /*#__PURE__*/ z.int().min(2).max(1000).default(200).meta({
    title: 'Largest batch',
    help: 'Of a numeric response: batches are at most this large, because the covariance of a batch is a dense matrix of its rows.',
    paper: 'all rows',
  }),
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'deepglmm',
  label: 'DeepGLMM',
  family: 'random effects',
  idea: 'A network whose last hidden layer has random effects: each level adds its own combination of the learned features to the prediction, and every feature has a variance of its own that says how much levels differ in it. Effects are integrated out of the likelihood, exactly for a number and over random draws for two classes.',
  formula: String.raw`g(\mu_i) = h_i^\top(\beta + \alpha_{z_i}),\quad h_i = (1, \varphi_\theta(x_i)),\quad \alpha_j \sim N(0, \mathrm{diag}(\gamma))`,
  countFormula: String.raw`M_f(p) + (h + 1) + 1\ (\text{binary: } M_f(p) + h + 1)`,
  whenToUse:
    'When levels of one categorical feature change the effects of the numeric features and not only the mean. It assumes that a level’s effects on different features are independent, where MeNets have a full covariance. With two classes and many rows a level, draws from the prior seldom hit a level’s effects, and variances come out too small.',
  notes: [
    'The authors give all weights a distribution of their own, by a variational approximation; here weights and variances are those of greatest likelihood. The slides on LMMNN write its random effects on inputs, the authors’ code has them on the last hidden layer.',
  ],
  paper: 'Tran, Nguyen, Nott & Kohn (2020), Bayesian Deep Net GLM and GLMM; weights by maximum likelihood, which is the lab’s own',
  unseen: 'Gets effects of 0, so only the network predicts.',
  line: { light: '#7A5C1E', dark: '#D9B45B', dash: '5px,3px,1px,3px' },
  settings,
  parameterCount: ({ p, task }, own) => decoderCount(p, own.network) + effectCount(p, own) + (task === 'binary' ? 0 : 1),
  refusal: eitherRefusal(aboutOneFeature('DeepGLMM'), ({ levels, task }) =>
    task === 'binary' && levels[0] > MOST_LEVELS
      ? `DeepGLMM draws the effects of every level at each step of a binary response: it takes at most ${MOST_LEVELS.toLocaleString('en')} levels then.`
      : null,
  ),
};

/** docs/methods.md F10. */
export function build(problem: Problem, settings: Settings, random: RandomStream, dataset?: Dataset): Model {
  return buildDeepGlmmModel(problem, settings, random, dataset);
}
