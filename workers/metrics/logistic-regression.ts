import { solveCholesky } from './cholesky';

export interface LogisticFit {
  coefficients: Float64Array;
  intercept: number;
  /** Linear scores of the rows it was fitted on. */
  scores: Float64Array;
  iterations: number;
}

export interface LogisticOptions {
  /** Inverse penalty: the objective is c·Σ log loss + ½‖w‖², the intercept free. */
  c?: number;
  /** Stops when the largest gradient entry of the objective divided by c·n is at most this. */
  tolerance?: number;
  maxIterations?: number;
}

/**
 * Logistic regression with an L2 penalty, as scikit-learn's LogisticRegression(C=1) (docs/methods.md C7). It
 * starts at zero, so with the default tolerance the vectors of a table that was shrunk to nothing give no
 * gradient and constant scores, hence AUC ½: that is what the published numbers did. Newton steps with
 * halving; scikit-learn takes L-BFGS steps to the same optimum.
 *
 * @param x n × d, row-major @param labels 0/1 (n)
 */
export function logisticRegression(x: ArrayLike<number>, d: number, labels: ArrayLike<number>, options: LogisticOptions = {}): LogisticFit {
  const { c = 1, tolerance = 1e-4, maxIterations = 1000 } = options;
  const n = labels.length;
  if (x.length !== n * d) throw new RangeError(`${x.length / d} rows and ${n} labels`);
  const width = d + 1;
  const penalty = 1 / (c * n);
  // The intercept is last.
  let weights = new Float64Array(width);
  let scores = new Float64Array(n);
  let value = objective(scores, labels, weights, d, penalty);
  let iterations = 0;
  for (; iterations < maxIterations; iterations++) {
    const gradient = new Float64Array(width);
    const hessian = new Float64Array(width * width);
    accumulate(x, d, labels, scores, gradient, hessian);
    for (let m = 0; m < d; m++) {
      gradient[m] += penalty * weights[m];
      hessian[m * width + m] += penalty;
    }
    if (!(gradient.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) > tolerance)) break;
    solveCholesky(hessian, gradient);
    let step = 1;
    for (; step > 1e-10; step /= 2) {
      const next = weights.map((weight, m) => weight - step * gradient[m]);
      const nextScores = linear(x, d, next, n);
      const nextValue = objective(nextScores, labels, next, d, penalty);
      if (nextValue <= value) {
        [weights, scores, value] = [next, nextScores, nextValue];
        break;
      }
    }
    if (step <= 1e-10) break;
  }
  return { coefficients: weights.slice(0, d), intercept: weights[d], scores, iterations };
}

function linear(x: ArrayLike<number>, d: number, weights: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const scores = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = weights[d];
    for (let m = 0; m < d; m++) sum += x[i * d + m] * weights[m];
    scores[i] = sum;
  }
  return scores;
}

/** Mean log loss plus penalty, stable for large scores. */
function objective(scores: Float64Array, labels: ArrayLike<number>, weights: Float64Array, d: number, penalty: number): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const s = scores[i];
    sum += Math.max(s, 0) - (labels[i] > 0.5 ? s : 0) + Math.log1p(Math.exp(-Math.abs(s)));
  }
  let squares = 0;
  for (let m = 0; m < d; m++) squares += weights[m] ** 2;
  return sum / scores.length + (penalty * squares) / 2;
}

/** Gradient and Hessian (lower triangle) of the mean log loss. */
function accumulate(
  x: ArrayLike<number>,
  d: number,
  labels: ArrayLike<number>,
  scores: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const n = scores.length;
  const width = d + 1;
  for (let i = 0; i < n; i++) {
    const p = 1 / (1 + Math.exp(-scores[i]));
    const residual = (p - (labels[i] > 0.5 ? 1 : 0)) / n;
    const curvature = (p * (1 - p)) / n;
    const row = i * d;
    for (let m = 0; m < d; m++) {
      gradient[m] += residual * x[row + m];
      const scaled = curvature * x[row + m];
      for (let k = 0; k <= m; k++) hessian[m * width + k] += scaled * x[row + k];
      hessian[d * width + m] += scaled;
    }
    gradient[d] += residual;
    hessian[d * width + d] += curvature;
  }
}
