import type { Factor } from './crossed';

/**
 * Why the data do not determine the variance of a factor: 'residual' where every level has one row, so that
 * only the sum with the residual variance shows; the number of an earlier factor where both divide the rows
 * alike, so that only the sum of both variances shows. Null where they do.
 */
export type Undetermined = 'residual' | number | null;

export function undetermined(factors: readonly Factor[]): Undetermined[] {
  const found: Undetermined[] = [];
  for (const [k, factor] of factors.entries()) {
    const twin = factors.slice(0, k).findIndex((earlier, l) => found[l] === null && dividesAlike(earlier, factor));
    found.push(singleRows(factor) ? 'residual' : twin >= 0 ? twin : null);
  }
  return found;
}

function singleRows({ codes, levels }: Factor): boolean {
  const seen = new Uint8Array(levels);
  for (const code of codes) {
    if (seen[code]) return false;
    seen[code] = 1;
  }
  return codes.length > 0;
}

/** Whether the levels of two factors stand for the same sets of rows. */
function dividesAlike(a: Factor, b: Factor): boolean {
  const forward = new Int32Array(a.levels).fill(-1);
  const back = new Int32Array(b.levels).fill(-1);
  for (let i = 0; i < a.codes.length; i++) {
    const [u, v] = [a.codes[i], b.codes[i]];
    if (forward[u] < 0 && back[v] < 0) {
      forward[u] = v;
      back[v] = u;
    } else if (forward[u] !== v || back[v] !== u) return false;
  }
  return true;
}
