import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { DropoutNetwork } from '../../nn/dropout-network';
import { cumulativeHazard, frailtyNll, medianTime } from '../../nn/frailty';
import { gatherRows } from '../../ops/gather-rows';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, LevelVectors, Model, Problem } from '../method';
import { levelByLevel } from './level-order';
import { levelSums } from './level-sums';
import { disposeAll } from './lifetime';
import { featureNames, LEAST_VARIANCE } from './lmmnn-model';

export interface SurvivalSettings {
  network: readonly number[];
  dropout: number;
  order: 'by-level' | 'shuffled';
}

/** Smallest values of θ, λ and ν (docs/methods.md F10). */
const FLOORS: ReadonlyMap<string, number> = new Map([
  ['sigma2b', LEAST_VARIANCE],
  ['weibullLambda', 1e-5],
  ['weibullNu', 1e-5],
]);

/** Shape and rate of each level's frailty given its rows: gammas of mean shape / rate. */
interface Frailties {
  shapes: number[];
  rates: number[];
}

/**
 * Times to an event by a Weibull baseline, a network for the log relative risk and a gamma frailty of each
 * level, by the likelihood of each batch with the frailties integrated out (docs/methods.md F10). Level
 * vectors are the frailties' posterior means, 1 without rows; a row is predicted by its median time.
 */
export function buildSurvivalModel(problem: Problem, settings: SurvivalSettings, random: RandomStream, dataset?: Dataset): Model {
  const [q] = problem.levels;
  const network = new DropoutNetwork(problem.p, settings.network, settings.dropout, random);
  const theta = tf.tidy(() => tf.variable(tf.ones([1]) as tf.Tensor1D));
  const [lambda, nu] = [1, 1].map((start) => tf.tidy(() => tf.variable(tf.scalar(start))));
  const baseline = { lambda, nu };
  const parameters = new Map<string, tf.Variable>([...network.parameters(), ['sigma2b', theta], ['weibullLambda', lambda], ['weibullNu', nu]]);
  const eventOf = ({ event }: Batch): tf.Tensor2D => {
    if (!event) throw new Error('times need to know whether their event was seen');
    return event;
  };
  const frailties = async (batches: AsyncIterable<Batch> | Iterable<Batch>): Promise<Frailties> => {
    const [events, hazards] = await levelSums(batches, q, (batch) => [eventOf(batch), cumulativeHazard(network.apply(batch.x), batch.y, baseline)]);
    const [variance] = await theta.data();
    const of = (sums?: Float64Array): number[] => Array.from({ length: q }, (_, j) => 1 / variance + (sums?.[j] ?? 0));
    return { shapes: of(events), rates: of(hazards) };
  };
  const asTable = (values: readonly number[]): tf.Tensor2D => tf.tensor2d(Float32Array.from(values), [q, 1]);
  const meansOf = ({ shapes, rates }: Frailties): tf.Tensor2D => asTable(shapes.map((shape, j) => shape / rates[j]));
  return {
    parameters,
    floors: FLOORS,
    epochLoss: 'by-batches',
    samplesPrediction: false,
    newLevel: () => [tf.ones([1, 1])],
    noiseShapes: (rows) => network.noiseShapes(rows),
    ...(settings.order === 'by-level' && dataset && { epochOrder: (rows, seed, epoch) => levelByLevel(rows, dataset, seed, epoch) }),
    loss(batch, noise, training = true) {
      const f = network.apply(batch.x, training ? noise : []);
      const total = frailtyNll(f, batch.y, eventOf(batch), batch.z[0], q, theta, baseline, problem.batchSize);
      return { total, terms: { nll: total }, output: medianTime(f, baseline) };
    },
    async levelVectors(batches): Promise<LevelVectors> {
      return [meansOf(await frailties(batches))];
    },
    async levelPosterior(batches) {
      const found = await frailties(batches);
      return { means: [meansOf(found)], variances: [asTable(found.shapes.map((shape, j) => shape / found.rates[j] ** 2))] };
    },
    async estimates() {
      const [[variance], [rate], [shape]] = await Promise.all([theta.data(), lambda.data(), nu.data()]);
      const [name] = featureNames(problem, dataset);
      // Times are scaled and not centred: in their own unit λ t^ν is λ / scale^ν.
      const own = rate / (dataset?.targetScale ?? 1) ** shape;
      const fixed = (title: string, symbol: string, value: number, note?: string): Estimate => ({
        ...{ name: title, symbol, kind: 'fixed effect', feature: null, value, standardError: null, ownUnit: true },
        ...(note !== undefined && { note }),
      });
      return [
        {
          name: `Variance of ${name}`,
          symbol: String.raw`\theta`,
          kind: 'variance',
          feature: 0,
          value: variance,
          standardError: null,
          ownUnit: true,
          scale: 'factor',
        },
        fixed('Baseline rate', String.raw`\lambda`, own, 'per unit of time to the power of the shape; the network’s own constant multiplies it'),
        fixed('Baseline shape', String.raw`\nu`, shape, 'has no unit'),
      ];
    },
    predict: ({ x, z }, [table]) => medianTime(tf.add(network.apply(x), tf.log(gatherRows(table, z[0]))), baseline),
    dispose: () => disposeAll(parameters),
  };
}
