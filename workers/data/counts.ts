import type { Dataset } from './dataset';

/** The largest count that a method of counts takes: beyond it single precision no longer tells them apart. */
const LARGEST_COUNT = 1_000_000;

/** Whether a number is one of something that is counted. */
export const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT;

/** What has been found out about a response; its rows are gone through once. */
const known = new WeakMap<Float32Array, boolean>();

/**
 * Whether a numeric response is counts: every row that is used has a whole number from 0 to a million, and
 * some row has one above 1 (0 and 1 alone are classes). Times to an event and windows of series are not.
 */
export function isCounts(dataset: Dataset): boolean {
  const { task, series, events, y } = dataset;
  if (task !== 'regression' || series || events) return false;
  const found = known.get(y) ?? look(dataset);
  known.set(y, found);
  return found;
}

function look({ split, exact, y, targetScale, targetMean }: Dataset): boolean {
  let several = false;
  for (const rows of [split.train, split.validation, split.test])
    for (const row of rows) {
      const value = exact ? exact.y(row) : y[row] * targetScale + targetMean;
      if (!isCount(value)) return false;
      several ||= value > 1;
    }
  return several;
}
