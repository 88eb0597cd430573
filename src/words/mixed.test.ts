import { describe, expect, it } from 'vitest';
import type { FormulaFit, MixedIntervals, VarianceTest } from '../../workers/protocol';
import { caterpillarSentence, intervalsSentence, openEndsSentence, pText, sharesSentence, slopesSentence, testsSentence } from './mixed';

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
    const family = 'gaussian';
    expect(sharesSentence({ fit: whole, random, family })).toBe(
      'Of the variance that the fixed effects leave, 50.0 % lies between the levels of pupil and 12.5 % between those of school. Fixed effects explain 25.0 % of the variance of the response, fixed effects and levels together 80.0 %.',
    );
    expect(sharesSentence({ fit: whole, random, family: 'binomial' })).toBe(
      'Shares are on the latent scale of log odds, where a logistic residual has the variance π²/3: of the variance that the fixed effects leave, 50.0 % lies between the levels of pupil and 12.5 % between those of school. Fixed effects explain 25.0 % of the variance, fixed effects and levels together 80.0 %.',
    );
    expect(sharesSentence({ fit: whole, random, family: 'negative-binomial' })).toMatch(
      /^Shares are on the latent scale of log means, .* explain 25\.0 % of the variance,/,
    );
    expect(sharesSentence({ fit: { ...whole, marginal: null, correlations: null }, random, family: 'poisson' })).toContain('Of counts no share');
    expect(sharesSentence({ fit: null, random, family })).toContain('exact');
  });

  it('which variances are needed, in both directions', () => {
    expect(testsSentence([test('a', 0.01), test('b', 0.2)])).toBe(
      'Needed (p below 0.05): the intercept by a. Nothing shows that the intercept by b is.',
    );
    expect(testsSentence([{ ...test('a', 0.01), effects: ['(Intercept)', 'week'] }])).toBe(
      'Without the intercept and the slope of week by a the model fits worse than chance explains (p below 0.05).',
    );
    expect(testsSentence([test('b', 0.2)])).toBe('Nothing shows that the intercept by b is needed (p at least 0.05).');
    expect(testsSentence([test('b', 0.05)])).toContain('Nothing shows');
    expect(testsSentence([test('b', null)])).toBe('No random effect could be tested.');
    expect(testsSentence([], { message: 'The fit without school did not end.', hint: 'Leave school out.' })).toBe(
      'No random effect was tested: the tests failed. The fit without school did not end. Leave school out.',
    );
    expect([pText(0), pText(0.01234), pText(null)]).toEqual(['< 0.0001', '0.0123', '–']);
  });

  it('how far intervals are, and which deviations may be 0', () => {
    const interval = { kind: 'deviation' as const, name: 'intercept | g', estimate: 1, low: 0, high: 2 };
    const state: MixedIntervals = { job: 1, method: 'm', by: 'bootstrap', intervals: [interval], done: 40, of: 200, failed: 0, prepared: null };
    expect(intervalsSentence(state, true)).toBe('40 of 200 refits.');
    expect(intervalsSentence({ ...state, prepared: 0.25 }, true)).toBe('Preparing what the refits share: 25.0 %.');
    expect(intervalsSentence(state, false)).toMatch(/from 200 refits .* intercept \| g may be 0\.$/);
    expect(intervalsSentence({ ...state, failed: 2 }, false)).toContain('2 of the refits did not converge and are left out. ');
    const shape: MixedIntervals['intervals'][number] = { kind: 'shape', name: 'shape', estimate: 9, low: 4, high: Number.POSITIVE_INFINITY };
    expect(intervalsSentence({ ...state, intervals: [shape] }, false)).toMatch(/The shape has no upper end: .*Poisson distribution\.$/);
    expect(openEndsSentence([shape, interval])).toBe('shape, negative binomial: 4.00 or more. There is no upper end to draw.');
    expect(openEndsSentence([interval])).toBeNull();
    const rises: MixedIntervals['intervals'][number] = {
      kind: 'fixed',
      name: 'fw',
      estimate: Number.POSITIVE_INFINITY,
      low: 2.5,
      high: Number.POSITIVE_INFINITY,
    };
    const falls = { ...rises, name: 'fv', estimate: Number.NEGATIVE_INFINITY, low: Number.NEGATIVE_INFINITY, high: -2.5 };
    expect(openEndsSentence([falls])).toBe('fv: −2.50 or less. There is no lower end to draw.');
    expect(openEndsSentence([rises, { ...falls, high: Number.NaN }])).toBe('fw: 2.50 or more; fv: no end was found. There is no other end to draw.');
    expect(intervalsSentence({ ...state, by: 'profile', intervals: [rises] }, false)).toMatch(
      / fw runs off to infinity \(separation\) and has one end at most\.$/,
    );
    expect(intervalsSentence({ ...state, by: 'profile', intervals: [{ ...interval, low: 0.1 }] }, false)).toBe(
      '95 % intervals by profile likelihood: values with which the model fits nearly as well as at its best.',
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
      'Of the levels of g, a has the largest effect (1.00) and b the smallest (−3.00). 2 of 3 intervals leave out 0, the mean of all levels.',
    );
    // The variance is 0: no level is at an end.
    expect(caterpillarSentence({ ...levels, values: new Float64Array(6) }, 0)).toBe(
      'All levels of g have the same effect (0.00): no variance between them was found.',
    );
  });

  it('how far slopes vary, and whether they go with intercepts', () => {
    const of = (correlation: number | null) => slopesSentence({ slope: 'week', group: 'pupil', deviation: 1.5, correlation });
    expect(of(null)).toBe('The slope of week varies between the levels of pupil with a standard deviation of 1.50.');
    expect(of(Number.NaN)).toBe(of(null));
    expect(of(0.5)).toContain('Levels with a higher intercept tend to a higher slope (correlation');
    expect(of(-0.5)).toContain('tend to a lower slope (correlation');
    expect(of(-0.1)).toContain('The intercept of a level says little of its slope (correlation');
  });
});
