import { inOneGo } from '../dense';
import { SparseCholesky } from '../sparse/cholesky';
import { analyse } from '../sparse/symbolic';
import { patternOf, placesOf } from '../sums';
import { ProductMemory } from '../wasm/kernel';
import { type Elimination, eliminate } from './elimination';

/** The entries of the inverse where the matrix has entries. */
export interface PairInverse {
  diagonal: Float64Array;
  /** By pair of columns. */
  pairs: Float64Array;
}

/**
 * A symmetric positive definite matrix with entries on its diagonal and at some pairs of columns, factored
 * again and again with other numbers.
 */
export interface PairFactor {
  /** @returns log |A|, or NaN where A is not positive definite in floating point */
  factorise(diagonal: Float64Array, pairs: Float64Array): number;
  /** Solves A x = b in place. */
  solve(b: Float64Array): void;
  inverse(): PairInverse;
}

/** From so many multiplications on, dense blocks in WebAssembly are faster than single numbers. */
const LARGE = 2e6;

/**
 * @param left, right columns of each pair, left > right
 * @param large from so many multiplications on it is factored in blocks
 */
export function pairFactor(size: number, left: Int32Array, right: Int32Array, large = LARGE): PairFactor {
  const elimination = eliminate(size, left, right);
  if (elimination === null) return new BlockFactor(size, left, right);
  const { starts } = elimination;
  let work = 0;
  for (let p = 0; p < size; p++) work += (starts[p + 1] - starts[p]) ** 2;
  return work > large ? new BlockFactor(size, left, right, elimination.order) : new SingleFactor(elimination, left, right);
}

/**
 * Column by column, in the order of elimination: of every two entries of a column it is known beforehand
 * where their product goes.
 */
class SingleFactor implements PairFactor {
  readonly #elimination: Elimination;
  readonly #left: Int32Array;
  /** Entry of L at each pair. */
  readonly #at: Int32Array;
  /** Column after column, of every two of its entries the entry of L in the column of the first. */
  readonly #targets: Int32Array;
  /** L: its diagonal, and its entries below in the order of `rows`. */
  readonly #diagonal: Float64Array;
  readonly #entries: Float64Array;

  constructor(elimination: Elimination, left: Int32Array, right: Int32Array) {
    const { place, starts, rows } = elimination;
    const size = place.length;
    this.#elimination = elimination;
    this.#left = left;
    this.#diagonal = new Float64Array(size);
    this.#entries = new Float64Array(rows.length);
    this.#at = new Int32Array(left.length);
    for (let pair = 0; pair < left.length; pair++) {
      const [a, b] = [place[left[pair]], place[right[pair]]];
      const column = Math.min(a, b);
      this.#at[pair] = search(rows, Math.max(a, b), starts[column], starts[column + 1]);
    }
    let products = 0;
    for (let p = 0; p < size; p++) {
      const count = starts[p + 1] - starts[p];
      products += (count * (count - 1)) / 2;
    }
    const targets = new Int32Array(products);
    let next = 0;
    for (let p = 0; p < size; p++) {
      const end = starts[p + 1];
      for (let t = starts[p]; t < end; t++) {
        // The rows below this entry are among those of its own column.
        let at = starts[rows[t]];
        for (let s = t + 1; s < end; s++) {
          while (rows[at] !== rows[s]) at++;
          targets[next++] = at;
        }
      }
    }
    this.#targets = targets;
  }

  factorise(diagonal: Float64Array, pairs: Float64Array): number {
    const { order, starts, rows } = this.#elimination;
    const entries = this.#entries;
    const own = this.#diagonal;
    const targets = this.#targets;
    const size = order.length;
    entries.fill(0);
    for (let pair = 0; pair < pairs.length; pair++) entries[this.#at[pair]] = pairs[pair];
    for (let p = 0; p < size; p++) own[p] = diagonal[order[p]];
    let logDeterminant = 0;
    let next = 0;
    for (let p = 0; p < size; p++) {
      const pivot = own[p];
      if (!(pivot > 0)) return Number.NaN;
      logDeterminant += Math.log(pivot);
      const root = Math.sqrt(pivot);
      own[p] = root;
      const end = starts[p + 1];
      for (let t = starts[p]; t < end; t++) entries[t] /= root;
      for (let t = starts[p]; t < end; t++) {
        const value = entries[t];
        own[rows[t]] -= value * value;
        for (let s = t + 1; s < end; s++) entries[targets[next++]] -= value * entries[s];
      }
    }
    return logDeterminant;
  }

  solve(b: Float64Array): void {
    const { order, starts, rows } = this.#elimination;
    const entries = this.#entries;
    const own = this.#diagonal;
    const size = order.length;
    const x = new Float64Array(size);
    for (let p = 0; p < size; p++) x[p] = b[order[p]];
    for (let p = 0; p < size; p++) {
      x[p] /= own[p];
      for (let t = starts[p]; t < starts[p + 1]; t++) x[rows[t]] -= entries[t] * x[p];
    }
    for (let p = size - 1; p >= 0; p--) {
      let sum = x[p];
      for (let t = starts[p]; t < starts[p + 1]; t++) sum -= entries[t] * x[rows[t]];
      x[p] = sum / own[p];
    }
    for (let p = 0; p < size; p++) b[order[p]] = x[p];
  }

  /**
   * From the last column on: z₂₁ = −Z₂₂ g and z₁₁ = 1/l² − g'z₂₁ with g = l₂₁ / l (Erisman & Tinney 1975).
   */
  inverse(): PairInverse {
    const { order, starts, rows } = this.#elimination;
    const targets = this.#targets;
    const size = order.length;
    const z = new Float64Array(this.#entries.length);
    const own = new Float64Array(size);
    let next = targets.length;
    for (let p = size - 1; p >= 0; p--) {
      const [from, end] = [starts[p], starts[p + 1]];
      const count = end - from;
      next -= (count * (count - 1)) / 2;
      const l = this.#diagonal[p];
      let at = next;
      for (let t = from; t < end; t++) {
        const g = this.#entries[t] / l;
        let sum = own[rows[t]] * g;
        for (let s = t + 1; s < end; s++) {
          const entry = z[targets[at++]];
          sum += entry * (this.#entries[s] / l);
          z[s] -= entry * g;
        }
        z[t] -= sum;
      }
      let diagonal = 1 / (l * l);
      for (let t = from; t < end; t++) diagonal -= (this.#entries[t] / l) * z[t];
      own[p] = diagonal;
    }
    const diagonal = new Float64Array(size);
    for (let p = 0; p < size; p++) diagonal[order[p]] = own[p];
    const pairs = new Float64Array(this.#left.length);
    for (let pair = 0; pair < pairs.length; pair++) pairs[pair] = z[this.#at[pair]];
    return { diagonal, pairs };
  }
}

/** Place of a number among sorted ones, where it is. */
function search(numbers: Int32Array, wanted: number, from: number, to: number): number {
  let [low, high] = [from, to - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By supernodes, in WebAssembly where its products are loaded; one of these at a time. */
class BlockFactor implements PairFactor {
  readonly #cholesky: SparseCholesky;
  /** Numbers of the factor, the first of its values. */
  readonly #length: number;
  readonly #diagonalAt: Float64Array;
  readonly #pairsAt: Float64Array;

  constructor(size: number, left: Int32Array, right: Int32Array, order?: Int32Array) {
    const symbolic = inOneGo(analyse(patternOf(size, left, right), undefined, order));
    this.#length = symbolic.blockStarts[symbolic.supernodes];
    this.#cholesky = new SparseCholesky(symbolic, false, (length) => ProductMemory.again(length));
    this.#diagonalAt = Float64Array.from({ length: size }, (_, j) => this.#cholesky.position(j, j));
    this.#pairsAt = placesOf(this.#cholesky, left, right);
  }

  factorise(diagonal: Float64Array, pairs: Float64Array): number {
    const { values } = this.#cholesky;
    values.fill(0, 0, this.#length);
    for (let j = 0; j < diagonal.length; j++) values[this.#diagonalAt[j]] = diagonal[j];
    for (let pair = 0; pair < pairs.length; pair++) values[this.#pairsAt[pair]] = pairs[pair];
    return inOneGo(this.#cholesky.factorise());
  }

  solve(b: Float64Array): void {
    this.#cholesky.solve(b, 1);
  }

  inverse(): PairInverse {
    const kept = this.#cholesky.values.slice(0, this.#length);
    inOneGo(this.#cholesky.invert());
    const { values } = this.#cholesky;
    const inverse = { diagonal: this.#diagonalAt.map((at) => values[at]), pairs: this.#pairsAt.map((at) => values[at]) };
    values.set(kept);
    return inverse;
  }
}
