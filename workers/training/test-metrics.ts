import { type Dataset, ownResponse } from '../data/dataset';
import { classificationMetrics } from '../metrics/classification';
import { type DistanceMetrics, distanceMetrics, type Vectors } from '../metrics/distances';
import { downstreamAuc } from '../metrics/downstream';
import { regressionMetrics } from '../metrics/regression';
import { levelVariance } from '../metrics/variance';
import type { TestMetrics } from '../protocol';
import type { Pacer } from './pacer';

type PredictionMetrics = Pick<TestMetrics, 'mse' | 'mae' | 'r2' | 'auc' | 'logLoss' | 'accuracy'>;
type EmbeddingMetrics = Pick<TestMetrics, 'rmseD' | 'frobenius' | 'spearman' | 'aucB'>;

/** The response of the test rows, in its own unit. */
export const testResponse = (dataset: Dataset): Float64Array => ownResponse(dataset, dataset.split.test);

/** Test metrics of predictions in the response's own unit (METHODS.md C1–C3). */
export function predictionMetrics(dataset: Dataset, predictions: Float64Array): PredictionMetrics {
  const actual = testResponse(dataset);
  if (dataset.task === 'binary') return { mse: null, mae: null, r2: null, ...classificationMetrics(actual, predictions) };
  return { ...regressionMetrics(actual, predictions), auc: null, logLoss: null, accuracy: null };
}

export const NO_EMBEDDING_METRICS: EmbeddingMetrics = { rmseD: null, frobenius: null, spearman: null, aucB: null };

/** Level vectors against the truth (METHODS.md C4–C7), averaged over the features; nulls without truth or without level vectors. */
export async function embeddingMetrics(
  dataset: Dataset,
  vectors: readonly Vectors[],
  seed: number,
  pacer: Pacer,
  distanceLevels?: number,
): Promise<{ metrics: EmbeddingMetrics; distanceLevels: { sampled: number; of: number } | null }> {
  const { truth } = dataset;
  if (!truth || vectors.length === 0) return { metrics: NO_EMBEDDING_METRICS, distanceLevels: null };
  const features: DistanceMetrics[] = [];
  for (const [k, effects] of truth.effects.entries()) {
    await pacer.breathe();
    features.push(distanceMetrics({ values: effects, d: truth.d }, vectors[k], seed, distanceLevels));
  }
  await pacer.breathe();
  const mean = (read: (feature: DistanceMetrics) => number) => features.reduce((sum, feature) => sum + read(feature), 0) / features.length;
  return {
    metrics: {
      rmseD: mean((feature) => feature.rmseD),
      frobenius: mean((feature) => feature.frobenius),
      spearman: mean((feature) => feature.spearman),
      aucB: downstreamAuc(vectors, truth.labels),
    },
    distanceLevels: features[0].levels,
  };
}

/** Mean over features of the mean variance of the columns of the level vectors: the estimate of σ²_b (METHODS.md C8). */
export function meanLevelVariance(vectors: readonly Vectors[]): number | null {
  if (vectors.length === 0) return null;
  return vectors.reduce((sum, table) => sum + levelVariance(table), 0) / vectors.length;
}
