import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { type Alike, LevelField } from '../../mixed/correlated-levels';
import { CorrelatedPrior } from '../../nn/correlated-prior';
import { Interactions, widthsEach } from '../../nn/interactions';
import type { Likeness } from '../../nn/likeness';
import { makeIndependentPrior } from '../../nn/prior';
import { decoderOutputs } from '../../nn/response-shape';
import type { RandomStream } from '../../random/random';
import type { Batch, Estimate, Inputs, LevelVectors, Model, Problem } from '../method';
import type { CorrelatedSettings } from './correlated-settings';
import { sizesOf } from './counts';
import { nextTask } from './next-task';
import { buildVariational } from './variational-model';

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/**
 * What levels are alike by: places, or the edges of a graph. `Found`: what is fitted to the vectors of all
 * rows.
 */
export interface Ground<Found> {
  /** Which of the categorical features. */
  feature: number;
  likeness: Likeness;
  /** Hears of each batch that level vectors are made from. */
  meet?(batch: Batch, codes: ArrayLike<number>): Promise<void>;
  /** By the vectors [q, d] of the levels that have rows. */
  fit(seen: Int32Array, vectors: Float32Array): Promise<Found>;
  alike(found: Found): Alike;
  /** Hears what the results are of. */
  keep(found: Found, field: LevelField, vectors: Float32Array): void;
  /** What a prediction adds to the vectors of rows, [rows, d]; null: nothing. */
  besides(inputs: Inputs): tf.Tensor2D | null;
  estimates(): Promise<Estimate[]>;
  dispose(): void;
}

/** The numbers of a table, and a table of numbers. */
const read = async (table: tf.Tensor2D): Promise<Float32Array> => Float32Array.from(await table.data());

/** Rows of a batch: all its levels are correlated, and a step takes the cube of their number. */
export const correlatedBatch = ({ batchSize }: Pick<Problem, 'batchSize'>, { largestBatch }: CorrelatedSettings): number =>
  Math.min(batchSize, largestBatch);

/**
 * MMbeddings (A10) whose level vectors of one feature are correlated, dimension by dimension, and levels
 * without rows take the conditional mean (docs/methods.md A29).
 */
export function buildCorrelated<Found>(
  problem: Problem,
  settings: CorrelatedSettings,
  ground: Ground<Found>,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const { d } = settings;
  const { feature } = ground;
  const batchSize = correlatedBatch(problem, settings);
  const q = problem.levels[feature];
  const independent = makeIndependentPrior(settings.prior, sizesOf(problem).length, d, settings.priorVariance);
  const prior = new CorrelatedPrior(independent, feature, ground.likeness);
  const { interaction, decoder } = settings;
  const makeNetwork = () => new Interactions(interaction, problem.p, widthsEach(d, problem.levels.length), decoder, random, decoderOutputs(problem));
  const base = buildVariational({ ...problem, batchSize }, settings, makeNetwork, random, dataset, undefined, undefined, {
    prior,
    feature,
    besides: (inputs) => ground.besides(inputs),
  });

  /**
   * Rows that the results are of. Vectors of fewer (those of the training part alone, once validation rows
   * have been in) change nothing of what is told and taken along.
   */
  let keptRows = 0;

  /** The batches as they come, and then the levels that they had. */
  const watching = (batches: Batches): { batches: AsyncIterable<Batch>; met(): { rows: number; seen: Int32Array } } => {
    const has = new Uint8Array(q);
    let rows = 0;
    return {
      batches: (async function* () {
        for await (const batch of batches) {
          const codes = await batch.z[feature].data();
          rows += codes.length;
          for (const code of codes) has[code] = 1;
          await ground.meet?.(batch, codes);
          yield batch;
        }
      })(),
      met: () => ({ rows, seen: Int32Array.from({ length: q }, (_, j) => j).filter((j) => has[j] === 1) }),
    };
  };
  const fieldOf = async (seen: Int32Array, vectors: Float32Array): Promise<{ found: Found; field: LevelField }> => {
    const found = await ground.fit(seen, vectors);
    return { found, field: await LevelField.of(ground.alike(found), seen, nextTask) };
  };
  const replaced = (tables: LevelVectors, values: Float32Array): LevelVectors => {
    tables[feature].dispose();
    return tables.map((table, k) => (k === feature ? tf.tensor2d(values, [q, d]) : table));
  };

  return {
    ...base,
    ...(batchSize < problem.batchSize && { batchSize }),
    // A level without rows follows from others.
    posteriorByLevel: undefined,
    async levelVectors(batches, noise) {
      const watched = watching(batches);
      const tables = await base.levelVectors(watched.batches, noise);
      const { rows, seen } = watched.met();
      const vectors = await read(tables[feature]);
      const { found, field } = await fieldOf(seen, vectors);
      await field.complete(vectors, d, nextTask);
      if (rows >= keptRows) {
        keptRows = rows;
        ground.keep(found, field, vectors);
      }
      return replaced(tables, vectors);
    },
    async levelPosterior(batches) {
      const watched = watching(batches);
      const posterior = await (base.levelPosterior as NonNullable<Model['levelPosterior']>)(watched.batches);
      const { seen } = watched.met();
      const [means, variances] = await Promise.all([read(posterior.means[feature]), read(posterior.variances[feature])]);
      const { field } = await fieldOf(seen, means);
      const own = posterior.priorVariances?.[feature] ?? (await prior.variances(feature));
      await field.complete(means, d, nextTask, { variances, prior: own });
      return { ...posterior, means: replaced(posterior.means, means), variances: replaced(posterior.variances, variances) };
    },
    async estimates(vectors) {
      return [...((await base.estimates?.(vectors)) ?? []), ...(await ground.estimates())];
    },
    dispose() {
      base.dispose();
      ground.likeness.dispose();
      ground.dispose();
    },
  };
}
