import type { Breathe } from './dense';

/** A variance and its standard error; null where the variance is at zero and the theory gives none. */
export interface VarianceEstimate {
  value: number;
  error: number | null;
}
export interface VarianceEstimates {
  /** D of each random parameter. */
  effects: VarianceEstimate[];
  residual: VarianceEstimate;
}

/**
 * A maximum likelihood fit of the growth-curve mixed model in progress, in the unit of its rows. r parameters
 * are random: Asym alone, or all three.
 */
export interface GrowthFit {
  /** Asym, xmid, scal, and their covariance (3 × 3). */
  beta: Float64Array;
  betaCovariance: Float64Array;
  /** b (levels × r), row-major: the mode of each level's effects; 0 for a level without rows. */
  effects: Float64Array;
  /** D / σ² of each random parameter (r). */
  ratios: Float64Array;
  residualVariance: number;
  logLikelihood: number;
  readonly converged: boolean;
  iterate(breathe: Breathe): Promise<void>;
  /** D and σ² with standard errors. */
  variances(breathe: Breathe): Promise<VarianceEstimates>;
  /** Variance of each b given y and the estimates (levels × r); D for a level without rows. */
  posteriorVariances(breathe: Breathe): Promise<Float64Array>;
}
