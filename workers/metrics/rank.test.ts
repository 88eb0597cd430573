import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pearson, ranks, spearman } from './rank';

it('ranks any numbers by how many are less, ties in the middle of theirs', () => {
  // Few distinct values among them, so that there are ties; both zeros, which are equal and differ in their
  // bits.
  const number = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, 1, -1, 5e-324, -5e-324, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 60 }), (values) => {
      const expected = values.map((v) => values.filter((u) => u < v).length + (values.filter((u) => u === v).length + 1) / 2);
      expect([...ranks(Float64Array.from(values))]).toEqual(expected);
    }),
  );
});

it('ranks many numbers that differ in their last digits alone', () => {
  const place = fc.integer({ min: 0, max: 200 });
  fc.assert(
    fc.property(fc.array(place, { minLength: 30, maxLength: 150 }), fc.constantFrom(1, -1), (places, sign) => {
      const values = Float64Array.from(places, (at) => sign * (1 + at * 2 ** -50));
      expect(ranks(values)).toEqual(ranks(Float64Array.from(places, (at) => sign * at)));
    }),
  );
});

it('gives Spearman’s correlation by ranks, and none of constants and of what is not a number', () => {
  const a = Float64Array.of(3, 1, 4, 1, 5);
  expect(spearman(a, Float64Array.of(30, 10, 40, 10, 5000))).toBe(1);
  expect(spearman(a, Float64Array.of(2, 7, 1, 8, 2))).toBeCloseTo(pearson([3, 1.5, 4, 1.5, 5], [2.5, 4, 1, 5, 2.5]), 12);
  expect(spearman(a, Float64Array.of(1, 1, 1, 1, 1))).toBeNaN();
  expect(spearman(a, Float64Array.of(1, 2, Number.NaN, 3, 4))).toBeNaN();
});
