import type { LevelVectors } from './pca';
import { singularValues } from './svd';

/** B ≈ onto A: (b − meanB) Q s + meanA. */
export interface Rotation {
  /** Numbers in a vector of both: the wider of the two, the other filled with zeros. */
  d: number;
  /** d × d, orthogonal (a reflection may be in it): row vectors are multiplied from the left. */
  q: Float64Array;
  scale: number;
  meanA: Float64Array;
  meanB: Float64Array;
  /** 1 − ‖A − sBQ‖² / ‖A‖² of the centred vectors; NaN where A does not vary. */
  r2: number;
  /** The same without a rotation and with the scale of 1: what single coordinates have in common. */
  r2Unrotated: number;
}

const entry = ({ values, d }: LevelVectors, level: number, m: number): number => (m < d ? values[level * d + m] : 0);

function meanOf(vectors: LevelVectors, levels: ArrayLike<number>, d: number): Float64Array {
  const mean = new Float64Array(d);
  for (let i = 0; i < levels.length; i++) for (let m = 0; m < d; m++) mean[m] += entry(vectors, levels[i], m) / levels.length;
  return mean;
}

/**
 * The orthogonal Procrustes problem (Schönemann 1966): the rotation (with reflection, and with a scale when
 * asked) that brings the second vectors nearest to the first by least squares, both centred. Level
 * `levelsA[i]` of the first is `levelsB[i]` of the second.
 */
export function procrustes(a: LevelVectors, b: LevelVectors, levelsA: ArrayLike<number>, levelsB: ArrayLike<number>, withScale: boolean): Rotation {
  const d = Math.max(a.d, b.d);
  const n = levelsA.length;
  const meanA = meanOf(a, levelsA, d);
  const meanB = meanOf(b, levelsB, d);
  const cross = new Float64Array(d * d);
  const [rowA, rowB] = [new Float64Array(d), new Float64Array(d)];
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < d; m++) {
      rowA[m] = entry(a, levelsA[i], m) - meanA[m];
      rowB[m] = entry(b, levelsB[i], m) - meanB[m];
      squaresA += rowA[m] * rowA[m];
      squaresB += rowB[m] * rowB[m];
      products += rowA[m] * rowB[m];
    }
    // BᵀA
    for (let m = 0; m < d; m++) {
      const own = rowB[m];
      for (let l = 0, at = m * d; l < d; l++, at++) cross[at] += own * rowA[l];
    }
  }
  const { u, s, v } = singularValues(cross, d);
  const q = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) for (let k = 0; k < d; k++) q[i * d + j] += u[k * d + i] * v[k * d + j];
  const nuclear = s.reduce((sum, value) => sum + value, 0);
  const scale = withScale && squaresB > 0 ? nuclear / squaresB : 1;
  const share = (explained: number): number => (squaresA > 0 ? explained / squaresA : Number.NaN);
  return {
    ...{ d, q, scale, meanA, meanB },
    r2: share(2 * scale * nuclear - scale * scale * squaresB),
    r2Unrotated: share(2 * products - squaresB),
  };
}

/** The vectors of some levels of the second, brought onto the first: levels × d. */
export function rotated(b: LevelVectors, { d, q, scale, meanA, meanB }: Rotation, levels: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const out = new Float32Array(levels.length * d);
  const row = new Float64Array(d);
  for (let i = 0; i < levels.length; i++) {
    for (let m = 0; m < d; m++) row[m] = scale * (entry(b, levels[i], m) - meanB[m]);
    for (let j = 0; j < d; j++) {
      let sum = meanA[j];
      for (let m = 0; m < d; m++) sum += row[m] * q[m * d + j];
      out[i * d + j] = sum;
    }
  }
  return out;
}
