import { type Factor, hasCodes, type LevelFactor, type SetFactor } from './factor';

/**
 * Why the data do not determine the variance of a factor: 'residual' where no two rows share a level (and all
 * have as many), so that only the sum with the residual variance shows; the number of an earlier factor where
 * both divide the rows alike, so that only the sum of both variances shows. Null where they do.
 */
export type Undetermined = 'residual' | number | null;

export function undetermined(factors: readonly Factor[]): Undetermined[] {
  const found: Undetermined[] = [];
  for (const [k, factor] of factors.entries()) {
    const twin = factors.slice(0, k).findIndex((earlier, l) => found[l] === null && alike(earlier, factor));
    found.push((hasCodes(factor) ? singleRows(factor) : singleSets(factor)) ? 'residual' : twin >= 0 ? twin : null);
  }
  return found;
}

function singleRows({ codes, levels }: LevelFactor): boolean {
  const seen = new Uint8Array(levels);
  for (const code of codes) {
    if (seen[code]) return false;
    seen[code] = 1;
  }
  return codes.length > 0;
}

/** No two rows share a level and all have equally many: Z Z' is a multiple of the identity. */
function singleSets({ offsets, ids, levels }: SetFactor): boolean {
  const rows = offsets.length - 1;
  if (rows === 0) return false;
  for (let i = 0; i < rows; i++) if (offsets[i + 1] - offsets[i] !== offsets[1] - offsets[0]) return false;
  return ids.length > 0 && singleRows({ codes: Int32Array.from(ids), levels });
}

/** Two factors of levels that divide the rows alike, or two of the same sets. */
function alike(a: Factor, b: Factor): boolean {
  if (hasCodes(a) || hasCodes(b)) return hasCodes(a) && hasCodes(b) && dividesAlike(a, b);
  const same = (left: ArrayLike<number>, right: ArrayLike<number>): boolean =>
    left.length === right.length && Array.from(left).every((value, i) => value === right[i]);
  return same(a.offsets, b.offsets) && same(a.ids, b.ids);
}

/** Whether the levels of two factors stand for the same sets of rows. */
function dividesAlike(a: LevelFactor, b: LevelFactor): boolean {
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
