import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { decoderCount } from './shared/counts';
import { buildMenetsModel } from './shared/menets-model';
import { aboutOneFeature, eitherRefusal } from './shared/needed-features';

/** Widest last hidden layer: each level has a covariance of that size. */
const WIDEST = 64;

const settings = /*#__PURE__*/ z.strictObject({
  network: /*#__PURE__*/ z
    .array(/*#__PURE__*/ z.int().min(1).max(1024))
    .min(1)
    .max(6)
    .refine((widths) => (widths.at(-1) ?? 0) <= WIDEST, `The last layer may have at most ${WIDEST} units: every level has a slope on each.`)
    .default([10, 10])
    .meta({
      title: 'Network layers',
      help: `Widths of the hidden ReLU layers; each level gets a slope on every unit of the last one, which has at most ${WIDEST}.`,
      paper: '10, 10; the LMMNN authors 100, 50, 25, 12',
    }),
  dropout: /*#__PURE__*/ z.number().min(0).max(0.9).default(0).meta({
    title: 'Dropout',
    help: 'Share of the activations dropped during training, after every hidden layer except the last.',
    paper: '0; the LMMNN authors 0.25',
  }),
  covariance: /*#__PURE__*/ z.enum(['outer-product', 'as-published']).default('outer-product').meta({
    title: 'Covariance of the slopes',
    help: 'Outer: the matrix b b′ that the algorithm defines. As published: the code multiplies one-dimensional arrays, so it adds the number b′b to every entry of the covariance.',
    paper: 'as published',
  }),
  learningRate: /*#__PURE__*/ z.number().gt(0).max(10).default(0.001).meta({
    title: 'Learning rate',
    help: 'Step size of Adam when the network is trained, the first part of each epoch.',
    paper: '0.001',
  }),
});
type Settings = z.output<typeof settings>;

const covarianceCount = (widths: readonly number[]): number => {
  const h = widths[widths.length - 1];
  return (h * (h + 1)) / 2;
};

export const about: MethodAbout<typeof settings> = {
  id: 'menets',
  label: 'MeNets',
  family: 'random effects',
  idea: 'A network whose last hidden layer has random slopes: every level changes the prediction by its own combination of the learned features. Epochs of the network alternate with an expectation–maximisation step for the slopes, their covariance and the residual variance.',
  formula: String.raw`y = f_\theta(x) + \varphi_\theta(x)^\top b_j + e,\quad b_j \sim N(0, D),\quad e \sim N(0, \sigma^2)`,
  countFormula: String.raw`M_f(p) + \tfrac12 h(h+1) + 1,\quad h \text{ units in the last hidden layer}`,
  whenToUse:
    'When one categorical feature changes the effects of the numeric features, and most levels have more rows than the last layer has units. It is slower than LMMNN and needs many epochs.',
  paper: 'Xiong, Kim & Singh (2019), Mixed Effects Neural Networks (MeNets); as in the code of Simchoni & Rosset (2021)',
  unseen: 'Gets slopes of 0, so only the network predicts.',
  line: { light: '#A3325B', dark: '#EE8FB0', dash: '3px,3px' },
  ownAlgorithm: true,
  settings,
  parameterCount: ({ p }, { network }) => decoderCount(p, network) + covarianceCount(network) + 1,
  refusal: eitherRefusal(
    ({ task }) => (task === 'binary' ? 'MeNets takes a regression response only: its expectation step is that of a Gaussian response.' : null),
    aboutOneFeature('MeNets'),
  ),
};

/** docs/methods.md A11b. */
export function build(problem: Problem, settings: Settings, random: RandomStream, dataset?: Dataset): Model {
  return buildMenetsModel(problem, settings, random, dataset);
}
