import type { Factor } from '../factor';
import { type BatchDesign, batchDesign } from './design';
import { type Meetings, meetingsOf } from './meetings';
import { type PairFactor, type PairInverse, pairFactor } from './pair-factor';

/**
 * A = I + S Z'WZ S of the levels of a batch, S_k = σ_k by column and W the rows' weights, and what the
 * likelihoods of a batch take from its factor (docs/methods.md A11). Rows that share no level, however
 * indirectly, fall into blocks of their own.
 */
export class BatchSystem {
  readonly design: BatchDesign;
  readonly size: number;
  readonly #meetings: Meetings;
  readonly #factor: PairFactor;
  /** Z'WZ: its diagonal, and its entry at each pair of columns. */
  readonly #diagonal: Float64Array;
  readonly #pairs: Float64Array;
  /** S by column. */
  readonly scale: Float64Array;
  /** A: its diagonal, and its entries at the pairs. */
  readonly #ownDiagonal: Float64Array;
  readonly #ownPairs: Float64Array;

  constructor(factors: readonly Factor[], rows: number, variances: ArrayLike<number>) {
    this.design = batchDesign(factors, rows);
    const { firsts } = this.design;
    this.size = firsts[factors.length];
    this.#meetings = meetingsOf(this.design);
    const { left, right } = this.#meetings;
    this.#factor = pairFactor(this.size, left, right);
    this.#diagonal = new Float64Array(this.size);
    this.#pairs = new Float64Array(left.length);
    this.scale = new Float64Array(this.size);
    this.#ownDiagonal = new Float64Array(this.size);
    this.#ownPairs = new Float64Array(left.length);
    for (let k = 0; k < factors.length; k++) this.scale.fill(Math.sqrt(variances[k]), firsts[k], firsts[k + 1]);
  }

  /** A with these weights in the place of its factor. @returns log |A|, or NaN where it has none */
  factorise(weights: Float64Array): number {
    const { rows, starts, columns, values } = this.design;
    const { row, pair, product, left, right } = this.#meetings;
    const [diagonal, pairs, scale] = [this.#diagonal, this.#pairs, this.scale];
    diagonal.fill(0);
    pairs.fill(0);
    for (let i = 0; i < rows; i++) for (let at = starts[i]; at < starts[i + 1]; at++) diagonal[columns[at]] += weights[i] * values[at] * values[at];
    for (let at = 0; at < row.length; at++) pairs[pair[at]] += weights[row[at]] * product[at];
    for (let j = 0; j < diagonal.length; j++) this.#ownDiagonal[j] = 1 + scale[j] * scale[j] * diagonal[j];
    for (let at = 0; at < pairs.length; at++) this.#ownPairs[at] = scale[left[at]] * scale[right[at]] * pairs[at];
    return this.#factor.factorise(this.#ownDiagonal, this.#ownPairs);
  }

  /** S A⁻¹ S v in place of v, a number a column. */
  solve(v: Float64Array): void {
    for (let j = 0; j < v.length; j++) v[j] *= this.scale[j];
    this.#factor.solve(v);
    for (let j = 0; j < v.length; j++) v[j] *= this.scale[j];
  }

  /** The entries of A⁻¹ where Z'Z has entries. */
  inverse(): PairInverse {
    return this.#factor.inverse();
  }

  /**
   * Of each column j Σ_l (Z'WZ)_jl S_l (A⁻¹)_lj / S_j, what log |A| grows by with σ² of this column; nothing
   * is lost where a variance is next to 0.
   */
  growth({ diagonal, pairs }: PairInverse): Float64Array {
    const { left, right } = this.#meetings;
    const scale = this.scale;
    const growth = this.#diagonal.map((entry, j) => entry * diagonal[j]);
    for (let at = 0; at < left.length; at++) {
      const [a, b] = [left[at], right[at]];
      const entry = this.#pairs[at] * pairs[at];
      growth[a] += (entry * scale[b]) / scale[a];
      growth[b] += (entry * scale[a]) / scale[b];
    }
    return growth;
  }

  /** z_i'S A⁻¹ S z_i of each row: the variance of its effects given the others' responses. */
  leverages({ diagonal, pairs }: PairInverse): Float64Array {
    const { rows, starts, columns, values } = this.design;
    const { row, pair, product, left, right } = this.#meetings;
    const scale = this.scale;
    const sums = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let at = starts[i]; at < starts[i + 1]; at++) {
        const j = columns[at];
        const entry = values[at] * scale[j];
        sum += entry * entry * diagonal[j];
      }
      sums[i] = sum;
    }
    for (let at = 0; at < row.length; at++) {
      const p = pair[at];
      sums[row[at]] += 2 * product[at] * scale[left[p]] * scale[right[p]] * pairs[p];
    }
    return sums;
  }

  /** Sums over the columns of each factor. */
  byFactor(values: (column: number) => number): Float64Array {
    const { firsts } = this.design;
    return Float64Array.from({ length: firsts.length - 1 }, (_, k) => {
      let sum = 0;
      for (let j = firsts[k]; j < firsts[k + 1]; j++) sum += values(j);
      return sum;
    });
  }
}
