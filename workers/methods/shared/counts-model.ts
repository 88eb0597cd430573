import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { type CountEffect, countNll } from '../../nn/count-effects';
import { DropoutNetwork } from '../../nn/dropout-network';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Batch, LevelVectors, Model, Problem } from '../method';
import { type CountPosterior, countPosterior } from './count-posterior';
import { levelByLevel } from './level-order';
import { levelSums } from './level-sums';
import { disposeAll } from './lifetime';
import { featureNames, LEAST_VARIANCE } from './lmmnn-model';

export interface CountsSettings {
  effect: CountEffect;
  network: readonly number[];
  dropout: number;
  order: 'by-level' | 'shuffled';
}

/** log of the mean count of the training rows, where a network without effects would begin. */
function logMeanOf({ y, split, targetScale, targetMean }: Dataset): number {
  let sum = 0;
  for (const row of split.train) sum += y[row] * targetScale + targetMean;
  return Math.log(Math.max(sum, 0.5) / Math.max(1, split.train.length));
}

/**
 * y ~ Poisson(exp(f(X) + b[z])) with f a network, by the likelihood of each batch with the levels' effects
 * integrated out (docs/methods.md F10). Level vectors are what each adds to the log mean: log E[exp(b)]
 * given its rows. The dataset's y may be centred and scaled; counts are taken from it and predictions put
 * back.
 */
export function buildCountsModel(problem: Problem, settings: CountsSettings, random: RandomStream, dataset?: Dataset): Model {
  const [q] = problem.levels;
  const { effect, order } = settings;
  const { targetScale: scale, targetMean: mean } = dataset ?? { targetScale: 1, targetMean: 0 };
  const ownUnit = scale === 1 && mean === 0;
  const network = new DropoutNetwork(problem.p, settings.network, settings.dropout, random);
  const variance = tf.tidy(() => tf.variable(tf.ones([1]) as tf.Tensor1D));
  const parameters = new Map<string, tf.Variable>([...network.parameters(), ['sigma2b', variance]]);
  // From a mean of 1 a network takes thousands of steps to a mean of a thousand.
  if (dataset) tf.tidy(() => parameters.get('network/output/bias')?.assign(tf.tensor1d([logMeanOf(dataset)])));
  const countsOf = (y: tf.Tensor2D): tf.Tensor2D => (ownUnit ? y : tf.relu(tf.round(tf.add(tf.mul(y, scale), mean))));
  const onScale = (counts: tf.Tensor2D): tf.Tensor2D => (ownUnit ? counts : tf.div(tf.sub(counts, mean), scale));

  const posterior = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<CountPosterior[]> => {
    const [observed, expected] = await levelSums(batches, q, ({ x, y }) => [countsOf(y), tf.exp(network.apply(x))]);
    const [sigma2] = await variance.data();
    return Array.from({ length: q }, (_, j) => countPosterior(effect, observed?.[j] ?? 0, expected?.[j] ?? 0, sigma2));
  };
  const asTable = (values: readonly number[]): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [q, 1]);
  return {
    parameters,
    floors: new Map([['sigma2b', LEAST_VARIANCE]]),
    epochLoss: 'by-batches',
    samplesPrediction: false,
    // A level that no row has is as the prior: E[exp(b)] of a normal, 1 of a gamma.
    newLevel: () => [tf.tidy(() => tf.reshape(tf.mul(variance, effect === 'gamma' ? 0 : 0.5), [1, 1]) as tf.Tensor2D)],
    noiseShapes: (rows) => network.noiseShapes(rows),
    ...(order === 'by-level' && dataset && { epochOrder: (rows, seed, epoch) => levelByLevel(rows, dataset, seed, epoch) }),
    loss({ x, y, z }, noise, training = true) {
      const f = network.apply(x, training ? noise : []);
      const total = countNll(effect, f, countsOf(y), z[0], q, variance, problem.batchSize);
      return { total, terms: { nll: total }, output: onScale(tf.exp(f)) };
    },
    async levelVectors(batches): Promise<LevelVectors> {
      return [asTable((await posterior(batches)).map(({ logMultiplier }) => logMultiplier))];
    },
    async levelPosterior(batches) {
      const levels = await posterior(batches);
      return { means: [asTable(levels.map((level) => level.mean))], variances: [asTable(levels.map((level) => level.variance))] };
    },
    async estimates() {
      const [value] = await variance.data();
      const [name] = featureNames(problem, dataset);
      const symbol = effect === 'gamma' ? String.raw`\theta` : String.raw`\sigma_b^2`;
      const own = effect === 'gamma' ? ('factor' as const) : ('log' as const);
      return [{ name: `Variance of ${name}`, symbol, kind: 'variance', feature: 0, value, standardError: null, ownUnit: true, scale: own }];
    },
    predict: ({ x, z }, [table]) => onScale(tf.exp(tf.add(network.apply(x), gatherRows(table, z[0])))),
    dispose: () => disposeAll(parameters),
  };
}
