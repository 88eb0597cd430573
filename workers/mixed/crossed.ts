import { LabFailure } from '../data/failure';

/** Levels of one categorical feature: the level of each row (n), 0 … levels−1. */
export interface Factor {
  codes: Int32Array;
  levels: number;
}

/**
 * Rows of a linear mixed model y = Xβ + Σ_k Z_k b_k + e with a random intercept for each level of each
 * factor.
 */
export interface MixedData {
  rows: number;
  /** X (n × p, row-major), with its column of ones where the model has an intercept. */
  x: Float64Array;
  p: number;
  y: Float64Array;
  factors: readonly Factor[];
  /** Precision of each row (n) as a multiple of 1/σ²; absent: all 1. */
  weights?: Float64Array;
}

/**
 * Largest dense part, Σ_k q_k without the largest factor: an evaluation then takes about a minute and half a
 * gigabyte.
 */
export const LARGEST_DENSE = 4000;

/**
 * What the likelihood needs of the rows, summed once: Z'Z in blocks and the products with [X, y]. The factor
 * with most levels comes first; its block of Z'Z is diagonal and is eliminated, the levels of all others
 * stand in one dense block (m of them).
 */
export interface CrossedSums {
  /** Factors of the data in the order of the blocks: order[0] is the largest. */
  order: number[];
  /**
   * First level of each block in the dense part, by position in `order`; offsets[0] is unused, the last is m.
   */
  offsets: Int32Array;
  m: number;
  /** Rows (weights) of each level of the first factor. */
  counts: Float64Array;
  /** Z₁'Z₂ as sparse rows, one a level of the first factor. */
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
  /** Z₂'Z₂ (m × m, row-major). */
  dense: Float64Array;
  /** Columns of [X, y]. */
  width: number;
  /** [X, y]'[X, y] (width × width). */
  products: Float64Array;
  /** Z₁'[X, y] and Z₂'[X, y], row-major. */
  first: Float64Array;
  rest: Float64Array;
  /** Effective rows of the likelihood: n. */
  rows: number;
}

/** Levels outside the largest factor. */
export const denseLevels = (levels: readonly number[]): number => levels.reduce((sum, q) => sum + q, 0) - Math.max(0, ...levels);

/** Sums the rows of a mixed model. Throws LabFailure where the dense part would be too large. */
export function sumCrossed({ rows, x, p, y, factors, weights }: MixedData): CrossedSums {
  const m = denseLevels(factors.map(({ levels }) => levels));
  if (m > LARGEST_DENSE) {
    throw new LabFailure(
      'mixed-too-large',
      `A linear mixed model with ${m.toLocaleString('en')} levels, not counting the feature with most levels, needs a dense matrix of that size; the limit is ${LARGEST_DENSE.toLocaleString('en')}.`,
      'Leave out a categorical feature, or use LMMNN, which fits on batches.',
    );
  }
  const order = factors.map((_, k) => k).sort((a, b) => factors[b].levels - factors[a].levels || a - b);
  const offsets = new Int32Array(order.length + 1);
  for (let k = 1; k < order.length; k++) offsets[k + 1] = offsets[k] + factors[order[k]].levels;
  const q = factors[order[0]].levels;
  const width = p + 1;
  const sums: CrossedSums = {
    order,
    offsets,
    m,
    counts: new Float64Array(q),
    starts: new Int32Array(q + 1),
    columns: new Int32Array(0),
    values: new Float64Array(0),
    dense: new Float64Array(m * m),
    width,
    products: new Float64Array(width * width),
    first: new Float64Array(q * width),
    rest: new Float64Array(m * width),
    rows,
  };
  const others = order.slice(1).map((k) => factors[k].codes);
  const largest = factors[order[0]].codes;
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const w = weights?.[i] ?? 1;
    row.set(x.subarray(i * p, (i + 1) * p));
    row[p] = y[i];
    sums.counts[largest[i]] += w;
    for (let a = 0; a < width; a++) {
      const value = w * row[a];
      for (let b = 0; b < width; b++) sums.products[a * width + b] += value * row[b];
      sums.first[largest[i] * width + a] += value;
      for (let k = 0; k < others.length; k++) sums.rest[(offsets[k + 1] + others[k][i]) * width + a] += value;
    }
    for (let k = 0; k < others.length; k++) {
      const a = offsets[k + 1] + others[k][i];
      for (let l = 0; l < others.length; l++) sums.dense[a * m + offsets[l + 1] + others[l][i]] += w;
    }
  }
  Object.assign(sums, crossCounts(largest, q, others, offsets, m, weights));
  return sums;
}

/**
 * Z₁'Z₂ by sparse rows: the rows of each level of the first factor, counted by the levels of the others they
 * have.
 */
function crossCounts(
  largest: Int32Array,
  q: number,
  others: readonly Int32Array[],
  offsets: Int32Array,
  m: number,
  weights: Float64Array | undefined,
): Pick<CrossedSums, 'starts' | 'columns' | 'values'> {
  const rowsFrom = new Int32Array(q + 1);
  for (const level of largest) rowsFrom[level + 1]++;
  for (let j = 0; j < q; j++) rowsFrom[j + 1] += rowsFrom[j];
  const byLevel = new Int32Array(largest.length);
  const next = rowsFrom.slice();
  largest.forEach((level, i) => {
    byLevel[next[level]++] = i;
  });
  const starts = new Int32Array(q + 1);
  const columns: number[] = [];
  const values: number[] = [];
  /** Where the sparse row of now has a column, or −1. */
  const place = new Int32Array(m).fill(-1);
  for (let j = 0; j < q; j++) {
    for (let at = rowsFrom[j]; at < rowsFrom[j + 1]; at++) {
      const i = byLevel[at];
      for (let k = 0; k < others.length; k++) {
        const column = offsets[k + 1] + others[k][i];
        if (place[column] < 0) {
          place[column] = columns.length;
          columns.push(column);
          values.push(0);
        }
        values[place[column]] += weights?.[i] ?? 1;
      }
    }
    starts[j + 1] = columns.length;
    for (let at = starts[j]; at < starts[j + 1]; at++) place[columns[at]] = -1;
  }
  return { starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}
