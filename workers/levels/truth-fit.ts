import { solveCholesky } from '../metrics/cholesky';
import type { LevelVectors } from './pca';

/** A true dimension as a least-squares fit on the vectors, with an intercept. */
export interface TruthFit {
  coefficients: Float64Array;
  intercept: number;
  r2: number;
}

/**
 * The least-squares fit of one true dimension on level vectors over some levels (docs/methods.md C11):
 * standardised first, so that it does not depend on the vectors' scale; directions that the vectors do not
 * have get nothing.
 */
export function fitTruth({ values, d }: LevelVectors, truth: (level: number) => number, levels: ArrayLike<number>): TruthFit {
  const n = levels.length;
  const mean = new Float64Array(d);
  let trueMean = 0;
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < d; m++) mean[m] += values[levels[i] * d + m] / n;
    trueMean += truth(levels[i]) / n;
  }
  const products = new Float64Array(d * d);
  const coefficients = new Float64Array(d);
  let squares = 0;
  const centred = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    const own = truth(levels[i]) - trueMean;
    squares += own * own;
    for (let m = 0; m < d; m++) centred[m] = values[levels[i] * d + m] - mean[m];
    for (let m = 0; m < d; m++) {
      coefficients[m] += centred[m] * own;
      for (let l = 0; l <= m; l++) products[m * d + l] += centred[m] * centred[l];
    }
  }
  const scale = Float64Array.from({ length: d }, (_, m) => Math.sqrt(products[m * d + m]) || 1);
  for (let m = 0; m < d; m++) {
    coefficients[m] /= scale[m];
    for (let l = 0; l <= m; l++) {
      products[m * d + l] /= scale[m] * scale[l];
      products[l * d + m] = products[m * d + l];
    }
  }
  const along = coefficients.slice();
  solveCholesky(products, coefficients);
  let explained = 0;
  let intercept = trueMean;
  for (let m = 0; m < d; m++) {
    explained += along[m] * coefficients[m];
    coefficients[m] /= scale[m];
    intercept -= coefficients[m] * mean[m];
  }
  return { coefficients, intercept, r2: squares > 0 ? Math.min(1, Math.max(0, explained / squares)) : Number.NaN };
}

/** The fit at some levels. */
export function fittedTruth(
  { values, d }: LevelVectors,
  { coefficients, intercept }: TruthFit,
  levels: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const fitted = new Float32Array(levels.length);
  for (let i = 0; i < levels.length; i++) {
    let sum = intercept;
    for (let m = 0; m < d; m++) sum += coefficients[m] * values[levels[i] * d + m];
    fitted[i] = sum;
  }
  return fitted;
}
