import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { FusedDescription } from '../../engine/step-plan';
import { gaussianKl } from '../../nn/losses';
import type { Network } from '../../nn/network';
import { onResponseScale, reconstruction } from '../../nn/response';
import { reparameterise } from '../../nn/sampling';
import { Tables } from '../../nn/tables';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Model, Problem } from '../method';
import { vectorVariances } from './estimates';
import { disposeAll } from './lifetime';

export interface SampledSettings {
  d: number;
  /** Weight of the KL term. */
  beta: number;
  priorVariance: number;
  /** One draw per row, or the posterior mean. */
  prediction: 'sample' | 'mean';
}

/**
 * Tables of means and log-variances per level, sampled per row, in front of any network: reconstruction + β
 * Σ_k mean over rows of KL (docs/methods.md A9). `fused` describes the same model where a fused step exists.
 */
export function buildSampledNetwork(
  problem: Problem,
  settings: SampledSettings,
  makeNetwork: () => Network,
  random: RandomStream,
  dataset?: Dataset,
  fused?: FusedDescription,
): Model {
  const binary = problem.task === 'binary';
  const { d, beta, priorVariance } = settings;
  const { levels } = problem;
  const means = new Tables(levels, d, random);
  const logVars = new Tables(levels, d, random);
  const network = makeNetwork();
  const tables = levels.flatMap((_, k): [string, tf.Variable][] => [
    [`embedding${k}/mean`, means.variables[k]],
    [`embedding${k}/logVar`, logVars.variables[k]],
  ]);
  const parameters = new Map<string, tf.Variable>([...tables, ...network.parameters()]);
  return {
    parameters,
    tables: new Set([...tables.map(([name]) => name), ...(network.tables ?? [])]),
    epochLoss: 'by-batches',
    samplesPrediction: settings.prediction === 'sample',
    noiseShapes: (rows) => levels.map(() => [rows, d]),
    loss({ x, z, y }, noise) {
      const mean = means.rows(z);
      const logVar = logVars.rows(z);
      const vectors = mean.map((mu, k) => reparameterise(mu, logVar[k], noise[k]));
      const { decoded } = network.apply({ x, z, vectors }, null);
      const nll = reconstruction(binary, y, decoded);
      const divergence = tf.addN(mean.map((mu, k) => gaussianKl(mu, logVar[k], priorVariance)));
      const kl: tf.Scalar = tf.mul(divergence, 1 / x.shape[0]);
      return { total: tf.add(nll, tf.mul(kl, beta)), terms: { nll, kl }, output: onResponseScale(binary, decoded) };
    },
    levelVectors: async () => means.copies(),
    levelPosterior: async () => ({ means: means.copies(), variances: tf.tidy(() => logVars.variables.map((table) => tf.exp(table) as tf.Tensor2D)) }),
    estimates: (vectors) => vectorVariances(vectors, dataset),
    predict({ x, z }, tablesNow, noise) {
      const vectors = tablesNow.map((table, k) => {
        const mu = gatherRows(table, z[k]);
        return settings.prediction === 'sample' ? reparameterise(mu, gatherRows(logVars.variables[k], z[k]), noise[k]) : mu;
      });
      return onResponseScale(binary, network.apply({ x, z, vectors }, null).decoded);
    },
    fused,
    dispose: () => disposeAll(parameters),
  };
}
