import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import type { Scale } from '../data/standardize';
import { denseLevels, LARGEST_DENSE, type MixedData } from '../mixed/crossed';
import type { Breathe } from '../mixed/dense';
import { LogisticMixedModel } from '../mixed/logistic';
import { type MixedFit, MixedModel } from '../mixed/mixed-model';
import { binaryCrossEntropy } from '../nn/losses';
import { onResponseScale } from '../nn/response';
import type { Estimate } from '../protocol';
import type { RandomStream } from '../random/random';
import { modePosterior, modeVectors } from './intercepts';
import { buildLmmnnModel, featureNames, varianceEstimates } from './lmmnn-model';
import type { MethodAbout, Model, OwnFit, Problem } from './method';
import { aboutLevels, eitherRefusal } from './needed-features';

const settings = /*#__PURE__*/ z.strictObject({
  estimator: /*#__PURE__*/ z.enum(['ml', 'reml']).default('ml').meta({
    title: 'Estimator',
    help: 'Maximum likelihood, or restricted maximum likelihood, which takes the fixed effects into account when it estimates variances. Regression only.',
    paper: 'ML',
  }),
});
type Settings = z.output<typeof settings>;

export const about: MethodAbout<typeof settings> = {
  id: 'linear-mixed-model',
  label: 'Linear mixed model',
  family: 'random effects',
  idea: 'The numeric features act linearly, and each level shifts the response by a random intercept whose variance is estimated by maximum likelihood. It has no network and no learning rate, fits in seconds, and says how sure it is of every variance.',
  formula: String.raw`y = X\beta + \sum_k Z_k b_k + e,\quad b_k \sim N(0, \sigma_k^2 I),\quad e \sim N(0, \sigma_e^2 I)`,
  countFormula: String.raw`p + 1 + K + 1\ (\text{binary: } p + 1 + K)`,
  whenToUse:
    'As the baseline of every model with random effects, and whenever straight lines and a shift by level are enough. Not when the numeric features act in curves or together.',
  paper: 'Bates, Mächler, Bolker & Walker (2015), Fitting Linear Mixed-Effects Models Using lme4; binary: Breslow & Clayton (1993)',
  unseen: 'Gets an intercept of 0: the fixed effects alone predict.',
  line: { light: '#2F6F3E', dark: '#7CC48B', dash: '2px,3px,8px,3px' },
  ownAlgorithm: true,
  settings,
  parameterCount: ({ p, levels, task }) => p + 1 + levels.length + (task === 'binary' ? 0 : 1),
  refusal: eitherRefusal(aboutLevels('The linear mixed model has random intercepts of levels'), ({ levels }) =>
    denseLevels(levels) > LARGEST_DENSE
      ? `The linear mixed model takes at most ${LARGEST_DENSE.toLocaleString('en')} levels beside those of the largest feature; these data have ${denseLevels(levels).toLocaleString('en')}.`
      : null,
  ),
};

/** These rows of a dataset, with a column of ones before x. */
function mixedData(dataset: Dataset, rows: Uint32Array): MixedData {
  const p = dataset.p + 1;
  const x = new Float64Array(rows.length * p);
  rows.forEach((row, i) => {
    x[i * p] = 1;
    x.set(dataset.x.subarray(row * dataset.p, (row + 1) * dataset.p), i * p + 1);
  });
  return {
    rows: rows.length,
    x,
    p,
    y: Float64Array.from(rows, (row) => dataset.y[row]),
    factors: dataset.categorical.map(({ codes, cardinality }) => ({ codes: Int32Array.from(rows, (row) => codes[row]), levels: cardinality })),
  };
}

/**
 * Fixed effects a unit of each numeric feature, however it was standardised: for x = (own − m) / s the slope is β / s, and the intercept is where all features
 * are 0 in their own unit, β₀ − Σ β m / s.
 */
function fixedEffects({ beta, betaCovariance }: Pick<MixedFit, 'beta' | 'betaCovariance'>, xScales: readonly Scale[] | null): Estimate[] {
  const p = beta.length;
  return Array.from({ length: p }, (_, j): Estimate => {
    // What the estimate is a sum of.
    const weights = new Float64Array(p);
    weights[j] = j === 0 ? 1 : 1 / (xScales?.[j - 1].scale ?? 1);
    if (j === 0 && xScales) for (const [l, { mean, scale }] of xScales.entries()) weights[l + 1] = -mean / scale;
    let value = 0;
    let variance = 0;
    for (let a = 0; a < p; a++) {
      value += weights[a] * beta[a];
      for (let b = 0; b < p; b++) variance += weights[a] * betaCovariance[a * p + b] * weights[b];
    }
    return {
      name: j === 0 ? 'Intercept' : `Slope of x${j}`,
      symbol: String.raw`\beta_{${j}}`,
      kind: 'fixed effect',
      feature: null,
      value,
      standardError: Math.sqrt(Math.max(0, variance)),
    };
  });
}

/** What either search does in an iteration, and its criterion: −log likelihood (of the working response for a binary one) a row. */
interface Search {
  readonly converged: boolean;
  readonly ratios: Float64Array;
  iterate(breathe: Breathe): Promise<Pick<MixedFit, 'beta' | 'residualVariance' | 'deviance'>>;
  fit(breathe: Breathe): Promise<MixedFit>;
}

/** LMMNN without a hidden layer, fitted by its full likelihood instead of batches. */
export function build(problem: Problem, { estimator }: Settings, random: RandomStream, dataset?: Dataset): Model {
  const binary = problem.task === 'binary';
  const base = buildLmmnnModel(problem, { network: [], dropout: 0 }, random, dataset);
  const variable = (name: string): tf.Variable => base.parameters.get(name) as tf.Variable;
  const kernel = variable('network/output/kernel');
  const bias = variable('network/output/bias');
  const linear = (x: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias);
  const assign = ({ beta, residualVariance }: Pick<MixedFit, 'beta' | 'residualVariance'>, ratios: Float64Array): void =>
    tf.tidy(() => {
      bias.assign(tf.tensor1d([beta[0]]));
      kernel.assign(tf.tensor2d(Float32Array.from(beta.subarray(1)), [problem.p, 1]));
      if (!binary) variable('sigma2e').assign(tf.scalar(residualVariance));
      variable('sigma2b').assign(tf.tensor1d(Float32Array.from(ratios, (ratio) => ratio * residualVariance)));
    });
  const search = (rows: (data: Dataset) => Uint32Array, start?: Float64Array): Search => {
    if (!dataset) throw new Error('a linear mixed model needs its dataset to be fitted');
    const data = mixedData(dataset, rows(dataset));
    return binary ? new LogisticMixedModel(data, start) : new MixedModel(data, { reml: estimator === 'reml' }, start);
  };
  let training: Search | null = null;
  let final: MixedFit | null = null;
  const ownFit: OwnFit = {
    get converged() {
      return training?.converged ?? false;
    },
    async iterate(breathe) {
      training ??= search(({ split }) => split.train);
      const at = await training.iterate(breathe);
      assign(at, training.ratios);
      const perRow = at.deviance / 2 / (dataset as Dataset).split.train.length;
      return { training: perRow, objective: perRow };
    },
    async finish(breathe) {
      const all = search(({ split }) => Uint32Array.from([...split.train, ...split.validation]), training?.ratios);
      final = await all.fit(breathe);
      assign(final, all.ratios);
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
      const { residualVariance, residualStandardError, variances, varianceStandardErrors } = final;
      return [
        ...varianceEstimates(
          { residual: binary ? null : residualVariance, levels: [...variances] },
          { residual: residualStandardError, levels: varianceStandardErrors },
          featureNames(problem, dataset),
        ),
        ...fixedEffects(final, dataset?.xScales ?? null),
      ];
    },
  };
}
