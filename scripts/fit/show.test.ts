import { expect, it } from 'vitest';
import type { MethodResult } from '../../workers/protocol';
import { resultWords } from './show';

const estimate = { symbol: 'x', kind: 'variance', feature: 0, standardError: null } as const;
const result = (method: string, more: Partial<MethodResult>): MethodResult =>
  ({
    ...{ method, parameters: 5, epochs: 1, weightsFrom: 1, seconds: { epochs: 1, finishing: 0 }, metrics: { mse: 1 }, estimates: [] },
    ...more,
  }) as unknown as MethodResult;

it('results say what data cannot tell of a model, and how a formula was fitted', () => {
  const places = '2 places have the coordinates of another one, and its effect';
  const lines = resultWords(
    [
      result('lmmnn-spatial', {
        estimates: [
          { ...estimate, name: 'Variance of the field of shop', value: 1, note: places },
          { ...estimate, name: 'Slope of twice', kind: 'fixed effect', value: Number.NaN, note: 'left out: a multiple of x' },
          { ...estimate, name: 'Log likelihood', kind: 'fit', value: 3, note: 'of all rows' },
        ],
      }),
      result('linear-mixed-model', {
        mixed: {
          ...{
            formula: 'y ~ x + (1 | g)',
            family: 'gaussian',
            method: 'maximum likelihood (ML), iterative',
            rows: 160,
            residual: 1,
            converged: true,
          },
          fixed: [{ name: 'twice', estimate: null, standardError: null, statistic: null, note: 'left out: a combination of x' }],
          random: [],
          fit: {
            ...{ logLikelihood: -157.4, logLikelihoodError: 0.25, restricted: false, parameters: 4, aic: 1, bic: 1 },
            ...{ marginal: null, conditional: null, correlations: null },
          },
          notes: ['In 5 levels of shop the slopes do not show.'],
        },
      }),
    ],
    [],
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      `LMMNN of places, Variance of the field of shop: ${places}.`,
      'LMMNN of places, Slope of twice: left out: a multiple of x.',
      'Linear mixed model: y ~ x + (1 | g)',
      '  Gaussian, maximum likelihood (ML), iterative, 160 rows that train or validate; log likelihood -157.4 ± 0.2500',
      '  twice: left out: a combination of x',
      '  Note: In 5 levels of shop the slopes do not show.',
    ]),
  );
  expect(lines.join()).not.toContain('of all rows');
});
