import type { RandomStream } from './random';

/**
 * Numbers drawn without replacement, each set as likely (Knuth, The Art of Computer Programming, 3.4.2,
 * algorithm S).
 *
 * @param n they are of 0 … n − 1
 * @param count how many; all where there are no more
 * @returns them in rising order
 */
export function drawNumbers(n: number, count: number, random: RandomStream): Uint32Array {
  const chosen = new Uint32Array(Math.min(count, n));
  for (let i = 0, at = 0; at < chosen.length; i++) if ((n - i) * random.uniform() < chosen.length - at) chosen[at++] = i;
  return chosen;
}
