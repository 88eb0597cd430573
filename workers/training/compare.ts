import { type Dataset, responseWidth, tagRow } from '../data/dataset';
import { hasSeveralClasses } from '../data/tasks';
import { classLogLosses } from '../metrics/classes';
import { rowLogLosses } from '../metrics/classification';
import { clusteredError, influenceOfRows, type RowInfluence, standardError } from '../metrics/score-errors';
import { lowerIsBetter, type ScoreKey } from '../metrics/scores';
import { mapped, numbersAt } from '../numbers/typed-arrays';
import type { CountBin, MethodResult, MetricComparison } from './method-result';
import { combinationsOf, rarestTags, setColumns } from './tag-sets';
import { influenceOfTest, pairsOfTest, rowsWithErrors, SCORES, scoresOf, testResponse } from './test-metrics';
import { levelCounts } from './views';

type Difference = MetricComparison['differences'][number];

/** Bins of levels by their training rows: unseen, a handful, some, enough. */
const COUNT_BINS: readonly { least: number; most: number | null }[] = [
  { least: 0, most: 0 },
  { least: 1, most: 2 },
  { least: 3, most: 5 },
  { least: 6, most: 20 },
  { least: 21, most: null },
];

/** Position of a level with so many training rows in the bins. */
export const countBinOf = (count: number): number => COUNT_BINS.findIndex(({ most }) => most === null || count <= most);

export const countBins = (): { least: number; most: number | null }[] => COUNT_BINS.map((bin) => ({ ...bin }));

/**
 * Loss of each test row: the squared error in the response's own unit squared, or the negative log likelihood
 * in nats.
 */
export function rowLosses(dataset: Dataset, predictions: ArrayLike<number>): Float64Array {
  const actual = testResponse(dataset);
  if (hasSeveralClasses(dataset.task)) return classLogLosses(actual, predictions);
  if (dataset.task === 'binary') return rowLogLosses(actual, predictions);
  return mapped(actual, (own, i) => (own - predictions[i]) ** 2);
}

/** A feature whose levels or tags have training rows, and where each test row belongs. */
export interface CountedFeature {
  name: string;
  /** Levels or tags. */
  cardinality: number;
  /** Training rows (validation included) of each. */
  counts: Float32Array;
  /** The level of each test row, or its rarest tag; −1 for a row that never had tags. */
  codes: Int32Array;
}

/** Features by whose training rows test rows are told apart: categorical ones, then columns of tags. */
export function countedFeatures(dataset: Dataset): CountedFeature[] {
  const counts = levelCounts(dataset);
  const { categorical } = dataset;
  const { test } = dataset.split;
  return [
    ...categorical.map(({ name, cardinality, codes }, k) => ({
      name,
      cardinality,
      counts: counts[k],
      codes: numbersAt(Int32Array, codes, test),
    })),
    ...setColumns(dataset).map((column, k) => {
      // One more place, for tags that no training row has and that were taken out of test rows.
      const own = new Float32Array(column.labels.length + 1);
      own.set(counts[categorical.length + k]);
      return { name: column.name, cardinality: own.length, counts: own, codes: rarestTags(column, own, test) };
    }),
  ];
}

/**
 * Mean loss of test rows by the training rows (validation included) of their level, for every categorical
 * feature; then by those of their rarest tag, for every column of tags.
 */
export function byCount(all: Dataset, allPredictions: ArrayLike<number>): CountBin[][] {
  const { dataset, predictions } = rowsWithErrors(all, allPredictions);
  const losses = rowLosses(dataset, predictions);
  return countedFeatures(dataset).map(({ codes, cardinality, counts }) => {
    const bins = COUNT_BINS.map(() => ({ rows: 0, sum: 0, squares: 0 }));
    const levels = COUNT_BINS.map(() => 0);
    const met = new Uint8Array(cardinality);
    const places = Uint8Array.from(counts, countBinOf);
    codes.forEach((level, i) => {
      if (level < 0) return;
      const bin = bins[places[level]];
      bin.rows++;
      bin.sum += losses[i];
      if (!met[level]) levels[places[level]]++;
      met[level] = 1;
    });
    codes.forEach((level, i) => {
      if (level < 0) return;
      const bin = bins[places[level]];
      bin.squares += (losses[i] - bin.sum / bin.rows) ** 2;
    });
    return COUNT_BINS.map((limits, b) => {
      const { rows, sum, squares } = bins[b];
      return {
        ...limits,
        rows,
        levels: levels[b],
        loss: rows > 0 ? sum / rows : null,
        standardError: rows > 1 ? Math.sqrt(squares / (rows - 1) / rows) : null,
      };
    });
  });
}

/**
 * Clusters of the test rows: by the level of each categorical feature, by the combination of each column of
 * tags, and of windows by series. The number of each row's cluster, and how many there are.
 */
function clustersOf(dataset: Dataset): { codes: Int32Array; cardinality: number }[] {
  const {
    series,
    split: { test },
  } = dataset;
  return [
    ...dataset.categorical.map(({ codes, cardinality }) => ({ codes: numbersAt(Int32Array, codes, test), cardinality })),
    ...setColumns(dataset).map((column) => {
      const { codes, cardinality } = combinationsOf(column);
      return { codes: numbersAt(Int32Array, codes, test), cardinality };
    }),
    ...(series ? [{ codes: Int32Array.from(test, tagRow({ series })), cardinality: series.names.length }] : []),
  ];
}

/** Standard errors of the difference of two scores of the same rows, from its influence of every row. */
function errorsOf(influence: Float64Array, clusters: ReturnType<typeof clustersOf>): Pick<Difference, 'standardError' | 'byLevel'> {
  const clustered = clusters.flatMap(({ codes, cardinality }) => clusteredError(influence, codes, cardinality) ?? []);
  return { standardError: standardError(influence), byLevel: clustered.length > 0 ? Math.max(...clustered) : null };
}

/**
 * Standard errors of the difference of the losses of two fits: both are of the same test rows, so that most
 * of what is noise in one is in the other too. Null where the loss has none.
 */
export function pairedErrors(dataset: Dataset, one: ArrayLike<number>, other: ArrayLike<number>): ReturnType<typeof errorsOf> | null {
  const actual = testResponse(dataset);
  const [key] = SCORES[dataset.task];
  const [a, b] = [one, other].map((predictions) => influenceOfTest(key, dataset, actual, predictions, null));
  if (!a || !b) return null;
  const influence = a.map((u, i) => u - b[i]);
  return errorsOf(influenceOfRows(influence, responseWidth(dataset)), clustersOf(dataset));
}

/**
 * Every metric of the methods of a run against the best, paired over the test rows. Metrics that a method
 * does not have, such as an AUC with one class, are left out, and so are methods that leak.
 *
 * @param breathe awaited between pieces of work
 */
export async function compareScores(
  dataset: Dataset,
  finished: ReadonlyMap<string, { result: MethodResult; predictions: ArrayLike<number> }>,
  breathe: () => Promise<void>,
): Promise<MetricComparison[]> {
  const actual = testResponse(dataset);
  const width = responseWidth(dataset);
  const clusters = clustersOf(dataset);
  const comparisons: MetricComparison[] = [];
  const influenceOf = async (metric: ScoreKey, predictions: ArrayLike<number>): Promise<RowInfluence> =>
    influenceOfTest(metric, dataset, actual, predictions, metric === 'concordance' ? await pairsOfTest(dataset, predictions, breathe) : null);
  for (const metric of scoresOf(dataset)) {
    const sign = lowerIsBetter(metric) ? 1 : -1;
    const scored = [...finished].flatMap(([method, { result, predictions }]) => {
      const value = result.metrics[metric];
      return typeof value === 'number' && Number.isFinite(value) && !result.leaks ? [{ method, value, predictions }] : [];
    });
    if (scored.length < 2) continue;
    const best = scored.reduce((least, entry) => (entry.value * sign < least.value * sign ? entry : least));
    const bests = await influenceOf(metric, best.predictions);
    if (!bests) continue;
    const influence = influenceOfRows(bests, width);
    const differences: Difference[] = [];
    for (const { method, value, predictions } of scored) {
      if (method === best.method) continue;
      await breathe();
      const theirs = await influenceOf(metric, predictions);
      if (!theirs) continue;
      const own = influenceOfRows(theirs, width).slice();
      for (let i = 0; i < own.length; i++) own[i] -= influence[i];
      differences.push({ method, difference: value - best.value, ...errorsOf(own, clusters) });
    }
    comparisons.push({ metric, best: best.method, differences });
  }
  return comparisons;
}
