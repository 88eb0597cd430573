import type { RandomStream } from '../../random/random';
import { LabFailure } from '../failure';

/** Sine and cosine of the hour. */
export const clockOf = (steps: number, period: number): Float32Array[] =>
  [Math.sin, Math.cos].map((wave) => Float32Array.from({ length: steps }, (_, t) => wave((2 * Math.PI * t) / period)));

/**
 * Which series train.
 * @throws LabFailure 'no-known-series' where none would be left
 */
export function knownSeries(count: number, heldOut: number, random: RandomStream): Uint8Array {
  if (heldOut >= count)
    throw new LabFailure('no-known-series', `${heldOut} of ${count} series are to be held out, so none is left to train.`, 'Hold out fewer series.');
  const order = Uint32Array.from({ length: count }, (_, f) => f);
  random.shuffle(order);
  const known = new Uint8Array(count).fill(1);
  for (const f of order.subarray(0, heldOut)) known[f] = 0;
  return known;
}
