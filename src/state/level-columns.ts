import type { DatasetSpec } from '../../workers/data/schema';
import { roleFeatures } from '../../workers/spec/tags';

/** Names of the columns whose levels have vectors, as the data call them: columns of levels, then of tags. */
export function levelColumns(dataset: DatasetSpec): { levels: string[]; tags: string[] } {
  switch (dataset.kind) {
    case 'simulated':
    case 'lmmnn':
      return { levels: dataset.levels.map((_, k) => `z${k + 1}`), tags: [] };
    case 'collaborative':
      return { levels: ['user', 'item'], tags: [] };
    case 'growth':
      return { levels: ['curve'], tags: [] };
    case 'orange':
      return { levels: ['tree'], tags: [] };
    case 'tags':
    case 'tag-series':
      return { levels: [], tags: ['tags'] };
    case 'table':
      return {
        levels: roleFeatures(dataset.columns, 'categorical').map(({ name }) => name),
        tags: roleFeatures(dataset.columns, 'tags').map(({ name }) => name),
      };
    case 'series-table':
      return { levels: [], tags: roleFeatures(dataset.features?.columns ?? [], 'tags').map(({ name }) => name) };
  }
}
