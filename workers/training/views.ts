import { type Dataset, severalClasses, vectorFeatures } from '../data/dataset';
import type { Estimate } from '../methods/method';
import type { Vectors } from '../metrics/distances';
import type { EmbeddingView } from '../metrics/embedding-view';
import { embeddingView } from '../metrics/match';
import { rocCurve } from '../metrics/roc';
import { sampleIndices } from '../metrics/sample';
import { numbersAt } from '../numbers/typed-arrays';
import { RandomStream } from '../random/random';
import type { PlainPosterior } from './evaluator';
import type { PredictionView } from './lane';
import { drawnWindows } from './series-windows';
import { learnedRows, tagCounts } from './tag-sets';
import { seenOf, testResponse } from './test-metrics';

/** Training rows (validation included) of each level or tag, per feature with vectors. */
export function levelCounts(dataset: Pick<Dataset, 'categorical' | 'tags' | 'series' | 'split'>): Float32Array[] {
  const ofLevels = dataset.categorical.map(({ cardinality, codes }) => {
    const counts = new Float32Array(cardinality);
    for (const rows of learnedRows(dataset)) for (const row of rows) counts[codes[row]]++;
    return counts;
  });
  return [...ofLevels, ...(dataset.tags ?? []).map((column) => tagCounts(dataset, column))];
}

/** Posterior of one feature's level vectors with what they are shrunk by. */
export type FeaturePosterior = NonNullable<Parameters<typeof embeddingView>[0]['posterior']>;

/**
 * The posterior of one feature: its prior variance is the one that the model says, else the one set where the
 * settings have it, else the estimated one.
 */
export function featurePosterior(
  { posterior, estimates }: { posterior: PlainPosterior | null; estimates: readonly Estimate[] },
  settings: Record<string, unknown>,
  feature: number,
): FeaturePosterior | null {
  if (!posterior?.means[feature]) return null;
  const means = posterior.means[feature];
  const variances = estimates.filter(({ kind, value }) => kind === 'variance' && Number.isFinite(value));
  const own = variances.filter((estimate) => estimate.feature === feature).map(({ value }) => value);
  const said = posterior.priorVariances?.[feature];
  const set = said ? [...said] : typeof settings.priorVariance === 'number' ? [settings.priorVariance] : own;
  const prior = set.length === means.d ? set : set.length === 1 ? Array.from({ length: means.d }, () => set[0]) : null;
  return {
    means,
    variances: posterior.variances[feature],
    prior,
    noise: variances.find(({ feature, group }) => feature === null && group === undefined)?.value ?? null,
  };
}

/**
 * Level vectors of one feature as the page draws them. The same `seed` draws the same levels in every
 * snapshot.
 */
export function snapshotView(
  dataset: Dataset,
  method: string,
  epoch: number,
  feature: number,
  vectors: Vectors,
  counts: readonly Float32Array[],
  seed: number,
  posterior: FeaturePosterior | null = null,
): EmbeddingView {
  const column = vectorFeatures(dataset)[feature];
  const { truth } = dataset;
  return embeddingView({
    method,
    epoch,
    feature,
    featureName: column.name,
    labels: column.labels,
    vectors,
    truth: truth ? { values: truth.effects[feature], d: truth.d } : null,
    posterior,
    parents: dataset.tags?.[feature - dataset.categorical.length]?.parents,
    counts: counts[feature],
    seed,
  });
}

/** Test rows drawn in the panel "Predicted against actual". */
const DRAWN_ROWS = 400;

/** Seed of the levels that are drawn: the same in every picture of a run, so dots move and do not flicker. */
export const viewSeed = (dataSeed: number): number => new RandomStream(dataSeed, 'drawn levels').uint32();

/**
 * Places among so many test rows of those that are drawn, rising. `seen`: of times to an event 1 where it was
 * seen (`seenOf`), because the time of a censored row is not known; null: all may be drawn.
 */
export function drawnRows(testRows: number, seed: number, seen: ArrayLike<number> | null): Uint32Array {
  const places = seen && Uint32Array.from({ length: testRows }, (_, i) => i).filter((i) => seen[i] > 0.5);
  const drawn = sampleIndices(places ? places.length : testRows, DRAWN_ROWS, seed, 'test rows drawn');
  return places ? drawn.map((i) => places[i]) : drawn;
}

/** What a picture of predictions says of rows that are none of it: how many have a known time. */
export const seenRowsOf = (seen: ArrayLike<number> | null): Pick<PredictionView, 'seenRows'> =>
  seen ? { seenRows: Array.from(seen).filter((one) => one > 0.5).length } : {};

/**
 * Test predictions (in the response's own unit) as the page draws them: a seeded sample of rows, of
 * times those whose event was seen, and for a binary response the ROC curve of all.
 */
export function testPredictionView(method: string, dataset: Dataset, predictions: Float64Array, seed: number): PredictionView {
  const actual = testResponse(dataset);
  // Of several classes the results have all that is drawn.
  if (severalClasses(dataset) !== undefined)
    return { method, testRows: actual.length, actual: new Float64Array(0), predicted: new Float64Array(0), roc: null };
  const seen = seenOf(dataset, dataset.split.test);
  const rows = drawnRows(actual.length, seed, seen);
  const windows = drawnWindows(dataset, predictions, seed);
  return {
    method,
    testRows: actual.length,
    ...seenRowsOf(seen),
    ...(dataset.series ? {} : { rows: rows.map((row) => dataset.split.test[row]) }),
    actual: numbersAt(Float64Array, actual, rows),
    predicted: numbersAt(Float64Array, predictions, rows),
    roc: dataset.task === 'binary' ? rocCurve(actual, predictions) : null,
    ...(windows && { windows }),
  };
}
