import type { Dataset } from '../data/dataset';
import { placeOf, type Series } from '../data/series/series';
import { clusteredError, standardError } from '../metrics/score-errors';
import { numbersAt } from '../numbers/typed-arrays';
import { rowLosses } from './compare';
import type { SeriesScores } from './method-result';

/**
 * Squared errors of windows by step (docs/methods.md F4): the mean over all steps, the first step, of which a
 * window knows least, and the last, after which it holds nothing. For series that trained and for new ones
 * apart. Undefined for rows of a table.
 *
 * @param predictions of the test rows, rows × outputs, in the response's own unit
 */
export function seriesScores(dataset: Dataset, predictions: ArrayLike<number>): SeriesScores | undefined {
  const { series, split } = dataset;
  if (!series) return undefined;
  const losses = rowLosses(dataset, predictions);
  const owners = Int32Array.from(split.test, (row) => placeOf(series, row).series);
  const groups = ([1, 0] as const).flatMap((known) => {
    const places = [...owners.keys()].filter((i) => series.known[owners[i]] === known);
    return places.length === 0 ? [] : [groupScores(series, losses, owners, places, known === 1)];
  });
  return { task: series.task, steps: series.outputs, innovationVariance: series.innovationVariance, groups };
}

function groupScores(
  { outputs, task, names }: Series,
  losses: Float64Array,
  owners: Int32Array,
  places: readonly number[],
  known: boolean,
): SeriesScores['groups'][number] {
  const own = numbersAt(Int32Array, owners, places);
  const of = (loss: (i: number) => number) => meanWithError(Float64Array.from(places, loss), own, names.length);
  const step = (t: number) => of((i) => losses[i * outputs + t]);
  return {
    known,
    series: task === 'forecast' ? 1 : new Set(own).size,
    windows: places.length,
    mean: of((i) => losses.subarray(i * outputs, (i + 1) * outputs).reduce((sum, loss) => sum + loss, 0) / outputs),
    first: step(0),
    last: step(outputs - 1),
    bySteps: Array.from({ length: outputs }, (_, t) => step(t).value),
  };
}

/**
 * A mean over windows; its standard error takes those of a series together, where there are enough series.
 */
function meanWithError(values: Float64Array, owners: Int32Array, count: number): { value: number; standardError: number | null } {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  if (n < 2) return { value, standardError: null };
  const influence = values.map((one) => (one - value) * Math.sqrt(n / (n - 1)));
  return { value, standardError: clusteredError(influence, owners, count) ?? standardError(influence) };
}
