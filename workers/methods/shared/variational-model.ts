import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { FusedDescription } from '../../engine/step-plan';
import { meanSquaredError } from '../../nn/losses';
import { MixedEncoder } from '../../nn/mixed-encoder';
import type { Network } from '../../nn/network';
import { makePrior } from '../../nn/prior';
import { onResponseScale, reconstruction } from '../../nn/response';
import { reparameterise } from '../../nn/sampling';
import { Shrinkage } from '../../nn/shrinkage';
import { gatherRows } from '../../ops/gather-rows';
import { inverseCounts, segmentMean } from '../../ops/segment-mean';
import { segmentCounts, segmentSum } from '../../ops/segment-sum';
import type { RandomStream } from '../../random/random';
import type { Inputs, Model, Problem } from '../method';
import { vectorVariances } from './estimates';
import { averageByLevel } from './level-average';
import { disposeAll } from './lifetime';
import { priorKind, type VariationalSettings } from './variational-settings';

/**
 * β of the loss, which is σ² times the negative ELBO: that of the settings (n_ξ/N with N all training rows,
 * validation included, or a number), times a fixed σ². A binary response has none.
 */
function klWeight({ beta, betaRule, noise, noiseVariance }: VariationalSettings, { batchSize, task }: Problem, dataset: Dataset | undefined): number {
  const scale = task === 'binary' || noise === 'learned' ? 1 : noiseVariance;
  if (betaRule === 'number' || !dataset) return beta * scale;
  const { train, validation } = dataset.split;
  return Math.min(1, batchSize / (train.length + validation.length)) * scale;
}

/**
 * The variational autoencoder of docs/methods.md A10 around any network: an encoder on [x, y] proposes a
 * vector for each row, draws are averaged by level within the batch, and the network predicts from x and the
 * averages. `describe` gives the fused description, for published settings only.
 */
export function buildVariational(
  problem: Problem,
  settings: VariationalSettings,
  makeNetwork: () => Network,
  random: RandomStream,
  dataset?: Dataset,
  describe?: (beta: number) => FusedDescription,
): Model {
  const binary = problem.task === 'binary';
  const { d } = settings;
  const { levels } = problem;
  const features = levels.length;
  const beta = klWeight(settings, problem, dataset);
  const encoder = new MixedEncoder(problem.p + 1, settings.encoder, features, d, random);
  const network = makeNetwork();
  const kind = priorKind(settings);
  const prior = makePrior(kind, features, d, settings.priorVariance);
  const shrinkage = new Shrinkage(settings.shrinkage, features);
  const logNoise = settings.noise === 'learned' && !binary ? tf.tidy(() => tf.variable(tf.scalar(0))) : null;
  const networkParameters = new Map(network.parameters());
  const parameters = new Map<string, tf.Variable>([
    ...encoder.parameters(),
    ...networkParameters,
    ...prior.parameters(),
    ...shrinkage.parameters(),
    ...(logNoise ? [['noise/logVar', logNoise] as [string, tf.Variable]] : []),
  ]);
  const published = kind === 'fixed' && settings.shrinkage === 'none' && settings.noise !== 'learned';

  /** Log-variance of each level's mean, [q, d]; 0 for a level without rows. */
  const levelLogVar = (logVar: tf.Tensor2D, ids: tf.Tensor1D, counts: tf.Tensor2D, inverse: tf.Tensor2D): tf.Tensor2D => {
    if (settings.logVarAveraging === 'mean-of-logs') return segmentMean(logVar, ids, inverse);
    const variance = tf.mul(segmentSum(tf.exp(logVar), ids, counts.shape[0]), tf.square(inverse));
    // A level without rows has variance 0 here; adding 1 to it makes its logarithm 0.
    return tf.log(tf.add(variance, tf.sub(1, tf.minimum(counts, 1))));
  };

  /**
   * −log likelihood of a row, constants left out: ½ (y − f)² at σ² = 1, or ½ ((y − f)²/σ² + log σ²), or the
   * cross-entropy.
   */
  const likelihood = (y: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar => {
    const fit = reconstruction(binary, y, decoded);
    if (binary) return fit;
    return tf.mul(logNoise ? tf.add(tf.mul(fit, tf.exp(tf.neg(logNoise))), logNoise) : fit, 0.5);
  };

  const predict = ({ x, z }: Inputs, tables: readonly tf.Tensor2D[]): tf.Tensor2D => {
    const vectors = tables.map((table, k) => gatherRows(table, z[k]));
    return onResponseScale(binary, network.apply({ x, z, vectors }, null).decoded);
  };

  return {
    parameters,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    noiseShapes: (rows) => [...levels.map((): [number, number] => [rows, d]), ...network.noiseShapes(rows)],
    loss({ x, z, y }, noise, training = true) {
      const divergences: tf.Scalar[] = [];
      const vectors = encoder.apply(x, y).map(({ mean, logVar }, k) => {
        const counts = segmentCounts(z[k], levels[k]);
        const inverse = inverseCounts(counts);
        const present: tf.Tensor2D = tf.minimum(counts, 1);
        divergences.push(prior.kl(k, segmentMean(mean, z[k], inverse), levelLogVar(logVar, z[k], counts, inverse), present));
        const averages = segmentMean(reparameterise(mean, logVar, noise[k]), z[k], inverse);
        return gatherRows(shrinkage.apply(k, averages, counts), z[k]);
      });
      const { decoded } = network.apply({ x, z, vectors }, training ? noise.slice(features) : null);
      const nll = likelihood(y, decoded);
      const kl: tf.Scalar = tf.mul(tf.addN(divergences), 1 / problem.batchSize);
      return { total: tf.add(nll, tf.mul(kl, beta)), terms: { nll, kl }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: (batches, noise) =>
      averageByLevel(
        batches,
        levels,
        d,
        ({ x, y }) => {
          const posterior = encoder.apply(x, y);
          if (settings.extraction === 'mean') return posterior.map(({ mean }) => mean);
          const epsilon = noise(levels.map(() => [x.shape[0], d]));
          return posterior.map(({ mean, logVar }, k) => reparameterise(mean, logVar, epsilon[k]));
        },
        (averages, counts, k) => shrinkage.apply(k, averages, counts),
      ),
    async levelPosterior(batches) {
      const priorVariances = await Promise.all(levels.map((_, k) => prior.variances(k)));
      const logs = settings.logVarAveraging === 'mean-of-logs';
      // Means and variances side by side: one pass over the rows.
      const both = await averageByLevel(
        batches,
        levels,
        2 * d,
        ({ x, y }) => encoder.apply(x, y).map(({ mean, logVar }) => tf.concat([mean, logs ? logVar : tf.exp(logVar)], 1)),
        (averages, counts, k) => {
          const [mean, spread] = tf.split(averages, 2, 1);
          // The average of n draws has the average of their variances over n; the mean-of-logs rule leaves
          // the n out, as published.
          const variance = logs ? tf.exp(spread) : tf.mul(spread, inverseCounts(counts));
          const factor = shrinkage.factor(k, counts);
          const unseen = tf.mul(tf.sub(1, tf.minimum(counts, 1)), tf.tensor1d(priorVariances[k]));
          return tf.concat([tf.mul(mean, factor), tf.add(tf.mul(variance, tf.square(factor)), unseen)], 1) as tf.Tensor2D;
        },
      );
      const halves = tf.tidy(() => both.map((table) => tf.split(table, 2, 1) as tf.Tensor2D[]));
      tf.dispose(both);
      return { means: halves.map(([mean]) => mean), variances: halves.map(([, variance]) => variance), priorVariances };
    },
    async estimates(vectors) {
      const found = await vectorVariances(vectors, dataset);
      if (logNoise)
        found.push({
          name: 'Residual variance',
          symbol: String.raw`\sigma^2`,
          kind: 'variance',
          feature: null,
          value: Math.exp((await logNoise.data())[0]),
          standardError: null,
        });
      return found;
    },
    predict,
    secondStage: settings.postTraining
      ? {
          parameters: networkParameters,
          // Squared error also on probabilities: the reference code does so (docs/methods.md DIS-15).
          loss: (batch, vectors) => meanSquaredError(batch.y, predict(batch, vectors)),
        }
      : undefined,
    fused: published ? describe?.(beta) : undefined,
    dispose: () => disposeAll(parameters),
  };
}
