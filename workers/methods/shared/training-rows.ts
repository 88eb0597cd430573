import type { Dataset } from '../../data/dataset';

/**
 * All training rows of a dataset in their given order: those that train, then those that validate, which
 * published encodings use as well.
 */
export function* trainingRows({ split }: Pick<Dataset, 'split'>): Generator<number> {
  yield* split.train;
  yield* split.validation;
}

/** The same at once. */
export function allTrainingRows({ split: { train, validation } }: Pick<Dataset, 'split'>): Uint32Array {
  const rows = new Uint32Array(train.length + validation.length);
  rows.set(train);
  rows.set(validation, train.length);
  return rows;
}
