import { RandomStream } from '../random/random';

/** Levels of few rows and of many, by powers of two: 0, 1, 2–3, 4–7, … */
const stratumOf = (rows: number): number => (rows < 1 ? 0 : 1 + Math.floor(Math.log2(rows)));

/**
 * How many of each stratum: its share of the sample, but at least a quarter of what an equal division would
 * give it (or all it has), so that the few levels with most rows are not lost among the many with few.
 */
function allotted(sizes: readonly number[], count: number): number[] {
  const filled = sizes.filter((size) => size > 0).length;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const least = sizes.map((size) => Math.min(size, Math.floor(count / (4 * filled))));
  const left = count - least.reduce((sum, number) => sum + number, 0);
  const spare = total - least.reduce((sum, number) => sum + number, 0);
  const exact = sizes.map((size, s) => (spare > 0 ? (left * (size - least[s])) / spare : 0));
  const given = exact.map((share, s) => least[s] + Math.floor(share));
  // What rounding left over goes to the largest remainders.
  const order = sizes.map((_, s) => s).sort((a, b) => exact[b] - Math.floor(exact[b]) - (exact[a] - Math.floor(exact[a])) || a - b);
  let missing = count - given.reduce((sum, number) => sum + number, 0);
  for (const s of order) {
    if (missing > 0 && given[s] < sizes[s]) {
      given[s]++;
      missing--;
    }
  }
  return given;
}

/**
 * `count` levels in rising order, drawn at random within strata of their rows (powers of two); all of them
 * when there are no more. The same seed and name give the same sample.
 */
export function stratifiedLevels(rows: ArrayLike<number>, count: number, seed: number, name: string): Uint32Array<ArrayBuffer> {
  const q = rows.length;
  if (q <= count) return Uint32Array.from({ length: q }, (_, j) => j);
  const sizes: number[] = [];
  for (let j = 0; j < q; j++) {
    const s = stratumOf(rows[j]);
    while (sizes.length <= s) sizes.push(0);
    sizes[s]++;
  }
  const wanted = allotted(sizes, count);
  const random = new RandomStream(seed, `stratified/${name}`);
  const taken = new Uint32Array(count);
  const left = [...sizes];
  let at = 0;
  // Selection sampling (Knuth's algorithm S) in every stratum at once: one pass, rising order.
  for (let j = 0; j < q; j++) {
    const s = stratumOf(rows[j]);
    if (random.uniform() * left[s] < wanted[s]) {
      taken[at++] = j;
      wanted[s]--;
    }
    left[s]--;
  }
  return taken;
}
