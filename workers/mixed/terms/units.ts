import { factorsOf, thetaOf } from './factor';
import type { RandomTerm } from './layout';

/** A column with less than this share of its mean square outside of the others is left as it is. */
const LEAST = 1e-10;

/**
 * Of each term a lower triangular S (r × r): design · S has columns of mean square 1 that are not correlated
 * with each other, so that θ is of the order of 1 wherever the columns lie; b = S b̃ and T = S T̃. Only
 * scales where the columns depend on each other.
 */
export function unitsOf({ design, width: r, codes }: RandomTerm): Float64Array {
  if (!design) return Float64Array.of(1);
  const products = new Float64Array(r * r);
  const n = codes.length;
  for (let i = 0; i < n; i++)
    for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) products[a * r + b] += (design[i * r + a] * design[i * r + b]) / n;
  // D'D/n = UU' with U upper triangular, from the last column; then S is the inverse of U', lower triangular.
  const U = new Float64Array(r * r);
  for (let b = r - 1; b >= 0; b--)
    for (let a = b; a >= 0; a--) {
      let entry = products[a * r + b];
      for (let c = b + 1; c < r; c++) entry -= U[a * r + c] * U[b * r + c];
      if (a < b) U[a * r + b] = entry / U[b * r + b];
      else if (entry > LEAST * products[a * r + a]) U[a * r + a] = Math.sqrt(entry);
      else return Float64Array.from({ length: r * r }, (_, at) => (at % (r + 1) === 0 ? 1 / Math.sqrt(products[at] || 1) : 0));
    }
  const S = new Float64Array(r * r);
  for (let b = 0; b < r; b++)
    for (let a = b; a < r; a++) {
      let entry = a === b ? 1 : 0;
      for (let c = b; c < a; c++) entry -= U[c * r + a] * S[c * r + b];
      S[a * r + b] = entry / U[a * r + a];
    }
  return S;
}

/** The term with design · S. */
export function inUnits(term: RandomTerm, S: Float64Array): RandomTerm {
  const { design, width: r, codes } = term;
  if (!design) return term;
  const own = new Float64Array(design.length);
  for (let i = 0; i < codes.length; i++) for (let b = 0; b < r; b++) for (let a = b; a < r; a++) own[i * r + b] += design[i * r + a] * S[a * r + b];
  return { ...term, design: own };
}

/** S V for a lower triangular S (r × r) and V (r × columns). */
export function timesUnits(S: Float64Array, r: number, V: Float64Array, columns: number): Float64Array {
  const product = new Float64Array(r * columns);
  for (let a = 0; a < r; a++)
    for (let c = 0; c < columns; c++) for (let b = 0; b <= a; b++) product[a * columns + c] += S[a * r + b] * V[b * columns + c];
  return product;
}

/** θ in the units of the columns as they are. */
export function thetaOut(terms: readonly RandomTerm[], theta: ArrayLike<number>, units: readonly Float64Array[]): Float64Array {
  return thetaOf(
    terms,
    factorsOf(terms, theta).map((T, k) => timesUnits(units[k], terms[k].width, T, terms[k].width)),
  );
}
