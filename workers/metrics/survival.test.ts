import { expect, it } from 'vitest';
import { gammaQuantile } from './check/distributions';
import { kaplanMeier, weibullShare } from './survival';

it('the share left is that of Kaplan and Meier: 6-MP arm of Freireich et al. (1963)', () => {
  const time = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35];
  const seen = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0];
  const found = kaplanMeier(time, seen, [0, 5.9, 6, 7, 10, 13, 16, 22, 23, 35]);
  // As in every textbook and R's survival::survfit.
  const right = [1, 1, 0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448, 0.448];
  for (const [i, share] of right.entries()) expect(found[i]).toBeCloseTo(share, 3);
});

it('a Weibull curve leaves half at its median, and less where the risk is higher', () => {
  expect(weibullShare(3, 3, 1.7)).toBeCloseTo(0.5, 12);
  expect(weibullShare(3, 3, 1.7, 2)).toBeCloseTo(0.25, 12);
  expect(weibullShare(0, 3, 1.7)).toBe(1);
});

it('quantiles of a gamma frailty: exponential at variance 1', () => {
  expect(gammaQuantile(0.5, 1)).toBeCloseTo(Math.LN2, 8);
  expect(gammaQuantile(0.9, 1)).toBeCloseTo(-Math.log(0.1), 8);
  expect(gammaQuantile(0.3, 0)).toBe(1);
});
