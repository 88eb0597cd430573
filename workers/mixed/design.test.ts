import { describe, expect, it } from 'vitest';
import { inOneGo } from './dense';
import { fixedDesign, leastSquares, makingDesign } from './design';

describe('the fixed effects of many rows', () => {
  it('are made with rests of some milliseconds, and are the same', () => {
    const rows = 300_000;
    const value = (i: number, j: number) => (j === 2 ? 3 : ((i * (7 + 4 * j)) % 101) / 10);
    const work = makingDesign(value, rows, 3);
    let rests = 0;
    for (;;) {
      const { done, value: made } = work.next();
      if (!done) {
        rests++;
        continue;
      }
      // Means of each column, products, and the columns themselves.
      expect(rests).toBeGreaterThanOrEqual(3 * 2 + 9 + 9);
      expect(made.kept).toEqual([0, 1]);
      const whole = fixedDesign(value, rows, 3);
      expect(made.x.every((entry, at) => entry === whole.x[at]) && made.x.length === 3 * rows).toBe(true);
      expect(made.x.at(1)).toBeCloseTo(value(0, 0) - Array.from({ length: rows }, (_, i) => value(i, 0)).reduce((a, b) => a + b) / rows, 8);
      return;
    }
  });
});

describe('least squares', () => {
  it('of a response that the columns give leaves nothing, and has coefficients to the last digit beside a year', () => {
    // y = 3 or 5 by group, and a quarter for each year about 2000.
    const [rows, p] = [60, 3];
    const x = new Float64Array(rows * p);
    const y = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const year = 2000 + (i % 10);
      x[i * p + (i % 2)] = 1;
      x[i * p + 2] = year;
      y[i] = (i % 2 === 0 ? 3 : 5) + year / 4;
    }
    const { coefficients, left } = inOneGo(leastSquares(x, p, y));
    for (const [k, wanted] of [3, 5, 0.25].entries()) expect(coefficients[k]).toBeCloseTo(wanted, 11);
    expect(left).toEqual(new Float64Array(rows));
  });
});
