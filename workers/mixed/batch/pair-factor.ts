import { inOneGo } from '../dense';
import { SparseCholesky } from '../sparse/cholesky';
import { analyse } from '../sparse/symbolic';
import { patternOf, placesOf } from '../sums';
import { type ProductKernel, ProductMemory } from '../wasm/kernel';
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

/** Where so many numbers are kept in WebAssembly; null: nowhere. */
type MemoryOf = (length: number) => ProductMemory | null;

/**
 * @param left, right columns of each pair, left > right
 * @param large from so many multiplications on it is factored in blocks
 */
export function pairFactor(
  size: number,
  left: Int32Array,
  right: Int32Array,
  large = LARGE,
  memoryOf: MemoryOf = (length) => ProductMemory.again(length, 'factor'),
): PairFactor {
  const elimination = eliminate(size, left, right);
  if (elimination === null) return new BlockFactor(size, left, right, memoryOf);
  const { starts } = elimination;
  let work = 0;
  for (let p = 0; p < size; p++) work += (starts[p + 1] - starts[p]) ** 2;
  return work > large ? new BlockFactor(size, left, right, memoryOf, elimination.order) : new SingleFactor(elimination, left, right, memoryOf);
}

/** Arrays of a `SingleFactor`, one after another in one memory: doubles, then integers. */
interface Arrays {
  /** L: its diagonal, and its entries below in the order of `rows`. */
  diagonal: Float64Array;
  entries: Float64Array;
  /** The inverse where L has entries, its diagonal, and room for a column by L's entries. */
  z: Float64Array;
  own: Float64Array;
  g: Float64Array;
  /** A right-hand side, by place. */
  x: Float64Array;
  starts: Int32Array;
  rows: Int32Array;
  /** Column after column, of every two of its entries the entry of L in the column of the first. */
  targets: Int32Array;
}

/**
 * Column by column, in the order of elimination: of every two entries of a column it is known beforehand
 * where their product goes. The last columns have every row below them, so that theirs follow one another. In
 * WebAssembly where it is loaded; one of these at a time.
 */
class SingleFactor implements PairFactor {
  readonly #order: Int32Array;
  readonly #left: Int32Array;
  /** Entry of L at each pair. */
  readonly #at: Int32Array;
  /** Columns before the last ones that have every row below them. */
  readonly #sparse: number;
  readonly #kernel: ProductKernel | null;
  readonly #arrays: Arrays;

  constructor({ order, place, starts, rows }: Elimination, left: Int32Array, right: Int32Array, memoryOf: MemoryOf) {
    const size = order.length;
    this.#order = order;
    this.#left = left;
    this.#at = new Int32Array(left.length);
    for (let pair = 0; pair < left.length; pair++) {
      const [a, b] = [place[left[pair]], place[right[pair]]];
      const column = Math.min(a, b);
      this.#at[pair] = search(rows, Math.max(a, b), starts[column], starts[column + 1]);
    }
    let sparse = size;
    while (sparse > 0 && starts[sparse] - starts[sparse - 1] === size - sparse) sparse--;
    let products = 0;
    for (let p = 0; p < sparse; p++) {
      const count = starts[p + 1] - starts[p];
      products += (count * (count - 1)) / 2;
    }
    this.#sparse = sparse;
    const doubles = 3 * (size + rows.length);
    const length = doubles + Math.ceil((size + 1 + rows.length + products) / 2);
    const memory = memoryOf(length);
    this.#kernel = memory?.kernel ?? null;
    const numbers = memory?.numbers ?? new Float64Array(length);
    let next = numbers.byteOffset;
    const take = (count: number): Float64Array => {
      const array = new Float64Array(numbers.buffer, next, count);
      next += array.byteLength;
      return array;
    };
    const takeIntegers = (count: number): Int32Array => {
      const array = new Int32Array(numbers.buffer, next, count);
      next += array.byteLength;
      return array;
    };
    this.#arrays = {
      diagonal: take(size),
      entries: take(rows.length),
      z: take(rows.length),
      own: take(size),
      g: take(rows.length),
      x: take(size),
      starts: takeIntegers(size + 1),
      rows: takeIntegers(rows.length),
      targets: takeIntegers(products),
    };
    const own = this.#arrays;
    own.starts.set(starts);
    own.rows.set(rows);
    if (this.#kernel) this.#kernel.placeProducts(sparse, own.starts.byteOffset, own.rows.byteOffset, own.targets.byteOffset);
    else placeProducts(sparse, own);
  }

  factorise(diagonal: Float64Array, pairs: Float64Array): number {
    const own = this.#arrays;
    const order = this.#order;
    own.entries.fill(0);
    for (let pair = 0; pair < pairs.length; pair++) own.entries[this.#at[pair]] = pairs[pair];
    for (let p = 0; p < order.length; p++) own.diagonal[p] = diagonal[order[p]];
    const { starts, rows, targets, entries } = own;
    const done = this.#kernel
      ? this.#kernel.factorisePairs(
          order.length,
          this.#sparse,
          starts.byteOffset,
          rows.byteOffset,
          targets.byteOffset,
          own.diagonal.byteOffset,
          entries.byteOffset,
        ) !== 0
      : factorisePairs(this.#sparse, own);
    if (!done) return Number.NaN;
    let logDeterminant = 0;
    for (let p = 0; p < order.length; p++) logDeterminant += 2 * Math.log(own.diagonal[p]);
    return logDeterminant;
  }

  solve(b: Float64Array): void {
    const own = this.#arrays;
    const order = this.#order;
    const { starts, rows, diagonal, entries, x } = own;
    for (let p = 0; p < order.length; p++) x[p] = b[order[p]];
    if (this.#kernel)
      this.#kernel.solvePairs(order.length, starts.byteOffset, rows.byteOffset, diagonal.byteOffset, entries.byteOffset, x.byteOffset);
    else solvePairs(own);
    for (let p = 0; p < order.length; p++) b[order[p]] = x[p];
  }

  inverse(): PairInverse {
    const arrays = this.#arrays;
    const order = this.#order;
    const { starts, rows, targets, entries, g, z, own } = arrays;
    if (this.#kernel)
      this.#kernel.invertPairs(
        order.length,
        this.#sparse,
        starts.byteOffset,
        rows.byteOffset,
        targets.byteOffset,
        targets.length,
        arrays.diagonal.byteOffset,
        entries.byteOffset,
        g.byteOffset,
        z.byteOffset,
        own.byteOffset,
      );
    else invertPairs(this.#sparse, arrays);
    const diagonal = new Float64Array(order.length);
    for (let p = 0; p < order.length; p++) diagonal[order[p]] = own[p];
    const pairs = new Float64Array(this.#left.length);
    for (let pair = 0; pair < pairs.length; pair++) pairs[pair] = z[this.#at[pair]];
    return { diagonal, pairs };
  }
}

// The same without WebAssembly (wasm/assembly/pairs.ts).

function placeProducts(sparse: number, { starts, rows, targets }: Arrays): void {
  let next = 0;
  for (let p = 0; p < sparse; p++) {
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
}

/** False where the matrix is not positive definite. */
function factorisePairs(sparse: number, { diagonal, entries, starts, rows, targets }: Arrays): boolean {
  let next = 0;
  for (let p = 0; p < diagonal.length; p++) {
    if (!(diagonal[p] > 0)) return false;
    const root = Math.sqrt(diagonal[p]);
    diagonal[p] = root;
    const end = starts[p + 1];
    for (let t = starts[p]; t < end; t++) entries[t] /= root;
    for (let t = starts[p]; t < end; t++) {
      const value = entries[t];
      diagonal[rows[t]] -= value * value;
      if (p < sparse) for (let s = t + 1; s < end; s++) entries[targets[next++]] -= value * entries[s];
      else for (let s = t + 1, at = starts[rows[t]]; s < end; s++, at++) entries[at] -= value * entries[s];
    }
  }
  return true;
}

function solvePairs({ diagonal, entries, x, starts, rows }: Arrays): void {
  const size = diagonal.length;
  for (let p = 0; p < size; p++) {
    x[p] /= diagonal[p];
    for (let t = starts[p]; t < starts[p + 1]; t++) x[rows[t]] -= entries[t] * x[p];
  }
  for (let p = size - 1; p >= 0; p--) {
    let sum = x[p];
    for (let t = starts[p]; t < starts[p + 1]; t++) sum -= entries[t] * x[rows[t]];
    x[p] = sum / diagonal[p];
  }
}

/**
 * From the last column on: z₂₁ = −Z₂₂ g and z₁₁ = 1/l² − g'z₂₁ with g = l₂₁ / l (Erisman & Tinney 1975).
 */
function invertPairs(sparse: number, { diagonal, entries, z, own, g, starts, rows, targets }: Arrays): void {
  let next = targets.length;
  z.fill(0);
  for (let p = diagonal.length - 1; p >= 0; p--) {
    const [from, end] = [starts[p], starts[p + 1]];
    const count = end - from;
    if (p < sparse) next -= (count * (count - 1)) / 2;
    const l = diagonal[p];
    for (let t = from; t < end; t++) g[t] = entries[t] / l;
    let target = next;
    for (let t = from; t < end; t++) {
      let sum = own[rows[t]] * g[t];
      let follows = starts[rows[t]];
      for (let s = t + 1; s < end; s++) {
        const entry = z[p < sparse ? targets[target++] : follows++];
        sum += entry * g[s];
        z[s] -= entry * g[t];
      }
      z[t] -= sum;
    }
    own[p] = 1 / (l * l);
    for (let t = from; t < end; t++) own[p] -= g[t] * z[t];
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

  constructor(size: number, left: Int32Array, right: Int32Array, memoryOf: MemoryOf, order?: Int32Array) {
    const symbolic = inOneGo(analyse(patternOf(size, left, right), undefined, order));
    this.#length = symbolic.blockStarts[symbolic.supernodes];
    this.#cholesky = new SparseCholesky(symbolic, false, memoryOf);
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
