import type { DatasetSpec } from '../../workers/data/schema';
import { addedColumns } from '../../workers/spec/facts';

const numbered = (p: number): string[] => Array.from({ length: p }, (_, j) => `x${j + 1}`);

/** Names of the numeric columns of a dataset, as methods' settings name them. */
export function numericColumns(dataset: DatasetSpec): string[] {
  switch (dataset.kind) {
    case 'table':
      return dataset.columns.filter(({ role }) => role === 'numeric').map(({ name }) => name);
    case 'lmmnn':
      return [...numbered(dataset.p), ...addedColumns(dataset)];
    case 'simulated':
    case 'collaborative':
    case 'tags':
      return numbered(dataset.p);
    case 'growth':
      return numbered(1);
    case 'orange':
      return ['age_days'];
    case 'series-table':
    case 'tag-series':
      return [];
  }
}
