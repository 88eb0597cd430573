import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { RandomStream } from '../random/random';
import type { MethodAbout, Model, Problem } from './method';
import { byLevel } from './shared/by-level';
import { decoderCount } from './shared/counts';
import { buildLongitudinalModel } from './shared/longitudinal-model';
import { columnSetting, namedColumn } from './shared/named-column';
import { aboutOneFeature, eitherRefusal } from './shared/needed-features';
import { networkFields, OF_LMMNN } from './shared/network-fields';

const LABEL = 'LMMNN in time';

const settings = /*#__PURE__*/ z.strictObject({
  time: /*#__PURE__*/ columnSetting(
    'Time',
    'The numeric column that levels have a slope in; the last one where none is chosen. The network sees it too.',
    't',
  ),
  degree: /*#__PURE__*/ z.int().min(1).max(2).default(1).meta({
    title: 'Highest power of time',
    help: '1: each level has an intercept and a slope. 2: a square as well.',
    paper: '2',
  }),
  covariance: /*#__PURE__*/ z.enum(['cholesky', 'correlations']).default('cholesky').meta({
    title: 'Covariance of the coefficients',
    help: 'Cholesky: any covariance, by its factor. Correlations: only the intercept is correlated with the others, and two such correlations can exclude each other.',
    paper: 'correlations',
  }),
  effects: /*#__PURE__*/ z.enum(['exact', 'as-published']).default('exact').meta({
    title: 'Predictions of the coefficients',
    help: 'Exact: the best linear unbiased ones. As published: those of the code before its fix of 2024, which adds the residual variance to each variance.',
    paper: 'as published',
  }),
  .../*#__PURE__*/ networkFields(OF_LMMNN),
  order: /*#__PURE__*/ z.enum(['by-level', 'shuffled']).default('by-level').meta({
    title: 'Row order',
    help: 'By level: sorted by level and never shuffled, so that a batch holds nearly all rows of a few levels and the slopes show. Shuffled: a new order each epoch.',
    paper: 'by level',
  }),
  largestBatch: /*#__PURE__*/ z.int().min(20).max(10_000).default(1000).meta({
    title: 'Largest batch',
    help: 'Batches are at most this large.',
    paper: '100',
  }),
});
type Settings = z.output<typeof settings>;

/** Variances and covariances of so many coefficients. */
const covarianceCount = ({ degree, covariance }: Settings): number =>
  covariance === 'cholesky' ? ((degree + 1) * (degree + 2)) / 2 : 2 * degree + 1;

export const about: MethodAbout<typeof settings> = {
  id: 'lmmnn-longitudinal',
  label: LABEL,
  family: 'random effects',
  idea: 'LMMNN for repeated measurements: every level has its own intercept and its own slope in time (a square too, where asked for), integrated out of the likelihood that trains the network and the covariance of the coefficients. After training each level’s line is shrunk towards the network’s curve, more so when it has few rows or few different times.',
  formula: String.raw`y = f_\theta(X, t) + \sum_{a=0}^{g} b_{ja} t^a + e,\quad b_j \sim N(0, D),\quad \log|V_j| = n_j \log\sigma_e^2 + \log|I + D S_j / \sigma_e^2|,\quad S_j = Z_j^\top Z_j,\ Z_j = [1, t, \dots, t^g]`,
  countFormula: String.raw`M_f(p) + 1 + \tfrac12 (g + 1)(g + 2)\ (\text{correlations: } M_f(p) + 2 + 2g)`,
  whenToUse:
    'When the same people, shops or sensors are measured several times and change at their own pace. It assumes that the errors of a level’s rows are independent once its line is known, and that levels are alike but for normal coefficients. Do not use it when a level has one row, or when time has the same effect everywhere.',
  notes: [
    'The published runs correlate the intercept with the slope and with the square, and set the correlation of slope and square to 0. Such a covariance can be indefinite (docs/methods.md F10); the default takes any covariance by its Cholesky factor, which cannot.',
  ],
  paper: 'Simchoni & Rosset (2023), Integrating Random Effects in Deep Neural Networks, longitudinal data',
  unseen: 'Gets coefficients of 0, so only the network predicts.',
  line: { light: '#8A3FA8', dark: '#C58BE0', dash: '4px,2.5px' },
  settings,
  parameterCount: ({ p }, given) => decoderCount(p, given.network) + 1 + covarianceCount(given),
  refusal: eitherRefusal(
    ({ task }) => (task === 'binary' ? `${LABEL} takes a regression response only: its closed form is that of a Gaussian response.` : null),
    aboutOneFeature(LABEL),
    ({ p }) => (p === 0 ? `${LABEL} needs a numeric column that is time, and the data have no numeric column.` : null),
  ),
};

/** docs/methods.md F10. */
export function build(problem: Problem, given: Settings, random: RandomStream, dataset?: Dataset): Model {
  const { time: name, order, largestBatch } = given;
  const time = namedColumn(name, problem.p - 1, problem.p, dataset, { label: LABEL, as: 'time' });
  const batchSize = Math.min(problem.batchSize, largestBatch);
  return {
    ...buildLongitudinalModel({ ...problem, batchSize }, { ...given, time }, random, dataset),
    batchSize,
    ...(order === 'by-level' && dataset ? { epochOrder: (rows: Uint32Array) => byLevel(rows, dataset) } : {}),
  };
}
