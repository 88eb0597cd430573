import { expect, it } from 'vitest';
import { epochLoss } from './epoch-loss';

it('weights by rows or takes the plain mean', () => {
  expect(epochLoss('by-rows', [1, 4], [30, 10])).toBeCloseTo(1.75);
  expect(epochLoss('by-batches', [1, 4], [30, 10])).toBeCloseTo(2.5);
});
