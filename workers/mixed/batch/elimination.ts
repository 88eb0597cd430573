import { patternOf } from '../sums';

/** An order of elimination, and what it leaves of each column of a Cholesky factor. */
export interface Elimination {
  /** Column at each place of the order, and the place of each column. */
  order: Int32Array;
  place: Int32Array;
  /**
   * Places of the entries below the diagonal of the column at place p, rising: rows[starts[p]] …
   * rows[starts[p + 1] − 1].
   */
  starts: Int32Array;
  rows: Int32Array;
}

/** Columns whose neighbours are held as bits: more would take memory and time by their square. */
const MOST_DENSE = 3000;

/**
 * Eliminates the columns of a symmetric matrix with entries at these pairs in an order of minimum degree, for
 * the some thousand columns of a batch. A column with at most two neighbours adds no entry to its
 * neighbours' lists, so these go first, on plain lists; the neighbours of the others are bits.
 *
 * @returns null where too many columns have three neighbours or more
 */
export function eliminate(size: number, left: Int32Array, right: Int32Array): Elimination | null {
  const graph = new Graph(size, left, right);
  graph.thin();
  return graph.dense() ? graph.result() : null;
}

class Graph {
  readonly #size: number;
  readonly #begins: Int32Array;
  /** Neighbours of each column, the first `degree` of its place. */
  readonly #neighbours: Int32Array;
  readonly #degree: Int32Array;
  readonly #order: Int32Array;
  readonly #gone: Uint8Array;
  readonly #starts: Int32Array;
  /** Columns that each eliminated one leaves, in the order of elimination. */
  #below: Int32Array;
  #entries = 0;
  #done = 0;

  constructor(size: number, left: Int32Array, right: Int32Array) {
    const { starts, neighbours } = patternOf(size, left, right);
    this.#size = size;
    this.#begins = starts;
    this.#neighbours = neighbours;
    this.#degree = new Int32Array(size);
    for (let j = 0; j < size; j++) this.#degree[j] = starts[j + 1] - starts[j];
    this.#order = new Int32Array(size);
    this.#gone = new Uint8Array(size);
    this.#starts = new Int32Array(size + 1);
    this.#below = new Int32Array(4 * size + 16);
  }

  #leave(column: number): void {
    if (this.#entries === this.#below.length) {
      const more = new Int32Array(2 * this.#entries);
      more.set(this.#below);
      this.#below = more;
    }
    this.#below[this.#entries++] = column;
  }

  /** Ends the list of what `column` leaves. */
  #eliminated(column: number): void {
    this.#gone[column] = 1;
    this.#order[this.#done++] = column;
    this.#starts[this.#done] = this.#entries;
  }

  /** Place of a neighbour in the list of another column; −1 where it is none. */
  #find(column: number, neighbour: number): number {
    const begin = this.#begins[column];
    for (let at = begin; at < begin + this.#degree[column]; at++) if (this.#neighbours[at] === neighbour) return at;
    return -1;
  }

  /** Takes v out of the list of a, in favour of b unless b is there already or is −1. */
  #replace(a: number, v: number, b: number): void {
    const at = this.#find(a, v);
    if (b >= 0 && this.#find(a, b) < 0) this.#neighbours[at] = b;
    else this.#neighbours[at] = this.#neighbours[this.#begins[a] + --this.#degree[a]];
  }

  /** Eliminates columns of at most two neighbours for as long as there are any. */
  thin(): void {
    const leaves: number[] = [];
    const links: number[] = [];
    const note = (column: number): void => {
      if (this.#degree[column] < 2) leaves.push(column);
      else if (this.#degree[column] === 2) links.push(column);
    };
    for (let j = this.#size - 1; j >= 0; j--) note(j);
    while (leaves.length + links.length > 0) {
      const v = (leaves.length > 0 ? leaves.pop() : links.pop()) as number;
      if (this.#gone[v] === 1) continue;
      const begin = this.#begins[v];
      const degree = this.#degree[v];
      const a = degree > 0 ? this.#neighbours[begin] : -1;
      const b = degree > 1 ? this.#neighbours[begin + 1] : -1;
      if (a >= 0) {
        this.#leave(a);
        this.#replace(a, v, b);
      }
      if (b >= 0) {
        this.#leave(b);
        this.#replace(b, v, a);
      }
      this.#eliminated(v);
      if (a >= 0) note(a);
      if (b >= 0) note(b);
    }
  }

  /** Eliminates the columns that are left by their degrees. False where they are too many. */
  dense(): boolean {
    const rest: number[] = [];
    const number = new Int32Array(this.#size);
    for (let j = 0; j < this.#size; j++) {
      if (this.#gone[j] === 1) continue;
      number[j] = rest.length;
      rest.push(j);
    }
    const count = rest.length;
    if (count > MOST_DENSE) return false;
    const words = (count + 31) >>> 5;
    const bits = new Int32Array(count * words);
    const degree = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      degree[i] = this.#degree[rest[i]];
      const begin = this.#begins[rest[i]];
      for (let at = begin; at < begin + degree[i]; at++) {
        const other = number[this.#neighbours[at]];
        bits[i * words + (other >>> 5)] |= 1 << (other & 31);
      }
    }
    const left = Int32Array.from(rest, (_, i) => i);
    const around = new Int32Array(count);
    /** Words of v's bits that are not 0. */
    const filled = new Int32Array(words);
    let least = 0;
    for (let alive = count; alive > 0; alive--) {
      let at = 0;
      let fewest = degree[left[0]];
      // No more neighbours than the last one had: few have less.
      for (let i = 1; i < alive && fewest > least; i++) {
        const own = degree[left[i]];
        if (own < fewest) [at, fewest] = [i, own];
      }
      least = fewest;
      const v = left[at];
      if (fewest === alive - 1) {
        // All that are left are neighbours of each other.
        for (let i = 0; i < alive; i++) {
          for (let j = i + 1; j < alive; j++) this.#leave(rest[left[j]]);
          this.#eliminated(rest[left[i]]);
        }
        return true;
      }
      left[at] = left[alive - 1];
      let members = 0;
      let fills = 0;
      const own = v * words;
      for (let word = 0; word < words; word++) {
        let some = bits[own + word];
        if (some === 0) continue;
        filled[fills++] = word;
        for (; some !== 0; some &= some - 1) around[members++] = 32 * word + 31 - Math.clz32(some & -some);
      }
      for (let i = 0; i < members; i++) {
        const u = around[i];
        this.#leave(rest[u]);
        const row = u * words;
        // u itself comes, and v goes.
        let sum = degree[u] - 2;
        for (let f = 0; f < fills; f++) {
          const more = bits[own + filled[f]] & ~bits[row + filled[f]];
          if (more === 0) continue;
          bits[row + filled[f]] |= more;
          sum += ones(more);
        }
        bits[row + (u >>> 5)] &= ~(1 << (u & 31));
        bits[row + (v >>> 5)] &= ~(1 << (v & 31));
        degree[u] = sum;
      }
      this.#eliminated(rest[v]);
    }
    return true;
  }

  result(): Elimination {
    const order = this.#order;
    const starts = this.#starts;
    const place = new Int32Array(this.#size);
    for (let p = 0; p < this.#size; p++) place[order[p]] = p;
    const rows = this.#below.subarray(0, this.#entries);
    for (let at = 0; at < rows.length; at++) rows[at] = place[rows[at]];
    for (let p = 0; p < this.#size; p++) sortPart(rows, starts[p], starts[p + 1]);
    return { order, place, starts, rows };
  }
}

/** Bits that are 1. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Sorts some numbers, most of which are few or sorted already. */
function sortPart(numbers: Int32Array, from: number, to: number): void {
  if (to - from > 32) {
    let sorted = true;
    for (let at = from + 1; at < to && sorted; at++) sorted = numbers[at - 1] < numbers[at];
    if (!sorted) numbers.subarray(from, to).sort();
    return;
  }
  for (let at = from + 1; at < to; at++) {
    const value = numbers[at];
    let back = at;
    for (; back > from && numbers[back - 1] > value; back--) numbers[back] = numbers[back - 1];
    numbers[back] = value;
  }
}
