import { describe, expect, it } from 'vitest';
import { extent, fitRange } from './range';

const hundred = Array.from({ length: 101 }, (_, i) => i);

describe('the range of an axis', () => {
  it('holds everything where nothing lies far out', () => {
    expect(fitRange(hundred, false)).toEqual({ range: [0, 100], outside: 0 });
    expect(fitRange([...hundred, 190], false)).toEqual({ range: [0, 190], outside: 0 });
    expect(extent([Number.NaN, 3, Number.POSITIVE_INFINITY, -1])).toEqual([-1, 3]);
    expect(extent([])).toEqual([0, 1]);
  });

  it('leaves out what would make the rest a blot, and counts it', () => {
    const { range, outside } = fitRange([...hundred, 1e6], false);
    expect(outside).toBe(1);
    expect(range[0]).toBe(0);
    expect(range[1]).toBeGreaterThan(100);
    expect(range[1]).toBeLessThan(130);
    expect(fitRange([...hundred, 1e6], true)).toEqual({ range: [0, 1e6], outside: 0 });
  });

  it('leaves out nothing of a few values, nor of values that hardly differ', () => {
    expect(fitRange([1, 2, 1e6], false)).toEqual({ range: [1, 1e6], outside: 0 });
    expect(fitRange([...Array.from({ length: 200 }, () => 5), 9], false)).toEqual({ range: [5, 9], outside: 0 });
  });
});
