import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitNumbers } from './fit-numbers';
import { MixedModel } from './mixed-model';
import { differ } from './terms/golden';

interface Fit {
  logLik: number;
  residualVariance: number;
  beta: number[];
  standardErrors: number[];
  AIC: number;
  BIC: number;
  /** Variance of Xβ over the rows. */
  fixedVariance: number;
  factors: { variance: number; modes: number[]; conditionalVariances: number[] }[];
}
interface Design {
  y: number[];
  /** By column, without the intercept. */
  x: number[][];
  codes: number[][];
  levels: number[];
  ml: Fit;
  reml: Fit;
}
/** Fits of lme4 (golden/make/lme4.R). */
const { designs } = JSON.parse(readFileSync(new URL('../../golden/lme4.json', import.meta.url), 'utf8')) as { designs: Record<string, Design> };

const cases = Object.keys(designs).flatMap((name) => [[name, 'ml'] as const, [name, 'reml'] as const]);

describe('the linear mixed model gives what lme4 gives', () => {
  it.each(cases)('%s, %s', async (name, estimator) => {
    const { y, x, codes, levels, [estimator]: expected } = designs[name];
    const p = 1 + x.length;
    const data = {
      rows: y.length,
      p,
      x: Float64Array.from({ length: y.length * p }, (_, at) => (at % p === 0 ? 1 : x[(at % p) - 1][Math.floor(at / p)])),
      y: Float64Array.from(y),
      factors: codes.map((own, k) => ({ codes: Int32Array.from(own), levels: levels[k] })),
    };
    const fit = await new MixedModel(data, { reml: estimator === 'reml' }).fit(async () => {});
    expect(fit.deviance / -2).toBeCloseTo(expected.logLik, 4);
    expect(differ([fit.residualVariance], [expected.residualVariance])).toBeLessThan(1e-4);
    expect(differ(fit.beta, expected.beta)).toBeLessThan(1e-5);
    const errors = Float64Array.from({ length: p }, (_, j) => Math.sqrt(fit.betaCovariance[j * (p + 1)]));
    expect(differ(errors, expected.standardErrors)).toBeLessThan(1e-4);
    const { likelihood, correlations, marginal, conditional } = fitNumbers(data, fit, { binary: false });
    expect(likelihood?.log).toBeCloseTo(expected.logLik, 4);
    expect(likelihood?.aic).toBeCloseTo(expected.AIC, 3);
    expect(likelihood?.bic).toBeCloseTo(expected.BIC, 3);
    const levelVariances = expected.factors.map(({ variance }) => variance);
    const ofLevels = levelVariances.reduce((sum, variance) => sum + variance, 0);
    const left = ofLevels + expected.residualVariance;
    expect(marginal).toBeCloseTo(expected.fixedVariance / (expected.fixedVariance + left), 4);
    expect(conditional).toBeCloseTo((expected.fixedVariance + ofLevels) / (expected.fixedVariance + left), 4);
    for (const [k, variance] of levelVariances.entries()) expect(correlations[k]).toBeCloseTo(variance / left, 4);
    for (const [k, { variance, modes, conditionalVariances }] of expected.factors.entries()) {
      // What is less than a millionth of the residual variance is none.
      const none = 1e-6 * expected.residualVariance;
      expect(Math.abs(fit.variances[k] - variance)).toBeLessThan(Math.max(none, 1e-4 * variance));
      expect(differ(fit.effects[k], modes, Math.sqrt(none))).toBeLessThan(1e-3);
      expect(differ(fit.conditionalVariances[k], conditionalVariances, none)).toBeLessThan(1e-3);
    }
  });
});
