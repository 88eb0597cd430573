import * as tf from '@tensorflow/tfjs';
import { type Dataset, featureName } from '../../data/dataset';
import { fitCorrelation, type LevelCorrelation, placesAlike, usualSquaredLength } from '../../mixed/correlated-levels';
import { LARGEST_SHARE, PlaceLikeness } from '../../nn/likeness';
import type { PriorRows } from '../../nn/prior';
import { correlations, squaredDistances } from '../../nn/random-field';
import type { Inputs, Problem } from '../method';
import type { Ground } from './correlated-model';
import type { CorrelatedSettings } from './correlated-settings';
import { featureNames } from './lmmnn-model';
import { nextTask } from './next-task';
import { placesNote, placesOf, unitsOf } from './places';

interface PlaceSettings extends CorrelatedSettings {
  share: number;
  /** In the unit of the coordinates; 0: by how near levels are. */
  length: number;
  /** Numeric features that are coordinates. */
  columns: readonly [number, number];
  label: string;
}

/** What a prediction at new coordinates takes of the levels that have rows. */
interface Taken {
  places: tf.Tensor2D;
  weights: tf.Tensor2D;
  kernel: tf.Tensor1D;
}

/** Levels of the first feature that are places: a Gaussian field over coordinates (docs/methods.md A29). */
export function placeGround(problem: Problem, settings: PlaceSettings, dataset?: Dataset): Ground<LevelCorrelation> {
  const { columns, d, label } = settings;
  const [q] = problem.levels;
  const { factors, unit } = unitsOf(dataset, columns);
  const known = dataset ? placesOf(dataset, columns, label) : null;
  const located = known ? known.points.map((value, at) => value * factors[at % 2]) : null;
  const everywhere = located && Int32Array.from({ length: q }, (_, j) => j).filter((j) => !Number.isNaN(located[2 * j]));
  /** Without data the rows say where levels are. */
  const where = located ?? new Float64Array(2 * q).fill(Number.NaN);
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
  const likeness = new PlaceLikeness(ofLevels, start, settings.correlation === 'learned');
  let told: LevelCorrelation | null = null;
  /** Null where there are more levels than are solved together. */
  let taken: Taken | null = null;
  const forget = (): void => {
    if (taken) tf.dispose(Object.values(taken));
  };

  return {
    feature: 0,
    likeness,
    async meet(batch, codes) {
      if (located) return;
      const own = tf.tidy(() => points(batch));
      const values = await own.data();
      own.dispose();
      for (let i = 0; i < codes.length; i++) where.set(values.subarray(2 * i, 2 * i + 2), 2 * codes[i]);
    },
    async fit(seen, vectors) {
      const fitted = settings.correlation === 'learned' ? await fitCorrelation(where, seen, vectors, d, LARGEST_SHARE, nextTask) : null;
      return fitted ?? start;
    },
    alike: (found) => placesAlike(where, found),
    keep(found, field, vectors) {
      forget();
      told = found;
      const { seen } = field;
      const weights = seen.length > 0 ? field.solved(vectors, d) : null;
      taken = weights && {
        places: tf.tensor2d(
          Array.from(seen).flatMap((j) => [where[2 * j], where[2 * j + 1]]),
          [seen.length, 2],
        ),
        weights: tf.tensor2d(
          Float32Array.from(weights, (value) => found.share * value),
          [seen.length, d],
        ),
        kernel: tf.tensor1d([1, found.squaredLength]),
      };
    },
    besides(inputs) {
      if (!taken) return null;
      // In a file tables get a row of zeros for levels that these data do not have.
      const isNew = tf.sub(1, tf.gather(tf.ones([q, 1]), inputs.z[0]));
      return tf.mul(isNew, tf.matMul(correlations(squaredDistances(points(inputs), taken.places), taken.kernel), taken.weights));
    },
    async estimates() {
      const [place] = featureNames(problem, dataset);
      const [east, north] = columns.map((column) => featureName(dataset ?? {}, column));
      const trained = await likeness.correlation();
      const { share, squaredLength } = told ?? trained;
      const isFixed = settings.correlation === 'fixed';
      const note = placesNote(known);
      const batches = (value: number): string =>
        isFixed ? 'given' : `of the vectors of all rows; in training, of batches of few rows, ${value.toPrecision(2)}`;
      return [
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
      forget();
      if (table) table.dispose();
    },
  };
}
