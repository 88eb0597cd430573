import { type Dataset, predictionWidth } from '../data/dataset';
import { setsOfRows, tagPlaces } from '../data/tag-rows';
import { hasClasses } from '../data/tasks';
import { devianceShares, type LevelShares, squareShares } from '../metrics/level-shares';
import { filled, mapped, numbersAt } from '../numbers/typed-arrays';
import { RandomStream } from '../random/random';
import { inOwnUnit, predictRows } from './evaluate';
import { ofWidth } from './evaluator';
import type { Pacer } from './pacer';
import { learnedRows, setColumns } from './tag-sets';
import { testResponse } from './test-metrics';
import type { Trainer } from './trainer';

/**
 * Predictions of a method for test rows with levels of other rows are so many, and so many times a row. What
 * the scatter of few draws adds to a square is known; to a log loss only where no draw is nearly sure, as a
 * network's may be: of four such draws all can miss the class of a row.
 */
const DRAWS = {
  squares: { predictions: 20_000, fewest: 2, most: 4 },
  classes: { predictions: 200_000, fewest: 16, most: 64 },
} as const;
/** Rows that are predicted together. */
const TOGETHER = 20_000;

/**
 * Test rows with their numbers, and levels and tags of other rows, which learned: all test rows for the first
 * donors, then all of them again. `before`: the same rows for as many other donors, done with: its arrays are
 * taken, where the numbers of the rows are.
 */
export function withOtherLevels(dataset: Dataset, encoded: Encoded | undefined, donors: Uint32Array, before?: Dataset): Dataset {
  const { p, x, y, categorical, tags = [] } = dataset;
  const { test } = dataset.split;
  const rows = donors.length;
  const codes = categorical.map(({ codes: all }) => numbersAt(Int32Array, all, donors));
  // Columns that an encoding made of levels stand after the numbers of the row.
  const own = p - (encoded ?? []).reduce((sum, { width }) => sum + width, 0);
  const there = before?.rows === rows ? before : undefined;
  const numbers = there?.x ?? new Float32Array(rows * p);
  const responses = there?.y ?? new Float32Array(rows);
  for (let i = 0, t = 0; !there && i < rows; i++, t = t + 1 < test.length ? t + 1 : 0) {
    for (let j = 0, from = test[t] * p; j < own; j++) numbers[i * p + j] = x[from + j];
    responses[i] = y[test[t]];
  }
  let column = own;
  for (const [k, { values, width }] of (encoded ?? []).entries()) {
    for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) numbers[i * p + column + j] = values[codes[k][i] * width + j];
    column += width;
  }
  const none = new Uint32Array(0);
  return {
    ...dataset,
    rows,
    x: numbers,
    y: responses,
    categorical: categorical.map((column, k) => ({ ...column, codes: codes[k] })),
    ...(dataset.tags && {
      // Padded as the rows are that were learned from.
      tags: tags.map((column) => ({ ...setsOfRows(column, donors), most: tagPlaces(column) })),
    }),
    // They are neither learned from nor judged.
    split: { train: none, validation: none, test: none },
    truth: null,
    exact: undefined,
  };
}

type Encoded = readonly { values: Float32Array; width: number }[];

/**
 * What a method explains of the test rows without levels and with them (docs/methods.md A28), with the
 * weights of now and the level vectors in use. Null where rows have no levels of their own,
 * or no response to be explained, and of times, some of which are not known.
 *
 * @param predictions of the test rows, in the response's own unit, or a probability of each class
 * @param seed of the data: every method gets levels of the same rows
 */
export async function sharesOfLevels(
  { model, evaluator, dataset, noise }: Trainer,
  predictions: ArrayLike<number>,
  seed: number,
  pacer: Pacer,
): Promise<LevelShares | null> {
  const rows = dataset.split.test.length;
  const learned = learnedRows(dataset);
  const from = learned.reduce((sum, { length }) => sum + length, 0);
  if (dataset.series || dataset.events || rows === 0 || from === 0 || (dataset.categorical.length === 0 && setColumns(dataset).length === 0))
    return null;
  if (model.inputs && !model.inputs.byLevel) return null;
  const { predictions: wanted, fewest, most } = hasClasses(dataset.task) ? DRAWS.classes : DRAWS.squares;
  const draws = Math.min(most, Math.max(fewest, Math.ceil(wanted / rows)));
  const together = Math.max(1, Math.min(draws, Math.floor(TOGETHER / rows)));
  const width = predictionWidth(dataset);
  const others: Float64Array[] = [];
  let asked: Dataset | undefined;
  // Noise of its own: drawing past the stop must not notice.
  const own = { ...noise };
  for (let first = 0; first < draws; first += together) {
    const some = Math.min(together, draws - first);
    const donors = new Uint32Array(some * rows);
    for (let draw = 0; draw < some; draw++) {
      const random = new RandomStream(seed, `levels of other rows ${first + draw}`);
      for (let i = 0; i < rows; i++) {
        const at = random.integer(from);
        donors[draw * rows + i] = at < learned[0].length ? learned[0][at] : learned[1][at - learned[0].length];
      }
    }
    await pacer.breathe();
    asked = withOtherLevels(dataset, model.inputs?.byLevel, donors, asked);
    const probe = await evaluator.onOtherRows(asked);
    try {
      const all = filled(new Uint32Array(donors.length), (i) => i);
      const values = inOwnUnit(dataset, ofWidth(width, await predictRows(probe, all, own, pacer)));
      for (let draw = 0; draw < some; draw++) others.push(values.slice(draw * rows * width, (draw + 1) * rows * width));
    } finally {
      probe.dispose();
    }
  }
  const actual = testResponse(dataset);
  if (!hasClasses(dataset.task)) return squareShares(actual, predictions, others);
  const happened = (values: ArrayLike<number>): Float64Array => ofOwnClass(actual, values, width);
  return devianceShares(actual, happened(predictions), others.map(happened));
}

/** Of each row the probability of its class: of the second of two, or of each of several. */
function ofOwnClass(actual: ArrayLike<number>, probabilities: ArrayLike<number>, width: number): Float64Array {
  return mapped(actual, (own, i) => {
    if (width > 1) return probabilities[i * width + own];
    return own > 0.5 ? probabilities[i] : 1 - probabilities[i];
  });
}
