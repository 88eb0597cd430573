import { LabFailure } from '../data/failure';
import { type Factor, hasCodes, type LevelFactor, type SparseDesign, sparseDesign } from './factor';

/**
 * Rows of a linear mixed model y = Xβ + Σ_k Z_k b_k + e with a random intercept for each level of each
 * factor: a row has that of its level, or the mean of those of its set.
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
 * Largest dense part, Σ_k q_k without the largest factor of levels: an evaluation then takes about a minute
 * and half a gigabyte.
 */
export const LARGEST_DENSE = 4000;

/**
 * What the likelihood needs of the rows, summed once: Z'Z in blocks and the products with [X, y]. The factor
 * with most levels comes first, if each row has one of them: its block of Z'Z is diagonal and is eliminated.
 * The levels of all others stand in one dense block (m of them).
 */
export interface CrossedSums {
  /** Factors of the data in the order of the blocks; order[0] is −1 where all factors are sets. */
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

/**
 * Levels in the dense part.
 *
 * @param sets how many of the features, the last ones, are sets
 */
export const denseLevels = (levels: readonly number[], sets = 0): number =>
  levels.reduce((sum, q) => sum + q, 0) - Math.max(0, ...levels.slice(0, levels.length - sets));

/** Factors in the order of the blocks; −1 before them where none has one level a row. */
function blockOrder(factors: readonly Factor[]): number[] {
  const order = factors.map((_, k) => k).sort((a, b) => factors[b].levels - factors[a].levels || a - b);
  const first = order.find((k) => hasCodes(factors[k])) ?? -1;
  return [first, ...order.filter((k) => k !== first)];
}

/** Sums the rows of a mixed model. Throws LabFailure where the dense part would be too large. */
export function sumCrossed({ rows, x, p, y, factors, weights }: MixedData): CrossedSums {
  const order = blockOrder(factors);
  const rest = order.slice(1).map((k) => factors[k]);
  const m = rest.reduce((sum, { levels }) => sum + levels, 0);
  if (m > LARGEST_DENSE) {
    throw new LabFailure(
      'mixed-too-large',
      `A linear mixed model with ${m.toLocaleString('en')} levels, not counting the feature with most levels, needs a dense matrix of that size; the limit is ${LARGEST_DENSE.toLocaleString('en')}.`,
      'Leave out a categorical feature, or use LMMNN, which fits on batches.',
    );
  }
  const offsets = new Int32Array(order.length + 1);
  for (let k = 1; k < order.length; k++) offsets[k + 1] = offsets[k] + factors[order[k]].levels;
  const largest = order[0] < 0 ? null : (factors[order[0]] as LevelFactor);
  const q = largest?.levels ?? 0;
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
  const others = sparseDesign(rest, rows);
  const { starts, columns, values } = others;
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const w = weights?.[i] ?? 1;
    row.set(x.subarray(i * p, (i + 1) * p));
    row[p] = y[i];
    if (largest) sums.counts[largest.codes[i]] += w;
    for (let a = 0; a < width; a++) {
      const value = w * row[a];
      for (let b = 0; b < width; b++) sums.products[a * width + b] += value * row[b];
      if (largest) sums.first[largest.codes[i] * width + a] += value;
      for (let at = starts[i]; at < starts[i + 1]; at++) sums.rest[columns[at] * width + a] += value * values[at];
    }
    for (let a = starts[i]; a < starts[i + 1]; a++) {
      for (let b = starts[i]; b < starts[i + 1]; b++) sums.dense[columns[a] * m + columns[b]] += w * values[a] * values[b];
    }
  }
  if (largest) Object.assign(sums, crossCounts(largest, others, weights));
  return sums;
}

/**
 * Z₁'Z₂ by sparse rows: the rows of each level of the first factor, counted by the levels of the others they
 * have.
 */
function crossCounts(
  { codes: largest, levels: q }: LevelFactor,
  others: SparseDesign,
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
  const place = new Int32Array(others.size).fill(-1);
  for (let j = 0; j < q; j++) {
    for (let each = rowsFrom[j]; each < rowsFrom[j + 1]; each++) {
      const i = byLevel[each];
      for (let at = others.starts[i]; at < others.starts[i + 1]; at++) {
        const column = others.columns[at];
        if (place[column] < 0) {
          place[column] = columns.length;
          columns.push(column);
          values.push(0);
        }
        values[place[column]] += (weights?.[i] ?? 1) * others.values[at];
      }
    }
    starts[j + 1] = columns.length;
    for (let at = starts[j]; at < starts[j + 1]; at++) place[columns[at]] = -1;
  }
  return { starts, columns: Int32Array.from(columns), values: Float64Array.from(values) };
}
