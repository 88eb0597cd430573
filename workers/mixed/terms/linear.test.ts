import { describe, expect, it } from 'vitest';
import { differ, goldenDesigns, termsOf } from './golden';
import { LinearTermModel } from './linear';

const designs = goldenDesigns();
const cases = Object.keys(designs).flatMap((name) => [[name, 'ml'] as const, [name, 'reml'] as const]);

describe('a linear mixed model with random slopes, nested and categorical factors gives what lme4 gives', () => {
  it.each(cases)('%s, %s', async (name, estimator) => {
    const design = designs[name];
    const expected = design[estimator];
    const [response] = Object.values(design.table);
    const y = Float64Array.from('numbers' in response ? response.numbers : []);
    const p = design.names.length;
    const data = { rows: y.length, x: Float64Array.from(design.x), p, y, terms: termsOf(design) };
    const fit = await new LinearTermModel(data, { reml: estimator === 'reml' }).fit(async () => {});
    expect(fit.converged).toBe(true);
    expect(fit.deviance / -2).toBeCloseTo(expected.logLik, 6);
    expect(differ([fit.residualVariance], [expected.residualVariance])).toBeLessThan(1e-5);
    expect(differ(fit.beta, expected.beta)).toBeLessThan(1e-6);
    const errors = Float64Array.from({ length: p }, (_, j) => Math.sqrt(fit.betaCovariance[j * (p + 1)]));
    expect(differ(errors, expected.standardErrors)).toBeLessThan(1e-5);
    const none = expected.residualVariance * 1e-6;
    for (const [k, { covariance, effects, conditional }] of expected.terms.entries()) {
      expect(differ(fit.terms[k].covariance, covariance, none)).toBeLessThan(1e-4);
      expect(differ(fit.terms[k].effects, effects, Math.sqrt(none))).toBeLessThan(1e-4);
      expect(differ(fit.terms[k].conditionalCovariances, conditional, none)).toBeLessThan(1e-4);
    }
  });

  it('says which covariances have lost a direction', async () => {
    const singular: string[] = [];
    for (const name of ['sleepstudy', 'slopes without variance', 'nothing varies']) {
      const design = designs[name];
      const [response] = Object.values(design.table);
      const y = Float64Array.from('numbers' in response ? response.numbers : []);
      const data = { rows: y.length, x: Float64Array.from(design.x), p: design.names.length, y, terms: termsOf(design) };
      const { terms } = await new LinearTermModel(data, { reml: false }).fit(async () => {});
      if (terms.every((term) => term.singular)) singular.push(name);
    }
    expect(singular).toEqual(['slopes without variance', 'nothing varies']);
  });
});
