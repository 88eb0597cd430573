import type { LinearFormula } from '../formula/fit';
import type { LinearOptions } from '../terms/deviance';
import { factorsOf, thetaOf } from '../terms/factor';
import { besideZeros, diagonalPlaces } from '../terms/linear';
import type { LinearRows } from '../terms/linear-rows';
import { timesUnits } from '../terms/units';
import type { Parameter } from './parameters';

/** Free numbers, which a parameter that has a given value leaves to a search. */
export interface Free {
  start: Float64Array;
  /** A start of a search, with those moved off 0 that it would not leave from there. */
  leave(from: Float64Array): Float64Array;
}

/** How a parameter that has a given value leaves the others free: θ and σ² of free numbers, and back. */
export interface Path extends Free {
  place(free: Float64Array): { theta: Float64Array; options: LinearOptions };
  /** Gradient in the free numbers from that in θ and in σ². */
  pull(free: Float64Array, gradient: Float64Array, residualSlope: number): Float64Array;
  /** Another start, where a search may have ended at a 0 that it could not leave; else null. */
  aside?(found: Float64Array): Float64Array | null;
}

/** By maximum likelihood, with the gradient. */
export const ML: LinearOptions = { reml: false, residualVariance: null, gradient: true };

/**
 * A profile’s path: the fits in which a parameter has this value. Its start is made of `theta`, in the units
 * of the rows (docs/methods.md A22).
 */
export function pathOf({ model, shift, estimate }: LinearFormula, parameter: Parameter, theta: Float64Array, value: number): Path {
  const { kind, places } = parameter;
  const { rows } = estimate;
  const diagonal = diagonalPlaces(rows.terms);
  const leave = (from: Float64Array): Float64Array => besideZeros(diagonal, from);
  const same = { start: theta, leave, pull: (_: Float64Array, gradient: Float64Array) => gradient };
  if (kind === 'residual') return { ...same, place: (free) => ({ theta: free, options: { ...ML, residualVariance: value ** 2 } }) };
  if (kind === 'fixed') {
    // The fixed effect as a combination of the design's: its row of what `restore` does.
    const { p } = model.design;
    const direction = Float64Array.from({ length: p }, (_, c) => {
      const beta = new Float64Array(p);
      beta[c] = 1;
      return model.design.restoreBeta(beta, 0)[places[0]];
    });
    const own = value - model.design.restoreBeta(new Float64Array(p), shift)[places[0]];
    return { ...same, place: (free) => ({ theta: free, options: { ...ML, fixed: { direction, value: own } } }) };
  }
  return kind === 'deviation' ? deviationPath(parameter, theta, value, rows) : correlationPath(parameter, theta, value, rows);
}

/** σ² is what makes the deviation: s² / |T_a|² for row a of T. */
function deviationPath({ term, places }: Parameter, from: Float64Array, value: number, { terms, units }: LinearRows): Path {
  const [a] = places;
  const { width: r } = terms[term];
  const S = units[term];
  const row = (theta: Float64Array): Float64Array => timesUnits(S, r, factorsOf(terms, theta)[term], r).subarray(a * r, (a + 1) * r);
  const size = (own: Float64Array): number =>
    Math.max(
      1e-300,
      own.reduce((sum, one) => sum + one * one, 0),
    );
  const diagonal = diagonalPlaces(terms);
  const ownPlace = diagonal[terms.slice(0, term).reduce((sum, { width }) => sum + width, 0) + a];
  const others = diagonal.filter((place) => place !== ownPlace);
  return {
    // A start whose row is 0 has no σ² that makes the deviation; where it is small, so is the row, and
    // stays.
    start: size(row(from)) < 1e-12 ? besideZeros([ownPlace], from) : from,
    leave: (all) => besideZeros(others, all),
    aside(found) {
      // The row's own size says what is beside 0.
      const length = Math.sqrt(size(row(found)));
      if (a === 0 || Math.abs(found[ownPlace]) >= 1e-3 * length) return null;
      return found.map((one, place) => (place === ownPlace ? 0.1 * length : one));
    },
    place: (theta) => ({ theta, options: { ...ML, residualVariance: value ** 2 / size(row(theta)) } }),
    pull: (theta, gradient, residualSlope) => {
      const own = row(theta);
      const scale = (-2 * residualSlope * value ** 2) / size(own) ** 2;
      const moved = terms.map(({ width }) => new Float64Array(width * width));
      for (let b = 0; b <= a; b++) for (let c = 0; c <= b; c++) moved[term][b * r + c] = scale * own[c] * S[a * r + b];
      const added = thetaOf(terms, moved);
      return gradient.map((one, at) => one + added[at]);
    },
  };
}

/**
 * Of two effects: T = [t 0; ρm √(1 − ρ²)m] in the units of the columns. Free are the roots of t and m: one of
 * these below 0 would be the correlation −ρ.
 */
export function correlationPath(
  { term }: Pick<Parameter, 'term'>,
  from: Float64Array,
  value: number,
  { terms, units }: Pick<LinearRows, 'terms'> & { units: readonly Float64Array[] },
): Path {
  const S = units[term];
  const rest = Math.sqrt(Math.max(0, 1 - value ** 2));
  const first = terms.slice(0, term).reduce((sum, { width }) => sum + (width * (width + 1)) / 2, 0);
  const T = timesUnits(S, 2, factorsOf(terms, from)[term], 2);
  // Three places of θ are two free numbers, which are not 0 where there is a correlation.
  const others = diagonalPlaces(terms).flatMap((place) => (place < first ? [place] : place > first + 2 ? [place - 1] : []));
  const without = (all: Float64Array, own: readonly number[]): Float64Array =>
    Float64Array.from([...all.slice(0, first), ...own, ...all.slice(first + 3)]);
  return {
    start: without(from, [Math.sqrt(Math.abs(T[0])), Math.sqrt(Math.hypot(T[2], T[3]))]),
    leave: (free) => besideZeros(others, free),
    place: (free) => {
      const [t, m] = [free[first] ** 2, free[first + 1] ** 2];
      const [t21, t22] = [value * m, rest * m];
      // T̃ = S⁻¹T.
      const own = [t / S[0], (t21 - (S[2] * t) / S[0]) / S[3], t22 / S[3]];
      return { theta: Float64Array.from([...free.slice(0, first), ...own, ...free.slice(first + 2)]), options: ML };
    },
    pull: (free, gradient) => {
      const [g11, g21, g22] = gradient.slice(first, first + 3);
      const [ofT, ofM] = [g11 / S[0] - (g21 * S[2]) / (S[0] * S[3]), (value * g21 + rest * g22) / S[3]];
      return without(gradient, [2 * free[first] * ofT, 2 * free[first + 1] * ofM]);
    },
  };
}
