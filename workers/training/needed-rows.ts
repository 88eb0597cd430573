import type { Dataset } from '../data/dataset';
import { EVALUATION_ROWS, eachSlice } from './batches';

/** From this share of the rows on, leaving out the others saves nothing worth the list. */
const NEARLY_ALL = 0.95;

/**
 * Which of `rows` are needed for the level vectors that the rows `wanted` take: those that share a level of some feature with one of them. Their places in
 * each slice of `rows` that is evaluated at once, in increasing order; null when these are nearly all rows.
 */
export function neededRows({ categorical }: Dataset, rows: Uint32Array, wanted: Uint32Array): Uint32Array[] | null {
  const present = categorical.map(({ cardinality, codes }) => {
    const levels = new Uint8Array(cardinality);
    for (const row of wanted) levels[codes[row]] = 1;
    return levels;
  });
  const slices = [...eachSlice(rows, EVALUATION_ROWS)].map((slice) => {
    const places: number[] = [];
    for (let place = 0; place < slice.length; place++)
      if (categorical.some(({ codes }, k) => present[k][codes[slice[place]]] === 1)) places.push(place);
    return Uint32Array.from(places);
  });
  const kept = slices.reduce((sum, places) => sum + places.length, 0);
  return kept > NEARLY_ALL * rows.length ? null : slices;
}
