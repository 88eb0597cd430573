import type { LevelVectors } from './pca';

/** Levels that differ in their vectors, and which of them each level is. */
export interface Distinct {
  /** First level of each vector. */
  levels: Uint32Array<ArrayBuffer>;
  /** Place in `levels` of each level asked for. */
  place: Uint32Array<ArrayBuffer>;
}

/** Exact duplicates put together, as of levels that no training row has: all at 0 in many methods. */
export function distinctLevels({ values, d }: LevelVectors, levels: ArrayLike<number>): Distinct {
  const words = new Uint32Array(d);
  const row = new Float32Array(words.buffer);
  const buckets = new Map<number, number[]>();
  const first: number[] = [];
  const place = new Uint32Array(levels.length);
  const same = (a: number, b: number): boolean => {
    for (let m = 0; m < d; m++) if (values[a * d + m] !== values[b * d + m]) return false;
    return true;
  };
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i];
    // − 0 is 0.
    for (let m = 0; m < d; m++) row[m] = values[level * d + m] + 0;
    let hash = 0x811c9dc5;
    for (let m = 0; m < d; m++) hash = Math.imul(hash ^ words[m] ^ (words[m] >>> 15), 0x01000193);
    const bucket = buckets.get(hash);
    const known = bucket?.find((at) => same(first[at], level));
    if (known !== undefined) place[i] = known;
    else {
      place[i] = first.push(level) - 1;
      if (bucket) bucket.push(place[i]);
      else buckets.set(hash, [place[i]]);
    }
  }
  return { levels: Uint32Array.from(first), place };
}

/** The vectors of some levels, one after another. */
export function takeVectors({ values, d }: LevelVectors, levels: ArrayLike<number>): Float32Array {
  const taken = new Float32Array(levels.length * d);
  for (let i = 0; i < levels.length; i++) for (let m = 0; m < d; m++) taken[i * d + m] = values[levels[i] * d + m];
  return taken;
}
