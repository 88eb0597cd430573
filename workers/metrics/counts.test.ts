import { expect, test } from 'vitest';
import { areCounts, poissonDeviance, rowPoissonDeviances } from './counts';
import { rowInfluence, standardError } from './score-errors';

test('the deviance of counts is that of R: sum(poisson()$dev.resids(y, mu, 1)) / n', () => {
  const y = [0, 1, 3, 7];
  const mu = [0.5, 1, 2.5, 9];
  // > poisson()$dev.resids(c(0, 1, 3, 7), c(0.5, 1, 2.5, 9), 1)
  // [1] 1.00000000 0.00000000 0.09392934 0.48159800
  expect([...rowPoissonDeviances(y, mu)].map((value) => value.toFixed(8))).toEqual(['1.00000000', '0.00000000', '0.09392934', '0.48159800']);
  expect(poissonDeviance(y, mu)).toBeCloseTo(0.39388184, 7);
  const rows = [1, 0, 0.09392934, 0.481598];
  const mean = rows.reduce((sum, one) => sum + one, 0) / 4;
  const variance = rows.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 3;
  expect(standardError(rowInfluence('poissonDeviance', y, mu) as Float64Array)).toBeCloseTo(Math.sqrt(variance / 4), 7);
});

test('a mean that no count can have gives no deviance', () => {
  expect([...rowPoissonDeviances([1, 0, 0, 1], [0, 0, -1, Number.NaN])]).toEqual([Number.POSITIVE_INFINITY, 0, Number.NaN, Number.NaN]);
  expect(rowInfluence('poissonDeviance', [1, 0], [-1, 2])).toBeNull();
  expect(areCounts([0, 3, 12])).toBe(true);
  expect(areCounts([0, 1.5])).toBe(false);
  expect(areCounts([-1, 2])).toBe(false);
});
