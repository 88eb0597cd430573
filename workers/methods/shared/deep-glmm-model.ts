import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { expectSlopes, type Slopes } from '../../mixed/random-slopes';
import { deepBinaryNll, deepNormalNll, drawLikelihoods } from '../../nn/deep-effects';
import { DropoutNetwork } from '../../nn/dropout-network';
import { onResponseScale } from '../../nn/response';
import { gatherRows } from '../../ops/gather-rows';
import { segmentCounts } from '../../ops/segment-sum';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, LevelVectors, Model, Problem } from '../method';
import { levelByLevel } from './level-order';
import { disposeAll } from './lifetime';
import { featureNames } from './lmmnn-model';
import { nextTask } from './next-task';
import { rowNumbers } from './row-numbers';

export interface DeepGlmmSettings {
  network: readonly number[];
  dropout: number;
  randomOn: 'hidden' | 'inputs';
  inputs: number;
  draws: number;
  order: 'by-level' | 'shuffled';
  largestBatch: number;
}

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/**
 * Effects of a level: its intercept, and one for each unit of the last hidden layer or each of some inputs.
 */
export function effectCount(p: number, { network, randomOn, inputs }: Pick<DeepGlmmSettings, 'network' | 'randomOn' | 'inputs'>): number {
  return 1 + (randomOn === 'inputs' ? Math.min(inputs, p) : (network.at(-1) ?? p));
}

/**
 * A network whose last layer, or whose inputs, have random effects of each level with variances of their own,
 * by maximum marginal likelihood (docs/methods.md F10). Level vectors are the effects' posterior means: in
 * closed form for a normal response, means of draws weighted by their likelihood for a binary one.
 */
export function buildDeepGlmmModel(problem: Problem, settings: DeepGlmmSettings, random: RandomStream, dataset?: Dataset): Model {
  const { p } = problem;
  const [q] = problem.levels;
  const binary = problem.task === 'binary';
  const { draws, randomOn, order } = settings;
  const width = effectCount(p, settings);
  const network = new DropoutNetwork(p, settings.network, settings.dropout, random);
  const logGamma = tf.tidy(() => tf.variable(tf.fill([width], -1) as tf.Tensor1D));
  const logSigma2 = binary ? null : tf.tidy(() => tf.variable(tf.scalar(0)));
  const parameters = new Map<string, tf.Variable>([
    ...network.parameters(),
    ['logGamma', logGamma],
    ...(logSigma2 ? ([['logSigma2', logSigma2]] as const) : []),
  ]);
  const shape: [number, number] = [q, draws * width];
  /** What a level's effects multiply, [rows, width], and f. */
  const parts = (x: tf.Tensor2D, uniforms: readonly tf.Tensor[]): { h: tf.Tensor2D; f: tf.Tensor2D } => {
    const hidden = network.hidden(x, uniforms);
    const rest = randomOn === 'inputs' ? tf.slice(x, [0, 0], [x.shape[0], width - 1]) : hidden;
    return { h: tf.concat([tf.ones([x.shape[0], 1]), rest], 1) as tf.Tensor2D, f: network.output(hidden) };
  };

  const posteriorOfDraws = async (batches: Batches, noise: tf.Tensor2D): Promise<tf.Tensor2D> => {
    let sums = tf.zeros([q, draws]) as tf.Tensor2D;
    let rows = tf.zeros([q, 1]) as tf.Tensor2D;
    for await (const { x, y, z } of batches) {
      const [more, counted] = tf.tidy(() => {
        const { h, f } = parts(x, []);
        const found = drawLikelihoods(f, h, y, z[0], q, logGamma, noise);
        return [tf.add(sums, found) as tf.Tensor2D, tf.add(rows, segmentCounts(z[0], q)) as tf.Tensor2D];
      });
      tf.dispose([sums, rows]);
      [sums, rows] = [more, counted];
    }
    return tf.tidy(() => {
      const weights = tf.reshape(tf.softmax(sums, 1), [q, draws, 1]);
      const effects = tf.mul(tf.reshape(noise, [q, draws, width]), tf.exp(tf.mul(logGamma, 0.5)));
      const mean = tf.mul(tf.sum(tf.mul(weights, effects), 1), tf.minimum(rows, 1)) as tf.Tensor2D;
      tf.dispose([sums, rows]);
      return mean;
    });
  };
  const slopesOf = async (batches: Batches): Promise<Slopes> => {
    const [features, residuals, codes] = await rowNumbers(batches, [Float32Array, Float64Array, Int32Array], ({ x, y, z }) => {
      const { h, f } = parts(x, []);
      return [h, tf.sub(y, f), z[0]];
    });
    const { gamma, sigma2 } = await variances();
    const covariance = new Float64Array(width * width);
    for (const [a, value] of gamma.entries()) covariance[a * width + a] = value;
    return expectSlopes({ features, width, residuals, codes, levels: q }, covariance, sigma2, nextTask);
  };
  const variances = async (): Promise<{ gamma: number[]; sigma2: number }> => {
    const [logs, residual] = await Promise.all([logGamma.data(), logSigma2?.data()]);
    return { gamma: Array.from(logs, Math.exp), sigma2: Math.exp(residual?.[0] ?? 0) };
  };
  const asTable = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [q, width]);
  const ofNetwork = (rows: number) => network.noiseShapes(rows);
  return {
    parameters,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: 'zeros',
    // The covariance of a normal response is dense over the batch.
    ...(binary ? {} : { batchSize: Math.min(problem.batchSize, settings.largestBatch) }),
    noiseShapes: (rows) => [...ofNetwork(rows), ...(binary ? [shape] : [])],
    ...(order === 'by-level' && dataset && { epochOrder: (rows, seed, epoch) => levelByLevel(rows, dataset, seed, epoch) }),
    loss({ x, y, z }, noise, training = true) {
      const dropped = ofNetwork(x.shape[0]).length;
      const { h, f } = parts(x, training ? noise.slice(0, dropped) : []);
      const total = logSigma2
        ? deepNormalNll(tf.sub(y, f), h, z[0], logGamma, logSigma2)
        : deepBinaryNll(drawLikelihoods(f, h, y, z[0], q, logGamma, noise[dropped] as tf.Tensor2D), z[0], q);
      return { total, terms: { nll: total }, output: onResponseScale(binary, f) };
    },
    async levelVectors(batches, noise): Promise<LevelVectors> {
      if (!binary) return [asTable((await slopesOf(batches)).means)];
      const [drawn] = noise([shape]) as tf.Tensor2D[];
      try {
        return [await posteriorOfDraws(batches, drawn)];
      } finally {
        drawn.dispose();
      }
    },
    ...(!binary && {
      async levelPosterior(batches: Batches) {
        const slopes = await slopesOf(batches);
        return {
          means: [asTable(slopes.means)],
          variances: [asTable(slopes.variances)],
          priorVariances: [Float32Array.from((await variances()).gamma)],
        };
      },
    }),
    async estimates(): Promise<Estimate[]> {
      const { gamma, sigma2 } = await variances();
      const [name] = featureNames(problem, dataset);
      const estimate = (title: string, symbol: string, feature: number | null, value: number): Estimate => ({
        ...{ name: title, symbol, kind: 'variance', feature, value, standardError: null },
      });
      return [
        ...(logSigma2 ? [estimate('Residual variance', String.raw`\sigma^2`, null, sigma2)] : []),
        ...gamma.map((value, a) =>
          estimate(a === 0 ? `Variance of ${name}` : `Variance of slope ${a} of ${name}`, String.raw`\gamma_{${a}}`, 0, value),
        ),
      ];
    },
    predict({ x, z }, [table]) {
      const { h, f } = parts(x, []);
      return onResponseScale(binary, tf.add(f, tf.sum(tf.mul(h, gatherRows(table, z[0])), 1, true)));
    },
    dispose: () => disposeAll(parameters),
  };
}
