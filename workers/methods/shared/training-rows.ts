import type { Dataset } from '../../data/dataset';

/**
 * All training rows of a dataset in their given order: those that train, then those that validate, which
 * published encodings use as well.
 */
export function* trainingRows({ split }: Pick<Dataset, 'split'>): Generator<number> {
  yield* split.train;
  yield* split.validation;
}
