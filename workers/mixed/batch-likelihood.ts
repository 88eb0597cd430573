import { inOneGo } from './dense';
import { effectOf, effectRows, type Factor, hasCodes, sparseDesign } from './factor';
import { fill, scales } from './likelihood';
import type { SparseCholesky } from './sparse/cholesky';
import { sumRows } from './sums';

/** −log p(r) of some rows with random intercepts integrated out, and its derivatives. */
export interface BatchLikelihood {
  /** m/2 log 2π + ½ log |V| + ½ r'V⁻¹r; NaN where V is not positive definite in floating point. */
  value: number;
  /** V⁻¹r (m), the derivative with respect to r. */
  byResidual: Float64Array;
  /** With respect to σ²_e, and to each σ²_k. */
  byResidualVariance: number;
  byVariances: Float64Array;
}

/** The levels that a batch shares, numbered from 0, and the rows whose level no other row has. */
interface Shared {
  factor: Factor;
  /** 1 where a row's level is its own, by row; null where there is none. Never of sets. */
  alone: Uint8Array | null;
}

/**
 * Room for a number of each level, kept between batches and left at 0: most batches show few of many levels.
 */
let room = new Int32Array(1024);

function sharedLevels(factor: Factor): Shared {
  if (!hasCodes(factor)) {
    const numbers = new Map<number, number>();
    const ids = Int32Array.from(factor.ids, (level) => {
      if (!numbers.has(level)) numbers.set(level, numbers.size);
      return numbers.get(level) as number;
    });
    return { factor: { offsets: factor.offsets, ids, levels: numbers.size }, alone: null };
  }
  const { codes } = factor;
  const m = codes.length;
  let largest = 0;
  for (let i = 0; i < m; i++) largest = Math.max(largest, codes[i]);
  if (largest >= room.length) room = new Int32Array(2 * (largest + 1));
  for (let i = 0; i < m; i++) room[codes[i]]++;
  let single = false;
  const alone = new Uint8Array(m);
  for (let i = 0; i < m; i++) {
    if (room[codes[i]] !== 1) continue;
    alone[i] = 1;
    single = true;
  }
  // From here on the room has −1 − the number of a level.
  let levels = 0;
  const own = new Int32Array(m);
  const offsets = new Int32Array(m + 1);
  let entries = 0;
  for (let i = 0; i < m; i++) {
    if (alone[i] === 0) {
      if (room[codes[i]] > 0) room[codes[i]] = -1 - levels++;
      own[entries++] = -1 - room[codes[i]];
    }
    offsets[i + 1] = entries;
  }
  for (let i = 0; i < m; i++) room[codes[i]] = 0;
  if (!single) return { factor: { codes: own, levels }, alone: null };
  return { factor: { offsets, ids: own.subarray(0, entries), levels }, alone };
}

/** (V⁻¹)_ii of each row, where A⁻¹ stands in place of the factor. */
function diagonalOfInverse(cholesky: SparseCholesky, factors: readonly Factor[], weights: Float64Array, scale: Float64Array): Float64Array {
  const { starts, columns, values } = sparseDesign(factors, weights.length);
  return weights.map((weight, i) => {
    let sum = 0;
    for (let a = starts[i]; a < starts[i + 1]; a++) {
      for (let b = starts[i]; b <= a; b++) {
        const entry = values[a] * values[b] * scale[columns[a]] * scale[columns[b]] * cholesky.values[cholesky.position(columns[a], columns[b])];
        sum += a === b ? entry : 2 * entry;
      }
    }
    return weight - weight * weight * sum;
  });
}

/**
 * The likelihood of a batch with random intercepts of several factors, V = σ²_e I + Σ_k σ²_k Z_k Z_k'
 * (docs/methods.md A11). A level that one row alone has is noise of that row, Ω_ii = σ²_e + Σ σ²_k; what rows
 * share goes through the sparse factor of A = I + SZ'Ω⁻¹ZS over those levels, S_k = σ_k: log |V| = log |Ω| +
 * log |A|. Rows that share no level, however indirectly, fall into blocks of their own. The traces Z_j'V⁻¹Z_j
 * = Σ_l (Z'Ω⁻¹Z)_jl S_l (A⁻¹)_lj / S_j need A⁻¹ only where Z'Z has entries, and lose nothing where a variance
 * is next to 0.
 *
 * @param r residuals (m)
 * @param variances σ²_k, above 0
 */
export function interceptLikelihood(
  r: ArrayLike<number>,
  factors: readonly Factor[],
  residualVariance: number,
  variances: ArrayLike<number>,
): BatchLikelihood {
  const m = r.length;
  const shared = factors.map(sharedLevels);
  const present = shared.map(({ factor }) => factor);
  const y = Float64Array.from(r);
  const noise = new Float64Array(m).fill(residualVariance);
  for (const [k, { alone }] of shared.entries()) if (alone) for (let i = 0; i < m; i++) noise[i] += alone[i] * variances[k];
  const weights = noise.map((value) => 1 / value);
  const sums = inOneGo(sumRows({ rows: m, x: new Float64Array(0), p: 0, y, factors: present, weights }));
  const { cholesky, diagonal, diagonalAt, values, valuesAt, left, right, firsts, sides, size } = sums;
  const scale = scales(sums, variances);
  fill(sums, scale);
  let logDeterminant = inOneGo(cholesky.factorise());
  for (const value of noise) logDeterminant += Math.log(value);
  const effects = Float64Array.from(sides, (side, j) => scale[j] * side);
  cholesky.solve(effects, 1);
  for (let j = 0; j < size; j++) effects[j] *= scale[j];
  const byFactor = present.map(({ levels }, k) => effects.subarray(firsts[k], firsts[k] + levels));
  const byResidual = y.map((value, i) => {
    let explained = 0;
    for (let k = 0; k < present.length; k++) explained += effectOf(present[k], byFactor[k], i);
    return (value - explained) * weights[i];
  });
  inOneGo(cholesky.invert());
  /** Z_j'V⁻¹Z_j of each level. */
  const within = Float64Array.from({ length: size }, (_, j) => diagonal[j] * cholesky.values[diagonalAt[j]]);
  for (let at = 0; at < values.length; at++) {
    const [a, b] = [left[at], right[at]];
    const entry = values[at] * cholesky.values[valuesAt[at]];
    within[a] += (entry * scale[b]) / scale[a];
    within[b] += (entry * scale[a]) / scale[b];
  }
  const ownRows = shared.some(({ alone }) => alone !== null) ? diagonalOfInverse(cholesky, present, weights, scale) : null;
  const byVariances = new Float64Array(present.length);
  let levelsShare = 0;
  for (const [k, { factor, alone }] of shared.entries()) {
    let trace = 0;
    for (let j = 0; j < factor.levels; j++) trace += within[firsts[k] + j];
    levelsShare += variances[k] * trace;
    const sumsOfLevels = new Float64Array(factor.levels);
    effectRows(factor, m, (row, level, value) => {
      sumsOfLevels[level] += value * byResidual[row];
    });
    let squares = sumOfSquares(sumsOfLevels);
    if (alone && ownRows) {
      for (let i = 0; i < m; i++) {
        if (alone[i] === 0) continue;
        trace += ownRows[i];
        squares += byResidual[i] * byResidual[i];
      }
    }
    byVariances[k] = 0.5 * (trace - squares);
  }
  // Where all rows have the same noise, tr V⁻¹ follows from tr V⁻¹V = m.
  const trace = ownRows ? ownRows.reduce((sum, value) => sum + value, 0) : (m - levelsShare) / residualVariance;
  let quadratic = 0;
  for (let i = 0; i < m; i++) quadratic += y[i] * byResidual[i];
  return {
    value: 0.5 * (m * Math.log(2 * Math.PI) + logDeterminant + quadratic),
    byResidual,
    byResidualVariance: 0.5 * (trace - sumOfSquares(byResidual)),
    byVariances,
  };
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}
