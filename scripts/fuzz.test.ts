import { expect, it } from 'vitest';
import { fuzz } from './fuzz/properties';

/** `npm run fuzz` runs ten thousand of each. */
it.each(['links', 'tables', 'records', 'sessions'] as const)('%s that mean no good are taken or refused in words', async (kind) => {
  const { taken, refused } = await fuzz(kind, 200);
  expect(taken + refused).toBeGreaterThanOrEqual(200);
  expect(refused).toBeGreaterThan(20);
  expect(taken).toBeGreaterThan(0);
});
