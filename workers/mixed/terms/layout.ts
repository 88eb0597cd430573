import { SparseCholesky } from '../sparse/cholesky';
import type { Pattern } from '../sparse/ordering';
import { feasible, patternOf, placesOf } from '../sums';

/**
 * Random effects of the levels of one grouping factor: r of them a level, whose r × r covariance is free.
 * Effects without correlation are terms of their own.
 */
export interface RandomTerm {
  /** Level of each row (n), 0 … levels − 1. */
  codes: Int32Array;
  levels: number;
  /** r. */
  width: number;
  /** What each effect is multiplied by in each row (n × r, row-major); null: 1, with r = 1. */
  design: Float64Array | null;
}

/** Rows between two breaths: a few milliseconds. */
export const BREATH = 32_768;

/** Levels of two terms that meet in a row. */
export interface MetPair {
  k: number;
  l: number;
  /** By block: level of term k and of term l. */
  left: Int32Array;
  right: Int32Array;
  /** Block of each row (n). */
  ofRow: Int32Array;
}

/** Pairs with their places in a factor. */
export interface TermPair extends MetPair {
  /** Where the r_k × r_l entries of each block stand in the values of the factor. */
  at: Float64Array;
}

/**
 * How the levels of a set of rows meet, worked out once. Columns of Z are term after term, level after level,
 * effect after effect.
 */
export interface TermGrid {
  terms: readonly RandomTerm[];
  rows: number;
  /** First column of each term, and the columns in all. */
  firsts: number[];
  size: number;
  pairs: readonly MetPair[];
}

/** The same with the places of all blocks in a factor. */
export interface TermLayout extends TermGrid {
  pairs: readonly TermPair[];
  /**
   * By term: where the r × r entries of each level's own block stand; of two mirrored ones, the same place.
   */
  ownAt: Float64Array[];
  cholesky: SparseCholesky;
}

/** The blocks of two terms, in the order of the levels of term k; yields between parts of the work. */
function* meet(a: RandomTerm, b: RandomTerm, rows: number): Generator<void, Pick<TermPair, 'left' | 'right' | 'ofRow'>> {
  const starts = new Int32Array(a.levels + 1);
  for (let i = 0; i < rows; i++) starts[a.codes[i] + 1]++;
  for (let j = 0; j < a.levels; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const order = new Int32Array(rows);
  for (let i = 0; i < rows; i++) order[next[a.codes[i]]++] = i;
  yield;
  const ofRow = new Int32Array(rows);
  const block = new Int32Array(b.levels).fill(-1);
  const left: number[] = [];
  const right: number[] = [];
  for (let level = 0; level < a.levels; level++) {
    const first = left.length;
    for (let at = starts[level]; at < starts[level + 1]; at++) {
      const i = order[at];
      const other = b.codes[i];
      // Blocks of earlier levels do not count.
      if (block[other] < first) {
        block[other] = left.length;
        left.push(level);
        right.push(other);
      }
      ofRow[i] = block[other];
      if (at % BREATH === BREATH - 1) yield;
    }
  }
  return { left: Int32Array.from(left), right: Int32Array.from(right), ofRow };
}

/** Finds which levels meet; yields between parts of the work. */
export function* gridOf(terms: readonly RandomTerm[], rows: number): Generator<void, TermGrid> {
  const firsts: number[] = [];
  let size = 0;
  for (const { levels, width } of terms) {
    firsts.push(size);
    size += levels * width;
  }
  const pairs: MetPair[] = [];
  for (let k = 0; k < terms.length; k++) for (let l = k + 1; l < terms.length; l++) pairs.push({ k, l, ...(yield* meet(terms[k], terms[l], rows)) });
  return { terms, rows, firsts, size, pairs };
}

/**
 * Orders the columns of Z so that little fills, and finds where each block of Z'Z goes. Yields between parts
 * of the work. Throws LabFailure where an evaluation would take too long or too much memory.
 */
export function* layoutOf(grid: TermGrid): Generator<void, TermLayout> {
  const { terms, firsts, size, pairs: met } = grid;
  // Entries of the pattern: below the diagonal of each level's own block, then all of each pair's block.
  let entries = 0;
  for (const { levels, width } of terms) entries += (levels * width * (width - 1)) / 2;
  for (const { k, l, left } of met) entries += left.length * terms[k].width * terms[l].width;
  const upper = new Int32Array(entries);
  const lower = new Int32Array(entries);
  let at = 0;
  for (const [k, { levels, width }] of terms.entries())
    for (let j = 0; j < levels; j++)
      for (let a = 1; a < width; a++)
        for (let b = 0; b < a; b++) {
          lower[at] = firsts[k] + j * width + a;
          upper[at++] = firsts[k] + j * width + b;
        }
  for (const { k, l, left, right } of met)
    for (let block = 0; block < left.length; block++)
      for (let a = 0; a < terms[k].width; a++)
        for (let b = 0; b < terms[l].width; b++) {
          upper[at] = firsts[k] + left[block] * terms[k].width + a;
          lower[at++] = firsts[l] + right[block] * terms[l].width + b;
        }
  const pattern: Pattern = patternOf(size, lower, upper);
  const symbolic = yield* feasible(pattern, terms);
  const cholesky = new SparseCholesky(symbolic);
  const places = placesOf(cholesky, lower, upper);
  at = 0;
  const ownAt = terms.map(({ levels, width }, k) => {
    const own = new Float64Array(levels * width * width);
    for (let j = 0; j < levels; j++)
      for (let a = 0; a < width; a++) {
        const column = firsts[k] + j * width + a;
        own[(j * width + a) * width + a] = cholesky.position(column, column);
        for (let b = 0; b < a; b++) {
          own[(j * width + a) * width + b] = places[at];
          own[(j * width + b) * width + a] = places[at++];
        }
      }
    return own;
  });
  const pairs = met.map((pair): TermPair => {
    const length = pair.left.length * terms[pair.k].width * terms[pair.l].width;
    at += length;
    return { ...pair, at: places.slice(at - length, at) };
  });
  return { ...grid, pairs, ownAt, cholesky };
}
