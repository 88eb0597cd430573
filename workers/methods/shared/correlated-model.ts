import * as tf from '@tensorflow/tfjs';
import { type Dataset, featureName } from '../../data/dataset';
import { fitCorrelation, type LevelCorrelation, LevelField, usualSquaredLength } from '../../mixed/correlated-levels';
import { CorrelatedPrior, LARGEST_SHARE } from '../../nn/correlated-prior';
import type { Network } from '../../nn/network';
import { makeIndependentPrior, type PriorRows } from '../../nn/prior';
import { correlations, squaredDistances } from '../../nn/random-field';
import type { RandomStream } from '../../random/random';
import type { Batch, Inputs, LevelVectors, Model, Problem } from '../method';
import { sizesOf } from './counts';
import { featureNames } from './lmmnn-model';
import { nextTask } from './next-task';
import { placesNote, placesOf, unitsOf } from './places';
import { buildVariational } from './variational-model';
import type { VariationalSettings } from './variational-settings';

interface CorrelatedSettings extends VariationalSettings {
  prior: 'fixed' | 'learned';
  /** Whether share and length are trained, or what `share` and `length` say. */
  correlation: 'learned' | 'fixed';
  share: number;
  /** In the unit of the coordinates; 0: by how near levels are. */
  length: number;
  largestBatch: number;
  /** Numeric features that are coordinates. */
  columns: readonly [number, number];
  label: string;
}

type Batches = AsyncIterable<Batch> | Iterable<Batch>;

/** Where levels are: x and y of each in one unit; NaN where no row of the data says it. */
interface Located {
  points: Float64Array;
  /** Levels that the batches had. */
  seen: Int32Array;
  rows: number;
}

/** What the last level vectors were learned from, and what a prediction at new coordinates takes of it. */
interface Learned {
  rows: number;
  correlation: LevelCorrelation;
  /** Null where there are more levels than are solved together. */
  taken: { places: tf.Tensor2D; weights: tf.Tensor2D; kernel: tf.Tensor1D } | null;
}

/** The numbers of a table, and a table of numbers. */
const read = async (table: tf.Tensor2D): Promise<Float32Array> => Float32Array.from(await table.data());

/**
 * MMbeddings (A10) whose level vectors of the first feature are a Gaussian field over coordinates, dimension
 * by dimension, and levels without rows take the conditional mean (docs/methods.md A29).
 */
export function buildCorrelated(
  problem: Problem,
  settings: CorrelatedSettings,
  makeNetwork: () => Network,
  random: RandomStream,
  dataset?: Dataset,
): Model {
  const { columns, d, label } = settings;
  const batchSize = Math.min(problem.batchSize, settings.largestBatch);
  const [q] = problem.levels;
  const { factors, unit } = unitsOf(dataset, columns);
  const known = dataset ? placesOf(dataset, columns, label) : null;
  const located = known ? known.points.map((value, at) => value * factors[at % 2]) : null;
  const everywhere = located && Int32Array.from({ length: q }, (_, j) => j).filter((j) => !Number.isNaN(located[2 * j]));
  const start: LevelCorrelation = {
    share: settings.share,
    squaredLength: settings.length > 0 ? (settings.length / unit) ** 2 : located && everywhere ? usualSquaredLength(located, everywhere) : 1,
  };
  /** Levels without rows are nowhere, and no row asks for them. */
  const table =
    located &&
    tf.tidy(() =>
      tf.tensor2d(
        Float32Array.from(located, (value) => (Number.isNaN(value) ? 0 : value)),
        [q, 2],
      ),
    );
  /** Coordinates as the rows have them. */
  const points = ({ x }: Pick<Inputs, 'x'>): tf.Tensor2D =>
    tf.concat(
      columns.map((column, axis) => tf.mul(tf.slice(x, [0, column], [-1, 1]), factors[axis])),
      1,
    ) as tf.Tensor2D;
  const ofLevels = (rows: PriorRows): tf.Tensor2D => (table ? tf.gather(table, rows.z[0]) : points(rows));
  const independent = makeIndependentPrior(settings.prior, sizesOf(problem).length, d, settings.priorVariance);
  const prior = new CorrelatedPrior(independent, ofLevels, start, settings.correlation === 'learned');

  let learned: Learned | null = null;
  const forget = (): void => {
    if (learned?.taken) tf.dispose(Object.values(learned.taken));
  };
  /**
   * Vectors of fewer rows (those of the training part alone, once validation rows have been in) change
   * nothing of what is told and taken along: results are of all rows.
   */
  const keep = (rows: number, field: LevelField, vectors: Float32Array): void => {
    if (learned && rows < learned.rows) return;
    forget();
    const { seen, correlation } = field;
    const weights = seen.length > 0 ? field.solved(vectors, d) : null;
    learned = {
      rows,
      correlation,
      taken: weights && {
        places: tf.tensor2d(
          Array.from(seen).flatMap((j) => [field.points[2 * j], field.points[2 * j + 1]]),
          [seen.length, 2],
        ),
        weights: tf.tensor2d(
          Float32Array.from(weights, (value) => correlation.share * value),
          [seen.length, d],
        ),
        kernel: tf.tensor1d([1, correlation.squaredLength]),
      },
    };
  };

  const base = buildVariational({ ...problem, batchSize }, settings, makeNetwork, random, dataset, undefined, undefined, {
    prior,
    besides(inputs) {
      const taken = learned?.taken;
      if (!taken) return null;
      // In a file tables get a row of zeros for levels that these data do not have.
      const isNew = tf.sub(1, tf.gather(tf.ones([q, 1]), inputs.z[0]));
      return tf.mul(isNew, tf.matMul(correlations(squaredDistances(points(inputs), taken.places), taken.kernel), taken.weights));
    },
  });

  /** The batches as they come, with the levels that they had and where these are. */
  const watching = (batches: Batches): { batches: AsyncIterable<Batch>; found(): Located } => {
    const has = new Uint8Array(q);
    const where = located ?? new Float64Array(2 * q).fill(Number.NaN);
    let rows = 0;
    return {
      batches: (async function* () {
        for await (const batch of batches) {
          const codes = await batch.z[0].data();
          rows += codes.length;
          for (const code of codes) has[code] = 1;
          if (!located) {
            const own = tf.tidy(() => points(batch));
            const values = await own.data();
            own.dispose();
            for (const [i, code] of codes.entries()) where.set(values.subarray(2 * i, 2 * i + 2), 2 * code);
          }
          yield batch;
        }
      })(),
      found: () => ({ points: where, rows, seen: Int32Array.from({ length: q }, (_, j) => j).filter((j) => has[j] === 1) }),
    };
  };
  const fieldOf = async ({ points: where, seen }: Located, vectors: Float32Array): Promise<LevelField> => {
    const fitted = settings.correlation === 'learned' ? await fitCorrelation(where, seen, vectors, d, LARGEST_SHARE, nextTask) : null;
    return LevelField.of(where, seen, fitted ?? start, nextTask);
  };
  const replaced = (tables: LevelVectors, values: Float32Array): LevelVectors => {
    tables[0].dispose();
    return [tf.tensor2d(values, [q, d]), ...tables.slice(1)];
  };

  return {
    ...base,
    ...(batchSize < problem.batchSize && { batchSize }),
    // A level without rows follows from others.
    posteriorByLevel: undefined,
    async levelVectors(batches, noise) {
      const watched = watching(batches);
      const tables = await base.levelVectors(watched.batches, noise);
      const found = watched.found();
      const vectors = await read(tables[0]);
      const field = await fieldOf(found, vectors);
      await field.complete(vectors, d, nextTask);
      keep(found.rows, field, vectors);
      return replaced(tables, vectors);
    },
    async levelPosterior(batches) {
      const watched = watching(batches);
      const posterior = await (base.levelPosterior as NonNullable<Model['levelPosterior']>)(watched.batches);
      const found = watched.found();
      const [means, variances] = await Promise.all([read(posterior.means[0]), read(posterior.variances[0])]);
      const field = await fieldOf(found, means);
      const own = posterior.priorVariances?.[0] ?? (await prior.variances(0));
      await field.complete(means, d, nextTask, { variances, prior: own });
      return { ...posterior, means: replaced(posterior.means, means), variances: replaced(posterior.variances, variances) };
    },
    async estimates(vectors) {
      const found = (await base.estimates?.(vectors)) ?? [];
      const [place] = featureNames(problem, dataset);
      const [east, north] = columns.map((column) => featureName(dataset ?? {}, column));
      const trained = await prior.correlation();
      const { share, squaredLength } = learned?.correlation ?? trained;
      const isFixed = settings.correlation === 'fixed';
      const note = placesNote(known);
      const batches = (value: number): string =>
        isFixed ? 'given' : `of the vectors of all rows; in training, of batches of few rows, ${value.toPrecision(2)}`;
      return [
        ...found,
        {
          name: `Share of correlation of ${place}`,
          symbol: String.raw`\rho`,
          kind: 'fit',
          feature: null,
          value: share,
          standardError: null,
          note: [batches(trained.share), note].filter(Boolean).join('; '),
        },
        {
          name: `Length of correlation of ${place}`,
          symbol: String.raw`\ell`,
          kind: 'fit',
          feature: null,
          value: Math.sqrt(squaredLength) * unit,
          standardError: null,
          note: `in the unit of ${east} and ${north}, ${batches(Math.sqrt(trained.squaredLength) * unit)}; at this distance 0.61 of the share is left, at twice it 0.14`,
        },
      ];
    },
    dispose() {
      base.dispose();
      prior.dispose();
      forget();
      if (table) table.dispose();
    },
  };
}
