import { minimumDegreeOrder, type Pattern } from './ordering';

/** Entries counted between two breaths: about 10 ms. */
const BREATH = 2e6;

/**
 * Where the entries of a sparse Cholesky factor stand, worked out once for a pattern. Columns that follow one
 * another with the same rows below are one *supernode*: its rows × its columns are a dense block, row by row,
 * that begins with the triangle of its own columns.
 */
export interface Symbolic {
  size: number;
  /** Column of the matrix at each place of the factor, and the place of each column. */
  order: Int32Array;
  place: Int32Array;
  supernodes: number;
  /** First place of each supernode (supernodes + 1 numbers). */
  firsts: Int32Array;
  /** Supernode of each place. */
  owner: Int32Array;
  /**
   * Rows of supernode s, sorted, are rows[rowStarts[s]] … rows[rowStarts[s + 1] − 1]; the first are its own.
   */
  rowStarts: Int32Array;
  rows: Int32Array;
  /**
   * Where the block of each supernode begins (supernodes + 1 numbers); the last is the length of the factor.
   */
  blockStarts: Float64Array;
}

/** Multiplications of a factor and of the entries of the inverse. */
export function workOf({ supernodes, firsts, rowStarts }: Symbolic): number {
  let work = 0;
  for (let s = 0; s < supernodes; s++) {
    const columns = firsts[s + 1] - firsts[s];
    const below = rowStarts[s + 1] - rowStarts[s] - columns;
    work += columns ** 3 / 2 + 1.5 * columns * below * (columns + below);
  }
  return work;
}

/**
 * Orders the columns, finds the elimination tree (Liu 1990, The role of elimination trees in sparse
 * factorization), the entries of each column, the supernodes and their rows. Yields between parts of the
 * work. Null, as soon as that is known, where the factor takes more than `most` multiplications.
 *
 * @param given an order of the columns in place of one of minimum degree
 */
export function analyse(pattern: Pattern, most?: undefined, given?: Int32Array): Generator<void, Symbolic>;
export function analyse(pattern: Pattern, most: number): Generator<void, Symbolic | null>;
export function* analyse(pattern: Pattern, most = Number.POSITIVE_INFINITY, given?: Int32Array): Generator<void, Symbolic | null> {
  const { size: n } = pattern;
  const first = given ?? (yield* minimumDegreeOrder(pattern, most));
  if (!first) return null;
  const fill = new Tree(pattern, first);
  // Subtrees become contiguous, so that columns with the same rows follow one another.
  const order = fill.postorder().map((at) => first[at]);
  const tree = new Tree(pattern, order);
  const counts = yield* tree.counts();
  const firsts: number[] = [];
  const owner = new Int32Array(n);
  for (let j = 0; j < n; j++) {
    const joins = j > 0 && tree.parents[j - 1] === j && counts[j - 1] === counts[j] + 1;
    if (!joins) firsts.push(j);
    owner[j] = firsts.length - 1;
  }
  const supernodes = firsts.length;
  firsts.push(n);
  const rowStarts = new Int32Array(supernodes + 1);
  const blockStarts = new Float64Array(supernodes + 1);
  for (let s = 0; s < supernodes; s++) {
    const rows = counts[firsts[s]];
    rowStarts[s + 1] = rowStarts[s] + rows;
    blockStarts[s + 1] = blockStarts[s] + rows * (firsts[s + 1] - firsts[s]);
  }
  const rows = new Int32Array(rowStarts[supernodes]);
  const symbolic: Symbolic = {
    size: n,
    order,
    place: tree.place,
    supernodes,
    firsts: Int32Array.from(firsts),
    owner,
    rowStarts,
    rows,
    blockStarts,
  };
  fillRows(symbolic, pattern);
  return symbolic;
}

/** The rows of each supernode: those of its columns in the matrix, and what its children leave. */
function fillRows({ order, place, supernodes, firsts, owner, rowStarts, rows }: Symbolic, { starts, neighbours }: Pattern): void {
  const mark = new Int32Array(order.length).fill(-1);
  /** Children of each supernode, as a list that begins at `child`. */
  const child = new Int32Array(supernodes).fill(-1);
  const sibling = new Int32Array(supernodes).fill(-1);
  for (let s = 0; s < supernodes; s++) {
    const [from, to] = [firsts[s], firsts[s + 1]];
    let end = rowStarts[s];
    const add = (row: number): void => {
      if (row < to || mark[row] === s) return;
      mark[row] = s;
      rows[end++] = row;
    };
    for (let j = from; j < to; j++) rows[end++] = j;
    for (let j = from; j < to; j++) {
      const column = order[j];
      for (let at = starts[column]; at < starts[column + 1]; at++) add(place[neighbours[at]]);
    }
    for (let c = child[s]; c >= 0; c = sibling[c]) for (let at = rowStarts[c]; at < rowStarts[c + 1]; at++) add(rows[at]);
    rows.subarray(rowStarts[s] + to - from, end).sort();
    const below = rowStarts[s] + to - from;
    if (below < end) {
      const parent = owner[rows[below]];
      sibling[s] = child[parent];
      child[parent] = s;
    }
  }
}

/** The elimination tree of a pattern in an order. */
class Tree {
  readonly place: Int32Array;
  /** The first row below the diagonal of each column of the factor; −1 at a root. */
  readonly parents: Int32Array;
  readonly #pattern: Pattern;
  readonly #order: Int32Array;

  constructor(pattern: Pattern, order: Int32Array) {
    const { size: n, starts, neighbours } = pattern;
    this.#pattern = pattern;
    this.#order = order;
    this.place = new Int32Array(n);
    for (let at = 0; at < n; at++) this.place[order[at]] = at;
    this.parents = new Int32Array(n).fill(-1);
    /** A shortcut to an ancestor. */
    const ancestor = new Int32Array(n).fill(-1);
    for (let j = 0; j < n; j++) {
      const column = order[j];
      for (let at = starts[column]; at < starts[column + 1]; at++) {
        let i = this.place[neighbours[at]];
        while (i >= 0 && i < j) {
          const next = ancestor[i];
          ancestor[i] = j;
          if (next < 0) this.parents[i] = j;
          i = next;
        }
      }
    }
  }

  /** Children before their parent, each subtree in one piece. */
  postorder(): Int32Array {
    const n = this.parents.length;
    const child = new Int32Array(n).fill(-1);
    const sibling = new Int32Array(n).fill(-1);
    for (let j = n - 1; j >= 0; j--) {
      const parent = this.parents[j];
      if (parent < 0) continue;
      sibling[j] = child[parent];
      child[parent] = j;
    }
    const order = new Int32Array(n);
    const path = new Int32Array(n);
    let done = 0;
    for (let root = 0; root < n; root++) {
      if (this.parents[root] >= 0) continue;
      let depth = 0;
      path[0] = root;
      while (depth >= 0) {
        const j = path[depth];
        const next = child[j];
        if (next >= 0) {
          child[j] = sibling[next];
          path[++depth] = next;
        } else {
          order[done++] = j;
          depth--;
        }
      }
    }
    return order;
  }

  /** Entries of each column of the factor, its diagonal among them. */
  *counts(): Generator<void, Int32Array> {
    const { starts, neighbours } = this.#pattern;
    const n = this.parents.length;
    const counts = new Int32Array(n).fill(1);
    const mark = new Int32Array(n).fill(-1);
    let work = 0;
    for (let i = 0; i < n; i++) {
      mark[i] = i;
      const column = this.#order[i];
      for (let at = starts[column]; at < starts[column + 1]; at++) {
        for (let j = this.place[neighbours[at]]; j < i && mark[j] !== i; j = this.parents[j]) {
          mark[j] = i;
          counts[j]++;
          work++;
        }
      }
      if (work < BREATH) continue;
      work = 0;
      yield;
    }
    return counts;
  }
}
