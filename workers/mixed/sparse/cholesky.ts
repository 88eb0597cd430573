import { type Part, subtractProducts } from '../products';
import { ProductMemory } from '../wasm/kernel';
import { type Symbolic, workOf } from './symbolic';

/** Columns of a panel: small enough that its rows stay in the cache. */
const PANEL = 48;
/** Rows of a block that are done at a time. */
const STRIP = 64;
/**
 * From so many columns on, a supernode's products are summed in a block before they are put in their places.
 */
const WIDE = 4;
/** Multiplications between two breaths: about 10 ms. */
const BREATH = 8e6;
/** From so many multiplications on, a factor has a memory of WebAssembly. */
const LARGE = 1e6;
/** From so many right-hand sides on, they are solved there. */
const MANY_SIDES = 8;

/**
 * The Cholesky factor L of a sparse symmetric positive definite matrix A, PAP' = LL', by supernodes (Ng &
 * Peyton 1993, Block sparse Cholesky algorithms on advanced uniprocessor computers), what is solved with it,
 * and the entries of A⁻¹ where L has entries.
 */
export class SparseCholesky {
  readonly symbolic: Symbolic;
  readonly #plain: Float64Array | null;
  readonly #memory: ProductMemory | null;
  readonly #room: number;
  /** Row of the block of supernode `#placedFor` that each place has. */
  readonly #rowOf: Int32Array;
  #placedFor = -1;
  #work = 0;

  /**
   * @param plain without WebAssembly; absent: where there is little to do
   * @param memoryOf where so many numbers are kept in WebAssembly; null: nowhere
   */
  constructor(symbolic: Symbolic, plain = workOf(symbolic) < LARGE, memoryOf: (length: number) => ProductMemory | null = ProductMemory.of) {
    this.symbolic = symbolic;
    const { supernodes, blockStarts, rowStarts, firsts } = symbolic;
    this.#room = blockStarts[supernodes];
    let room = 0;
    for (let s = 0; s < supernodes; s++) {
      const columns = firsts[s + 1] - firsts[s];
      const below = rowStarts[s + 1] - rowStarts[s] - columns;
      // L₁₁⁻¹ and the transposes that the inverse is made of.
      room = Math.max(room, below * STRIP, columns * columns + 2 * below * columns + below * STRIP);
    }
    this.#memory = plain ? null : memoryOf(this.#room + room);
    this.#plain = this.#memory ? null : new Float64Array(this.#room + room);
    this.#rowOf = new Int32Array(symbolic.size);
  }

  /**
   * Blocks of the supernodes, then room for products. Before `factorise`: the matrix. Another array after
   * `halfSolve`.
   */
  get values(): Float64Array {
    return this.#memory?.numbers ?? (this.#plain as Float64Array);
  }

  /** `subtractProducts` of parts of the values. */
  #subtract(target: Part, a: Part, b: Part, rows: number, columns: number, depth: number): void {
    const memory = this.#memory;
    if (!memory) {
      subtractProducts(target, a, b, rows, columns, depth);
      return;
    }
    const [t, left, right] = [memory.address(target.at), memory.address(a.at), memory.address(b.at)];
    memory.kernel.subtractProducts(t, target.stride, left, a.stride, right, b.stride, rows, columns, depth);
  }

  /** Index in `values` of the entry of two columns of the matrix, which must be in its pattern. */
  position(a: number, b: number): number {
    const { place, owner, firsts, blockStarts } = this.symbolic;
    const row = Math.max(place[a], place[b]);
    const column = Math.min(place[a], place[b]);
    const s = owner[column];
    this.#locate(s);
    return blockStarts[s] + this.#rowOf[row] * (firsts[s + 1] - firsts[s]) + column - firsts[s];
  }

  /** Sets `#rowOf` to the rows of a supernode. */
  #locate(s: number): void {
    if (this.#placedFor === s) return;
    const { rowStarts, rows } = this.symbolic;
    for (let at = rowStarts[s]; at < rowStarts[s + 1]; at++) this.#rowOf[rows[at]] = at - rowStarts[s];
    this.#placedFor = s;
  }

  /**
   * L in place of A; yields between parts of the work.
   * @returns log |A|, or NaN where A is not positive definite in floating point
   */
  *factorise(): Generator<void, number> {
    const { supernodes, firsts, rowStarts, blockStarts } = this.symbolic;
    let logDeterminant = 0;
    for (let s = 0; s < supernodes; s++) {
      const columns = firsts[s + 1] - firsts[s];
      const rows = rowStarts[s + 1] - rowStarts[s];
      const log = yield* this.#factoriseBlock(blockStarts[s], rows, columns);
      if (Number.isNaN(log)) return log;
      logDeterminant += log;
      if (rows > columns) yield* this.#update(s);
    }
    return logDeterminant;
  }

  *#breathe(work: number): Generator<void, void> {
    this.#work += work;
    if (this.#work < BREATH) return;
    this.#work = 0;
    yield;
  }

  /** Factors the triangle of a block and solves for the rows below it. */
  *#factoriseBlock(at: number, rows: number, columns: number): Generator<void, number> {
    const values = this.values;
    let logDeterminant = 0;
    for (let start = 0; start < columns; start += PANEL) {
      const end = Math.min(columns, start + PANEL);
      for (let from = start; start > 0 && from < rows; from += STRIP) {
        const strip: Part = { values, at: at + from * columns, stride: columns };
        const panel: Part = { values, at: at + start * columns, stride: columns };
        this.#subtract({ values, at: strip.at + start, stride: columns }, strip, panel, Math.min(STRIP, rows - from), end - start, start);
        yield* this.#breathe(STRIP * PANEL * start);
      }
      if (this.#memory) {
        if (this.#memory.kernel.factorisePanel(this.#memory.address(at), rows, columns, start, end) === 0) return Number.NaN;
        for (let j = start; j < end; j++) logDeterminant += 2 * Math.log(values[at + j * columns + j]);
        yield* this.#breathe((rows - start) * PANEL * PANEL);
        continue;
      }
      for (let j = start; j < end; j++) {
        const own = at + j * columns;
        for (let i = j; i < rows; i++) {
          const row = at + i * columns;
          let entry = values[row + j];
          for (let k = start; k < j; k++) entry -= values[row + k] * values[own + k];
          if (i > j) values[row + j] = entry / values[own + j];
          else {
            if (!(entry > 0)) return Number.NaN;
            values[row + j] = Math.sqrt(entry);
            logDeterminant += Math.log(entry);
          }
        }
      }
      yield* this.#breathe((rows - start) * PANEL * PANEL);
    }
    return logDeterminant;
  }

  /** Subtracts L₂₁L₂₁' of a supernode from the blocks of those above it. */
  *#update(s: number): Generator<void, void> {
    const { firsts, owner, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const columns = firsts[s + 1] - firsts[s];
    const end = rowStarts[s + 1];
    const block = (row: number): number => blockStarts[s] + (row - rowStarts[s]) * columns;
    for (let from = rowStarts[s] + columns; from < end; ) {
      const target = owner[rows[from]];
      let to = from + 1;
      while (to < end && rows[to] < firsts[target + 1] && (columns < WIDE || to - from < STRIP)) to++;
      this.#locate(target);
      const stride = firsts[target + 1] - firsts[target];
      const base = blockStarts[target] - firsts[target];
      if (columns < WIDE) {
        for (let i = from; i < end; i++) {
          const row = base + this.#rowOf[rows[i]] * stride;
          const own = block(i);
          const last = Math.min(to, i + 1);
          for (let j = from; j < last; j++) {
            const other = block(j);
            let sum = 0;
            for (let k = 0; k < columns; k++) sum += values[own + k] * values[other + k];
            values[row + rows[j]] -= sum;
          }
        }
      } else {
        const width = to - from;
        const room: Part = { values, at: this.#room, stride: width };
        values.fill(0, room.at, room.at + (end - from) * width);
        const own: Part = { values, at: block(from), stride: columns };
        this.#subtract(room, own, own, end - from, width, columns);
        for (let i = from; i < end; i++) {
          const row = base + this.#rowOf[rows[i]] * stride;
          const product = room.at + (i - from) * width - from;
          const last = Math.min(to, i + 1);
          for (let j = from; j < last; j++) values[row + rows[j]] += values[product + j];
        }
      }
      yield* this.#breathe((end - from) * (to - from) * columns);
      from = to;
    }
  }

  /**
   * Solves A x = b in place, for `width` right-hand sides (size × width, row-major, rows by column of the
   * matrix).
   */
  solve(b: Float64Array, width: number): void {
    const { size, order, supernodes } = this.symbolic;
    const x = new Float64Array(size * width);
    for (let at = 0; at < size; at++) for (let c = 0; c < width; c++) x[at * width + c] = b[order[at] * width + c];
    for (let s = 0; s < supernodes; s++) this.#forward(s, x, width);
    for (let s = supernodes - 1; s >= 0; s--) this.#backward(s, x, width);
    for (let at = 0; at < size; at++) for (let c = 0; c < width; c++) b[order[at] * width + c] = x[at * width + c];
  }

  /**
   * L⁻¹Pb for `width` right-hand sides (size × width, rows in the order of the factor): b'A⁻¹b is the sum of
   * its squares, at half the work of `solve`.
   */
  halfSolve(b: Float64Array, width: number): Float64Array {
    const { size, order, supernodes } = this.symbolic;
    const room = width >= MANY_SIDES ? this.#memory?.room(size * width) : null;
    const x = room?.values ?? new Float64Array(size * width);
    for (let at = 0; at < size; at++) for (let c = 0; c < width; c++) x[at * width + c] = b[order[at] * width + c];
    if (!room) {
      for (let s = 0; s < supernodes; s++) this.#forward(s, x, width);
      return x;
    }
    for (let s = 0; s < supernodes; s++) this.#forwardMany(s, x, room.address, width);
    return x.slice();
  }

  /** `#forward` of many right-hand sides, which are at `address` in the memory. */
  #forwardMany(s: number, x: Float64Array, address: number, width: number): void {
    const { firsts, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const memory = this.#memory as ProductMemory;
    const first = firsts[s];
    const columns = firsts[s + 1] - first;
    const block = blockStarts[s];
    const times = (row: number, from: number, entry: number, count: number, depth: number): void =>
      memory.kernel.subtractTimes(address + 8 * row * width, address + 8 * from * width, width, memory.address(entry), columns, count, width, depth);
    for (let start = 0; start < columns; start += PANEL) {
      const end = Math.min(columns, start + PANEL);
      for (let i = start; i < end; i++) {
        const entry = block + i * columns;
        if (i > start) times(first + i, first + start, entry + start, 1, i - start);
        for (let c = (first + i) * width; c < (first + i + 1) * width; c++) x[c] /= values[entry + i];
      }
      if (end < columns) times(first + end, first + start, block + end * columns + start, columns - end, end - start);
    }
    // Rows below, those that follow one another together.
    const last = rowStarts[s + 1];
    for (let at = rowStarts[s] + columns; at < last; ) {
      let next = at + 1;
      while (next < last && rows[next] === rows[next - 1] + 1) next++;
      times(rows[at], first, block + (at - rowStarts[s]) * columns, next - at, columns);
      at = next;
    }
  }

  #forward(s: number, x: Float64Array, width: number): void {
    const { firsts, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const first = firsts[s];
    const columns = firsts[s + 1] - first;
    for (let at = rowStarts[s]; at < rowStarts[s + 1]; at++) {
      const i = at - rowStarts[s];
      const entry = blockStarts[s] + i * columns;
      const row = rows[at] * width;
      const known = Math.min(i, columns);
      for (let k = 0; k < known; k++) {
        const value = values[entry + k];
        if (value === 0) continue;
        const other = (first + k) * width;
        for (let c = 0; c < width; c++) x[row + c] -= value * x[other + c];
      }
      if (i < columns) for (let c = 0; c < width; c++) x[row + c] /= values[entry + i];
    }
  }

  #backward(s: number, x: Float64Array, width: number): void {
    const { firsts, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const first = firsts[s];
    const columns = firsts[s + 1] - first;
    for (let at = rowStarts[s + 1] - 1; at >= rowStarts[s]; at--) {
      const i = at - rowStarts[s];
      const entry = blockStarts[s] + i * columns;
      const row = rows[at] * width;
      if (i < columns) for (let c = 0; c < width; c++) x[row + c] /= values[entry + i];
      const known = Math.min(i, columns);
      for (let k = 0; k < known; k++) {
        const value = values[entry + k];
        if (value === 0) continue;
        const other = (first + k) * width;
        for (let c = 0; c < width; c++) x[other + c] -= value * x[row + c];
      }
    }
  }

  /**
   * The entries of A⁻¹ where L has entries, in place of L: `position` finds them (Erisman & Tinney 1975, On
   * computing certain elements of the inverse of a sparse matrix). Yields between parts of the work.
   */
  *invert(): Generator<void, void> {
    const { supernodes, firsts, rowStarts } = this.symbolic;
    for (let s = supernodes - 1; s >= 0; s--) {
      const columns = firsts[s + 1] - firsts[s];
      const below = rowStarts[s + 1] - rowStarts[s] - columns;
      if (columns === 1) this.#invertColumn(s, below);
      else yield* this.#invertBlock(s, columns, below);
      yield* this.#breathe(below * below);
    }
  }

  /** A supernode of one column: z = −Z₂₂ g, z₁₁ = 1/l² + g'Z₂₂g with g = l₂₁ / l₁₁. */
  #invertColumn(s: number, below: number): void {
    const { firsts, owner, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const own = blockStarts[s] + 1;
    const pivot = values[own - 1];
    const g = this.#room;
    const first = rowStarts[s] + 1;
    for (let i = 0; i < below; i++) {
      values[g + i] = values[own + i] / pivot;
      values[own + i] = 0;
    }
    for (let from = 0; from < below; ) {
      const target = owner[rows[first + from]];
      let to = from + 1;
      while (to < below && rows[first + to] < firsts[target + 1]) to++;
      this.#locate(target);
      const stride = firsts[target + 1] - firsts[target];
      const base = blockStarts[target] - firsts[target];
      for (let i = from; i < below; i++) {
        const row = base + this.#rowOf[rows[first + i]] * stride;
        const last = Math.min(to, i);
        let sum = 0;
        for (let j = from; j < last; j++) {
          const z = values[row + rows[first + j]];
          sum += z * values[g + j];
          values[own + j] -= z * values[g + i];
        }
        if (i < to) sum += values[row + rows[first + i]] * values[g + i];
        values[own + i] -= sum;
      }
      from = to;
    }
    let sum = 1 / (pivot * pivot);
    for (let i = 0; i < below; i++) sum -= values[g + i] * values[own + i];
    values[own - 1] = sum;
  }

  /** With W = L₁₁⁻¹ and G = L₂₁W: Z₂₁ = −Z₂₂G and Z₁₁ = W'W − G'Z₂₁. */
  *#invertBlock(s: number, columns: number, below: number): Generator<void, void> {
    const values = this.values;
    const own = this.symbolic.blockStarts[s];
    const triangle: Part = { values, at: own, stride: columns };
    const under: Part = { values, at: own + columns * columns, stride: columns };
    /** W': row j is column j of W, zero before its entry j. */
    const w: Part = { values, at: this.#room, stride: columns };
    yield* this.#invertTriangle(triangle, w, columns);
    /** G' and −Z₂₁', rows of length `below`. */
    const g: Part = { values, at: w.at + columns * columns, stride: below };
    const z: Part = { values, at: g.at + columns * below, stride: below };
    values.fill(0, g.at, z.at + columns * below);
    const strip: Part = { values, at: z.at + columns * below, stride: below };
    // −G' = 0 − W'L₂₁', row j from its entry j on.
    for (let j = 0; j < columns; j += STRIP) {
      const some = Math.min(STRIP, columns - j);
      this.#subtract(
        { values, at: g.at + j * below, stride: below },
        { values, at: w.at + j * columns + j, stride: columns },
        { values, at: under.at + j, stride: columns },
        some,
        below,
        columns - j,
      );
      yield* this.#breathe(some * below * columns);
    }
    for (let from = 0; from < below; from += STRIP) {
      const some = Math.min(STRIP, below - from);
      this.#gather(s, columns, from, some, strip.at);
      // Z₂₁' = −G'Z₂₂, of which Z₂₂ is symmetric: 0 − (−G')Z₂₂ is its negative.
      this.#subtract({ values, at: z.at + from, stride: below }, g, strip, columns, some, below);
      yield* this.#breathe(some * below * columns);
    }
    for (let j = 0; j < columns; j += STRIP) {
      const some = Math.min(STRIP, columns - j);
      for (let i = j; i < j + some; i++) values.fill(0, own + i * columns, own + (i + 1) * columns);
      // −W'W: entry (i, k) needs the entries of both rows from max(i, k) on, which is at least j.
      this.#subtract(
        { values, at: own + j * columns, stride: columns },
        { values, at: w.at + j * columns + j, stride: columns },
        { values, at: w.at + j, stride: columns },
        some,
        j + some,
        columns - j,
      );
      for (let i = j; i < j + some; i++) for (let k = 0; k <= i; k++) values[own + i * columns + k] *= -1;
      // + (−G')(−Z₂₁')' with its sign: Z₁₁ = W'W − G'Z₂₁, and z holds −Z₂₁', g holds −G'.
      this.#subtract({ values, at: own + j * columns, stride: columns }, { values, at: g.at + j * below, stride: below }, z, some, j + some, below);
      yield* this.#breathe(some * (j + some) * (columns - j + below));
    }
    for (let i = 0; i < below; i++) for (let j = 0; j < columns; j++) values[under.at + i * columns + j] = -values[z.at + j * below + i];
  }

  /** W' of a triangle: w[j][i] = (δ_ij − Σ_{k<i} L[i][k] w[j][k]) / L[i][i]. */
  *#invertTriangle(triangle: Part, w: Part, columns: number): Generator<void, void> {
    const values = this.values;
    values.fill(0, w.at, w.at + columns * columns);
    for (let j = 0; j < columns; j++) values[w.at + j * columns + j] = 1;
    for (let start = 0; start < columns; start += PANEL) {
      const end = Math.min(columns, start + PANEL);
      for (let from = 0; from < end; from += PANEL) {
        const to = Math.min(end, from + PANEL);
        const rows: Part = { values, at: w.at + from * columns, stride: columns };
        if (from < start)
          this.#subtract(
            { values, at: rows.at + start, stride: columns },
            { values, at: rows.at + from, stride: columns },
            { values, at: triangle.at + start * columns + from, stride: columns },
            to - from,
            end - start,
            start - from,
          );
        for (let j = from; j < to; j++) {
          const row = w.at + j * columns;
          for (let i = Math.max(start, j); i < end; i++) {
            const factor = triangle.at + i * columns;
            let entry = values[row + i];
            for (let k = Math.max(start, j); k < i; k++) entry -= values[factor + k] * values[row + k];
            values[row + i] = entry / values[factor + i];
          }
        }
        yield* this.#breathe((to - from) * (end - start) * start);
      }
    }
  }

  /** Rows `from` … `from + some − 1` of Z₂₂ over the rows below supernode s, at `to`. */
  #gather(s: number, columns: number, from: number, some: number, to: number): void {
    const { firsts, owner, rowStarts, rows, blockStarts } = this.symbolic;
    const values = this.values;
    const first = rowStarts[s] + columns;
    const below = rowStarts[s + 1] - first;
    for (let start = 0; start < below; ) {
      const target = owner[rows[first + start]];
      let end = start + 1;
      while (end < below && rows[first + end] < firsts[target + 1]) end++;
      this.#locate(target);
      const stride = firsts[target + 1] - firsts[target];
      const base = blockStarts[target] - firsts[target];
      for (let i = Math.max(start, from); i < Math.min(below, from + some); i++) {
        const row = base + this.#rowOf[rows[first + i]] * stride;
        const last = Math.min(end, i + 1);
        for (let j = start; j < last; j++) values[to + (i - from) * below + j] = values[row + rows[first + j]];
      }
      // Above the diagonal, from the entries below it.
      const [left, right] = [Math.max(start, from), Math.min(end, from + some)];
      for (let i = left + 1; i < below && left < right; i++) {
        const row = base + this.#rowOf[rows[first + i]] * stride;
        const last = Math.min(right, i);
        for (let j = left; j < last; j++) values[to + (j - from) * below + i] = values[row + rows[first + j]];
      }
      start = end;
    }
  }
}
