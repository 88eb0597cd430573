import { expect, it } from 'vitest';
import { fuzz } from './fuzz/properties';
import { KINDS, type Kind } from './fuzz/readers';

/** Those that take some milliseconds each. */
const FEWER: readonly Kind[] = ['tags', 'series', 'folders', 'parquet', 'json'];

/** `npm run fuzz` runs ten thousand of each. */
it.each(KINDS)('%s that mean no good are taken or refused in words', async (kind) => {
  const runs = FEWER.includes(kind) ? 60 : 150;
  const { taken, refused } = await fuzz(kind, runs);
  expect(taken + refused).toBeGreaterThanOrEqual(runs);
  expect(refused).toBeGreaterThan(5);
  expect(taken).toBeGreaterThan(0);
});
