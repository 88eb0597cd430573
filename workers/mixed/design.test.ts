import { describe, expect, it } from 'vitest';
import { fixedDesign, makingDesign } from './design';

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
