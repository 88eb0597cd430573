import { normalCdf } from '../metrics/check/distributions';

const REACH = 6;
const PER_UNIT = 512;
const table = Float64Array.from({ length: 2 * REACH * PER_UNIT + 2 }, (_, i) => normalCdf(i / PER_UNIT - REACH));

/**
 * P(Z ≤ z) of a standard normal from a table, to 5 · 10⁻⁷; 0 and 1 beyond six deviations (10⁻⁹). Ranks add
 * millions of them.
 */
export function normalProbability(z: number): number {
  if (z <= -REACH) return 0;
  if (z >= REACH) return 1;
  const at = (z + REACH) * PER_UNIT;
  const cell = Math.floor(at);
  const low = table[cell];
  return low + (at - cell) * (table[cell + 1] - low);
}
