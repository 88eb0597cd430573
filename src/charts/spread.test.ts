import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './spread';

describe('spread', () => {
  it('never lets two labels overlap and keeps every label inside', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -50, max: 450, noNaN: true }), { minLength: 1, maxLength: 30 }), (wanted) => {
        const [top, bottom] = [28, 334];
        const placed = spread(wanted, 36, top, bottom);
        const gap = Math.min(36, wanted.length > 1 ? (bottom - top) / (wanted.length - 1) : 36);
        const sorted = [...placed].sort((a, b) => a - b);
        for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(gap - 1e-6);
        expect(sorted[0]).toBeGreaterThanOrEqual(top - 1e-6);
        expect(sorted[sorted.length - 1]).toBeLessThanOrEqual(bottom + 1e-6);
      }),
    );
  });

  it('keeps the order of the lines', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 9 }), (wanted) => {
        const placed = spread(wanted, 36, 0, 400);
        for (let i = 0; i < wanted.length; i++)
          for (let k = 0; k < wanted.length; k++) if (wanted[i] < wanted[k]) expect(placed[i]).toBeLessThan(placed[k]);
      }),
    );
  });

  it('leaves labels alone that have room', () => {
    expect(spread([200, 40, 120], 36, 0, 400)).toEqual([200, 40, 120]);
  });

  it('centres a pool on its members', () => {
    expect(spread([100, 100], 36, 0, 400)).toEqual([82, 118]);
  });
});
