import { LabFailure } from '../data/failure';
import { effectRows, type Factor, hasCodes } from './factor';
import { SparseCholesky } from './sparse/cholesky';
import type { Pattern } from './sparse/ordering';
import { analyse, type Symbolic, workOf } from './sparse/symbolic';

/**
 * Rows of a linear mixed model y = Xβ + Σ_k Z_k b_k + e with a random intercept for each level of each
 * factor: a row has that of its level, or the mean of those of its set.
 */
export interface MixedData {
  rows: number;
  /** X (n × p, row-major), with its column of ones where the model has an intercept. */
  x: Float64Array;
  p: number;
  y: Float64Array;
  factors: readonly Factor[];
  /** Precision of each row (n) as a multiple of 1/σ²; absent: all 1. */
  weights?: Float64Array;
}

/** Numbers in a gigabyte, and multiplications in about a minute. */
const GIGABYTE = 1.25e8;
const MINUTE = 6e10;
/** Of a few seconds: as a dense matrix of 1,500 columns. */
const QUICK_WORK = 1500 ** 3 / 2;
/** Rows between two breaths: a few milliseconds. */
const BREATH = 32_768;

/**
 * How the levels of some rows meet, before any number is known: worked out once. Columns of Z are the levels
 * of the factors, one factor after the other.
 */
export interface MixedStructure {
  factors: readonly Factor[];
  /** First column of each factor, and the columns in all. */
  firsts: number[];
  size: number;
  /** Pairs of columns that meet in a row: left > right, each pair once. */
  left: Int32Array;
  right: Int32Array;
  symbolic: Symbolic;
}

/** What the likelihood needs of the rows, summed once. */
export interface MixedSums extends MixedStructure {
  /** Z'WZ: its diagonal, and its entry at each pair. */
  diagonal: Float64Array;
  values: Float64Array;
  cholesky: SparseCholesky;
  /** Where these entries stand in the values of the factor. */
  diagonalAt: Float64Array;
  valuesAt: Float64Array;
  /** Columns of [X, y]. */
  width: number;
  /** [X, y]'W[X, y] (width × width). */
  products: Float64Array;
  /** Z'W[X, y] (size × width). */
  sides: Float64Array;
  /** Rows of the data: n of the likelihood. */
  rows: number;
}

/** Entries of the Cholesky factor, and multiplications of an evaluation (factor and inverse). */
export const costOf = ({ symbolic }: Pick<MixedStructure, 'symbolic'>): { entries: number; work: number } => ({
  entries: symbolic.blockStarts[symbolic.supernodes],
  work: workOf(symbolic),
});

/** Whether an evaluation takes at most about a minute and a gigabyte. */
export function isFeasible(structure: Pick<MixedStructure, 'symbolic'>): boolean {
  const { entries, work } = costOf(structure);
  return entries <= GIGABYTE && work <= MINUTE;
}

/**
 * Where the entries of a factor of this pattern stand. Throws LabFailure where it would take too long or too
 * much memory, as soon as that is known.
 */
export function* feasible(pattern: Pattern, factors: readonly { levels: number }[]): Generator<void, Symbolic> {
  const symbolic = yield* analyse(pattern, MINUTE);
  if (symbolic === null) throw tooLarge(null, factors);
  if (!isFeasible({ symbolic })) throw tooLarge(symbolic, factors);
  return symbolic;
}

/**
 * The rows of each column of Z of a factor: those of column j are order[starts[j]] … order[starts[j + 1] −
 * 1].
 */
function rowsOfLevels(factor: Factor, rows: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(factor.levels + 1);
  effectRows(factor, rows, (_, level) => starts[level + 1]++);
  for (let j = 0; j < factor.levels; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const order = new Int32Array(starts[factor.levels]);
  effectRows(factor, rows, (row, level) => {
    order[next[level]++] = row;
  });
  return { starts, order };
}

/**
 * Goes through the pairs of columns that meet, each once and always in the same order, with their entry of
 * Z'WZ. Yields between some rows and the next.
 */
function* eachPair(
  factors: readonly Factor[],
  firsts: readonly number[],
  size: number,
  rows: number,
  weights: Float64Array | undefined,
  pair: (left: number, right: number, value: number) => void,
): Generator<void, void> {
  const sums = new Float64Array(size);
  const met = new Uint8Array(size);
  const found: number[] = [];
  let work = 0;
  const meet = (column: number, value: number): void => {
    if (met[column] === 0) {
      met[column] = 1;
      found.push(column);
    }
    sums[column] += value;
  };
  for (const [k, factor] of factors.entries()) {
    const others = factors.map((other, l) => ({ other, first: firsts[l] })).slice(k + 1);
    if (others.length === 0 && hasCodes(factor)) continue;
    const { starts, order } = rowsOfLevels(factor, rows);
    yield;
    for (let level = 0; level < factor.levels; level++) {
      for (let at = starts[level]; at < starts[level + 1]; at++) {
        const i = order[at];
        const weight = weights?.[i] ?? 1;
        if (hasCodes(factor)) {
          for (const { other, first } of others) {
            if (hasCodes(other)) meet(first + other.codes[i], weight);
            else effectRows(other, rows, (_, column, value) => meet(first + column, weight * value), i, i + 1);
          }
          continue;
        }
        const share = weight / (factor.offsets[i + 1] - factor.offsets[i]);
        effectRows(factor, rows, (_, column, value) => column > level && meet(firsts[k] + column, share * value), i, i + 1);
        for (const { other, first } of others) effectRows(other, rows, (_, column, value) => meet(first + column, share * value), i, i + 1);
      }
      for (const column of found) {
        pair(column, firsts[k] + level, sums[column]);
        sums[column] = 0;
        met[column] = 0;
      }
      found.length = 0;
      work += starts[level + 1] - starts[level];
      if (work < BREATH) continue;
      work = 0;
      yield;
    }
  }
}

/**
 * Orders the levels of some rows so that little fills, and finds where the entries of the factor stand.
 * Yields between parts of the work. Null, as soon as that is known, where an evaluation takes more than
 * `most` multiplications.
 */
export function* structureOf(factors: readonly Factor[], rows: number, most: number): Generator<void, MixedStructure | null> {
  const firsts = factors.map((_, k) => factors.slice(0, k).reduce((sum, { levels }) => sum + levels, 0));
  const size = factors.reduce((sum, { levels }) => sum + levels, 0);
  let left = new Int32Array(1024);
  let right = new Int32Array(1024);
  let pairs = 0;
  yield* eachPair(factors, firsts, size, rows, undefined, (a, b) => {
    if (pairs === left.length) {
      const [moreLeft, moreRight] = [new Int32Array(2 * pairs), new Int32Array(2 * pairs)];
      moreLeft.set(left);
      moreRight.set(right);
      [left, right] = [moreLeft, moreRight];
    }
    left[pairs] = a;
    right[pairs++] = b;
  });
  left = left.slice(0, pairs);
  right = right.slice(0, pairs);
  yield;
  const pattern = patternOf(size, left, right);
  yield;
  const symbolic = yield* analyse(pattern, most);
  return symbolic && { factors, firsts, size, left, right, symbolic };
}

/** The structure where an evaluation takes at most a few seconds; else null. */
export function* quickStructure(factors: readonly Factor[], rows: number): Generator<void, MixedStructure | null> {
  const structure = yield* structureOf(factors, rows, QUICK_WORK);
  return structure && costOf(structure).work <= QUICK_WORK ? structure : null;
}

/** The structure of a model that can be fitted. @throws LabFailure where an evaluation would take too long */
export function* feasibleStructure(factors: readonly Factor[], rows: number): Generator<void, MixedStructure> {
  const structure = yield* structureOf(factors, rows, MINUTE);
  if (!structure || !isFeasible(structure)) throw tooLarge(structure?.symbolic ?? null, factors);
  return structure;
}

/** The pattern of a matrix with an entry at each of these pairs of different columns, and at its mirror. */
export function patternOf(size: number, left: Int32Array, right: Int32Array): Pattern {
  const starts = new Int32Array(size + 1);
  for (let at = 0; at < left.length; at++) {
    starts[left[at] + 1]++;
    starts[right[at] + 1]++;
  }
  for (let j = 0; j < size; j++) starts[j + 1] += starts[j];
  const next = starts.slice();
  const neighbours = new Int32Array(2 * left.length);
  for (let at = 0; at < left.length; at++) {
    neighbours[next[left[at]]++] = right[at];
    neighbours[next[right[at]]++] = left[at];
  }
  return { size, starts, neighbours };
}

/**
 * Sums the rows of a mixed model; yields between parts of the work. Throws LabFailure where an evaluation
 * would take too long or too much memory.
 *
 * @param known structure of the same factors and rows, where it is known
 */
export function* sumRows(data: MixedData, known?: MixedStructure): Generator<void, MixedSums> {
  const structure = known ?? (yield* feasibleStructure(data.factors, data.rows));
  const { rows, x, p, y, factors, weights } = data;
  const { firsts, size, left, right } = structure;
  const width = p + 1;
  const cholesky = new SparseCholesky(structure.symbolic);
  const sums: MixedSums = {
    ...structure,
    diagonal: new Float64Array(size),
    values: new Float64Array(left.length),
    cholesky,
    diagonalAt: Float64Array.from({ length: size }, (_, j) => cholesky.position(j, j)),
    valuesAt: placesOf(cholesky, left, right),
    width,
    products: new Float64Array(width * width),
    sides: new Float64Array(size * width),
    rows,
  };
  let pairs = 0;
  yield* eachPair(factors, firsts, size, rows, weights, (_, __, value) => {
    sums.values[pairs++] = value;
  });
  const row = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    if (i % BREATH === BREATH - 1) yield;
    const weight = weights?.[i] ?? 1;
    for (let a = 0; a < p; a++) row[a] = x[i * p + a];
    row[p] = y[i];
    for (let a = 0; a < width; a++) for (let b = 0; b < width; b++) sums.products[a * width + b] += weight * row[a] * row[b];
    for (let k = 0; k < factors.length; k++) {
      const factor = factors[k];
      if (hasCodes(factor)) addEntry(sums, row, firsts[k] + factor.codes[i], weight, 1);
      else effectRows(factor, rows, (_, column, value) => addEntry(sums, row, firsts[k] + column, weight, value), i, i + 1);
    }
  }
  return sums;
}

/** Adds an entry of Z, of a row [x, y] with this weight, to the diagonal of Z'WZ and to Z'W[X, y]. */
function addEntry({ diagonal, sides, width }: MixedSums, row: Float64Array, column: number, weight: number, value: number): void {
  diagonal[column] += weight * value * value;
  const at = column * width;
  for (let a = 0; a < width; a++) sides[at + a] += weight * value * row[a];
}

/** Positions of pairs in the factor, by supernode, which finds them without searching. */
export function placesOf(cholesky: SparseCholesky, left: Int32Array, right: Int32Array): Float64Array {
  const { place, owner, supernodes } = cholesky.symbolic;
  const supernode = (at: number): number => owner[Math.min(place[left[at]], place[right[at]])];
  // Sorted by counting: there may be ten million pairs.
  const next = new Int32Array(supernodes + 1);
  for (let at = 0; at < left.length; at++) next[supernode(at) + 1]++;
  for (let s = 0; s < supernodes; s++) next[s + 1] += next[s];
  const bySupernode = new Int32Array(left.length);
  for (let at = 0; at < left.length; at++) bySupernode[next[supernode(at)]++] = at;
  const found = new Float64Array(left.length);
  for (const at of bySupernode) found[at] = cholesky.position(left[at], right[at]);
  return found;
}

/** To two digits, as people write it. */
const said = (amount: number): string => Number(amount.toPrecision(2)).toLocaleString('en');

/** What is refused, and how large it is; null: too large to be worked out. */
export const TOO_LARGE = 'mixed-too-large';

const LARGE = 'A linear mixed model';

export function tooLarge(symbolic: Symbolic | null, factors: readonly { levels: number }[]): LabFailure {
  const levels = factors.map((factor) => factor.levels.toLocaleString('en')).join(' × ');
  const cost = symbolic && costOf({ symbolic });
  const takes = cost ? `about ${said(cost.work / MINUTE)} minutes and ${said(cost.entries / GIGABYTE)} GB` : 'more than a minute';
  return new LabFailure(
    TOO_LARGE,
    `${LARGE} of ${levels} levels would take ${takes} at each step of its fit, because so many of the levels meet in these rows; the limits are 1 minute and 1 GB.`,
    'Leave out a categorical feature, or use LMMNN, which fits on batches.',
  );
}

/**
 * The same of a model that has no fit without a factor; other failures as they are. @param what the model,
 * with its article
 */
export const noOtherWay = (failure: unknown, what: string): unknown =>
  failure instanceof LabFailure && failure.code === TOO_LARGE
    ? new LabFailure(
        TOO_LARGE,
        `${failure.message.replace(LARGE, what)} Iterative fits, which need no such room, are of numbers as a response.`,
        'Leave out a categorical feature or random part, train on a sample of the levels, or use MMbeddings, which fits any number of them on batches.',
      )
    : failure;
