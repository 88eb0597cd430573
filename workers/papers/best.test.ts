import { expect, it } from 'vitest';
import { bestOf } from './best';

const best = (series: Record<string, (number | null)[]>, lower = true) => bestOf(new Map(Object.entries(series)), lower);

it('is that of the repetitions that all have, not of a mean over other data', () => {
  // b has the easy ones alone, where a is better.
  expect(best({ a: [1, 2, 50, 60], b: [1.5, 2.5, null, null], c: [4, 5, 40, 41] })).toEqual({ id: 'a', mean: 1.5, n: 2, apart: [] });
  expect(best({ a: [1, 2], b: [3, 5] }, false)).toEqual({ id: 'b', mean: 4, n: 2, apart: [] });
});

it('leaves out what shares fewer than two repetitions with the others, the fewest first', () => {
  expect(best({ none: [], once: [0, null, null], nan: [Number.NaN, 0, null], a: [null, 5, 7], b: [null, 4, 6] })).toEqual({
    ...{ id: 'b', mean: 5, n: 2 },
    apart: ['none', 'nan', 'once'],
  });
  expect(best({ a: [1], b: [2] })).toBeNull();
  expect(best({ a: [1, 2, null, null], b: [null, null, 1, 2] })).toBeNull();
  expect(best({ a: [1, 2] })).toBeNull();
  expect(best({})).toBeNull();
});
