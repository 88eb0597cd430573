import type { Dataset } from '../data/dataset';
import { lossByGroup } from '../metrics/tag-effects';
import { rowLosses } from './compare';
import type { TagErrors } from './method-result';
import { learnedRows, newCombinations, setColumns, setOf } from './tag-sets';
import { rowsWithErrors } from './test-metrics';

/** Rows with at least so many tags are one group. */
const MANY = 10;

/**
 * Errors of the test rows by how many tags they have, and by whether a training row has the same set: for
 * every column of tags, and for methods that do not look at tags as well.
 */
export function tagErrors(all: Dataset, allPredictions: ArrayLike<number>): TagErrors[] {
  const { dataset, predictions } = rowsWithErrors(all, allPredictions);
  const losses = rowLosses(dataset, predictions);
  const { test } = dataset.split;
  return setColumns(dataset).map((column) => {
    const sizes = Array.from(test, (row) => Math.min(MANY, setOf(column, row).length));
    const isNew = newCombinations(column, learnedRows(dataset), test);
    const [seen, unseen] = lossByGroup(losses, isNew, 2);
    const bySize = lossByGroup(losses, sizes, MANY + 1).map((group, size) => ({ tags: size, orMore: size === MANY, ...group }));
    return { feature: column.name, bySize: bySize.filter(({ rows }) => rows > 0), seen, unseen };
  });
}
