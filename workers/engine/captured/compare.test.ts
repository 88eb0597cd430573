import { describe, expect, it } from 'vitest';
import { largestDifference } from './compare';

describe('largestDifference', () => {
  const of = (actual: number[], expected: number[], lengths: number[]): number =>
    largestDifference(Float32Array.from(actual), Float32Array.from(expected), lengths);

  it('is relative to the largest of each array', () => {
    expect(of([1, 0.5, 0.25], [1, 0.5, 0.5], [1, 2])).toBeCloseTo(0.5);
    expect(of([1, 0.5], [1, 0.5], [1, 1])).toBe(0);
  });

  it('does not take an array of rounding errors for numbers', () => {
    expect(of([1, 2e-8], [1, -1e-8], [1, 1])).toBeLessThan(1e-5);
  });

  it('tells a number from none', () => {
    expect(of([Number.NaN], [1], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(of([1], [Number.POSITIVE_INFINITY], [1])).toBe(Number.POSITIVE_INFINITY);
    expect(of([Number.NaN, 1], [Number.NaN, 1], [2])).toBe(0);
    expect(of([1], [1, 1], [2])).toBe(Number.POSITIVE_INFINITY);
  });
});
