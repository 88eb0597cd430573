import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { setsOfRows } from '../data/tag-rows';
import { type Breathe, breathing } from '../mixed/dense';
import { type FixedDesign, makingDesign } from '../mixed/design';
import { type Factor, factorOfSets } from '../mixed/factor';
import { type FitNumbers, fitNumbers } from '../mixed/fit-numbers';
import { isFormula } from '../mixed/formula/fit-dataset';
import { MixedSearch } from '../mixed/iterative/search';
import { LogisticMixedModel } from '../mixed/logistic';
import type { MixedFit } from '../mixed/mixed-model';
import type { MixedData } from '../mixed/sums';
import { binaryCrossEntropy } from '../nn/losses';
import { onResponseScale } from '../nn/response';
import type { RandomStream } from '../random/random';
import type { Estimate, MethodAbout, Model, OwnFit, Problem } from './method';
import { buildFormulaModel } from './shared/formula-model';
import { modePosterior, modeVectors } from './shared/intercepts';
import { buildLmmnnModel } from './shared/lmmnn-model';
import { mixedEstimates } from './shared/mixed-estimates';
import { aboutLevels } from './shared/needed-features';
import { allTrainingRows } from './shared/training-rows';

const settings = /*#__PURE__*/ z.strictObject({
  estimator: /*#__PURE__*/ z.enum(['ml', 'reml']).default('ml').meta({
    title: 'Estimator',
    help: 'Maximum likelihood, or restricted maximum likelihood, which takes the fixed effects into account when it estimates variances. Regression only.',
    paper: 'ML',
  }),
  formula: /*#__PURE__*/ z.string().max(2000).default('').meta({
    title: 'Formula',
    help: 'The model as lme4 writes it: y ~ x + (1 + x | g) + (1 | a/b). Empty: a slope for each number and an intercept for the levels of each category.',
    paper: 'none',
  }),
  family: /*#__PURE__*/ z.enum(['automatic', 'gaussian', 'binomial', 'poisson', 'negative-binomial']).default('automatic').meta({
    title: 'Family',
    help: 'Automatic: Gaussian for numbers, binomial for two classes. Poisson and negative binomial take whole numbers from 0 on as counts, on a log scale.',
    paper: 'automatic',
  }),
  approximation: /*#__PURE__*/ z.enum(['automatic', 'laplace', 'quadrature']).default('automatic').meta({
    title: 'Approximation',
    help: 'How the levels of a response that is not Gaussian are integrated out: Laplace, or adaptive quadrature for one random effect of one factor. Automatic is Laplace, and without a formula penalised quasi-likelihood of two classes.',
    paper: 'automatic',
  }),
  nodes: /*#__PURE__*/ z.int().min(2).max(100).default(9).meta({
    title: 'Quadrature nodes',
    help: 'Nodes over each level, where the approximation is quadrature. More are more exact, and slower.',
    paper: '9',
  }),
  solver: /*#__PURE__*/ z.enum(['automatic', 'factor', 'iterative']).default('automatic').meta({
    title: 'Solver',
    help: 'Of numbers as a response. Factor is exact. Iterative estimates the log likelihood where there are two random effects or more, and is for what would be too large; automatic takes it there.',
    paper: 'none',
  }),
});
type Settings = z.output<typeof settings>;

/** Rows between two breaths: some milliseconds. */
const BREATH = 1 << 17;

export const about: MethodAbout<typeof settings> = {
  id: 'linear-mixed-model',
  label: 'Linear mixed model',
  family: 'random effects',
  tags: 'average',
  idea: 'The numeric features act linearly, and each level shifts the response by a random intercept whose variance is estimated by maximum likelihood. It has no network and no learning rate, fits in seconds and, without a formula, gives standard errors of its variances.',
  formula: String.raw`y = X\beta + \sum_k Z_k b_k + e,\quad b_k \sim N(0, \sigma_k^2 I),\quad e \sim N(0, \sigma_e^2 I)`,
  countFormula: String.raw`p + 1 + K + 1\ (\text{binary: } p + 1 + K)`,
  whenToUse:
    'Use it as the baseline of every model with random effects, and whenever straight lines and a shift by level are enough. Do not use it when numeric features have nonlinear effects or interact. A formula adds random slopes, interactions, nested factors and counts; two classes are then fitted by Laplace’s approximation, or by adaptive quadrature where it is chosen. Without one, two classes are fitted by penalised quasi-likelihood, whose variances come out too small where levels have few rows; Laplace and quadrature are better.',
  paper: 'Bates, Mächler, Bolker & Walker (2015), Fitting Linear Mixed-Effects Models Using lme4; binary: Breslow & Clayton (1993)',
  unseen: 'Gets an intercept of 0, so only the fixed effects predict.',
  line: { light: '#2F6F3E', dark: '#7CC48B', dash: '2px,3px,8px,3px' },
  ownAlgorithm: true,
  settings,
  parameterCount: ({ p, levels, task }) => p + 1 + levels.length + (task === 'binary' ? 0 : 1),
  refusal: aboutLevels('The linear mixed model has random intercepts of levels'),
};

/**
 * These rows of a dataset in double precision, with its sets of tags or without, y centred where it is a
 * number. Yields between parts of the work: of ten million rows it takes ten seconds.
 */
function* mixedData(dataset: Dataset, rows: Uint32Array, sets: boolean): Generator<void, { data: MixedData; design: FixedDesign; shift: number }> {
  const { x, p, exact, y, categorical, tags = [], task, targetMean, targetScale } = dataset;
  const value = exact ? (i: number, j: number) => exact.x(rows[i], j) : (i: number, j: number) => x[rows[i] * p + j];
  const design = yield* makingDesign(value, rows.length, p);
  const response = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    if (i % BREATH === BREATH - 1) yield;
    response[i] = exact ? (exact.y(rows[i]) - targetMean) / targetScale : y[rows[i]];
  }
  const shift = task === 'binary' ? 0 : response.reduce((sum, one) => sum + one, 0) / rows.length;
  for (let i = 0; i < rows.length; i++) response[i] -= shift;
  yield;
  const ofLevels: Factor[] = [];
  for (const { codes, cardinality } of categorical) {
    const own = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) own[i] = codes[rows[i]];
    ofLevels.push({ codes: own, levels: cardinality });
    yield;
  }
  const data = {
    rows: rows.length,
    x: design.x,
    p: design.p,
    y: response,
    factors: [...ofLevels, ...(sets ? tags.map((column) => factorOfSets({ ...setsOfRows(column, rows), levels: column.labels.length })) : [])],
  };
  return { data, design, shift };
}

/**
 * What −log L of rows in their own units is above that of standardised ones: the scale of y once a row, and
 * under REML once less for each fixed effect, whose columns' scales count too.
 */
function unitsOf({ targetScale, xScales }: Dataset, { rows, p }: MixedData, { kept }: FixedDesign, reml: boolean): number {
  if (!reml) return rows * Math.log(targetScale);
  return (rows - p) * Math.log(targetScale) + kept.reduce((sum, column) => sum + Math.log(xScales?.[column].scale ?? 1), 0);
}

/**
 * What either search does in an iteration, and its criterion: −log likelihood (of the working response for a
 * binary one) a row.
 */
interface Search {
  readonly converged: boolean;
  readonly ratios: Float64Array;
  iterate(breathe: Breathe): Promise<Pick<MixedFit, 'beta' | 'betaCovariance' | 'residualVariance' | 'deviance'>>;
  fit(breathe: Breathe): Promise<MixedFit>;
}

/**
 * A mixed model by its formula, or LMMNN without a hidden layer, fitted by its full likelihood instead of
 * batches.
 */
export function build(problem: Problem, settings: Settings, random: RandomStream, dataset?: Dataset): Model {
  const { estimator, solver } = settings;
  const binary = problem.task === 'binary';
  if (isFormula(settings, binary)) {
    if (!dataset) throw new Error('a formula is of the columns of a dataset');
    return buildFormulaModel(problem, settings, dataset);
  }
  const base = buildLmmnnModel(problem, { network: [], dropout: 0 }, random, dataset);
  const variable = (name: string): tf.Variable => base.parameters.get(name) as tf.Variable;
  const kernel = variable('network/output/kernel');
  const bias = variable('network/output/bias');
  const linear = (x: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias);
  const assign = ({ beta, residualVariance }: Pick<MixedFit, 'beta' | 'residualVariance'>, variances: ArrayLike<number>): void =>
    tf.tidy(() => {
      bias.assign(tf.tensor1d([beta[0]]));
      kernel.assign(tf.tensor2d(Float32Array.from(beta.subarray(1)), [problem.p, 1]));
      if (!binary) variable('sigma2e').assign(tf.scalar(residualVariance));
      variable('sigma2b').assign(tf.tensor1d(Float32Array.from(variances)));
    });
  /** A search over these rows, and its fit in the columns of the dataset. */
  const searchOn = async (rows: (data: Dataset) => Uint32Array, breathe: Breathe, start?: Float64Array) => {
    if (!dataset) throw new Error('a linear mixed model needs its dataset to be fitted');
    const { data, design, shift } = await breathing(mixedData(dataset, rows(dataset), (problem.tagFeatures ?? 0) > 0), breathe);
    const search: Search = binary ? new LogisticMixedModel(data, start) : new MixedSearch(data, { reml: estimator === 'reml', solver }, start);
    const restored = <Fit extends Pick<MixedFit, 'beta' | 'betaCovariance'>>(fit: Fit): Fit => ({ ...fit, ...design.restore(fit, shift) });
    return { search, restored, design, data };
  };
  let training: Awaited<ReturnType<typeof searchOn>> | null = null;
  let final: { fit: MixedFit; design: FixedDesign; numbers: FitNumbers; reml: boolean } | null = null;
  const reml = estimator === 'reml' && !binary;
  const ownFit: OwnFit = {
    get converged() {
      return training?.search.converged ?? false;
    },
    async iterate(breathe) {
      training ??= await searchOn(({ split }) => split.train, breathe);
      const at = training.restored(await training.search.iterate(breathe));
      assign(
        at,
        training.search.ratios.map((ratio) => ratio * at.residualVariance),
      );
      const perRow = at.deviance / 2 / (dataset as Dataset).split.train.length;
      return { training: perRow, objective: perRow };
    },
    async finish(breathe) {
      const { search, restored, design, data } = await searchOn(allTrainingRows, breathe, training?.search.ratios);
      const fitted = await search.fit(breathe);
      const fit = restored(fitted);
      assign(fit, fit.variances);
      final = { fit, design, numbers: fitNumbers(data, fitted, { binary, units: unitsOf(dataset as Dataset, data, design, reml) }), reml };
    },
  };
  return {
    ...base,
    ownFit,
    ...(binary
      ? {
          // No step trains on it; quadrature would allow one feature only.
          loss({ x, y }) {
            const logits = linear(x);
            const nll = binaryCrossEntropy(y, logits);
            return { total: nll, terms: { nll }, output: onResponseScale(true, logits) };
          },
          levelVectors: async (batches) => modeVectors(batches, problem.levels, linear, [...(await variable('sigma2b').data())]),
          levelPosterior: async (batches) => modePosterior(batches, problem.levels, linear, [...(await variable('sigma2b').data())]),
        }
      : {}),
    async estimates(vectors): Promise<Estimate[]> {
      if (!final) return (await base.estimates?.(vectors)) ?? [];
      return mixedEstimates(final, problem, dataset);
    },
  };
}
