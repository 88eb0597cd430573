import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Dataset } from '../data/dataset';
import { gaussianKl } from '../nn/losses';
import { MixedEncoder, type RowPosterior } from '../nn/mixed-encoder';
import { Decoder } from '../nn/mlp';
import { responseHead } from '../nn/response';
import { decoderOutputs, readWidth } from '../nn/response-shape';
import { reparameterise } from '../nn/sampling';
import { besides } from '../nn/tables';
import { meanByLevel, membersOf, rowsOfLevels, vectorsOfRows } from '../ops/members';
import { inverseCounts } from '../ops/segment-mean';
import type { RandomStream } from '../random/random';
import type { Batch, Inputs, MethodAbout, Model, Problem } from './method';
import { decoderCount, stackCount } from './shared/counts';
import { vectorVariances } from './shared/estimates';
import { betaField, decoderField, dField, encoderField, priorVarianceField } from './shared/fields';
import { averageByLevel } from './shared/level-average';
import { disposeAll } from './shared/lifetime';
import { aboutLevels } from './shared/needed-features';
import { DECODED_TASKS } from './shared/tasks';
import { commonWidthFields } from './shared/widths';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  .../*#__PURE__*/ commonWidthFields(),
  beta: /*#__PURE__*/ betaField(),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  encoder: /*#__PURE__*/ encoderField(),
  decoder: /*#__PURE__*/ decoderField(),
  extraction: /*#__PURE__*/ z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Level vectors are',
    help: 'Sample: one draw per level, as the reference code does. Mean: the levels’ posterior means.',
    paper: 'sample',
  }),
});

export const about: MethodAbout<typeof settings> = {
  id: 'mmbeddings-v2',
  label: 'MMbeddings v2',
  family: 'random effects',
  tags: 'average',
  tasks: DECODED_TASKS,
  idea: 'MMbeddings that average earlier: the encoder’s hidden values are averaged over the rows of a level, and this average proposes one vector for the level. It is in the reference code, without published numbers.',
  formula: String.raw`\bar h_j = \frac{1}{n_j} \sum_{i : z_i = j} h_\phi(x_i, y_i), \quad B_j \sim N\big(\mu_\phi(\bar h_j), \operatorname{diag} \tau^2_\phi(\bar h_j)\big), \quad \hat y_i = f_\theta(x_i, B_{z_i})`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + M_f(p + K d)`,
  whenToUse:
    'To see the effect of averaging before the heads. Every level has its own posterior, so its variances mean more than those of version 1, but there is no post-training.',
  paper:
    'Reference code of Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models',
  unseen: 'Gets what the heads compute from an empty average: one vector for all unseen levels, which is not zero.',
  line: { light: '#0B62DB', dark: '#5BA3FB', dash: '10px,3px,2px,3px' },
  settings,
  refusal: aboutLevels('MMbeddings are random effects of levels'),
  parameterCount({ p, levels, ...response }, { d, encoder, decoder }) {
    const inputs = p + readWidth(response);
    const width = encoder.length > 0 ? encoder[encoder.length - 1] : inputs;
    return stackCount(inputs, encoder) + 2 * levels.length * (width + 1) * d + decoderCount(p + levels.length * d, decoder, response);
  },
};

/**
 * Averaging before the heads (docs/methods.md A10b): all q levels have a posterior in every batch, those
 * without rows that of an empty average, and one draw. Level vectors average the encoder over all training
 * rows; the reference code uses the first 100,000 only, by mistake.
 */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream, dataset?: Dataset): Model {
  const response = responseHead(problem);
  const { d, priorVariance, beta } = options;
  const { levels } = problem;
  const encoder = new MixedEncoder({ inputs: problem.p + readWidth(problem), widths: options.encoder, features: levels.length, d }, random);
  const decoder = new Decoder(problem.p + levels.length * d, options.decoder, random, decoderOutputs(problem));
  const parameters = new Map<string, tf.Variable>([...encoder.parameters(), ...decoder.parameters(), ...response.parameters()]);
  const draws = levels.map((q): [number, number] => [q, d]);

  const decode = (inputs: Inputs, tables: readonly tf.Tensor2D[]): tf.Tensor2D => {
    const members = membersOf(inputs);
    const rows = tables.map((table, k) => vectorsOfRows(table, members[k]));
    return decoder.apply(besides(inputs.x, rows));
  };

  /** Posterior of every level from all rows of these batches, each [q, d]. The caller disposes of them. */
  const posterior = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<RowPosterior[]> => {
    const hidden = await averageByLevel(batches, levels, encoder.width, ({ x, y }) => {
      const rows = encoder.trunk(x, response.read(y));
      return levels.map(() => rows);
    });
    const found = tf.tidy(() => hidden.map((averages, k) => encoder.head(k, averages)));
    tf.dispose(hidden);
    return found;
  };

  return {
    parameters,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: () => tf.tidy(() => levels.map((_, k) => encoder.head(k, tf.zeros([1, encoder.width])).mean)),
    noiseShapes: () => draws,
    loss(batch, noise) {
      const { x, y } = batch;
      const members = membersOf(batch);
      const hidden = encoder.trunk(x, response.read(y));
      const found = levels.map((q, k) => encoder.head(k, meanByLevel(hidden, members[k], inverseCounts(rowsOfLevels(members[k], q)))));
      const divergence = tf.addN(found.map(({ mean, logVar }) => gaussianKl(mean, logVar, priorVariance)));
      const tables = found.map(({ mean, logVar }, k) => reparameterise(mean, logVar, noise[k]));
      const decoded = decode(batch, tables);
      const fit = response.loss(y, decoded);
      const nll: tf.Scalar = problem.task === 'regression' ? tf.mul(fit, 0.5) : fit;
      const kl: tf.Scalar = tf.mul(divergence, 1 / problem.batchSize);
      return { total: tf.add(nll, tf.mul(kl, beta)), terms: { nll, kl }, output: response.onScale(decoded) };
    },
    async levelVectors(batches, noise) {
      const found = await posterior(batches);
      const epsilon = options.extraction === 'sample' ? noise(draws) : [];
      const tables = tf.tidy(() =>
        found.map(({ mean, logVar }, k) => (options.extraction === 'sample' ? reparameterise(mean, logVar, epsilon[k]) : tf.clone(mean))),
      );
      tf.dispose([...epsilon, ...found.flatMap(({ mean, logVar }) => [mean, logVar])]);
      return tables;
    },
    posteriorByLevel: true,
    async levelPosterior(batches) {
      const found = await posterior(batches);
      const variances = found.map(({ logVar }) => tf.exp(logVar));
      tf.dispose(found.map(({ logVar }) => logVar));
      return { means: found.map(({ mean }) => mean), variances };
    },
    estimates: (vectors) => vectorVariances(vectors, dataset),
    predict: (inputs, vectors) => response.onScale(decode(inputs, vectors)),
    dispose() {
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
