import { missingIn, numbersOf } from '../cells';
import type { TableColumn } from '../table';

/**
 * How a column gives the target away. 'copy': the same numbers. 'monotone': one follows from the other
 * without a single exception, in order (another unit, a rounded value, a threshold). 'linear': a straight
 * line but for rounding. 'one-to-one': each value stands for one value of the target and the other way round.
 * 'decides': every row of a level has the same target, so that a test row whose level was seen in training is
 * known.
 */
export type Leak = 'copy' | 'monotone' | 'linear' | 'one-to-one' | 'decides';

/** Fewer rows than this show nothing: small tables are ordered by chance. */
const FEWEST_ROWS = 20;
/** Each side of a threshold needs as many rows. */
const FEWEST_OF_SIDE = 5;
/** A squared correlation above this is a change of unit and rounding, not an explanation. */
const STRAIGHT = 0.9999;
/** Rows looked at before all of them: most columns are cleared here. */
const SAMPLE = 1000;
/** Where the first rows show something, so many are looked at. */
const MOST_ROWS = 1_000_000;

/**
 * @param y value of the target in each row; NaN where the row is not used
 * @param categorical the column's values are names, else numbers
 */
export function leakOf(column: TableColumn, y: Float64Array, categorical: boolean): Leak | null {
  const sample = pairsOf(column, y, categorical, SAMPLE);
  if (sample.x.length < FEWEST_ROWS) return null;
  const first = relation(sample, categorical);
  if (first === null || sample.x.length < SAMPLE) return first;
  return relation(pairsOf(column, y, categorical, MOST_ROWS), categorical);
}

interface Pairs {
  x: number[];
  y: number[];
}

/** The values of the first rows that have both. */
function pairsOf(column: TableColumn, y: Float64Array, categorical: boolean, most: number): Pairs {
  const [isMissing, numberOf] = [missingIn(column), numbersOf(column)];
  const codes = categorical ? column.codes : null;
  const pairs: Pairs = { x: [], y: [] };
  for (let row = 0; row < y.length && pairs.x.length < most; row++) {
    if (isMissing(row) || Number.isNaN(y[row])) continue;
    const value = codes ? codes[row] : numberOf(row);
    if (!Number.isFinite(value)) continue;
    pairs.x.push(value);
    pairs.y.push(y[row]);
  }
  return pairs;
}

function relation({ x, y }: Pairs, categorical: boolean): Leak | null {
  if (!categorical && x.every((value, row) => value === y[row]) && new Set(y).size > 1) return 'copy';
  const forth = decidedBy(x, y);
  const back = decidedBy(y, x);
  const [levels, values] = [forth.values, back.values];
  if (levels < 2 || values < 2 || !enough(y, values)) return null;
  if (!categorical && levels > 2 && values > 2 && squaredCorrelation(x, y) > STRAIGHT) return forth.one && back.one ? 'monotone' : 'linear';
  if (!(forth.one || back.one)) return null;
  const repeated = levels * 2 <= x.length;
  if (categorical) {
    if (!forth.one || levels * 3 > x.length) return null;
    return back.one ? 'one-to-one' : 'decides';
  }
  if (enough(x, levels) && ordered(x, y)) return 'monotone';
  return forth.one && back.one && repeated ? 'one-to-one' : null;
}

function squaredCorrelation(x: number[], y: number[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < x.length; row++) {
    const [dx, dy] = [x[row] - meanX, y[row] - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy ** 2 / (xx * yy) : 0;
}

/** With two values, both need rows enough. */
function enough(values: number[], distinct: number): boolean {
  if (distinct !== 2) return true;
  const first = values.filter((value) => value === values[0]).length;
  return Math.min(first, values.length - first) >= FEWEST_OF_SIDE;
}

/** Whether each value of a goes with one value of b, and how many values a has. */
function decidedBy(a: number[], b: number[]): { one: boolean; values: number } {
  const seen = new Map<number, number>();
  let one = true;
  for (let row = 0; row < a.length; row++) {
    const known = seen.get(a[row]);
    if (known === undefined) seen.set(a[row], b[row]);
    else if (known !== b[row]) one = false;
  }
  return { one, values: seen.size };
}

/** No two rows are the one way round in x and the other in y: rising throughout, or falling throughout. */
function ordered(x: number[], y: number[]): boolean {
  const rows = Array.from(x.keys()).sort((a, b) => x[a] - x[b] || y[a] - y[b]);
  const along = (sign: 1 | -1): boolean => {
    let greatest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < rows.length; ) {
      let [end, least, most] = [i, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (; end < rows.length && x[rows[end]] === x[rows[i]]; end++) {
        least = Math.min(least, sign * y[rows[end]]);
        most = Math.max(most, sign * y[rows[end]]);
      }
      if (least < greatest) return false;
      greatest = most;
      i = end;
    }
    return true;
  };
  return along(1) || along(-1);
}
