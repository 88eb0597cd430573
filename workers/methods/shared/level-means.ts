import type { Dataset } from '../../data/dataset';
import { trainingRows } from './training-rows';

/** What of a dataset encodings by the numeric features look at. */
export type EncodedData = Pick<Dataset, 'x' | 'p' | 'categorical' | 'split'>;

/** Means of the numeric features by level. */
export interface LevelMeans {
  /** q × p, row-major; zeros for a level without training rows. */
  means: Float64Array;
  /** Training rows of each level (q). */
  counts: Uint32Array;
}

/**
 * Mean of each numeric feature over the training rows (validation included) of each level of a categorical
 * feature (docs/methods.md A3).
 */
export function levelMeans(dataset: EncodedData, feature: number): LevelMeans {
  const { codes, cardinality } = dataset.categorical[feature];
  const { x, p } = dataset;
  const means = new Float64Array(cardinality * p);
  const counts = new Uint32Array(cardinality);
  for (const row of trainingRows(dataset)) {
    const level = codes[row];
    counts[level]++;
    for (let j = 0; j < p; j++) means[level * p + j] += x[row * p + j];
  }
  for (let level = 0; level < cardinality; level++) if (counts[level] > 0) for (let j = 0; j < p; j++) means[level * p + j] /= counts[level];
  return { means, counts };
}
