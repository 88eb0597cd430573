import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { gaussianKl, meanSquaredError } from '../nn/losses';
import { MixedEncoder } from '../nn/mixed-encoder';
import { Decoder } from '../nn/mlp';
import { onResponseScale, reconstruction } from '../nn/response';
import { reparameterise } from '../nn/sampling';
import { besides } from '../nn/tables';
import { gatherRows } from '../ops/gather-rows';
import { inverseCounts, segmentMean } from '../ops/segment-mean';
import { segmentCounts, segmentSum } from '../ops/segment-sum';
import type { RandomStream } from '../random/random';
import { decoderCount, stackCount } from './counts';
import { betaField, decoderField, dField, encoderField, priorVarianceField } from './fields';
import { averageByLevel } from './level-average';
import { disposeAll } from './lifetime';
import type { MethodAbout, Model, Problem } from './method';

const settings = /*#__PURE__*/ z.strictObject({
  d: /*#__PURE__*/ dField(),
  beta: /*#__PURE__*/ betaField(),
  priorVariance: /*#__PURE__*/ priorVarianceField(),
  encoder: /*#__PURE__*/ encoderField(),
  decoder: /*#__PURE__*/ decoderField(),
  logVarAveraging: /*#__PURE__*/ z.enum(['mean-of-logs', 'log-of-mean']).default('mean-of-logs').meta({
    title: 'Log-variance of a level',
    help: 'Mean of logs averages the log-variances of its rows, as the reference code and appendix A do. Log of mean is the log of the variance of their mean draw, section 3. Hardly matters at the published β.',
    paper: 'mean of logs',
  }),
  extraction: /*#__PURE__*/ z.enum(['sample', 'mean']).default('sample').meta({
    title: 'Level vectors average',
    help: 'Sample: one draw per training row, as the reference code does. Mean: the rows’ posterior means.',
    paper: 'sample',
  }),
  postTraining: /*#__PURE__*/ z.boolean().default(true).meta({
    title: 'Post-training',
    help: 'After training, freezes the level vectors, drops the encoder and trains the decoder alone for a while.',
    paper: 'on',
  }),
});

export const about: MethodAbout<typeof settings> = {
  id: 'mmbeddings',
  label: 'MMbeddings',
  family: 'random effects',
  idea: 'An encoder reads each row with its response and proposes a vector for its level; a level takes the average over its rows, pulled towards a common prior. No table is learned, so the number of parameters does not depend on the number of levels.',
  formula: String.raw`B_j = \frac{1}{n_j} \sum_{i : z_i = j} b_i, \quad b_i \sim N\big(\mu_\phi(x_i, y_i), \operatorname{diag} \tau^2_\phi(x_i, y_i)\big), \quad \hat y_i = f_\theta(x_i, B_{z_i})`,
  countFormula: String.raw`M_\phi(p + 1) + 2 K (h + 1) d + M_f(p + K d)`,
  whenToUse:
    'When levels are many and rows a level are few, or when a table of q rows is too large. Levels must have training rows with responses: an unseen level gets the prior mean.',
  paper: 'Simchoni & Rosset (2025), MMbeddings: Parameter-Efficient, Low-Overfitting Probabilistic Embeddings Inspired by Nonlinear Mixed Models',
  unseen: 'Takes the zero vector, the mean of the prior.',
  line: { light: '#0B62DB', dark: '#5BA3FB', dash: 'solid' },
  settings,
  parameterCount({ p, levels }, { d, encoder, decoder }) {
    const width = encoder.length > 0 ? encoder[encoder.length - 1] : p + 1;
    return stackCount(p + 1, encoder) + 2 * levels.length * (width + 1) * d + decoderCount(p + levels.length * d, decoder);
  },
};

/** The variational autoencoder of METHODS.md A10: encoder on [x, y], draws averaged by level within the batch, decoder on [x, level vectors]. */
export function build(problem: Problem, options: z.output<typeof settings>, random: RandomStream): Model {
  const binary = problem.task === 'binary';
  const { d, priorVariance } = options;
  const { levels } = problem;
  const encoder = new MixedEncoder(problem.p + 1, options.encoder, levels.length, d, random);
  const decoder = new Decoder(problem.p + levels.length * d, options.decoder, random);
  const decoderParameters = new Map(decoder.parameters());
  const parameters = new Map([...encoder.parameters(), ...decoderParameters]);

  /** Log-variance of each level's mean, [q, d]; 0 for a level without rows. */
  const levelLogVar = (logVar: tf.Tensor2D, ids: tf.Tensor1D, counts: tf.Tensor2D, inverse: tf.Tensor2D): tf.Tensor2D => {
    if (options.logVarAveraging === 'mean-of-logs') return segmentMean(logVar, ids, inverse);
    const variance = tf.mul(segmentSum(tf.exp(logVar), ids, counts.shape[0]), tf.square(inverse));
    // A level without rows has variance 0 here; adding 1 to it makes its logarithm 0.
    return tf.log(tf.add(variance, tf.sub(1, tf.minimum(counts, 1))));
  };

  /** Level vectors in front of the decoder: [rows, 1] before the sigmoid. */
  const decode = (x: tf.Tensor2D, ids: tf.Tensor1D[], vectors: tf.Tensor2D[]): tf.Tensor2D =>
    decoder.apply(
      besides(
        x,
        vectors.map((table, k) => gatherRows(table, ids[k])),
      ),
    );

  return {
    parameters,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    noiseShapes: (rows) => levels.map(() => [rows, d]),
    loss({ x, z: ids, y }, noise) {
      const posterior = encoder.apply(x, y);
      const divergences: tf.Scalar[] = [];
      const vectors = posterior.map(({ mean, logVar }, k) => {
        const counts = segmentCounts(ids[k], levels[k]);
        const inverse = inverseCounts(counts);
        divergences.push(gaussianKl(segmentMean(mean, ids[k], inverse), levelLogVar(logVar, ids[k], counts, inverse), priorVariance));
        return segmentMean(reparameterise(mean, logVar, noise[k]), ids[k], inverse);
      });
      const decoded = decode(x, ids, vectors);
      const fit = reconstruction(binary, y, decoded);
      const nll: tf.Scalar = binary ? fit : tf.mul(fit, 0.5);
      const kl: tf.Scalar = tf.mul(tf.addN(divergences), 1 / problem.batchSize);
      return { total: tf.add(nll, tf.mul(kl, options.beta)), terms: { nll, kl }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: (batches, noise) =>
      averageByLevel(batches, levels, d, ({ x, y }) => {
        const posterior = encoder.apply(x, y);
        if (options.extraction === 'mean') return posterior.map(({ mean }) => mean);
        const epsilon = noise(levels.map(() => [x.shape[0], d]));
        return posterior.map(({ mean, logVar }, k) => reparameterise(mean, logVar, epsilon[k]));
      }),
    predict: (x, ids, vectors) => onResponseScale(binary, decode(x, ids, vectors)),
    secondStage: options.postTraining
      ? {
          parameters: decoderParameters,
          // Squared error also on probabilities: the reference code does so (METHODS.md DIS-15).
          loss: ({ x, z: ids, y }, vectors) => meanSquaredError(y, onResponseScale(binary, decode(x, ids, vectors))),
        }
      : undefined,
    fused: { kind: 'encoder', ...options },
    dispose: () => disposeAll(parameters),
  };
}
