import type { Factor } from '../factor';
import { sumsOfColumns, timesEffects } from './design';
import { BatchSystem } from './system';

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

/**
 * The likelihood of a batch with random intercepts of several factors, V = σ²_e I + Σ_k σ²_k Z_k Z_k'
 * (docs/methods.md A11). A level that one row alone has is noise of that row, Ω_ii = σ²_e + Σ σ²_k; what rows
 * share goes through the sparse factor of A = I + SZ'Ω⁻¹ZS over those levels, S_k = σ_k: log |V| = log |Ω| +
 * log |A|. The traces Z_j'V⁻¹Z_j need A⁻¹ only where Z'Z has entries.
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
  const system = new BatchSystem(factors, m, variances);
  const { design } = system;
  const y = Float64Array.from(r);
  const noise = new Float64Array(m).fill(residualVariance);
  for (const [k, alone] of design.alone.entries()) if (alone) for (let i = 0; i < m; i++) noise[i] += alone[i] * variances[k];
  const weights = noise.map((value) => 1 / value);
  let logDeterminant = system.factorise(weights);
  for (const value of noise) logDeterminant += Math.log(value);
  const effects = sumsOfColumns(
    design,
    y.map((value, i) => weights[i] * value),
  );
  system.solve(effects);
  const explained = timesEffects(design, effects);
  const byResidual = y.map((value, i) => (value - explained[i]) * weights[i]);
  const inverse = system.inverse();
  const growth = system.growth(inverse);
  const traces = system.byFactor((j) => growth[j]);
  const sums = sumsOfColumns(design, byResidual);
  const squares = system.byFactor((j) => sums[j] * sums[j]);
  let ofRows: Float64Array | null = null;
  if (design.alone.some((alone) => alone !== null)) {
    const leverages = system.leverages(inverse);
    /** (V⁻¹)_ii of each row. */
    ofRows = weights.map((weight, i) => weight - weight * weight * leverages[i]);
  }
  const levelsShare = traces.reduce((sum, trace, k) => sum + variances[k] * trace, 0);
  const byVariances = traces.map((trace, k) => {
    const alone = design.alone[k];
    let difference = trace - squares[k];
    if (alone && ofRows) for (let i = 0; i < m; i++) if (alone[i] === 1) difference += ofRows[i] - byResidual[i] * byResidual[i];
    return 0.5 * difference;
  });
  // Where all rows have the same noise, tr V⁻¹ follows from tr V⁻¹V = m.
  const trace = ofRows ? ofRows.reduce((sum, value) => sum + value, 0) : (m - levelsShare) / residualVariance;
  let quadratic = 0;
  let square = 0;
  for (let i = 0; i < m; i++) {
    quadratic += y[i] * byResidual[i];
    square += byResidual[i] * byResidual[i];
  }
  return {
    value: 0.5 * (m * Math.log(2 * Math.PI) + logDeterminant + quadratic),
    byResidual,
    byResidualVariance: 0.5 * (trace - square),
    byVariances,
  };
}
