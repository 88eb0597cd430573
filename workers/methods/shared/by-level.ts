import type { Dataset } from '../../data/dataset';

/** Rows sorted by the levels of the features, the first one first. */
export function byLevel(rows: Uint32Array, { categorical }: Dataset): Uint32Array {
  return rows.slice().sort((a, b) => {
    for (const { codes } of categorical) if (codes[a] !== codes[b]) return codes[a] - codes[b];
    return a - b;
  });
}
