/**
 * A symmetric pattern without its diagonal: the neighbours of column j are `neighbours` from starts[j] to
 * starts[j + 1] − 1 (n + 1 numbers); each pair stands in both columns.
 */
export interface Pattern {
  size: number;
  starts: Int32Array;
  neighbours: Int32Array;
}

/**
 * Columns with more neighbours than this times √n, and than `FEW`, come last: they would be looked at at
 * every pivot.
 */
const DENSE_FACTOR = 10;
const FEW = 16;
const NONE = new Int32Array(0);
/** Neighbours looked at between two breaths: about 10 ms. */
const BREATH = 2e5;

/** Columns by their degree, in doubly linked lists. */
class Buckets {
  readonly #heads: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #degree: Int32Array;
  #least = 0;

  constructor(size: number) {
    this.#heads = new Int32Array(size + 1).fill(-1);
    this.#next = new Int32Array(size).fill(-1);
    this.#previous = new Int32Array(size).fill(-1);
    this.#degree = new Int32Array(size);
  }

  insert(column: number, degree: number): void {
    const head = this.#heads[degree];
    this.#degree[column] = degree;
    this.#next[column] = head;
    this.#previous[column] = -1;
    if (head >= 0) this.#previous[head] = column;
    this.#heads[degree] = column;
    if (degree < this.#least) this.#least = degree;
  }

  remove(column: number): void {
    const [next, previous] = [this.#next[column], this.#previous[column]];
    if (next >= 0) this.#previous[next] = previous;
    if (previous >= 0) this.#next[previous] = next;
    else this.#heads[this.#degree[column]] = next;
  }

  /** A column of least degree, taken out; −1 where none is left. */
  pop(): number {
    while (this.#least < this.#heads.length && this.#heads[this.#least] < 0) this.#least++;
    if (this.#least === this.#heads.length) return -1;
    const column = this.#heads[this.#least];
    this.remove(column);
    return column;
  }
}

/**
 * An order of elimination that keeps the Cholesky factor of a symmetric matrix sparse: approximate minimum
 * degree on the quotient graph, with element absorption and columns that cannot be told apart eliminated
 * together (Amestoy, Davis & Duff 1996, An approximate minimum degree ordering algorithm). Yields between
 * parts of the work, which takes seconds for some thousand levels crossed with many.
 *
 * @param most multiplications of a factor and of the entries of the inverse
 * @returns the columns in the order of their elimination; null, as soon as that is known, where these take
 *   more than `most`
 */
export function minimumDegreeOrder(pattern: Pattern): Generator<void, Int32Array>;
export function minimumDegreeOrder(pattern: Pattern, most: number): Generator<void, Int32Array | null>;
export function minimumDegreeOrder(pattern: Pattern, most = Number.POSITIVE_INFINITY): Generator<void, Int32Array | null> {
  return new Elimination(pattern).order(most);
}

class Elimination {
  readonly #n: number;
  /** Columns that each column stands for; 0 once it is eliminated, stands for others' or is dense. */
  readonly #weight: Int32Array;
  readonly #degree: Int32Array;
  /** Neighbours of each column that are columns, and that are elements (cliques that eliminations left). */
  readonly #columns: Int32Array[];
  readonly #elements: number[][];
  /** Columns of each element and how many they stand for; empty once it is part of another. */
  readonly #members: Int32Array[];
  readonly #sizes: Int32Array;
  /** What of each element is outside the pivot's, as far as `#outsideAt` is of this pivot. */
  readonly #outside: Int32Array;
  readonly #outsideAt: Int32Array;
  readonly #mark: Int32Array;
  readonly #elementMark: Int32Array;
  #stamp = 0;
  /** Next column of those that are eliminated together, and the last of them. */
  readonly #chain: Int32Array;
  readonly #chainEnd: Int32Array;
  readonly #dense: number[] = [];
  readonly #buckets: Buckets;
  #work = 0;
  /** Multiplications of what is eliminated so far. */
  #multiplications = 0;

  constructor({ size: n, starts, neighbours }: Pattern) {
    this.#n = n;
    this.#weight = new Int32Array(n).fill(1);
    this.#degree = new Int32Array(n);
    this.#columns = new Array<Int32Array>(n).fill(NONE);
    this.#elements = Array.from({ length: n }, () => []);
    this.#members = new Array<Int32Array>(n).fill(NONE);
    this.#sizes = new Int32Array(n);
    this.#outside = new Int32Array(n);
    this.#outsideAt = new Int32Array(n);
    this.#mark = new Int32Array(n);
    this.#elementMark = new Int32Array(n);
    this.#chain = new Int32Array(n).fill(-1);
    this.#chainEnd = Int32Array.from({ length: n }, (_, j) => j);
    this.#buckets = new Buckets(n);
    const most = Math.max(FEW, DENSE_FACTOR * Math.sqrt(n));
    const degreeOf = (j: number): number => starts[j + 1] - starts[j];
    for (let j = 0; j < n; j++) {
      if (degreeOf(j) > most) {
        this.#dense.push(j);
        this.#weight[j] = 0;
      }
    }
    this.#dense.sort((a, b) => degreeOf(a) - degreeOf(b) || a - b);
    // Backwards, so that the first of equal degree is eliminated first.
    for (let j = n - 1; j >= 0; j--) {
      if (this.#weight[j] === 0) continue;
      let own = neighbours.subarray(starts[j], starts[j + 1]);
      if (this.#dense.length > 0) own = own.filter((other) => this.#weight[other] > 0);
      this.#columns[j] = own;
      this.#degree[j] = own.length;
      this.#buckets.insert(j, own.length);
    }
  }

  *order(most: number): Generator<void, Int32Array | null> {
    const order = new Int32Array(this.#n);
    let done = 0;
    if (this.#dense.length ** 3 / 2 > most) return null;
    for (let pivot = this.#buckets.pop(); pivot >= 0; pivot = this.#buckets.pop()) {
      this.#eliminate(pivot, done);
      if (this.#multiplications > most) return null;
      for (let column = pivot; column >= 0; column = this.#chain[column]) order[done++] = column;
      if (this.#work < BREATH) continue;
      this.#work = 0;
      yield;
    }
    for (const column of this.#dense) order[done++] = column;
    return order;
  }

  /** Makes `pivot` an element of its neighbours; `before`: columns that are eliminated already. */
  #eliminate(pivot: number, before: number): void {
    const weight = this.#weight;
    const members = this.#neighboursOf(pivot);
    let size = 0;
    for (const i of members) size += weight[i];
    this.#countOutside(members);
    const [columns, below] = [weight[pivot], size + this.#dense.length];
    this.#multiplications += columns ** 3 / 2 + 1.5 * columns * below * (columns + below);
    const left = this.#n - this.#dense.length - before - weight[pivot];
    weight[pivot] = 0;
    this.#columns[pivot] = NONE;
    this.#elements[pivot] = [];
    const alike = new Map<number, number[]>();
    for (const i of members) {
      this.#buckets.remove(i);
      const { outside, hash } = this.#prune(i);
      if (this.#elements[i].length === 0 && this.#columns[i].length === 0) {
        // It has no other neighbours than the pivot has, so it is eliminated with it.
        size -= weight[i];
        weight[i] = 0;
        this.#append(pivot, i);
        continue;
      }
      this.#elements[i].push(pivot);
      this.#degree[i] = outside;
      const others = alike.get(hash);
      if (others) others.push(i);
      else alike.set(hash, [i]);
    }
    for (const columns of alike.values()) if (columns.length > 1) this.#merge(columns);
    const kept = members.filter((i) => weight[i] > 0);
    for (const i of kept) {
      const around = size - weight[i];
      this.#degree[i] = Math.max(0, Math.min(left - weight[i], this.#degree[i] + around));
      this.#buckets.insert(i, this.#degree[i]);
    }
    this.#members[pivot] = Int32Array.from(kept);
    this.#sizes[pivot] = size;
  }

  /** The columns next to `pivot`, marked; its elements are absorbed. */
  #neighboursOf(pivot: number): number[] {
    const stamp = ++this.#stamp;
    const found: number[] = [];
    this.#mark[pivot] = stamp;
    const add = (i: number): void => {
      if (this.#weight[i] === 0 || this.#mark[i] === stamp) return;
      this.#mark[i] = stamp;
      found.push(i);
    };
    for (const element of this.#elements[pivot]) {
      this.#work += this.#members[element].length;
      this.#members[element].forEach(add);
      this.#members[element] = NONE;
      this.#sizes[element] = 0;
    }
    this.#columns[pivot].forEach(add);
    return found;
  }

  /** For each element next to these columns, how much of it is outside of them. */
  #countOutside(members: readonly number[]): void {
    const stamp = this.#stamp;
    for (const i of members) {
      for (const element of this.#elements[i]) {
        if (this.#sizes[element] === 0) continue;
        if (this.#outsideAt[element] !== stamp) {
          this.#outsideAt[element] = stamp;
          this.#outside[element] = this.#sizes[element];
        }
        this.#outside[element] -= this.#weight[i];
      }
    }
  }

  /**
   * Drops what the new element covers from the neighbours of i; what is left of them, weighed, and a hash of
   * it.
   */
  #prune(i: number): { outside: number; hash: number } {
    const stamp = this.#stamp;
    this.#work += this.#elements[i].length + this.#columns[i].length;
    let outside = 0;
    let hash = 0;
    const elements: number[] = [];
    for (const element of this.#elements[i]) {
      if (this.#sizes[element] === 0) continue;
      if (this.#outside[element] === 0) {
        // All of it is in the new element.
        this.#sizes[element] = 0;
        this.#members[element] = NONE;
        continue;
      }
      elements.push(element);
      outside += this.#outside[element];
      hash += element;
    }
    this.#elements[i] = elements;
    this.#columns[i] = this.#columns[i].filter((other) => this.#weight[other] > 0 && this.#mark[other] !== stamp);
    for (const other of this.#columns[i]) {
      outside += this.#weight[other];
      hash += other;
    }
    return { outside, hash };
  }

  /** Columns with the same neighbours stand for each other from now on. */
  #merge(columns: readonly number[]): void {
    for (const [place, i] of columns.entries()) {
      if (this.#weight[i] === 0) continue;
      let marked = false;
      for (const j of columns.slice(place + 1)) {
        const same = this.#elements[i].length === this.#elements[j].length && this.#columns[i].length === this.#columns[j].length;
        if (this.#weight[j] === 0 || !same) continue;
        if (!marked) {
          this.#stamp++;
          for (const element of this.#elements[i]) this.#elementMark[element] = this.#stamp;
          for (const other of this.#columns[i]) this.#mark[other] = this.#stamp;
          marked = true;
        }
        this.#work += this.#elements[j].length + this.#columns[j].length;
        if (!this.#elements[j].every((element) => this.#elementMark[element] === this.#stamp)) continue;
        if (!this.#columns[j].every((other) => this.#mark[other] === this.#stamp)) continue;
        this.#weight[i] += this.#weight[j];
        this.#weight[j] = 0;
        this.#append(i, j);
      }
    }
  }

  #append(to: number, column: number): void {
    this.#chain[this.#chainEnd[to]] = column;
    this.#chainEnd[to] = this.#chainEnd[column];
    this.#columns[column] = NONE;
    this.#elements[column] = [];
  }
}
