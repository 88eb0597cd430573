import type { Dataset } from '../data/dataset';

/** From this share of the rows on, leaving out the others saves less than it costs. */
const NEARLY_ALL = 0.95;

/** For each categorical feature and level (cardinality), 1 where some of these rows have it. */
export function levelsOf({ categorical }: Pick<Dataset, 'categorical'>, rows: Uint32Array): Uint8Array[] {
  return categorical.map(({ cardinality, codes }) => {
    const levels = new Uint8Array(cardinality);
    for (const row of rows) levels[codes[row]] = 1;
    return levels;
  });
}

/**
 * Places in `rows` of those that share a level of some feature with `levels` (levelsOf), in increasing order:
 * all that the vectors of these levels are learned from. Undefined when these are nearly all rows.
 */
export function placesOf({ categorical }: Pick<Dataset, 'categorical'>, rows: Uint32Array, levels: readonly Uint8Array[]): Uint32Array | undefined {
  const places = new Uint32Array(rows.length);
  let count = 0;
  for (let place = 0; place < rows.length; place++) {
    for (let k = 0; k < levels.length; k++) {
      if (levels[k][categorical[k].codes[rows[place]]] === 0) continue;
      places[count++] = place;
      break;
    }
  }
  return count > NEARLY_ALL * rows.length ? undefined : places.subarray(0, count);
}
