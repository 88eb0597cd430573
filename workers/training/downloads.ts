import { csvBytes } from '../data/csv-write';
import { type Dataset, severalClasses, vectorFeatures } from '../data/dataset';
import { LabFailure } from '../data/failure';
import type { Series } from '../data/series/series';
import { aboutMethod } from '../methods/registry';
import { predictedClasses } from '../metrics/classes';
import type { Run } from './run';
import { testWindow } from './series-windows';
import { testResponse } from './test-metrics';
import { levelCounts } from './views';

/** A file for the person to keep. */
export interface Download {
  name: string;
  /** UTF-8 text, transferred. */
  bytes: Uint8Array;
}

/** Single-precision numbers have seven digits; more would be noise. */
const digits = (value: number): number => Number(value.toPrecision(7));

/** What was read from a file in double precision is written as it stood there. */
const written = (value: number): number => Number(value.toPrecision(15));

/**
 * A prediction to a billionth of the response's spread, whatever its offset: single precision, in which it
 * was computed about the mean, tells no finer, and coarser steps would make ties, which move an AUC.
 */
const predicted = ({ task, targetScale }: Pick<Dataset, 'task' | 'targetScale'>): ((value: number) => number) => {
  if (task === 'binary') return (value) => Number(value.toPrecision(9));
  const decimals = Math.min(100, Math.max(0, 9 - Math.floor(Math.log10(targetScale || 1))));
  return (value) => Number(value.toFixed(decimals));
};

/**
 * Predictions for the test rows: row number in the data (1-based), the response, one column per finished
 * method, named and in order as on the page; of several classes the predicted class and a column of
 * probabilities for each class.
 */
export function predictionsCsv(run: Pick<Run, 'dataset' | 'plan' | 'finished'>): Download {
  const { dataset } = run;
  const actual = testResponse(dataset);
  const methods = run.plan.methods.flatMap(({ id }) => {
    const finished = run.finished.get(id);
    return finished ? [{ label: aboutMethod(id).label, predictions: finished.predictions }] : [];
  });
  const rounded = predicted(dataset);
  const classes = severalClasses(dataset);
  if (classes !== undefined) return classesCsv(dataset, classes, methods);
  if (dataset.series) return forecastsCsv(dataset, dataset.series, methods);
  const { events } = dataset;
  const header = ['row', dataset.targetName, ...(events ? [events.name] : []), ...methods.map(({ label }) => label)];
  function* rows(): Generator<(number | string)[]> {
    for (let i = 0; i < actual.length; i++)
      yield [
        (dataset.fileRows?.[dataset.split.test[i]] ?? dataset.split.test[i]) + 1,
        written(actual[i]),
        ...(events ? [events.seen[dataset.split.test[i]]] : []),
        ...methods.map(({ predictions }) => rounded(predictions[i])),
      ];
  }
  return { name: 'predictions.csv', bytes: csvBytes(header, rows()) };
}

const labelled = (dataset: Dataset, c: number): string => dataset.classLabels?.[c] ?? String(c);

/** The same of several classes: for each method the most probable class, then the probability of each. */
function classesCsv(dataset: Dataset, classes: number, methods: readonly { label: string; predictions: Float64Array }[]): Download {
  const actual = testResponse(dataset);
  const predicted = methods.map(({ predictions }) => predictedClasses(predictions, classes));
  const all = Array.from({ length: classes }, (_, c) => c);
  const header = ['row', dataset.targetName, ...methods.flatMap(({ label }) => [label, ...all.map((c) => `${label}: ${labelled(dataset, c)}`)])];
  function* rows(): Generator<(number | string)[]> {
    for (let i = 0; i < actual.length; i++)
      yield [
        (dataset.fileRows?.[dataset.split.test[i]] ?? dataset.split.test[i]) + 1,
        labelled(dataset, actual[i]),
        ...methods.flatMap(({ predictions }, m) => [
          labelled(dataset, predicted[m][i]),
          ...all.map((c) => Number(predictions[i * classes + c].toPrecision(9))),
        ]),
      ];
  }
  return { name: 'predictions.csv', bytes: csvBytes(header, rows()) };
}

/**
 * Predictions for the test windows of series, a line a step: which window, series and step of the window, the
 * time, what came, one column per finished method. In the unit of the series or target.
 */
function forecastsCsv(dataset: Dataset, series: Series, methods: readonly { label: string; predictions: Float64Array }[]): Download {
  const { outputs, times } = series;
  const header = ['window', 'series', 'trained', 'step', 'time', 'actual', ...methods.map(({ label }) => label)];
  function* rows(): Generator<(number | string)[]> {
    for (let i = 0; i < dataset.split.test.length; i++) {
      const { name, known, asked, actual, own } = testWindow(dataset, series, i);
      const forecasts = methods.map(({ predictions }) => own(predictions.subarray(i * outputs, (i + 1) * outputs)));
      for (let t = 0; t < outputs; t++)
        yield [
          i + 1,
          name,
          known ? 1 : 0,
          t + 1,
          times?.[asked + t] ?? asked + t + 1,
          digits(actual[t]),
          ...forecasts.map((values) => digits(values[t])),
        ];
    }
  }
  return { name: 'forecasts.csv', bytes: csvBytes(header, rows()) };
}

/** Level vectors of one method: feature, level, its training rows, and the vector's entries e1 … ed. */
export function embeddingsCsv(run: Run, method: string): Download {
  const finished = run.finished.get(method);
  if (!finished || finished.vectors.length === 0) {
    throw new LabFailure(
      'no-level-vectors',
      `"${method}" has no level embeddings in this run.`,
      'Choose a method that learns them and let it finish.',
    );
  }
  const features = vectorFeatures(run.dataset);
  const counts = levelCounts(run.dataset);
  const width = Math.max(...finished.vectors.map(({ d }) => d));
  const header = ['feature', 'level', 'training_rows', ...Array.from({ length: width }, (_, m) => `e${m + 1}`)];
  function* rows(): Generator<(number | string)[]> {
    for (const [k, { values, d }] of (finished as NonNullable<typeof finished>).vectors.entries()) {
      const { name, cardinality, labels } = features[k];
      for (let j = 0; j < cardinality; j++)
        yield [name, labels ? labels[j] : j, counts[k][j], ...Array.from(values.subarray(j * d, (j + 1) * d), digits)];
    }
  }
  return { name: `level-embeddings-${method}.csv`, bytes: csvBytes(header, rows()) };
}
