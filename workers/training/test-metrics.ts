import { type Dataset, ownResponse, responseWidth, severalClasses } from '../data/dataset';
import type { Task } from '../data/schema';
import { hasSeveralClasses } from '../data/tasks';
import { classAucs, classScores, confusionCounts } from '../metrics/classes';
import { classificationMetrics, mirroredMetrics } from '../metrics/classification';
import { type ConcordantPairs, concordanceInfluence, concordantPairs, pairing } from '../metrics/concordance';
import { areCounts, logScore, poissonDeviance } from '../metrics/counts';
import { type DistanceMetrics, distanceMetrics, type Vectors } from '../metrics/distances';
import { downstreamAuc } from '../metrics/downstream';
import { regressionMetrics } from '../metrics/regression';
import { influenceOfRows, type RowInfluence, rowInfluence, seenOnly, standardError } from '../metrics/score-errors';
import type { MirroredMetrics, ScoreKey, Scores, TestMetrics } from '../metrics/scores';
import { levelVariance } from '../metrics/variance';
import { type Breathe, breathing } from '../mixed/dense';
import { numbersAt } from '../numbers/typed-arrays';
import type { ClassResult } from './method-result';
import type { Pacer } from './pacer';

type EmbeddingMetrics = Pick<TestMetrics, 'rmseD' | 'frobenius' | 'spearman' | 'aucB'>;

/** The response of the test rows, in its own unit. */
export const testResponse = (dataset: Dataset): Float64Array => ownResponse(dataset, dataset.split.test);

/** Metrics of predictions that a task has, the one that names a winner first. */
export const SCORES = {
  regression: ['mse', 'mae', 'r2'],
  binary: ['logLoss', 'auc', 'accuracy'],
  classes: ['logLoss', 'auc', 'accuracy'],
  ordinal: ['logLoss', 'auc', 'accuracy'],
} as const satisfies Record<Task, readonly ScoreKey[]>;

/** The same of these data: of counts the deviance and the log score too, of times the concordance first. */
export const scoresOf = ({ task, asCounts, events }: Pick<Dataset, 'task' | 'asCounts' | 'events'>): readonly ScoreKey[] => [
  ...(events ? (['concordance'] as const) : []),
  ...SCORES[task],
  ...(asCounts ? (['poissonDeviance', 'logScore'] as const) : []),
];

/** Of these rows 1 where the event was seen; null where the response is no time to an event. */
export const seenOf = ({ events }: Pick<Dataset, 'events'>, rows: Uint32Array): Float32Array | null =>
  events ? numbersAt(Float32Array, events.seen, rows) : null;

/**
 * Metrics of predictions in the response's own unit (docs/methods.md C1–C3, A25), none of them mirrored. Of
 * several classes, predictions have a probability for each.
 */
export function metricsOf(task: Task, actual: ArrayLike<number>, predictions: ArrayLike<number>): Scores {
  if (hasSeveralClasses(task)) return { mse: null, mae: null, r2: null, ...classScores(actual, predictions) };
  if (task === 'binary') return { mse: null, mae: null, r2: null, ...classificationMetrics(actual, predictions) };
  return { ...regressionMetrics(actual, predictions), auc: null, logLoss: null, accuracy: null };
}

/**
 * The same of these rows of a dataset, with those of counts and of times (C16, C17).
 *
 * @param pairs of times, where they are known already
 */
export function metricsOfRows(
  dataset: Dataset,
  rows: Uint32Array,
  actual: ArrayLike<number>,
  predictions: ArrayLike<number>,
  pairs?: ConcordantPairs | null,
): Scores {
  const seen = seenOf(dataset, rows);
  if (seen) {
    const metrics = metricsOf(dataset.task, seenOnly(actual, seen), seenOnly(predictions, seen));
    const known = Array.from(predictions).every((value) => !Number.isNaN(value));
    return { ...metrics, concordance: known ? (pairs ?? concordantPairs(actual, seen, predictions)).concordance : Number.NaN };
  }
  const metrics = metricsOf(dataset.task, actual, predictions);
  if (!dataset.asCounts) return metrics;
  const finite = (score: (counts: ArrayLike<number>, means: ArrayLike<number>) => number): number | null => {
    const value = areCounts(actual) ? score(actual, predictions) : Number.NaN;
    return Number.isFinite(value) ? value : null;
  };
  return { ...metrics, poissonDeviance: finite(poissonDeviance), logScore: finite(logScore) };
}

/** The same of all test rows. */
export const predictionMetrics = (dataset: Dataset, predictions: ArrayLike<number>, pairs?: ConcordantPairs | null): Scores =>
  metricsOfRows(dataset, dataset.split.test, testResponse(dataset), predictions, pairs);

/**
 * How concordant predictions of the test rows are with their times; null where the response is no time to an
 * event. Of a million rows it takes a second, and rests.
 */
export async function pairsOfTest(dataset: Dataset, predictions: ArrayLike<number>, breathe: Breathe): Promise<ConcordantPairs | null> {
  const seen = seenOf(dataset, dataset.split.test);
  return seen && breathing(pairing(testResponse(dataset), seen, predictions), breathe);
}

/** The binary metrics as the paper's code computes them; null for every other response. */
export function publishedMetrics(dataset: Dataset, predictions: ArrayLike<number>): MirroredMetrics | null {
  return dataset.task === 'binary' ? mirroredMetrics(testResponse(dataset), predictions) : null;
}

/**
 * A dataset and its test predictions with those rows only that errors are of: all of them, of times to an
 * event those whose event was seen, because the time of a censored row is not known (docs/methods.md C17).
 */
export function rowsWithErrors<T extends ArrayLike<number>>(dataset: Dataset, predictions: T): { dataset: Dataset; predictions: T | Float64Array } {
  const seen = seenOf(dataset, dataset.split.test);
  if (!seen) return { dataset, predictions };
  const test = dataset.split.test.filter((_, i) => seen[i] > 0.5);
  return { dataset: { ...dataset, split: { ...dataset.split, test } }, predictions: seenOnly(predictions, seen) };
}

/** How test rows of several classes were told apart; null for every other response. */
export function classResult(dataset: Dataset, predictions: ArrayLike<number>): ClassResult | null {
  const classes = severalClasses(dataset);
  if (classes === undefined) return null;
  const actual = testResponse(dataset);
  return {
    labels: [...(dataset.classLabels ?? [])],
    counts: confusionCounts(actual, predictions, classes),
    auc: classAucs(actual, predictions, classes).map((area) => (Number.isNaN(area) ? null : area)),
  };
}

/**
 * Influence of each test row on a score (workers/metrics/score-errors.ts).
 *
 * @param actual their response @param pairs of times
 */
export function influenceOfTest(
  key: ScoreKey,
  dataset: Dataset,
  actual: ArrayLike<number>,
  predictions: ArrayLike<number>,
  pairs: ConcordantPairs | null,
): RowInfluence {
  if (key === 'concordance' && pairs) return Array.prototype.every.call(predictions, Number.isFinite) ? concordanceInfluence(pairs) : null;
  return rowInfluence(key, actual, predictions, seenOf(dataset, dataset.split.test));
}

/** Standard error over test rows of every metric of predictions; null where it has none. */
export function scoreErrors(dataset: Dataset, predictions: ArrayLike<number>, pairs: ConcordantPairs | null): Scores {
  const actual = testResponse(dataset);
  const errors: Scores = { mse: null, mae: null, r2: null, auc: null, logLoss: null, accuracy: null };
  for (const key of scoresOf(dataset)) {
    const influence = influenceOfTest(key, dataset, actual, predictions, pairs);
    errors[key] = influence && standardError(influenceOfRows(influence, responseWidth(dataset)));
  }
  return errors;
}

export const NO_EMBEDDING_METRICS: EmbeddingMetrics = { rmseD: null, frobenius: null, spearman: null, aucB: null };

/**
 * Level vectors against the truth (docs/methods.md C4–C7), averaged over the features; nulls without truth or
 * without level vectors.
 */
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
      // One regression on the levels of all features: it needs vectors of one width.
      aucB: vectors.every(({ d }) => d === vectors[0].d) ? downstreamAuc(vectors, truth.labels) : null,
    },
    distanceLevels: features[0].levels,
  };
}

/**
 * Mean over features of the mean variance of the columns of the level vectors: the estimate of σ²_b
 * (docs/methods.md C8).
 */
export function meanLevelVariance(vectors: readonly Vectors[]): number | null {
  if (vectors.length === 0) return null;
  return vectors.reduce((sum, table) => sum + levelVariance(table), 0) / vectors.length;
}
