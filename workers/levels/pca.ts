import { symmetricEigen } from '../methods/shared/principal-components';

/** Level vectors: levels × d, row-major. */
export interface LevelVectors {
  values: ArrayLike<number>;
  d: number;
}

/** Principal components of level vectors. */
export interface Components {
  d: number;
  /** Mean vector (d). */
  mean: Float64Array;
  /** d × d: a component a row, the one of most variance first. */
  axes: Float64Array;
  /** Variance on each component (d), over n − 1. */
  variances: Float64Array;
  /** Share of the total variance (d); zeros where there is none. */
  shares: Float64Array;
}

/**
 * Principal components by the eigenvectors of the covariance: centred, not scaled (docs/methods.md F12). The
 * largest loading of each, by absolute value, is positive.
 *
 * @param among levels to take it from; absent: all
 */
export function principalComponents({ values, d }: LevelVectors, among?: ArrayLike<number>): Components {
  const n = among ? among.length : values.length / d;
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const from = (among ? among[i] : i) * d;
    for (let m = 0; m < d; m++) mean[m] += values[from + m];
  }
  for (let m = 0; m < d; m++) mean[m] /= Math.max(1, n);
  const covariance = new Float64Array(d * d);
  const centred = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const from = (among ? among[i] : i) * d;
    for (let m = 0; m < d; m++) centred[m] = values[from + m] - mean[m];
    for (let m = 0; m < d; m++) {
      const own = centred[m];
      for (let l = m, at = m * d + m; l < d; l++, at++) covariance[at] += own * centred[l];
    }
  }
  const divisor = Math.max(1, n - 1);
  for (let m = 0; m < d; m++) {
    for (let l = m; l < d; l++) {
      covariance[m * d + l] /= divisor;
      covariance[l * d + m] = covariance[m * d + l];
    }
  }
  const { values: variances, vectors: axes } = symmetricEigen(covariance, d);
  for (let component = 0; component < d; component++) {
    const axis = axes.subarray(component * d, (component + 1) * d);
    const largest = axis.reduce((best, loading) => (Math.abs(loading) > Math.abs(best) ? loading : best), 0);
    if (largest < 0) for (let m = 0; m < d; m++) axis[m] = -axis[m];
    // What is left of a zero after rounding.
    if (variances[component] < 0) variances[component] = 0;
  }
  const total = variances.reduce((sum, variance) => sum + variance, 0);
  return { d, mean, axes, variances, shares: variances.map((variance) => (total > 0 ? variance / total : 0)) };
}

/** Scores of some levels on one component; zeros beyond the last. */
export function componentScores(
  { values, d }: LevelVectors,
  { mean, axes }: Components,
  component: number,
  levels: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const scores = new Float32Array(levels.length);
  if (component >= d) return scores;
  const axis = axes.subarray(component * d, (component + 1) * d);
  let offset = 0;
  for (let m = 0; m < d; m++) offset += axis[m] * mean[m];
  for (let i = 0; i < levels.length; i++) {
    const from = levels[i] * d;
    let score = -offset;
    for (let m = 0; m < d; m++) score += axis[m] * values[from + m];
    scores[i] = score;
  }
  return scores;
}
