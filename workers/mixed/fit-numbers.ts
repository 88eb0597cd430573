import type { MixedFit } from './mixed-model';
import type { MixedData } from './sums';

/** Variance of a logistic residual on the scale of the logit. */
const LOGISTIC = Math.PI ** 2 / 3;

/** What is said of a fitted mixed model as a whole. */
export interface FitNumbers {
  /** Null for a binary response, whose likelihood is approximated. */
  likelihood: { log: number; aic: number; bic: number } | null;
  /** Share of each factor in the variance that fixed effects leave (intraclass correlation). */
  correlations: number[];
  /**
   * Share of the fixed effects, and of them and the levels, in the variance of the response (Nakagawa &
   * Schielzeth 2013).
   */
  marginal: number;
  conditional: number;
}

/**
 * Log likelihood, AIC and BIC as lme4 counts them (fixed effects, variances and the residual variance;
 * restricted where the fit is), intraclass correlations and R². A binary response is told on the scale of the
 * logit, with π²/3 as its residual variance.
 *
 * @param units log of what a unit of the deviance's data is in the response's own, once a row of the
 * likelihood: −2 log L grows by twice as much
 */
export function fitNumbers(
  data: Pick<MixedData, 'rows' | 'x' | 'p'>,
  fit: MixedFit,
  { binary, units = 0 }: { binary: boolean; units?: number },
): FitNumbers {
  const { rows, x, p } = data;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < rows; i++) {
    let fixed = 0;
    for (let j = 0; j < p; j++) fixed += x[i * p + j] * fit.beta[j];
    sum += fixed;
    squares += fixed ** 2;
  }
  const fixed = Math.max(0, squares - sum ** 2 / rows) / (rows - 1);
  const residual = binary ? LOGISTIC : fit.residualVariance;
  const levels = fit.variances.reduce((total, variance) => total + variance, 0);
  const all = fixed + levels + residual;
  const rank = Array.from({ length: p }, (_, j) => fit.betaCovariance[j * (p + 1)]).filter((variance) => variance > 0).length;
  const log = -fit.deviance / 2 - units;
  const parameters = rank + fit.variances.length + 1;
  return {
    likelihood: binary || fit.exact ? null : { log, aic: 2 * (parameters - log), bic: Math.log(rows) * parameters - 2 * log },
    correlations: Array.from(fit.variances, (variance) => variance / (levels + residual)),
    marginal: fixed / all,
    conditional: (fixed + levels) / all,
  };
}
