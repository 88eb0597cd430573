import { RandomStream } from '../random/random';
import type { Split } from './dataset';

/** Share of the training rows that train; the rest validates. */
const TRAINING_SHARE = 0.9;

/**
 * Random train/test split, as scikit-learn's train_test_split: the rows are permuted, the first `testRows` test and the others train in their
 * permuted order. Validation is the last 10 % of those (from floor(0.9 n) on), as in Keras (METHODS.md A0).
 *
 * @param rows row numbers to divide, or how many there are (0 … rows−1); an array is left as it is
 * @param seed the split seed of the experiment
 */
export function randomSplit(rows: number | Uint32Array, testRows: number, seed: number): Split {
  const order = typeof rows === 'number' ? new Uint32Array(rows) : rows.slice();
  if (typeof rows === 'number') for (let i = 0; i < rows; i++) order[i] = i;
  if (!(testRows >= 0 && testRows <= order.length)) throw new RangeError(`cannot take ${testRows} test rows of ${order.length}`);
  new RandomStream(seed, 'split').shuffle(order);
  const training = order.length - testRows;
  const cut = testRows + trainingShare(training);
  return { test: order.slice(0, testRows), train: order.slice(testRows, cut), validation: order.slice(cut) };
}

/** How many of `n` training rows train: floor(0.9 n). */
export function trainingShare(n: number): number {
  return Math.floor(n * TRAINING_SHARE);
}

/** How many of `n` rows test: the next whole number above the share, as scikit-learn has it. */
export function testShare(n: number, fraction: number): number {
  // 1e-9 keeps 0.2 × 35 = 7.000000000000001 at 7.
  return Math.ceil(n * fraction - 1e-9);
}
