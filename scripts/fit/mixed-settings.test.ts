import { expect, it } from 'vitest';
import { groupedColumns, mixedSettings, withTarget } from './mixed-settings';

it('options are settings of the mixed model, and a formula says target and levels', () => {
  expect(mixedSettings({})).toEqual({});
  const given = { formula: 'y ~ x + (1 + x | a/b)', family: 'poisson', quadrature: '1', estimator: 'reml' };
  expect(mixedSettings(given)).toEqual({ formula: given.formula, family: 'poisson', approximation: 'laplace', estimator: 'reml' });
  expect(mixedSettings({ quadrature: '12' })).toEqual({ approximation: 'quadrature', nodes: 12 });
  expect(withTarget({ ...given, categorical: 'c' })).toMatchObject({ target: 'y', categorical: 'c' });
  expect(withTarget({ target: 'z' })).toEqual({ target: 'z' });
  expect(groupedColumns(given)).toEqual(['a', 'b']);
  expect(() => withTarget({ formula: 'y ~ x + (1 | a' })).toThrow('At the end of the formula');
});
