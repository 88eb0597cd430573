import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate';

describe('decimate', () => {
  it('keeps the first, the last, the least and the greatest, in order, within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 4, max: 1000 }),
        (values, limit) => {
          const kept = decimate(values, 0, values.length - 1, limit);
          expect(kept.length).toBeLessThanOrEqual(Math.max(limit, 4));
          expect(kept[0]).toBe(0);
          expect(kept[kept.length - 1]).toBe(values.length - 1);
          for (let i = 1; i < kept.length; i++) expect(kept[i]).toBeGreaterThan(kept[i - 1]);
          const drawn = kept.map((i) => values[i]);
          expect(Math.min(...drawn)).toBe(Math.min(...values));
          expect(Math.max(...drawn)).toBe(Math.max(...values));
        },
      ),
    );
  });

  it('takes every point of a short stretch', () => {
    expect(decimate([5, 4, 3, 2, 1], 1, 3)).toEqual([1, 2, 3]);
    expect(decimate([5], 1, 0)).toEqual([]);
  });

  it('keeps a break where a whole stretch is not a number', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i >= 2000 && i < 3000 ? Number.NaN : i));
    const kept = decimate(values, 0, 4999, 100);
    expect(kept.some((i) => Number.isNaN(values[i]))).toBe(true);
    expect(kept.length).toBeLessThanOrEqual(100);
  });
});
