import { inverseWithLogDeterminant } from '../dense';
import { rowsByLevel } from '../random-slopes';

/**
 * −log p(r) of some rows whose levels have independent random effects of several features each, integrated
 * out, and its derivatives.
 */
export interface SlopesLikelihood {
  /** Σ_j ½ (n_j log 2π + log |V_j| + r_j'V_j⁻¹r_j); all are NaN where V_j is not positive definite. */
  value: number;
  byResidualVariance: number;
  /** With respect to γ (M). */
  byVariances: Float64Array;
  /** V⁻¹r (m), the derivative with respect to r. */
  byResidual: Float64Array;
  /** With respect to H (m × M, row-major). */
  byFeatures: Float64Array;
}

/**
 * The likelihood of a batch, V_j = σ² I + H_j diag(γ) H_j' of the rows of each level (docs/methods.md F10),
 * level by level in float64: with S = H √γ by V_j itself where a level has at most M rows, else by A = I +
 * S'S / σ², log |V_j| = n log σ² + log |A| and V_j⁻¹S = S A⁻¹ / σ².
 *
 * @param r residuals (m)
 * @param h features (m × M, row-major)
 * @param codes level of each row (m), whole numbers from 0
 * @param variances γ (M), above 0
 */
export function slopesLikelihood(
  r: ArrayLike<number>,
  h: ArrayLike<number>,
  codes: ArrayLike<number>,
  variances: ArrayLike<number>,
  residualVariance: number,
): SlopesLikelihood {
  const m = r.length;
  const M = variances.length;
  const deviations = Float64Array.from(variances, Math.sqrt);
  const byVariances = new Float64Array(M);
  const byResidual = new Float64Array(m);
  const byFeatures = new Float64Array(m * M);
  let value = 0.5 * m * Math.log(2 * Math.PI);
  let byResidualVariance = 0;
  const { starts, order } = rowsByLevel(codes, 1 + Array.from(codes).reduce((most, code) => Math.max(most, code), -1));
  const [ofFeatures, solved] = [new Float64Array(M), new Float64Array(M)];
  let scaled = new Float64Array(0);
  for (let j = 0; j + 1 < starts.length; j++) {
    const first = starts[j];
    const n = starts[j + 1] - first;
    if (n === 0) continue;
    if (scaled.length < n * M) scaled = new Float64Array(2 * n * M);
    for (let a = 0; a < n; a++) for (let k = 0; k < M; k++) scaled[a * M + k] = h[order[first + a] * M + k] * deviations[k];
    const few = n <= M;
    const size = few ? n : M;
    const matrix = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        if (few) for (let k = 0; k < M; k++) sum += scaled[a * M + k] * scaled[b * M + k];
        else {
          for (let i = 0; i < n; i++) sum += scaled[i * M + a] * scaled[i * M + b];
          sum /= residualVariance;
        }
        matrix[a * size + b] = matrix[b * size + a] = a === b ? sum + (few ? residualVariance : 1) : sum;
      }
    }
    const inverted = inverseWithLogDeterminant(matrix, size, true);
    if (!inverted) {
      for (const slopes of [byVariances, byResidual, byFeatures]) slopes.fill(Number.NaN);
      return { value: Number.NaN, byResidualVariance: Number.NaN, byVariances, byResidual, byFeatures };
    }
    const { inverse } = inverted;
    const logDeterminant = inverted.logDeterminant + (few ? 0 : n * Math.log(residualVariance));
    let trace = 0;
    for (let a = 0; a < size; a++) trace += inverse[a * size + a];
    if (!few) trace = (n - M + trace) / residualVariance;
    // α = V⁻¹r
    if (!few) {
      for (let k = 0; k < M; k++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += scaled[i * M + k] * r[order[first + i]];
        ofFeatures[k] = sum;
      }
      for (let k = 0; k < M; k++) {
        let sum = 0;
        for (let c = 0; c < M; c++) sum += inverse[k * M + c] * ofFeatures[c];
        solved[k] = sum / residualVariance;
      }
    }
    let quadratic = 0;
    let square = 0;
    for (let a = 0; a < n; a++) {
      const row = order[first + a];
      let sum = 0;
      if (few) for (let b = 0; b < n; b++) sum += inverse[a * n + b] * r[order[first + b]];
      else {
        sum = r[row];
        for (let k = 0; k < M; k++) sum -= scaled[a * M + k] * solved[k];
        sum /= residualVariance;
      }
      byResidual[row] = sum;
      quadratic += sum * r[row];
      square += sum * sum;
    }
    value += 0.5 * (logDeterminant + quadratic);
    byResidualVariance += 0.5 * (trace - square);
    // S'α, then the derivative with respect to S: V⁻¹S − α(S'α)'.
    for (let k = 0; k < M; k++) {
      let sum = 0;
      for (let a = 0; a < n; a++) sum += scaled[a * M + k] * byResidual[order[first + a]];
      ofFeatures[k] = sum;
    }
    for (let a = 0; a < n; a++) {
      const row = order[first + a];
      for (let k = 0; k < M; k++) {
        let sum = 0;
        if (few) for (let b = 0; b < n; b++) sum += inverse[a * n + b] * scaled[b * M + k];
        else {
          for (let c = 0; c < M; c++) sum += scaled[a * M + c] * inverse[c * M + k];
          sum /= residualVariance;
        }
        const slope = sum - byResidual[row] * ofFeatures[k];
        byFeatures[row * M + k] = slope * deviations[k];
        byVariances[k] += (slope * h[row * M + k]) / (2 * deviations[k]);
      }
    }
  }
  return { value, byResidualVariance, byVariances, byResidual, byFeatures };
}
