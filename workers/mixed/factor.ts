/** Levels of one feature of which each row has one: the level of each row (n), 0 … levels−1. */
export interface LevelFactor {
  codes: Int32Array;
  levels: number;
}

/**
 * Levels of one feature of which a row may have any number (multiple membership): a row has the mean of their
 * intercepts, so that its entries of Z are 1 / a, and none without levels.
 */
export interface SetFactor {
  /** Levels of row i are ids[offsets[i]] … ids[offsets[i + 1] − 1] (n + 1 numbers). */
  offsets: ArrayLike<number>;
  /** All different within a row. */
  ids: ArrayLike<number>;
  levels: number;
}

export type Factor = LevelFactor | SetFactor;

export const hasCodes = (factor: Factor): factor is LevelFactor => 'codes' in factor;

/** A factor of sets; where every row has exactly one level it is one of levels. */
export function factorOfSets({ offsets, ids, levels }: SetFactor): Factor {
  const rows = offsets.length - 1;
  for (let i = 0; i < rows; i++) if (offsets[i + 1] - offsets[i] !== 1) return { offsets, ids, levels };
  return { codes: Int32Array.from({ length: rows }, (_, i) => ids[offsets[i]]), levels };
}

/** Σ_j z_ij b_j of a row, from the intercepts of a factor's levels. */
export function effectOf(factor: Factor, effects: ArrayLike<number>, row: number): number {
  if (hasCodes(factor)) return effects[factor.codes[row]];
  const [from, to] = [factor.offsets[row], factor.offsets[row + 1]];
  let sum = 0;
  for (let at = from; at < to; at++) sum += effects[factor.ids[at]];
  return to > from ? sum / (to - from) : 0;
}

/** Goes through the entries of Z of a factor, row by row from row `from` to row `to` − 1. */
export function effectRows(factor: Factor, rows: number, entry: (row: number, level: number, value: number) => void, from = 0, to = rows): void {
  if (hasCodes(factor)) {
    for (let i = from; i < to; i++) entry(i, factor.codes[i], 1);
    return;
  }
  for (let i = from; i < to; i++) {
    const share = 1 / (factor.offsets[i + 1] - factor.offsets[i]);
    for (let at = factor.offsets[i]; at < factor.offsets[i + 1]; at++) entry(i, factor.ids[at], share);
  }
}

/** Z of several factors side by side, as compressed sparse rows. */
export interface SparseDesign {
  /** Entries of row i are `columns` and `values` from starts[i] to starts[i + 1] − 1 (n + 1 numbers). */
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
  /** First column of each factor. */
  firsts: number[];
  /** Columns in all. */
  size: number;
}

export function sparseDesign(factors: readonly Factor[], rows: number): SparseDesign {
  const firsts = factors.map((_, k) => factors.slice(0, k).reduce((sum, { levels }) => sum + levels, 0));
  const starts = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    let entries = 0;
    for (const factor of factors) entries += hasCodes(factor) ? 1 : factor.offsets[i + 1] - factor.offsets[i];
    starts[i + 1] = starts[i] + entries;
  }
  const columns = new Int32Array(starts[rows]);
  const values = new Float64Array(starts[rows]).fill(1);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let k = 0; k < factors.length; k++) {
      const factor = factors[k];
      if (hasCodes(factor)) {
        columns[at++] = firsts[k] + factor.codes[i];
        continue;
      }
      const share = 1 / (factor.offsets[i + 1] - factor.offsets[i]);
      for (let place = factor.offsets[i]; place < factor.offsets[i + 1]; place++) {
        values[at] = share;
        columns[at++] = firsts[k] + factor.ids[place];
      }
    }
  }
  return { starts, columns, values, firsts, size: factors.reduce((sum, { levels }) => sum + levels, 0) };
}
