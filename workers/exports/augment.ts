import type { Cell } from '../data/csv-write';
import { type Dataset, featureName, ownResponse } from '../data/dataset';
import { hasSeveralClasses } from '../data/tasks';
import { runGraph } from '../model-file/interpret';
import { isAdditive } from '../training/check-view';
import type { Finished } from '../training/results';
import { assemble } from './assemble';
import { feedsOf } from './feeds';
import type { FittedMethod } from './model';
import { digits, type PlainTable } from './tidy';

/** Rows that the graph is computed on at a time. */
const MOST_ROWS = 4096;
const PARTS = ['train', 'validation', 'test'] as const;

/** Why a method has no table of its rows: a sentence; null where it has one. */
export function augmentRefusal({ dataset }: Pick<FittedMethod, 'dataset'>): string | null {
  if (hasSeveralClasses(dataset.task))
    return 'Rows of several classes have no residual; the test rows with their probabilities are among the downloads of the results.';
  return dataset.series ? 'Rows are windows of series, whose forecasts are among the downloads of the results.' : null;
}

const logit = (p: number): number => Math.log(p / (1 - p));

/** Signed root of what a row adds to the deviance. */
function devianceResidual(y: number, p: number): number {
  return y > 0.5 ? Math.sqrt(-2 * Math.log(p)) : -Math.sqrt(-2 * Math.log1p(-p));
}

/**
 * What the levels of a row add, on the scale of the predictor; null for a method that is no sum. A row of
 * tags has the mean of their effects.
 */
function effectOf(dataset: Dataset, { result, vectors }: Finished): ((row: number) => number) | null {
  const { categorical, tags = [], task, targetScale } = dataset;
  if (!isAdditive(result) || vectors.some(({ d }) => d !== 1)) return null;
  const unit = task === 'binary' ? 1 : targetScale;
  return (row) => {
    let sum = 0;
    for (const [k, { values }] of vectors.entries()) {
      if (k < categorical.length) sum += values[categorical[k].codes[row]];
      else {
        const { offsets, ids } = tags[k - categorical.length];
        const count = offsets[row + 1] - offsets[row];
        for (let at = offsets[row]; at < offsets[row + 1]; at++) sum += values[ids[at]] / count;
      }
    }
    return unit * sum;
  };
}

/** Predictions of rows of the dataset: test rows as the run has them, others from the method's graph. */
function predictions({ dataset, finished }: FittedMethod): {
  rows: Uint32Array;
  of(at: number): { train: boolean; part: string };
  fitted(from: number, end: number): Float64Array;
} {
  const { split } = dataset;
  const { predictor } = finished;
  const graph = predictor && !('refusal' in predictor) ? assemble(dataset, finished, predictor) : null;
  const parts = PARTS.filter((part) => part === 'test' || graph !== null);
  const total = parts.reduce((sum, part) => sum + split[part].length, 0);
  const rows = new Uint32Array(total);
  const part = new Uint8Array(dataset.rows);
  const place = new Uint32Array(dataset.rows);
  let at = 0;
  for (const [code, name] of PARTS.entries()) {
    if (!parts.includes(name)) continue;
    rows.set(split[name], at);
    at += split[name].length;
    for (const [i, row] of split[name].entries()) {
      part[row] = code;
      place[row] = i;
    }
  }
  rows.sort();
  return {
    rows,
    of: (i) => ({ train: part[rows[i]] < 2, part: PARTS[part[rows[i]]] }),
    fitted(from, end) {
      const own = rows.subarray(from, end);
      const learned = own.filter((row) => part[row] < 2);
      const found =
        learned.length > 0 && graph ? (runGraph(graph.graph, feedsOf(dataset, learned)).get(graph.outputs.fitted)?.data as Float64Array) : null;
      let next = 0;
      return Float64Array.from(own, (row) => (part[row] < 2 ? (found?.[next++] ?? Number.NaN) : finished.predictions[place[row]]));
    },
  };
}

/**
 * Every row with what the method says of it, in the columns of broom.mixed (docs/methods.md C15): the number
 * of the row in the file (.rownames, from 1), the response, the columns as the model took them, .fitted,
 * .resid, .fixed (without the effects of levels, where the method is a sum), .mu, and .part (train,
 * validation or test). Of a binary response .fitted and .fixed are log odds and .resid the deviance residual,
 * as in R; .mu is the probability. A column that has one of these names is left out, and a response that has
 * one is called response.
 *
 * @param most rows that the graph is computed on at a time
 */
export function augmentTable(fitted: FittedMethod, most = MOST_ROWS): PlainTable {
  const { dataset, finished } = fitted;
  const { categorical, tags = [], p, task, targetName, classLabels, fileRows } = dataset;
  const binary = task === 'binary';
  const effect = effectOf(dataset, finished);
  const added = ['.rownames', '.fitted', '.resid', '.fixed', '.mu', '.part'];
  const numeric = Array.from({ length: p }, (_, j) => featureName(dataset, j));
  const own = [...numeric, ...categorical.map(({ name }) => name), ...tags.map(({ name }) => name)].filter((name) => !added.includes(name));
  let response = targetName;
  if (added.includes(targetName)) for (response = 'response'; own.includes(response); ) response = `.${response}`;
  const source = predictions(fitted);
  function* rows(): Generator<Cell[]> {
    for (let from = 0; from < source.rows.length; from += most) {
      const end = Math.min(source.rows.length, from + most);
      const chunk = source.rows.subarray(from, end);
      const mu = source.fitted(from, end);
      const y = ownResponse(dataset, chunk);
      const feeds = feedsOf(dataset, chunk);
      const columns = own.map((name) => {
        const { data, dims } = feeds.get(name) as { data: ArrayLike<number | string>; dims: readonly number[] };
        if (dims.length === 1) return (i: number): Cell => (typeof data[i] === 'number' ? digits(data[i]) : (data[i] as string));
        const places = dims[1];
        return (i: number): Cell =>
          Array.from({ length: places }, (_, place) => data[i * places + place] as string)
            .filter((tag) => tag !== '')
            .join(';');
      });
      for (const [i, row] of chunk.entries()) {
        const predictor = binary ? logit(mu[i]) : mu[i];
        yield [
          (fileRows?.[row] ?? row) + 1,
          binary && classLabels ? classLabels[y[i]] : digits(y[i]),
          ...columns.map((cell) => cell(i)),
          digits(predictor),
          digits(binary ? devianceResidual(y[i], mu[i]) : y[i] - mu[i]),
          ...(effect ? [digits(predictor - effect(row))] : []),
          digits(mu[i]),
          source.of(from + i).part,
        ];
      }
    }
  }
  return { header: ['.rownames', response, ...own, '.fitted', '.resid', ...(effect ? ['.fixed'] : []), '.mu', '.part'], rows: rows() };
}
