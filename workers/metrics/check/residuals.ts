import { numbersAt } from '../../numbers/typed-arrays';
import { increasing } from '../rank';
import { type Spread, spreadOf } from './distributions';

/** A running window of rows by their fitted value. */
export interface Window {
  /** Median fitted value. */
  fitted: number;
  /** Median residual, and the standard deviation of the residuals about their mean. */
  median: number;
  sd: number;
  rows: number;
}

const ROWS_A_WINDOW = 40;
const MOST_WINDOWS = 24;

const middle = (sorted: ArrayLike<number>): number => {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Positions of values in rising order. */
export const risingOrder = (values: ArrayLike<number>): Uint32Array => increasing(Float64Array.from(values));

/**
 * Residuals (observed minus fitted) in windows of equal numbers of rows by fitted value, at most 24. [] for
 * fewer than two windows' rows or one fitted value.
 */
export function runningWindows(fitted: ArrayLike<number>, residuals: ArrayLike<number>, order = risingOrder(fitted)): Window[] {
  const n = fitted.length;
  if (n < 2 * ROWS_A_WINDOW || !(fitted[order[n - 1]] > fitted[order[0]])) return [];
  const count = Math.min(MOST_WINDOWS, Math.floor(n / ROWS_A_WINDOW));
  return Array.from({ length: count }, (_, k) => {
    const rows = order.subarray(Math.round((k * n) / count), Math.round(((k + 1) * n) / count));
    const values = numbersAt(Float64Array, residuals, rows);
    return {
      fitted: middle(numbersAt(Float64Array, fitted, rows)),
      sd: spreadOf(values)?.sd ?? 0,
      median: middle(values.sort()),
      rows: rows.length,
    };
  });
}

/** Residuals of the rows with the lowest fitted values, those between, and those with the highest. */
export interface Fifths {
  bottom: Spread;
  middle: Spread;
  top: Spread;
}

const ROWS_A_FIFTH = 20;

/**
 * The lowest fifth, the three between and the highest. Null where a fifth has fewer than 20 rows or there is
 * one fitted value.
 */
export function fifthsByFitted(fitted: ArrayLike<number>, residuals: ArrayLike<number>, order = risingOrder(fitted)): Fifths | null {
  const n = fitted.length;
  const fifth = Math.floor(n / 5);
  if (fifth < ROWS_A_FIFTH || !(fitted[order[n - 1]] > fitted[order[0]])) return null;
  const of = (from: number, to: number) => spreadOf(Float64Array.from(order.subarray(from, to), (row) => residuals[row]));
  const [bottom, between, top] = [of(0, fifth), of(fifth, n - fifth), of(n - fifth, n)];
  return bottom && between && top ? { bottom, middle: between, top } : null;
}
