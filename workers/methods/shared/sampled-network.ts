import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { FusedDescription } from '../../engine/step-plan';
import { widthsEach } from '../../nn/interactions';
import type { Network } from '../../nn/network';
import { responseHead } from '../../nn/response';
import { occurringKl, sampledRows } from '../../nn/sampled-rows';
import { Tables } from '../../nn/tables';
import { membersOf, type Pooling, vectorsOfRows } from '../../ops/members';
import type { RandomStream } from '../../random/random';
import type { Model, Problem } from '../method';
import { sizesOf } from './counts';
import { vectorVariances } from './estimates';
import { disposeAll } from './lifetime';
import { tagPrefix } from './tag-names';

export interface SampledSettings {
  /** One width for all features, or one for each. */
  d: number | readonly number[];
  /** Weight of the KL term. */
  beta: number;
  priorVariance: number;
  /** One draw per row, or the posterior mean. */
  prediction: 'sample' | 'mean';
}

/** What a model that is about tags does otherwise than A9 with a column of tags as one more feature. */
export interface SampledTags {
  pooling: Pooling;
  /** Names of columns' tables begin with `tags`, not with their place among the features. */
  ownNames: boolean;
}

/**
 * Tables of means and log-variances per level, sampled per row, in front of any network: reconstruction + β
 * Σ_k mean over rows of KL (docs/methods.md A9, F3). `fused` describes the same model where a fused step
 * exists.
 */
export function buildSampledNetwork(
  problem: Problem,
  settings: SampledSettings,
  makeNetwork: () => Network,
  random: RandomStream,
  dataset?: Dataset,
  fused?: FusedDescription,
  { pooling, ownNames }: SampledTags = { pooling: 'mean', ownNames: false },
): Model {
  const response = responseHead(problem);
  const { d, beta, priorVariance } = settings;
  const sizes = sizesOf(problem);
  const widths = widthsEach(d, sizes.length);
  const means = new Tables(sizes, d, random);
  const logVars = new Tables(sizes, d, random);
  const network = makeNetwork();
  const tables = sizes.flatMap((_, k): [string, tf.Variable][] => {
    const column = k - problem.levels.length;
    const name = ownNames && column >= 0 ? tagPrefix(sizes.length - problem.levels.length, column) : `embedding${k}`;
    return [
      [`${name}/mean`, means.variables[k]],
      [`${name}/logVar`, logVars.variables[k]],
    ];
  });
  const parameters = new Map<string, tf.Variable>([...tables, ...network.parameters(), ...response.parameters()]);
  return {
    parameters,
    tables: new Set([...tables.map(([name]) => name), ...(network.tables ?? [])]),
    epochLoss: 'by-batches',
    samplesPrediction: settings.prediction === 'sample',
    newLevel: 'zeros',
    noiseShapes: (rows) => widths.map((width) => [rows, width]),
    loss({ y, ...inputs }, noise) {
      const { x } = inputs;
      const members = membersOf(inputs);
      const vectors = means.variables.map((mean, k) => sampledRows(mean, logVars.variables[k], members[k], noise[k], pooling));
      const { decoded } = network.apply({ x, members, vectors }, null);
      const nll = response.loss(y, decoded);
      const divergence = tf.addN(means.variables.map((mean, k) => occurringKl(mean, logVars.variables[k], members[k], priorVariance)));
      const kl: tf.Scalar = tf.mul(divergence, 1 / x.shape[0]);
      return { total: tf.add(nll, tf.mul(kl, beta)), terms: { nll, kl }, output: response.onScale(decoded) };
    },
    levelVectors: async () => means.copies(),
    levelPosterior: async () => ({ means: means.copies(), variances: tf.tidy(() => logVars.variables.map((table) => tf.exp(table) as tf.Tensor2D)) }),
    estimates: (vectors) => vectorVariances(vectors, dataset),
    predict(inputs, tablesNow, noise) {
      const { x } = inputs;
      const members = membersOf(inputs);
      const vectors = tablesNow.map((table, k) =>
        settings.prediction === 'sample'
          ? sampledRows(table, logVars.variables[k], members[k], noise[k], pooling)
          : vectorsOfRows(table, members[k], pooling),
      );
      return response.onScale(network.apply({ x, members, vectors }, null).decoded);
    },
    fused,
    dispose() {
      response.dispose?.();
      disposeAll(parameters);
    },
  };
}
