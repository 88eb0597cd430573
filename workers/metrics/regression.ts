/** Test metrics of a regression (docs/methods.md C1). Any NaN in `predicted` makes all of them NaN. */
export interface RegressionMetrics {
  mse: number;
  mae: number;
  /** 1 − SSE / Σ(y − ȳ)² with the mean of these rows; NaN when all y are equal. */
  r2: number;
}

/** @param actual y (n) @param predicted ŷ (n), in the same unit */
export function regressionMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>): RegressionMetrics {
  const n = actual.length;
  if (predicted.length !== n) throw new RangeError(`${n} responses and ${predicted.length} predictions`);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += actual[i];
  mean /= n;
  let squares = 0;
  let absolute = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const error = actual[i] - predicted[i];
    squares += error * error;
    absolute += Math.abs(error);
    total += (actual[i] - mean) ** 2;
  }
  return { mse: squares / n, mae: absolute / n, r2: total > 0 ? 1 - squares / total : Number.NaN };
}
