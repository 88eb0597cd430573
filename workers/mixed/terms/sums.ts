import { BREATH, type RandomTerm, type TermGrid } from './layout';

/** Rows of a model y = Xβ + Zb + e with random terms. */
export interface TermData {
  rows: number;
  /** X (n × p, row-major). */
  x: Float64Array;
  p: number;
  y: Float64Array;
  terms: readonly RandomTerm[];
}

/** What the likelihood needs of the rows: Z'WZ by block, and what stands beside it. */
export interface TermSums {
  /** By term: the r × r block of each level. */
  own: Float64Array[];
  /** By pair of terms: the r_k × r_l block of each two levels that meet. */
  pairs: Float64Array[];
  /** Columns of [X, y]. */
  width: number;
  /** [X, y]'W[X, y] (width × width). */
  products: Float64Array;
  /** Z'W[X, y] (size × width). */
  sides: Float64Array;
}

export function emptySums({ terms, pairs, size }: TermGrid, width: number): TermSums {
  return {
    own: terms.map((term) => new Float64Array(term.levels * term.width ** 2)),
    pairs: pairs.map(({ left, k, l }) => new Float64Array(left.length * terms[k].width * terms[l].width)),
    width,
    products: new Float64Array(width * width),
    sides: new Float64Array(size * width),
  };
}

/**
 * Sums Z'WZ anew, in place; yields between parts of the work. @param weights of the rows (n); absent: all 1
 */
export function* sumBlocks(layout: TermGrid, sums: TermSums, weights?: Float64Array): Generator<void, void> {
  const { terms, pairs, rows } = layout;
  for (const [k, { codes, width: r, design }] of terms.entries()) {
    const own = sums.own[k].fill(0);
    for (let i = 0; i < rows; i++) {
      if (i % BREATH === BREATH - 1) yield;
      const weight = weights ? weights[i] : 1;
      if (!design) {
        own[codes[i]] += weight;
        continue;
      }
      for (let a = 0; a < r; a++) {
        const value = weight * design[i * r + a];
        for (let b = 0; b < r; b++) own[(codes[i] * r + a) * r + b] += value * design[i * r + b];
      }
    }
  }
  for (const [at, { k, l, ofRow }] of pairs.entries()) {
    const block = sums.pairs[at].fill(0);
    const { width: r, design: z } = terms[k];
    const { width: s, design: w } = terms[l];
    for (let i = 0; i < rows; i++) {
      if (i % BREATH === BREATH - 1) yield;
      const weight = weights ? weights[i] : 1;
      for (let a = 0; a < r; a++) {
        const value = z ? weight * z[i * r + a] : weight;
        for (let b = 0; b < s; b++) block[(ofRow[i] * r + a) * s + b] += w ? value * w[i * s + b] : value;
      }
    }
  }
}

/** Sums of the rows; yields between parts of the work. */
export function* sumTerms(layout: TermGrid, { rows, x, p, y }: Pick<TermData, 'rows' | 'x' | 'p' | 'y'>): Generator<void, TermSums> {
  const width = p + 1;
  const sums = emptySums(layout, width);
  yield* sumBlocks(layout, sums);
  const { products, sides } = sums;
  const row = new Float64Array(width);
  // A row takes as long as the square of the columns.
  const atOnce = Math.max(1, Math.floor(BREATH / width ** 2));
  for (let i = 0; i < rows; i++) {
    if (i % atOnce === atOnce - 1) yield;
    for (let a = 0; a < p; a++) row[a] = x[i * p + a];
    row[p] = y[i];
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) products[a * width + b] += row[a] * row[b];
    for (let k = 0; k < layout.terms.length; k++) {
      const { codes, width: r, design } = layout.terms[k];
      for (let a = 0; a < r; a++) {
        const value = design ? design[i * r + a] : 1;
        const at = (layout.firsts[k] + codes[i] * r + a) * width;
        for (let c = 0; c < width; c++) sides[at + c] += value * row[c];
      }
    }
  }
  return sums;
}
