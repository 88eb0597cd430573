import type { CategoricalColumn, Dataset } from '../../data/dataset';
import { hasGapLevel } from '../../data/levels';

/** Rows in some part of the division, ascending. */
export function usedRows({ split: { train, validation, test } }: Pick<Dataset, 'split'>): Uint32Array {
  const all = new Uint32Array(train.length + validation.length + test.length);
  all.set(train);
  all.set(validation, train.length);
  all.set(test, train.length + validation.length);
  return all.sort();
}

/**
 * Whether levels are numbered as they first appear in the rows that are used; otherwise a row that is not
 * used had one of them first.
 */
export function numberedByUsedRows({ codes, cardinality, labels }: CategoricalColumn, used: Uint32Array): boolean {
  const gap = hasGapLevel(labels) ? cardinality - 1 : -1;
  let next = 0;
  for (const row of used) {
    if (codes[row] === gap || codes[row] < next) continue;
    if (codes[row] > next) return false;
    next++;
  }
  return true;
}
