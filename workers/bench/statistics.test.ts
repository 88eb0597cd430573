import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSlope, median, ratio, timingOf } from './statistics';

describe('the numbers of the bench', () => {
  it('takes the middle value, or the mean of the two middle ones, and leaves its input alone', () => {
    const values = [9, 1, 5];
    expect(median(values)).toBe(5);
    expect(values).toEqual([9, 1, 5]);
    expect(median([4, 1, 2, 100])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('has at most half of the values on either side of the median', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });

  it('says median and range of the rounds', () => {
    expect(timingOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, rounds: [3, 1, 2] });
  });

  it('compares within rounds: what slows a whole round does not move the ratio', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: 1, maxLength: 9 }), (slowdowns) => {
        const ours = slowdowns.map((slow) => 2 * slow);
        const theirs = slowdowns.map((slow) => 7 * slow);
        expect(ratio(theirs, ours)).toBeCloseTo(3.5, 9);
      }),
    );
    expect(ratio([10, 20], [5])).toBe(2);
    expect(ratio([], [1])).toBeNull();
  });

  it('finds the power of growth', () => {
    const n = [1e3, 1e4, 1e5];
    expect(logSlope(n, [2, 20, 200])).toBeCloseTo(1, 12);
    expect(
      logSlope(
        n,
        n.map((rows) => 3 * rows ** 1.5),
      ),
    ).toBeCloseTo(1.5, 12);
  });
});
