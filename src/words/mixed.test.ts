import { describe, expect, it } from 'vitest';
import type { FormulaFit, MixedIntervals, VarianceTest } from '../../workers/protocol';
import { caterpillarSentence, intervalsSentence, pText, sharesSentence, testsSentence } from './mixed';

const random = [{ group: 'pupil' }, { group: 'school' }] as FormulaFit['random'];
const whole = { logLikelihood: -1, restricted: false, parameters: 4, aic: 1, bic: 1, marginal: 0.25, conditional: 0.8, correlations: [0.5, 0.125] };
const test = (group: string, pValue: number | null): VarianceTest => ({
  group,
  effects: ['(Intercept)'],
  ratio: 1,
  parameters: 1,
  pValue,
  reference: '',
});

describe('what is said of a mixed model', () => {
  it('shares of the variance, and why there are none', () => {
    expect(sharesSentence({ fit: whole, random })).toBe(
      'Of the variance that the fixed effects leave, pupil 50.0 % and school 12.5 % are between levels. Fixed effects explain 25.0 % of the response, with the levels 80.0 %.',
    );
    expect(sharesSentence({ fit: { ...whole, marginal: null, correlations: null }, random })).toContain('Counts have no share');
    expect(sharesSentence({ fit: null, random })).toContain('exact');
  });

  it('which variances are needed, in both directions', () => {
    expect(testsSentence([test('a', 0.01), test('b', 0.2)])).toBe(
      'Needed (p below 0.05): intercept of a. The model fits as well without intercept of b.',
    );
    expect(testsSentence([test('a', 0.01)])).toContain('fits worse');
    expect(testsSentence([test('b', 0.2)])).toContain('as well without intercept of b');
    expect(testsSentence([test('b', null)])).toBe('No random effect could be tested.');
    expect(testsSentence([], { message: 'The fit without school did not end.', hint: 'Leave school out.' })).toBe(
      'No random effect was tested: the tests failed. The fit without school did not end. Leave school out.',
    );
    expect([pText(0), pText(0.01234), pText(null)]).toEqual(['< 0.0001', '0.0123', '–']);
  });

  it('how far intervals are, and which deviations may be 0', () => {
    const interval = { kind: 'deviation' as const, name: 'intercept | g', estimate: 1, low: 0, high: 2 };
    const state: MixedIntervals = { method: 'm', by: 'bootstrap', intervals: [interval], done: 40, of: 200, prepared: null };
    expect(intervalsSentence(state, true)).toBe('40 of 200 refits.');
    expect(intervalsSentence({ ...state, prepared: 0.25 }, true)).toBe('Preparing what the refits share: 25.0 %.');
    expect(intervalsSentence(state, false)).toMatch(/of 200 refits .* intercept \| g may be 0\.$/);
    expect(intervalsSentence({ ...state, by: 'profile', intervals: [{ ...interval, low: 0.1 }] }, false)).toBe(
      '95 % intervals by profile of the maximum likelihood.',
    );
  });

  it('the ends of the levels and how many leave out 0', () => {
    const levels = {
      group: 'g',
      effects: ['(Intercept)', 'x'],
      labels: ['a', 'b', 'c'],
      values: Float64Array.of(1, 9, -3, 9, 0.5, 9),
      errors: Float64Array.of(0.6, 1, 1, 1, 0.2, 1),
    };
    expect(caterpillarSentence(levels, 0)).toBe(
      'The largest effect of g is that of a (1.00), the least that of b (−3.00). 2 of 3 intervals leave out 0.',
    );
  });
});
