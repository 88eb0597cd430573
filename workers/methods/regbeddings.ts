import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { gaussianKl } from '../nn/losses';
import { Decoder } from '../nn/mlp';
import { onResponseScale, reconstruction } from '../nn/response';
import { reparameterise } from '../nn/sampling';
import { besides, Tables } from '../nn/tables';
import { gatherRows } from '../ops/gather-rows';
import type { RandomStream } from '../random/random';
import { decoderCount, levelCount } from './counts';
import { vectorVariances } from './estimates';
import { betaField, decoderField, dField, priorVarianceField } from './fields';
import { disposeAll } from './lifetime';
import type { MethodAbout, Model, Problem } from './method';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  beta: /*#__PURE__*/ betaField(),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  prediction: /*#__PURE__*/ z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Prediction uses',
    help: 'Sample: one random draw per row, as the reference code does. Mean: the posterior mean, as the text implies.',
    paper: 'sample',
  }),
  decoder: /*#__PURE__*/ decoderField(),
});

export const about: MethodAbout<typeof settings> = {
  id: 'regbeddings',
  label: 'REmbeddings',
  family: 'random effects',
  idea: 'Gives each level a mean and a variance, draws its vector anew for every row and pulls it towards a common prior. It treats levels as random effects, at twice the parameters of a table.',
  formula: String.raw`b_i = \mu_{z_i} + e^{v_{z_i}/2} \odot \varepsilon_i, \quad \varepsilon_i \sim N(0, I), \quad \hat y_i = f_\theta(x_i, b_i)`,
  countFormula: String.raw`2 \textstyle\sum_k q_k d + M_f(p + K d)`,
  whenToUse:
    'When a posterior variance of every level is wanted and twice the table is affordable. At few rows a level its training noise costs accuracy.',
  paper: 'Richman & Wüthrich (2024), High-Cardinality Categorical Covariates in Network Regressions',
  unseen: 'Its mean stays near 0 and its variance near 1, so a sampled prediction is mostly noise.',
  line: { light: '#045C42', dark: '#2BD79F', dash: '4px,2.5px' },
  settings,
  parameterCount: ({ p, levels }, { d, decoder }) => 2 * levelCount(levels) * d + decoderCount(p + levels.length * d, decoder),
};

/** Tables of means and log-variances per level, sampled per row: reconstruction + β Σ_k mean over rows of KL (METHODS.md A9). */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const binary = problem.task === 'binary';
  const { d } = options;
  const means = new Tables(problem.levels, d, random);
  const logVars = new Tables(problem.levels, d, random);
  const decoder = new Decoder(problem.p + problem.levels.length * d, options.decoder, random);
  const parameters = new Map<string, tf.Variable>([
    ...problem.levels.flatMap((_, k): [string, tf.Variable][] => [
      [`embedding${k}/mean`, means.variables[k]],
      [`embedding${k}/logVar`, logVars.variables[k]],
    ]),
    ...decoder.parameters(),
  ]);
  return {
    parameters,
    tables: new Set(problem.levels.flatMap((_, k) => [`embedding${k}/mean`, `embedding${k}/logVar`])),
    epochLoss: 'by-batches',
    samplesPrediction: options.prediction === 'sample',
    noiseShapes: (rows) => problem.levels.map(() => [rows, d]),
    loss({ x, z: ids, y }, noise) {
      const mean = means.rows(ids);
      const logVar = logVars.rows(ids);
      const drawn = mean.map((mu, k) => reparameterise(mu, logVar[k], noise[k]));
      const decoded = decoder.apply(besides(x, drawn));
      const nll = reconstruction(binary, y, decoded);
      const divergence = tf.addN(mean.map((mu, k) => gaussianKl(mu, logVar[k], options.priorVariance)));
      const kl: tf.Scalar = tf.mul(divergence, 1 / x.shape[0]);
      return { total: tf.add(nll, tf.mul(kl, options.beta)), terms: { nll, kl }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: async () => means.copies(),
    levelPosterior: async () => ({ means: means.copies(), variances: logVars.variables.map((table) => tf.exp(table) as tf.Tensor2D) }),
    estimates: (vectors) => vectorVariances(vectors, dataset),
    predict(x, ids, vectors, noise) {
      const rows = vectors.map((table, k) => {
        const mu = gatherRows(table, ids[k]);
        return options.prediction === 'sample' ? reparameterise(mu, gatherRows(logVars.variables[k], ids[k]), noise[k]) : mu;
      });
      return onResponseScale(binary, decoder.apply(besides(x, rows)));
    },
    fused: { kind: 'sampled-tables', ...options },
    dispose: () => disposeAll(parameters),
  };
}
