import type { Dataset } from '../../data/dataset';

/** Rows in some part of the division, ascending. */
export function usedRows({ split: { train, validation, test } }: Pick<Dataset, 'split'>): Uint32Array {
  const all = new Uint32Array(train.length + validation.length + test.length);
  all.set(train);
  all.set(validation, train.length);
  all.set(test, train.length + validation.length);
  return all.sort();
}
