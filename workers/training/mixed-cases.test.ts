/**
 * The linear mixed model on tables of `cases`: values of lme4, of a dense likelihood in NumPy where said, and
 * what cannot be estimated is said.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ColumnRole } from '../data/schema';
import { useBackend } from '../engine/testing';
import type { Estimate } from '../methods/method';
import { caseTable, fitOn, tableAs, textTable } from './testing/case-tables';

const LMM = 'linear-mixed-model';

async function mixed(
  name: string | { text: string },
  roles: Record<string, ColumnRole>,
  task: 'regression' | 'binary' = 'regression',
  nested: Record<string, string> = {},
) {
  const table = typeof name === 'string' ? await caseTable(name) : await textTable(name.text);
  const finished = (await fitOn(tableAs(table, roles, { task, nested }), [LMM])).get(LMM);
  if (!finished) throw new Error('no result');
  const { result } = finished;
  const estimate = (what: string): Estimate => {
    const found = result.estimates.find((one) => one.name === what);
    if (!found) throw new Error(`no estimate "${what}" among ${result.estimates.map((one) => one.name).join(', ')}`);
    return found;
  };
  return { result, estimate };
}

beforeAll(() => useBackend('cpu'));

describe('estimates of the linear mixed model', () => {
  it('slopes carry the names of their columns, in the columns’ units (cases/g06-names-swapped.csv)', async () => {
    const { estimate } = await mixed('g06-names-swapped.csv', { group: 'categorical', x2: 'numeric', x1: 'numeric', y: 'target' });
    expect(estimate('Slope of x1').value).toBeCloseTo(-0.96, 2);
    expect(estimate('Slope of x2').value).toBeCloseTo(5.0, 1);
    expect(estimate('Slope of x2').value).toBeCloseTo(4.9934, 4);
  });

  it('a combination of columns before it is left out and says of which (cases/m04-collinear.csv)', async () => {
    const with3 = await mixed('m04-collinear.csv', { subject: 'categorical', x: 'numeric', z: 'numeric', total: 'numeric', y: 'target' });
    expect(with3.estimate('Slope of total')).toMatchObject({ value: Number.NaN, standardError: null, note: 'left out: a combination of x and z' });
    const without = await mixed('m04-collinear.csv', { subject: 'categorical', x: 'numeric', z: 'numeric', y: 'target' });
    expect(with3.result.metrics.mse).toBeCloseTo(without.result.metrics.mse as number, 6);
    for (const name of ['Slope of x', 'Slope of z', 'Intercept', 'Residual variance']) {
      expect(with3.estimate(name).value).toBeCloseTo(without.estimate(name).value, 8);
      expect(with3.estimate(name).note).toBeUndefined();
    }
  });

  it('a constant column and a multiple are left out by name', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => [`g${i % 8}`, Math.sin(i), 3 * Math.sin(i) + 1e6, 7.1, Math.cos(i * i) + (i % 8)]);
    const text = `g,a,b,c,y\n${rows.map((row) => row.join(',')).join('\n')}`;
    const { estimate } = await mixed({ text }, { g: 'categorical', a: 'numeric', b: 'numeric', c: 'numeric', y: 'target' });
    expect(estimate('Slope of b').note).toBe('left out: a multiple of a');
    expect(estimate('Slope of c').note).toBe('left out: constant in the training rows');
    expect(Number.isFinite(estimate('Slope of a').value)).toBe(true);
  });

  it('y with a large offset keeps its digits (cases/m07-julian-date.csv; the dense likelihood in NumPy, float64)', async () => {
    const { result, estimate } = await mixed('m07-julian-date.csv', { station: 'categorical', x: 'numeric', y: 'target' });
    expect(result.metrics.mse).toBeCloseTo(0.04676234, 7);
    expect(result.metrics.r2).toBeCloseTo(0.86735216, 7);
    expect(estimate('Residual variance').value).toBeCloseTo(0.0424054, 6);
    expect(estimate('Variance of station').value).toBeCloseTo(0.188831, 5);
    expect(estimate('Intercept').value).toBeCloseTo(2459579.949057, 5);
    expect(estimate('Slope of x').value).toBeCloseTo(0.3090173, 6);
  });

  it.each([
    ['labels that repeat within batches, nested', 'm03-nested-reused.csv', { cask: 'batch' }],
    ['labels of their own', 'm03b-nested-unique.csv', {}],
  ])('two levels of grouping: %s (cases/%s; the dense likelihood in NumPy, float64)', async (_, name, nested) => {
    const roles = { batch: 'categorical', cask: 'categorical', x: 'numeric', y: 'target' } as const;
    const { result, estimate } = await mixed(name, roles, 'regression', nested);
    expect(result.metrics.r2).toBeCloseTo(0.905923, 5);
    expect(estimate('Residual variance').value).toBeCloseTo(0.24405, 4);
    expect(estimate('Variance of batch').value).toBeCloseTo(0.89951, 3);
    expect(estimate('Variance of cask').value).toBeCloseTo(1.76785, 3);
  });

  it('one row a level: the sum of both variances, not the start of the search (cases/m09-singletons.csv)', async () => {
    const { result, estimate } = await mixed('m09-singletons.csv', { person: 'categorical', x: 'numeric', y: 'target' });
    expect(estimate('Variance of person')).toMatchObject({ value: Number.NaN, standardError: null });
    expect(estimate('Variance of person').note).toContain('one row a level');
    expect(estimate('Residual variance').note).toBe('with the variance of person, which cannot be told from it');
    // Least squares alone, as R's lm gives it: the residual variance of ML is the mean square of residuals.
    const plain = await mixed('m09-singletons.csv', { person: 'ignore', x: 'numeric', y: 'target' }).catch(() => null);
    expect(plain).toBeNull();
    expect(estimate('Residual variance').value).toBeCloseTo(await meanSquare('m09-singletons.csv', 'x', 'y'), 8);
    expect(result.metrics.r2).toBeGreaterThan(0.5);
  });

  it('two columns that divide the rows alike share one variance', async () => {
    const rows = Array.from({ length: 240 }, (_, i) => [`g${i % 12}`, `code ${(i % 12) * 7}`, Math.sin(3 * (i % 12)) + Math.sin(i * i)]);
    const text = `g,code,y\n${rows.map((row) => row.join(',')).join('\n')}`;
    const both = await mixed({ text }, { g: 'categorical', code: 'categorical', y: 'target' });
    const one = await mixed({ text }, { g: 'categorical', y: 'target' });
    expect(both.estimate('Variance of g').value).toBeCloseTo(one.estimate('Variance of g').value, 8);
    expect(both.estimate('Variance of code').note).toContain('divide the rows as those of g do');
    expect(both.estimate('Variance of code').value).toBeNaN();
  });

  it('without noise the fit is exact and says so (cases/m13-no-residual.csv)', async () => {
    const { result, estimate } = await mixed('m13-no-residual.csv', { school: 'categorical', x: 'numeric', y: 'target' });
    expect(result.metrics.mse).toBeLessThan(1e-13);
    expect(estimate('Residual variance')).toMatchObject({ value: 0, standardError: null, note: 'the fit is exact: no residual is left' });
    expect(estimate('Slope of x')).toMatchObject({ value: 0, standardError: null });
    // Maximum likelihood without noise: the mean square of the schools' values about their mean.
    const rows = readFileSync('cases/m13-no-residual.csv', 'utf8').trim().split('\n').slice(1);
    const values = [...new Map(rows.map((row) => [row.split(',')[0], Number(row.split(',')[2])])).values()];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(estimate('Variance of school').value).toBeCloseTo(square, 5);
  });

  it('noise far below the effects is not taken for none', async () => {
    const noise = (i: number): number => 1e-4 * Math.sin(78.233 * i * i);
    const rows = Array.from({ length: 300 }, (_, i) => [`g${i % 10}`, Math.sin(i), 1000 * Math.cos(i % 10) + noise(i)]);
    const { estimate } = await mixed(
      { text: `g,x,y\n${rows.map((row) => row.join(',')).join('\n')}` },
      { g: 'categorical', x: 'numeric', y: 'target' },
    );
    expect(estimate('Residual variance').note).toBeUndefined();
    expect(estimate('Residual variance').value / 0.5e-8).toBeGreaterThan(0.8);
    expect(estimate('Residual variance').value / 0.5e-8).toBeLessThan(1.2);
  });

  it('more columns than rows: the columns that fit exactly, the others left out (cases/s12-50-columns-20-rows.csv)', async () => {
    const names = Array.from({ length: 50 }, (_, j) => `x${j}`);
    const roles = { shop: 'categorical', y: 'target', ...Object.fromEntries(names.map((name) => [name, 'numeric'])) } as Record<string, ColumnRole>;
    const { result, estimate } = await mixed('s12-50-columns-20-rows.csv', roles);
    expect(estimate('Residual variance')).toMatchObject({ value: 0, note: 'the fit is exact: no residual is left' });
    const left = result.estimates.filter(({ note }) => note?.startsWith('left out'));
    // 48 rows train and validate: an intercept and 47 slopes fit them.
    expect(left.length).toBe(3);
    expect(Number.isFinite(result.metrics.mse)).toBe(true);
  });

  it('a binary response names its approximation (cases/b02-three-rows-each.csv)', async () => {
    const table = await caseTable('b02-three-rows-each.csv');
    const [level, ...rest] = table.columns.map(({ name }) => name);
    const roles = { [level]: 'categorical', ...Object.fromEntries(rest.map((name) => [name, 'numeric'])), [rest.at(-1) as string]: 'target' };
    const { estimate } = await mixed('b02-three-rows-each.csv', roles as Record<string, ColumnRole>, 'binary');
    expect(estimate(`Variance of ${level}`).note).toBe('by penalised quasi-likelihood: too small where levels have few rows');
    expect(estimate(`Variance of ${level}`).value).toBeCloseTo(0.87, 1);
  });
});

/** Mean square of the residuals of a line through the training rows, by the textbook formula. */
async function meanSquare(name: string, x: string, y: string): Promise<number> {
  const table = await caseTable(name);
  const { split } = tableAs(table, { [table.columns[0].name]: 'categorical', [x]: 'numeric', [y]: 'target' });
  const rows = [...split.train, ...split.validation];
  const cells = (column: string): number[] => {
    const found = table.columns.find((one) => one.name === column);
    return rows.map((row) => Number(found?.dictionary[found.codes[row]]));
  };
  const [a, b] = [cells(x), cells(y)];
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const slope = mean(a.map((value, i) => (value - ma) * (b[i] - mb))) / mean(a.map((value) => (value - ma) ** 2));
  return mean(b.map((value, i) => (value - mb - slope * (a[i] - ma)) ** 2));
}
