import type { RandomTerm, TermGrid, TermLayout } from './layout';
import type { TermSums } from './sums';

/**
 * θ as lme4 has it: of each term the lower triangle of its relative factor T (r × r), column by column; the
 * covariance of the term's effects is σ² TT'.
 */
export const thetaCount = (terms: readonly RandomTerm[]): number => terms.reduce((sum, { width }) => sum + (width * (width + 1)) / 2, 0);

/** The factor T of each term (r × r, row-major, zero above the diagonal). */
export function factorsOf(terms: readonly RandomTerm[], theta: ArrayLike<number>): Float64Array[] {
  let at = 0;
  return terms.map(({ width: r }) => {
    const T = new Float64Array(r * r);
    for (let b = 0; b < r; b++) for (let a = b; a < r; a++) T[a * r + b] = theta[at++];
    return T;
  });
}

/** θ of such factors. */
export function thetaOf(terms: readonly RandomTerm[], factors: readonly Float64Array[]): Float64Array {
  const theta: number[] = [];
  for (const [k, { width: r }] of terms.entries()) for (let b = 0; b < r; b++) for (let a = b; a < r; a++) theta.push(factors[k][a * r + b]);
  return Float64Array.from(theta);
}

/** Row (T's) and column of each entry of θ, with its term. */
export function thetaPlaces(terms: readonly RandomTerm[]): { k: number; a: number; b: number }[] {
  const places: { k: number; a: number; b: number }[] = [];
  for (const [k, { width: r }] of terms.entries()) for (let b = 0; b < r; b++) for (let a = b; a < r; a++) places.push({ k, a, b });
  return places;
}

/** T' of a level's rows, in place: values ← Λ' values (size × width). */
export function scaleDown(
  { terms, firsts }: Pick<TermGrid, 'terms' | 'firsts'>,
  factors: readonly Float64Array[],
  values: Float64Array,
  width: number,
): void {
  for (const [k, { levels, width: r }] of terms.entries()) {
    const T = factors[k];
    for (let j = 0; j < levels; j++) {
      const first = (firsts[k] + j * r) * width;
      // Row b of T'v needs rows b … of v, so that rows are done from the first.
      for (let b = 0; b < r; b++)
        for (let c = 0; c < width; c++) {
          let sum = 0;
          for (let a = b; a < r; a++) sum += T[a * r + b] * values[first + a * width + c];
          values[first + b * width + c] = sum;
        }
    }
  }
}

/** T of a level's rows, in place: values ← Λ values (size × width). */
export function scaleUp(
  { terms, firsts }: Pick<TermGrid, 'terms' | 'firsts'>,
  factors: readonly Float64Array[],
  values: Float64Array,
  width: number,
): void {
  for (const [k, { levels, width: r }] of terms.entries()) {
    const T = factors[k];
    for (let j = 0; j < levels; j++) {
      const first = (firsts[k] + j * r) * width;
      for (let a = r - 1; a >= 0; a--)
        for (let c = 0; c < width; c++) {
          let sum = 0;
          for (let b = 0; b <= a; b++) sum += T[a * r + b] * values[first + b * width + c];
          values[first + a * width + c] = sum;
        }
    }
  }
}

/** A = Λ'Z'WZΛ + I in the place of its Cholesky factor. */
export function fillFactor({ terms, pairs, ownAt, cholesky }: TermLayout, sums: TermSums, factors: readonly Float64Array[]): void {
  const target = cholesky.values;
  target.fill(0);
  for (const [k, { levels, width: r }] of terms.entries()) {
    const [T, own, at] = [factors[k], sums.own[k], ownAt[k]];
    if (r === 1) {
      const square = T[0] * T[0];
      for (let j = 0; j < levels; j++) target[at[j]] = 1 + square * own[j];
      continue;
    }
    const product = new Float64Array(r * r);
    for (let j = 0; j < levels; j++) {
      multiplyBlocks(T, r, own, j * r * r, T, r, product);
      for (let a = 0; a < r; a++) for (let b = 0; b <= a; b++) target[at[(j * r + a) * r + b]] = product[a * r + b] + (a === b ? 1 : 0);
    }
  }
  for (const [place, { k, l, left, at }] of pairs.entries()) {
    const [r, s] = [terms[k].width, terms[l].width];
    const block = sums.pairs[place];
    if (r === 1 && s === 1) {
      const scale = factors[k][0] * factors[l][0];
      for (let j = 0; j < left.length; j++) target[at[j]] = scale * block[j];
      continue;
    }
    const product = new Float64Array(r * s);
    for (let j = 0; j < left.length; j++) {
      multiplyBlocks(factors[k], r, block, j * r * s, factors[l], s, product);
      for (let e = 0; e < r * s; e++) target[at[j * r * s + e]] = product[e];
    }
  }
}

/** product ← T'GU for lower triangular T (r × r) and U (s × s), G (r × s) standing at `from` in `values`. */
export function multiplyBlocks(
  T: Float64Array,
  r: number,
  values: Float64Array,
  from: number,
  U: Float64Array,
  s: number,
  product: Float64Array,
): void {
  for (let a = 0; a < r; a++)
    for (let b = 0; b < s; b++) {
      let sum = 0;
      for (let c = a; c < r; c++) {
        const left = T[c * r + a];
        if (left === 0) continue;
        let row = 0;
        for (let d = b; d < s; d++) row += values[from + c * s + d] * U[d * s + b];
        sum += left * row;
      }
      product[a * s + b] = sum;
    }
}

/** Z'WZ values (size × width), by block. */
export function timesBlocks({ terms, firsts, pairs, size }: TermGrid, sums: TermSums, values: Float64Array, width: number): Float64Array {
  const result = new Float64Array(size * width);
  for (const [k, { levels, width: r }] of terms.entries())
    for (let j = 0; j < levels; j++)
      for (let a = 0; a < r; a++)
        for (let b = 0; b < r; b++) {
          const entry = sums.own[k][(j * r + a) * r + b];
          const [to, from] = [(firsts[k] + j * r + a) * width, (firsts[k] + j * r + b) * width];
          for (let c = 0; c < width; c++) result[to + c] += entry * values[from + c];
        }
  for (const [place, { k, l, left, right }] of pairs.entries()) {
    const [r, s] = [terms[k].width, terms[l].width];
    const block = sums.pairs[place];
    for (let j = 0; j < left.length; j++)
      for (let a = 0; a < r; a++)
        for (let b = 0; b < s; b++) {
          const entry = block[(j * r + a) * s + b];
          const [one, other] = [(firsts[k] + left[j] * r + a) * width, (firsts[l] + right[j] * s + b) * width];
          for (let c = 0; c < width; c++) {
            result[one + c] += entry * values[other + c];
            result[other + c] += entry * values[one + c];
          }
        }
  }
  return result;
}

/**
 * By entry of θ: tr(A⁻¹Λ'Z'WZ dΛ), half the derivative of log |A|, from the entries of A⁻¹ that stand in the
 * place of the factor.
 */
export function determinantSlopes({ terms, pairs, ownAt, cholesky }: TermLayout, sums: TermSums, factors: readonly Float64Array[]): Float64Array {
  const inverse = cholesky.values;
  /** By term: M (r × r) summed over levels, M = (A⁻¹Λ'Z'WZ) at a level's own rows and columns. */
  const traces = terms.map(({ width }) => new Float64Array(width * width));
  for (const [k, { levels, width: r }] of terms.entries()) {
    const [T, own, at, trace] = [factors[k], sums.own[k], ownAt[k], traces[k]];
    for (let j = 0; j < levels; j++) addTrace(trace, inverse, at, j * r * r, r, 1, T, own, j * r * r, r, 1, r, r);
  }
  for (const [place, { k, l, left, at }] of pairs.entries()) {
    const [r, s] = [terms[k].width, terms[l].width];
    const block = sums.pairs[place];
    const [T, U] = [factors[k], factors[l]];
    if (r === 1 && s === 1) {
      let sum = 0;
      for (let j = 0; j < left.length; j++) sum += inverse[at[j]] * block[j];
      traces[k][0] += sum * U[0];
      traces[l][0] += sum * T[0];
      continue;
    }
    for (let j = 0; j < left.length; j++) {
      const from = j * r * s;
      // Rows of k, summed over those of l, and the other way round.
      addTrace(traces[k], inverse, at, from, s, 1, U, block, from, 1, s, r, s);
      addTrace(traces[l], inverse, at, from, 1, s, T, block, from, s, 1, s, r);
    }
  }
  return Float64Array.from(thetaPlaces(terms), ({ k, a, b }) => traces[k][b * terms[k].width + a]);
}

/**
 * trace[b][a] += Σ_c Σ_d B[b][c] T[d][c] G[d][a] for b, a < r and c, d < s: B is the block of A⁻¹ at `at[from
 * …]` with these strides of rows and columns, G that of Z'WZ with rows and columns `gRow`, `gColumn` apart.
 */
function addTrace(
  trace: Float64Array,
  inverse: Float64Array,
  at: Float64Array,
  from: number,
  bRow: number,
  bColumn: number,
  T: Float64Array,
  G: Float64Array,
  gFrom: number,
  gRow: number,
  gColumn: number,
  r: number,
  s: number,
): void {
  for (let c = 0; c < s; c++)
    for (let a = 0; a < r; a++) {
      let sum = 0;
      for (let d = c; d < s; d++) sum += T[d * s + c] * G[gFrom + d * gRow + a * gColumn];
      for (let b = 0; b < r; b++) trace[b * r + a] += inverse[at[from + b * bRow + c * bColumn]] * sum;
    }
}

/** Below this, θ counts as this where a guess of the curvature divides by it. */
export const SMALL = 0.05;

/**
 * A guess of the second derivative of a deviance in each entry of θ, as if it were alone: for T of one effect
 * 4 Σ_j (1 − (A⁻¹)_jj)² / θ², from A⁻¹ in the place of its factor.
 */
export function curvatures({ terms, ownAt, cholesky }: TermLayout, factors: readonly Float64Array[]): Float64Array {
  const { values } = cholesky;
  return Float64Array.from(thetaPlaces(terms), ({ k, a, b }) => {
    const { levels, width: r } = terms[k];
    let sum = 0;
    for (let j = 0; j < levels; j++) {
      const determined = (e: number): number => 1 - values[ownAt[k][(j * r + e) * r + e]];
      sum += determined(a) * determined(b);
    }
    return ((a === b ? 4 : 2) * sum) / Math.max(SMALL, Math.abs(factors[k][a * r + a])) ** 2;
  });
}
