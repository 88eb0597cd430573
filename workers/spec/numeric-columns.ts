import { addedColumns } from '../data/lmmnn-columns';
import type { DatasetSpec } from '../data/schema';

/** x1, x2, … as simulations name their columns. */
export const numbered = (letter: string, count: number): string[] => Array.from({ length: count }, (_, j) => `${letter}${j + 1}`);

/** Names of the numeric columns of a dataset, as settings and formulas of methods name them. */
export function numericColumns(dataset: DatasetSpec): string[] {
  switch (dataset.kind) {
    case 'table':
      return dataset.columns.filter(({ role }) => role === 'numeric').map(({ name }) => name);
    case 'lmmnn':
      return [...numbered('x', dataset.p), ...addedColumns(dataset)];
    case 'simulated':
    case 'collaborative':
    case 'tags':
      return numbered('x', dataset.p);
    case 'growth':
      return ['x1'];
    case 'orange':
      return ['age_days'];
    case 'series-table':
    case 'tag-series':
      return [];
  }
}
