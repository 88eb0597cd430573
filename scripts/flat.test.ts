import { beforeAll, expect, it } from 'vitest';
import { installNodeEngine } from '../workers/engine/node';
import { heldAfterRuns, heldAfterTables, slope } from './flat/measure';

/** `npm run flat` does more of the same 200 and 50 times. */
beforeAll(() => installNodeEngine('wasm'));

it('ten runs in one session leave nothing on the device, and no memory of WebAssembly', async () => {
  const all = await heldAfterRuns('wasm', 10, undefined, ['embeddings', 'deepfm'], 400);
  for (const kind of ['device', 'wasm'] as const) expect(new Set(all.slice(1).map((held) => held[kind])).size).toBe(1);
  expect(slope(all.map(({ buffers }) => buffers))).toBeLessThan(0.5);
}, 120_000);

it('of sixteen tables the last few are held, and nothing of those that were cancelled', async () => {
  const all = await heldAfterTables('wasm', 16, 1);
  const mean = (some: typeof all): number => some.reduce((sum, { buffers }) => sum + buffers, 0) / some.length;
  // Eight tables later: of tables that stayed it would be five megabytes; reading leaves a little that is
  // collected later.
  expect(mean(all.slice(-4)) - mean(all.slice(4, 8))).toBeLessThan(2.5);
});

it('a slope is that of the second half', () => {
  expect(slope([9, 9, 9, 9, 1, 2, 3, 4])).toBeCloseTo(1);
  expect(slope([1, 5, 2, 2])).toBe(0);
});
