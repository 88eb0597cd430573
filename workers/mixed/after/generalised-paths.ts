import type { GeneralisedFormula } from '../formula/fit-generalised';
import { factorsOf, thetaCount, thetaOf } from '../terms/factor';
import { besideZeros, diagonalPlaces } from '../terms/linear';
import { timesUnits } from '../terms/units';
import type { Parameter } from './parameters';
import { correlationPath, type Free } from './paths';

/**
 * How a parameter of a generalised model that has a given value leaves the others free: the whole point (θ,
 * β, and log shape where it is free) of free numbers, and back.
 */
export interface GeneralisedPath extends Free {
  place(free: Float64Array): Float64Array;
  /** Gradient in the free numbers from that in the point. */
  pull(free: Float64Array, gradient: Float64Array): Float64Array;
  /** Inverse of the curvature in the free numbers from a guess of that in the point; null: none. */
  inverse(whole: Float64Array): Float64Array | null;
}

/**
 * The fits in which a parameter has this value; that of a shape is its logarithm. @param best the fit's point
 */
export function generalisedPath(
  { model, rows }: Pick<GeneralisedFormula, 'model' | 'rows'>,
  parameter: Parameter,
  best: Float64Array,
  value: number,
): GeneralisedPath {
  const count = thetaCount(rows.terms);
  const diagonal = diagonalPlaces(rows.terms);
  const leave = (from: Float64Array): Float64Array => besideZeros(diagonal, from);
  const { kind, places } = parameter;
  if (kind === 'shape') return sliced(best, best.length - 1, leave, () => value, new Float64Array(best.length - 1));
  if (kind === 'deviation') return deviationPath(parameter, best, value, rows);
  if (kind === 'correlation') {
    const own = correlationPath(parameter, best.subarray(0, count), value, rows);
    const size = own.start.length;
    return {
      start: joined(own.start, best.subarray(count)),
      leave: (free) => joined(own.leave(free.subarray(0, size)), free.subarray(size)),
      place: (free) => joined(own.place(free.subarray(0, size)).theta, free.subarray(size)),
      pull: (free, gradient) => joined(own.pull(free.subarray(0, size), gradient.slice(0, count), 0), gradient.subarray(count)),
      inverse: (whole) => lastBlock(whole, best.length, best.length - count, size),
    };
  }
  // A fixed effect as a combination of the design's: d'β has the value, and one number of β follows.
  const direction = new Float64Array(best.length);
  for (let c = 0; c < model.design.p; c++) {
    const beta = new Float64Array(model.design.p);
    beta[c] = 1;
    direction[count + c] = model.design.restoreBeta(beta, 0)[places[0]];
  }
  const pivot = direction.reduce((most, one, at) => (Math.abs(one) > Math.abs(direction[most]) ? at : most), 0);
  const share = direction.map((one) => one / direction[pivot]);
  const others = share.filter((_, at) => at !== pivot);
  return sliced(best, pivot, leave, (free) => value / direction[pivot] - dot(others, free), others);
}

/** All of the point but one number, which follows from the others: their slopes in it are `−slopes`. */
function sliced(
  best: Float64Array,
  pivot: number,
  leave: (from: Float64Array) => Float64Array,
  own: (free: Float64Array) => number,
  slopes: Float64Array,
): GeneralisedPath {
  const size = best.length;
  const without = (all: Float64Array): Float64Array => all.filter((_, at) => at !== pivot);
  return {
    start: without(best),
    leave,
    place: (free) => Float64Array.from([...free.subarray(0, pivot), own(free), ...free.subarray(pivot)]),
    pull: (_, gradient) => without(gradient).map((slope, at) => slope - slopes[at] * gradient[pivot]),
    inverse(whole) {
      // Of the free numbers given d'x, with d the pivot's place and the slopes: V − Vd d'V / d'Vd.
      const d = Float64Array.from([...slopes.subarray(0, pivot), 1, ...slopes.subarray(pivot)]);
      const Vd = Float64Array.from({ length: size }, (_, k) => dot(whole.subarray(k * size, (k + 1) * size), d));
      const dVd = dot(d, Vd);
      const kept = [...d.keys()].filter((at) => at !== pivot);
      if (!(dVd > 0)) return null;
      return Float64Array.from(kept.flatMap((k) => kept.map((l) => whole[k * size + l] - (Vd[k] * Vd[l]) / dVd)));
    },
  };
}

/** Row a of the term's factor in the units of the columns has this length; its direction is free. */
function deviationPath({ term, places }: Parameter, best: Float64Array, value: number, rows: GeneralisedFormula['rows']): GeneralisedPath {
  const [a] = places;
  const { terms, units } = rows;
  const count = thetaCount(terms);
  const { width: r } = terms[term];
  const S = units[term];
  const inverse = lowerInverse(S, r);
  const diagonal = diagonalPlaces(terms);
  const ownPlace = diagonal[terms.slice(0, term).reduce((sum, { width }) => sum + width, 0) + a];
  const factorOf = (point: Float64Array): Float64Array => timesUnits(S, r, factorsOf(terms, point.subarray(0, count))[term], r);
  const lengthOf = (C: Float64Array): number => Math.max(1e-150, Math.hypot(...C.subarray(a * r, (a + 1) * r)));
  const withFactor = (point: Float64Array, T: Float64Array): Float64Array => {
    const factors = factorsOf(terms, point.subarray(0, count));
    factors[term] = T;
    return joined(thetaOf(terms, factors), point.subarray(count));
  };
  return {
    // A row of 0 has no direction.
    start: lengthOf(factorOf(best)) < 1e-6 ? besideZeros([ownPlace], best) : best,
    leave: (from) => besideZeros(diagonal, from),
    place(free) {
      const C = factorOf(free);
      const scale = value / lengthOf(C);
      for (let b = 0; b <= a; b++) C[a * r + b] *= scale;
      return withFactor(free, timesUnits(inverse, r, C, r));
    },
    pull(free, gradient) {
      const C = factorOf(free);
      const length = lengthOf(C);
      const G = transposedTimes(inverse, r, factorsOf(terms, gradient.subarray(0, count))[term]);
      let along = 0;
      for (let b = 0; b <= a; b++) along += (G[a * r + b] * C[a * r + b]) / length;
      for (let b = 0; b <= a; b++) G[a * r + b] = (value / length) * (G[a * r + b] - (along * C[a * r + b]) / length);
      return withFactor(gradient, transposedTimes(S, r, G));
    },
    inverse: (whole) => whole,
  };
}

/** S⁻¹ of a lower triangular S (r × r). */
function lowerInverse(S: Float64Array, r: number): Float64Array {
  const inverse = new Float64Array(r * r);
  for (let b = 0; b < r; b++)
    for (let a = b; a < r; a++) {
      let entry = a === b ? 1 : 0;
      for (let c = b; c < a; c++) entry -= S[a * r + c] * inverse[c * r + b];
      inverse[a * r + b] = entry / S[a * r + a];
    }
  return inverse;
}

/** The lower triangle of S'G for lower triangular S and G (r × r). */
function transposedTimes(S: Float64Array, r: number, G: Float64Array): Float64Array {
  const product = new Float64Array(r * r);
  for (let a = 0; a < r; a++) for (let b = 0; b <= a; b++) for (let c = a; c < r; c++) product[a * r + b] += S[c * r + a] * G[c * r + b];
  return product;
}

/** The last `kept` rows and columns of a matrix, after `before` rows of a diagonal of 1/4. */
function lastBlock(whole: Float64Array, size: number, kept: number, before: number): Float64Array {
  const own = before + kept;
  const result = new Float64Array(own * own);
  for (let k = 0; k < before; k++) result[k * (own + 1)] = 0.25;
  for (let k = 0; k < kept; k++)
    for (let l = 0; l < kept; l++) result[(before + k) * own + before + l] = whole[(size - kept + k) * size + size - kept + l];
  return result;
}

const joined = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, one, at) => sum + one * b[at], 0);
