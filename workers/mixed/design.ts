import { inOneGo } from './dense';
import { sweep } from './sweep';

/**
 * A column whose part that others do not explain is below this share of its sum of squares is a combination
 * of them. Matches that of `sweep`.
 */
const TOLERANCE = 1e-10;
/** A column whose deviations are below this share of its size is constant. */
const CONSTANT = 8 * Number.EPSILON;
/** A coefficient below this share of a column, both in standard deviations, is rounding. */
const NO_PART = 1e-6;

/** Numbers between two breaths: some milliseconds, of columns that are read out of a table. */
const BREATH = 1 << 17;

/** A numeric column that is left out of the fixed effects. */
export interface DroppedColumn {
  column: number;
  /** The kept columns it is a combination of; [] for a constant one. */
  of: number[];
}

/**
 * What was taken from y before the fit: a number, which is of the intercept where there is one, or Xs with
 * these s (p).
 */
export type Shift = number | Float64Array;

/** β of y itself (p), where the columns of X took the shift up; that of an intercept is told apart. */
export const shifted = (beta: Float64Array, shift: Shift): Float64Array =>
  typeof shift === 'number' ? beta : beta.map((value, k) => value + shift[k]);

/** The fixed effects of a mixed model, ready for a fit. */
export interface FixedDesign {
  /**
   * X (n × p, row-major): ones, then the kept columns, centred; without an intercept the columns as they are.
   */
  x: Float64Array;
  p: number;
  /** Kept columns in their order. */
  kept: number[];
  dropped: DroppedColumn[];
  /**
   * β and its covariance in the columns as they were given, 1 + `columns` of them with the intercept first
   * (none without one); 0 for those left out.
   */
  restore(fit: { beta: Float64Array; betaCovariance: Float64Array }, shift: Shift): { beta: Float64Array; betaCovariance: Float64Array };
  /** The β of `restore` alone. */
  restoreBeta(beta: Float64Array, shift: Shift): Float64Array;
}

/**
 * Centres the columns of X and leaves out those that are constant or a combination of the ones before them,
 * as lme4 does: an intercept far from the data and collinear columns both cost digits. There are never more
 * columns than rows.
 *
 * @param value of a row (0 … rows−1) and a column (0 … columns−1)
 * @param intercept whether X has a column of ones; without it nothing is centred
 */
export const fixedDesign = (value: (row: number, column: number) => number, rows: number, columns: number, intercept = true): FixedDesign =>
  inOneGo(makingDesign(value, rows, columns, intercept));

/** The same, yielding between parts of the work. */
export function* makingDesign(
  value: (row: number, column: number) => number,
  rows: number,
  columns: number,
  intercept = true,
): Generator<void, FixedDesign> {
  const ones = intercept ? 1 : 0;
  const means = new Float64Array(columns);
  for (let j = 0; intercept && j < columns; j++) {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      if (i % BREATH === BREATH - 1) yield;
      sum += value(i, j);
    }
    means[j] = sum / rows;
  }
  const atOnce = Math.max(1, Math.floor(BREATH / (columns + 1)));
  const products = yield* crossProducts(value, rows, means, atOnce);
  const { kept, dropped } = independent(products, means, rows, rows - ones);
  const p = ones + kept.length;
  const x = new Float64Array(rows * p);
  for (let i = 0; i < rows; i++) {
    if (i % atOnce === atOnce - 1) yield;
    if (intercept) x[i * p] = 1;
    for (const [k, j] of kept.entries()) x[i * p + ones + k] = value(i, j) - means[j];
  }
  // Slopes stay, the intercept moves from the means to 0: its row of what makes the given columns of the
  // fit's.
  const size = ones + columns;
  const first = Float64Array.from({ length: p }, (_, k) => (k === 0 ? 1 : -means[kept[k - 1]]));
  const restoreBeta = (own: Float64Array, shift: Shift): Float64Array => {
    const restored = new Float64Array(size);
    const beta = shifted(own, shift);
    if (intercept) {
      for (let k = 0; k < p; k++) restored[0] += first[k] * beta[k];
      if (typeof shift === 'number') restored[0] += shift;
    }
    for (const [k, j] of kept.entries()) restored[ones + j] = beta[ones + k];
    return restored;
  };
  return {
    x,
    p,
    kept,
    dropped,
    restoreBeta,
    restore({ beta, betaCovariance: own }, shift) {
      const betaCovariance = new Float64Array(size * size);
      for (const [k, i] of kept.entries())
        for (const [l, j] of kept.entries()) betaCovariance[(ones + i) * size + ones + j] = own[(ones + k) * p + ones + l];
      if (intercept) {
        for (let k = 0; k < p; k++) for (let l = 0; l < p; l++) betaCovariance[0] += first[k] * own[k * p + l] * first[l];
        for (const [l, j] of kept.entries()) {
          let sum = 0;
          for (let k = 0; k < p; k++) sum += first[k] * own[k * p + 1 + l];
          betaCovariance[1 + j] = sum;
          betaCovariance[(1 + j) * size] = sum;
        }
      }
      return { beta: restoreBeta(beta, shift), betaCovariance };
    },
  };
}

/** A residual of least squares below this share of y, and of a column more each, is rounding. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * Least squares of y (n) on the columns of X (n × p, row-major), and what it leaves of y (n): 0 where that is
 * rounding. What is left is fitted once more with the same inverse, so that it has the digits of its own
 * size; yields between parts of the work.
 */
export function* leastSquares(x: Float64Array, p: number, y: Float64Array): Generator<void, { coefficients: Float64Array; left: Float64Array }> {
  const width = p + 1;
  const atOnce = Math.max(1, Math.floor(BREATH / width ** 2));
  const left = y.slice();
  const side = (row: number, into: Float64Array): void => {
    for (let a = 0; a < p; a++) into[a] += x[row * p + a] * left[row];
  };
  const inverse = new Float64Array(p * p);
  const first = new Float64Array(p);
  for (let i = 0; i < left.length; i++) {
    if (i % atOnce === atOnce - 1) yield;
    for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) inverse[a * p + b] += x[i * p + a] * x[i * p + b];
    side(i, first);
  }
  sweep(inverse, p, p);
  const solved = (sides: Float64Array): Float64Array => sides.map((_, a) => sides.reduce((sum, value, b) => sum + inverse[a * p + b] * value, 0));
  const taken = (coefficients: Float64Array): Float64Array => {
    for (let i = 0; i < left.length; i++) for (let a = 0; a < p; a++) left[i] -= x[i * p + a] * coefficients[a];
    return coefficients;
  };
  const coefficients = taken(solved(first));
  yield;
  const again = new Float64Array(p);
  for (let i = 0; i < left.length; i++) side(i, again);
  const more = taken(solved(again));
  const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);
  if (squares(left) <= (ROUNDING * width) ** 2 * squares(y)) left.fill(0);
  return { coefficients: shifted(coefficients, more), left };
}

/** Sums of products of the centred columns; yields after so many rows. */
function* crossProducts(
  value: (row: number, column: number) => number,
  rows: number,
  means: Float64Array,
  atOnce: number,
): Generator<void, Float64Array> {
  const columns = means.length;
  const products = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    if (i % atOnce === atOnce - 1) yield;
    for (let j = 0; j < columns; j++) row[j] = value(i, j) - means[j];
    for (let a = 0; a < columns; a++) for (let b = 0; b <= a; b++) products[a * columns + b] += row[a] * row[b];
  }
  for (let a = 0; a < columns; a++) for (let b = 0; b < a; b++) products[b * columns + a] = products[a * columns + b];
  return products;
}

/** A Cholesky factor of the products, column by column, without those that leave nothing of theirs. */
function independent(products: Float64Array, means: Float64Array, rows: number, most: number): { kept: number[]; dropped: DroppedColumn[] } {
  const columns = means.length;
  const kept: number[] = [];
  const dropped: DroppedColumn[] = [];
  /** By kept column: its row of the factor, for all columns. */
  const factor: Float64Array[] = [];
  for (let j = 0; j < columns; j++) {
    const own = products[j * columns + j];
    if (!(own > rows * (CONSTANT * means[j]) ** 2)) {
      dropped.push({ column: j, of: [] });
      continue;
    }
    let pivot = own;
    for (const row of factor) pivot -= row[j] ** 2;
    if (!(pivot > TOLERANCE * own) || kept.length >= most) {
      dropped.push({ column: j, of: combination(factor, kept, j, products, columns) });
      continue;
    }
    const root = Math.sqrt(pivot);
    const next = new Float64Array(columns);
    for (let l = j; l < columns; l++) {
      let entry = products[j * columns + l];
      for (const row of factor) entry -= row[j] * row[l];
      next[l] = entry / root;
    }
    kept.push(j);
    factor.push(next);
  }
  return { kept, dropped };
}

/**
 * Which of the kept columns a column is a combination of: the coefficients by back substitution that are more
 * than rounding.
 */
function combination(factor: readonly Float64Array[], kept: readonly number[], j: number, products: Float64Array, columns: number): number[] {
  const coefficients = new Float64Array(kept.length);
  for (let k = kept.length - 1; k >= 0; k--) {
    let entry = factor[k][j];
    for (let l = k + 1; l < kept.length; l++) entry -= factor[k][kept[l]] * coefficients[l];
    coefficients[k] = entry / factor[k][kept[k]];
  }
  const deviation = (column: number): number => Math.sqrt(products[column * columns + column]);
  return kept.filter((column, k) => Math.abs(coefficients[k]) * deviation(column) > NO_PART * deviation(j));
}
