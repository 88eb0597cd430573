import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import type { Breathe } from '../../mixed/dense';
import { expectSlopes, type Slopes, slopesCriterion } from '../../mixed/random-slopes';
import { DropoutNetwork } from '../../nn/dropout-network';
import { meanSquaredError } from '../../nn/losses';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, Model, Problem } from '../method';
import { disposeAll } from './lifetime';
import { featureNames } from './lmmnn-model';
import { type Featured, featuresOf, joined, MenetsFit } from './menets-fit';
import { nextTask } from './next-task';

export interface MenetsSettings {
  network: readonly number[];
  dropout: number;
  covariance: 'outer-product' | 'as-published';
  learningRate: number;
}

/**
 * y = f(x) + φ(x)'b_j + e with φ the last hidden layer of f: epochs of the network in turn with expectation
 * and maximisation (docs/methods.md A11b).
 */
export function buildMenetsModel(problem: Problem, settings: MenetsSettings, random: RandomStream, dataset?: Dataset): Model {
  const { p, levels } = problem;
  const h = settings.network[settings.network.length - 1];
  const network = new DropoutNetwork(p, settings.network, settings.dropout, random);
  // D begins as the identity; the variable holds its lower triangle by rows.
  const triangle = Float32Array.from(Array.from({ length: h }, (_, a) => Array.from({ length: a + 1 }, (_, b) => (a === b ? 1 : 0))).flat());
  const covariance = tf.tidy(() => tf.variable(tf.tensor1d(triangle)));
  const variance = tf.tidy(() => tf.variable(tf.scalar(1)));
  const weights = new Map(network.parameters());
  const parameters = new Map<string, tf.Variable>([...weights, ['covariance', covariance], ['sigma2e', variance]]);

  const readVariances = async (): Promise<{ D: Float64Array; sigma2: number }> => {
    const [lower, [sigma2]] = await Promise.all([covariance.data(), variance.data()]);
    const D = new Float64Array(h * h);
    for (let a = 0; a < h; a++)
      for (let b = 0; b <= a; b++) {
        D[a * h + b] = lower[(a * (a + 1)) / 2 + b];
        D[b * h + a] = D[a * h + b];
      }
    return { D, sigma2 };
  };
  const assignVariances = (D: Float64Array, sigma2: number): void =>
    tf.tidy(() => {
      covariance.assign(tf.tensor1d(Float32Array.from(triangle, (_, at) => D[placeOf(at, h)])));
      variance.assign(tf.scalar(sigma2));
    });
  /** Slopes given these rows, with D and σ² as they are. */
  const slopesOf = async ({ features, fixed, y, codes }: Featured, breathe: Breathe): Promise<Slopes> => {
    const { D, sigma2 } = await readVariances();
    const residuals = Float64Array.from(y, (value, i) => value - fixed[i]);
    const data = { features, width: h, residuals, codes, levels: levels[0] };
    return expectSlopes(data, D, sigma2, breathe, settings.covariance === 'as-published');
  };
  const collect = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<Featured> => {
    const parts: Featured[] = [];
    for await (const { x, y, z } of batches) {
      const [both, response, codes] = await Promise.all([featuresOf(network, x), y.data(), z[0].data()]);
      parts.push({ ...both, y: Float32Array.from(response), codes: Int32Array.from(codes) });
    }
    return joined(parts);
  };
  const asTable = (values: Float64Array): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [levels[0], h]);

  const fit = new MenetsFit(problem, settings.learningRate, network, weights, dataset, random, async (train, validation, breathe) => {
    const slopes = await slopesOf(train, breathe);
    const D = slopes.second.map((value) => value / levels[0]);
    const sigma2 = slopes.squares / train.y.length;
    assignVariances(D, sigma2);
    const residuals = Float64Array.from(validation.y, (value, i) => value - validation.fixed[i]);
    const data = { features: validation.features, width: h, residuals, codes: validation.codes, levels: levels[0] };
    return { means: slopes.means, criterion: slopesCriterion(data, slopes.means, D, sigma2) / Math.max(1, validation.y.length) };
  });

  return {
    parameters,
    ownFit: fit,
    epochLoss: 'by-rows',
    samplesPrediction: false,
    newLevel: 'zeros',
    noiseShapes: (rows) => network.noiseShapes(rows),
    // The network's loss before any slopes; `ownFit` trains on the response less the slopes.
    loss({ x, y }, noise, training = true) {
      const output = network.apply(x, training ? noise : []);
      const nll = meanSquaredError(y, output);
      return { total: nll, terms: { nll }, output };
    },
    levelVectors: async (batches) => [asTable((await slopesOf(await collect(batches), nextTask)).means)],
    async levelPosterior(batches) {
      const slopes = await slopesOf(await collect(batches), nextTask);
      return { means: [asTable(slopes.means)], variances: [asTable(slopes.variances)] };
    },
    async estimates(): Promise<Estimate[]> {
      const { D, sigma2 } = await readVariances();
      const [name] = featureNames(problem, dataset);
      const estimate = (label: string, symbol: string, feature: number | null, value: number): Estimate => ({
        name: label,
        symbol,
        kind: 'variance',
        feature,
        value,
        standardError: null,
      });
      return [
        estimate('Residual variance', String.raw`\sigma^2`, null, sigma2),
        ...Array.from({ length: h }, (_, a) => estimate(`Variance of slope ${a + 1} of ${name}`, `D_{${a + 1}${a + 1}}`, 0, D[a * h + a])),
      ];
    },
    predict({ x, z }, vectors) {
      const hidden = network.hidden(x, []);
      const slopes = tf.sum(tf.mul(hidden, gatherRows(vectors[0], z[0])), 1, true);
      return tf.add(network.output(hidden), slopes);
    },
    dispose() {
      fit.dispose();
      disposeAll(parameters);
    },
  };
}

/** Place in a full h × h matrix of entry `at` of its lower triangle by rows. */
function placeOf(at: number, h: number): number {
  const row = Math.floor((Math.sqrt(8 * at + 1) - 1) / 2);
  return row * h + at - (row * (row + 1)) / 2;
}
