import { RandomStream } from '../random/random';

/**
 * `count` of the numbers 0 … n−1 without repetition, in rising order; all of them when n ≤ count. The same
 * seed and name give the same sample (Floyd's algorithm: memory only for the sample).
 */
export function sampleIndices(n: number, count: number, seed: number, name: string): Uint32Array {
  if (n <= count) return Uint32Array.from({ length: n }, (_, i) => i);
  const random = new RandomStream(seed, `sample/${name}`);
  const chosen = new Set<number>();
  for (let i = n - count; i < n; i++) {
    const j = random.integer(i + 1);
    chosen.add(chosen.has(j) ? i : j);
  }
  return Uint32Array.from(chosen).sort();
}
