import { multiplyBlocks, scaleDown, scaleUp } from '../terms/factor';
import type { TermGrid } from '../terms/layout';
import type { TermSums } from '../terms/sums';

/** Blocks done between two breaths, times columns: about 10 ms. */
const BREATH = 4e6;

/**
 * A = Λ'Z'ZΛ + I with the term of most columns taken out: what is left, S = A₂₂ − A₂₁A₁₁⁻¹A₁₂, as products
 * with vectors and as blocks of its diagonal. A₁₁ has a block for each level, so that taking it out is exact.
 * Vectors of all columns are size × width; those of the rest have the columns of the other terms, in their
 * order.
 */
export class Schur {
  readonly #grid: TermGrid;
  readonly #sums: TermSums;
  readonly #factors: readonly Float64Array[];
  /** The term that is taken out. */
  readonly out: number;
  /** Columns of the other terms, and the first of each (−1: the term taken out). */
  readonly size: number;
  readonly #firsts: number[];
  /** A₁₁⁻¹ by level (r × r), and ΛA₁₁⁻¹Λ'. */
  readonly inverse: Float64Array;
  readonly #between: Float64Array;
  readonly logDeterminantOut: number;
  /** By other term the Cholesky factors of the blocks of S (levels × r × r). */
  readonly #blocks: (Float64Array | null)[];
  /** Of all of these blocks. */
  readonly logDeterminantBlocks: number;

  constructor(grid: TermGrid, sums: TermSums, factors: readonly Float64Array[]) {
    this.#grid = grid;
    this.#sums = sums;
    this.#factors = factors;
    const { terms } = grid;
    this.out = mostColumns(grid);
    let size = 0;
    this.#firsts = terms.map(({ levels, width }, k) => {
      if (k === this.out) return -1;
      size += levels * width;
      return size - levels * width;
    });
    this.size = size;
    const { levels, width: r } = terms[this.out];
    const T = factors[this.out];
    this.inverse = new Float64Array(levels * r * r);
    this.#between = new Float64Array(levels * r * r);
    let log = 0;
    const L = new Float64Array(r * r);
    const column = new Float64Array(r);
    for (let j = 0; j < levels; j++) {
      multiplyBlocks(T, r, sums.own[this.out], j * r * r, T, r, L);
      for (let a = 0; a < r; a++) L[a * r + a] += 1;
      log += cholesky(L, 0, r);
      for (let b = 0; b < r; b++) {
        column.fill(0);
        column[b] = 1;
        solveBlock(L, 0, r, column, 0, 1);
        for (let a = 0; a < r; a++) this.inverse[(j * r + a) * r + b] = column[a];
      }
      between(T, r, this.inverse, this.#between, j * r * r);
    }
    this.logDeterminantOut = log;
    this.#blocks = terms.map((_, k) => (k === this.out ? null : sums.own[k].slice()));
    this.#takeOut();
    let logBlocks = 0;
    for (const [k, blocks] of this.#blocks.entries()) {
      if (!blocks) continue;
      const { levels: count, width: s } = terms[k];
      const product = new Float64Array(s * s);
      for (let j = 0; j < count; j++) {
        multiplyBlocks(factors[k], s, blocks, j * s * s, factors[k], s, product);
        for (let a = 0; a < s; a++) product[a * s + a] += 1;
        blocks.set(product, j * s * s);
        logBlocks += cholesky(blocks, j * s * s, s);
      }
    }
    this.logDeterminantBlocks = logBlocks;
  }

  /** G_jj − Σ_i B_ij' M_i B_ij in the place of the own blocks. */
  #takeOut(): void {
    const { terms, pairs } = this.#grid;
    const r = terms[this.out].width;
    for (const [at, { k, l, left, right }] of pairs.entries()) {
      if (k !== this.out && l !== this.out) continue;
      const other = k === this.out ? l : k;
      const s = terms[other].width;
      const blocks = this.#blocks[other] as Float64Array;
      const G = this.#sums.pairs[at];
      // B[a][b] of the level taken out (a) and the other (b) at from + a · row + b · column.
      const [row, column] = k === this.out ? [s, 1] : [1, r];
      for (let block = 0; block < left.length; block++) {
        const [i, j] = k === this.out ? [left[block], right[block]] : [right[block], left[block]];
        const from = block * r * s;
        for (let a = 0; a < r; a++)
          for (let c = 0; c < r; c++) {
            const m = this.#between[(i * r + a) * r + c];
            if (m === 0) continue;
            for (let b = 0; b < s; b++)
              for (let d = 0; d < s; d++) blocks[(j * s + b) * s + d] -= G[from + a * row + b * column] * m * G[from + c * row + d * column];
          }
      }
    }
  }

  /** S v (rest × width). */
  *times(v: Float64Array, width: number): Generator<void, Float64Array> {
    const up = this.#spread(v, width);
    scaleUp(this.#grid, this.#factors, up, width);
    const met = new Float64Array(up.length);
    yield* this.#meet(up, met, width, true);
    // What the term taken out has met, through ΛA₁₁⁻¹Λ', goes back to the others.
    const back = new Float64Array(up.length);
    const { terms, firsts } = this.#grid;
    const { levels, width: r } = terms[this.out];
    const first = firsts[this.out] * width;
    blockTimes(this.#between, levels, r, met.subarray(first), back.subarray(first), width, -1);
    yield* this.#meet(back, met, width, false);
    scaleDown(this.#grid, this.#factors, met, width);
    const result = this.#gather(met, width);
    for (let at = 0; at < result.length; at++) result[at] += v[at];
    return result;
  }

  /**
   * Adds Z'Z v to `to`. `rest`: of the vectors of the other terms, own blocks and all pairs; else of the term
   * taken out alone, and only where the others are.
   */
  *#meet(v: Float64Array, to: Float64Array, width: number, rest: boolean): Generator<void, void> {
    const { terms, firsts, pairs } = this.#grid;
    if (rest)
      for (const [k, { levels, width: r }] of terms.entries()) {
        if (k === this.out) continue;
        blockTimes(this.#sums.own[k], levels, r, v.subarray(firsts[k] * width), to.subarray(firsts[k] * width), width, 1);
        yield;
      }
    let work = 0;
    for (const [at, { k, l, left, right }] of pairs.entries()) {
      const [r, s] = [terms[k].width, terms[l].width];
      const G = this.#sums.pairs[at];
      const forward = rest ? l !== this.out : l === this.out;
      const backward = rest ? k !== this.out : k === this.out;
      if (!forward && !backward) continue;
      for (let block = 0; block < left.length; block++) {
        const [one, other] = [firsts[k] + left[block] * r, firsts[l] + right[block] * s];
        for (let a = 0; a < r; a++)
          for (let b = 0; b < s; b++) {
            const entry = G[(block * r + a) * s + b];
            const [x, y] = [(one + a) * width, (other + b) * width];
            if (forward) for (let c = 0; c < width; c++) to[x + c] += entry * v[y + c];
            if (backward) for (let c = 0; c < width; c++) to[y + c] += entry * v[x + c];
          }
        work += r * s * width;
        if (work < BREATH) continue;
        work = 0;
        yield;
      }
    }
  }

  /** P⁻¹v, P the blocks of the diagonal of S. */
  precondition(v: Float64Array, width: number): Float64Array {
    const z = v.slice();
    this.#eachBlock((L, at, r, row) => solveBlock(L, at, r, z, row * width, width));
    return z;
  }

  /** Cv with P = CC'. */
  colour(v: Float64Array, width: number): Float64Array {
    const z = new Float64Array(v.length);
    this.#eachBlock((L, at, r, row) => {
      for (let a = 0; a < r; a++)
        for (let b = 0; b <= a; b++) for (let c = 0; c < width; c++) z[(row + a) * width + c] += L[at + a * r + b] * v[(row + b) * width + c];
    });
    return z;
  }

  #eachBlock(each: (L: Float64Array, at: number, r: number, row: number) => void): void {
    for (const [k, L] of this.#blocks.entries()) {
      if (!L) continue;
      const { levels, width: r } = this.#grid.terms[k];
      for (let j = 0; j < levels; j++) each(L, j * r * r, r, this.#firsts[k] + j * r);
    }
  }

  /** A⁻¹c from the solver of S (all columns × width). */
  *solve(c: Float64Array, width: number, inner: (b: Float64Array, width: number) => Generator<void, Float64Array>): Generator<void, Float64Array> {
    const { terms, firsts } = this.#grid;
    const { levels, width: r } = terms[this.out];
    const first = firsts[this.out] * width;
    const length = levels * r * width;
    // b = c₂ − A₂₁A₁₁⁻¹c₁.
    const out = new Float64Array(c.length);
    blockTimes(this.inverse, levels, r, c.subarray(first, first + length), out.subarray(first), width, 1);
    scaleUp(this.#grid, this.#factors, out, width);
    const met = new Float64Array(c.length);
    yield* this.#meet(out, met, width, false);
    scaleDown(this.#grid, this.#factors, met, width);
    const b = this.#gather(c, width);
    const less = this.#gather(met, width);
    for (let at = 0; at < b.length; at++) b[at] -= less[at];
    const rest = yield* inner(b, width);
    const all = yield* this.extend(rest, width);
    blockTimes(this.inverse, levels, r, c.subarray(first, first + length), all.subarray(first), width, 1);
    return all;
  }

  /** [−A₁₁⁻¹A₁₂v; v] in all columns, of v in the rest. */
  *extend(v: Float64Array, width: number): Generator<void, Float64Array> {
    const { terms, firsts } = this.#grid;
    const { levels, width: r } = terms[this.out];
    const first = firsts[this.out] * width;
    const all = this.#spread(v, width);
    const up = all.slice();
    scaleUp(this.#grid, this.#factors, up, width);
    const met = new Float64Array(up.length);
    yield* this.#meet(up, met, width, true);
    scaleDown(this.#grid, this.#factors, met, width);
    blockTimes(this.inverse, levels, r, met.subarray(first, first + levels * r * width), all.subarray(first), width, -1);
    return all;
  }

  /** Vectors of the rest in all columns, and back. */
  #spread(v: Float64Array, width: number): Float64Array {
    const { terms, firsts, size } = this.#grid;
    const all = new Float64Array(size * width);
    for (const [k, first] of this.#firsts.entries())
      if (first >= 0) all.set(v.subarray(first * width, (first + terms[k].levels * terms[k].width) * width), firsts[k] * width);
    return all;
  }

  #gather(all: Float64Array, width: number): Float64Array {
    const { terms, firsts } = this.#grid;
    const rest = new Float64Array(this.size * width);
    for (const [k, first] of this.#firsts.entries())
      if (first >= 0) rest.set(all.subarray(firsts[k] * width, (firsts[k] + terms[k].levels * terms[k].width) * width), first * width);
    return rest;
  }
}

/** The term with most columns. */
function mostColumns({ terms }: TermGrid): number {
  const columns = terms.map(({ levels, width }) => levels * width);
  return columns.indexOf(Math.max(...columns));
}

/** to += sign · B v of blocks (levels × r × r), rows of `width`. */
function blockTimes(B: Float64Array, levels: number, r: number, v: Float64Array, to: Float64Array, width: number, sign: 1 | -1): void {
  for (let j = 0; j < levels; j++)
    for (let a = 0; a < r; a++)
      for (let b = 0; b < r; b++) {
        const entry = sign * B[(j * r + a) * r + b];
        const [x, y] = [(j * r + a) * width, (j * r + b) * width];
        for (let c = 0; c < width; c++) to[x + c] += entry * v[y + c];
      }
}

/** into ← T B T' of a block at `from`, at the same place. */
function between(T: Float64Array, r: number, B: Float64Array, into: Float64Array, from: number): void {
  for (let a = 0; a < r; a++)
    for (let b = 0; b < r; b++) {
      let sum = 0;
      for (let c = 0; c <= a; c++) for (let d = 0; d <= b; d++) sum += T[a * r + c] * B[from + c * r + d] * T[b * r + d];
      into[from + a * r + b] = sum;
    }
}

/** Lower Cholesky factor of a block in its place; log of its determinant. */
function cholesky(B: Float64Array, at: number, r: number): number {
  let log = 0;
  for (let a = 0; a < r; a++)
    for (let b = 0; b <= a; b++) {
      let entry = B[at + a * r + b];
      for (let c = 0; c < b; c++) entry -= B[at + a * r + c] * B[at + b * r + c];
      if (b < a) B[at + a * r + b] = entry / B[at + b * r + b];
      else {
        // A is I and more, and so is every part of it: below 1 it is rounding.
        const pivot = Math.max(entry, 1);
        B[at + a * r + a] = Math.sqrt(pivot);
        log += Math.log(pivot);
      }
    }
  return log;
}

/** Solves LL'z = v in place, rows `at` of `width`. */
function solveBlock(L: Float64Array, from: number, r: number, z: Float64Array, at: number, width: number): void {
  for (let a = 0; a < r; a++)
    for (let c = 0; c < width; c++) {
      let entry = z[at + a * width + c];
      for (let b = 0; b < a; b++) entry -= L[from + a * r + b] * z[at + b * width + c];
      z[at + a * width + c] = entry / L[from + a * r + a];
    }
  for (let a = r - 1; a >= 0; a--)
    for (let c = 0; c < width; c++) {
      let entry = z[at + a * width + c];
      for (let b = a + 1; b < r; b++) entry -= L[from + b * r + a] * z[at + b * width + c];
      z[at + a * width + c] = entry / L[from + a * r + a];
    }
}
