import type { Dataset } from '../data/dataset';
import type { Vectors } from '../metrics/distances';
import { embeddingView } from '../metrics/match';
import { rocCurve } from '../metrics/roc';
import { sampleIndices } from '../metrics/sample';
import type { EmbeddingView, PredictionView } from '../protocol';
import { testResponse } from './test-metrics';

/** Training rows (validation included) of each level, per categorical feature. */
export function levelCounts(dataset: Dataset): Float32Array[] {
  const { train, validation } = dataset.split;
  return dataset.categorical.map(({ cardinality, codes }) => {
    const counts = new Float32Array(cardinality);
    for (const rows of [train, validation]) for (const row of rows) counts[codes[row]]++;
    return counts;
  });
}

/** Level vectors of one feature as the page draws them. The same `seed` draws the same levels in every snapshot. */
export function snapshotView(
  dataset: Dataset,
  method: string,
  epoch: number,
  feature: number,
  vectors: Vectors,
  counts: readonly Float32Array[],
  seed: number,
): EmbeddingView {
  const column = dataset.categorical[feature];
  const { truth } = dataset;
  return embeddingView({
    method,
    epoch,
    feature,
    featureName: column.name,
    labels: column.labels,
    vectors,
    truth: truth ? { values: truth.effects[feature], d: truth.d } : null,
    counts: counts[feature],
    seed,
  });
}

/** Test rows drawn in the panel "Predicted against actual". */
const DRAWN_ROWS = 400;

/** Test predictions (in the response's own unit) as the page draws them: a seeded sample of rows, and for a binary response the ROC curve of all. */
export function testPredictionView(method: string, dataset: Dataset, predictions: Float32Array, seed: number): PredictionView {
  const actual = testResponse(dataset);
  const rows = sampleIndices(actual.length, DRAWN_ROWS, seed, 'test rows drawn');
  return {
    method,
    testRows: actual.length,
    actual: Float32Array.from(rows, (row) => actual[row]),
    predicted: Float32Array.from(rows, (row) => predictions[row]),
    roc: dataset.task === 'binary' ? rocCurve(actual, predictions) : null,
  };
}
