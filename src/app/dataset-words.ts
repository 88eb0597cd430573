import type { DatasetSpec } from '../../workers/data/schema';
import { count } from './format';

/** A dataset after "on": "simulated data, q = 1,000". */
export function dataPhrase(dataset: DatasetSpec): string {
  if (dataset.kind !== 'simulated') return datasetName(dataset);
  const same = dataset.levels.every((level) => level === dataset.levels[0]);
  return `simulated data, q = ${same ? count(dataset.levels[0]) : dataset.levels.map(count).join(' × ')}`;
}

/** A dataset in a few words: "Regression, q = 1,000". */
export function datasetName(dataset: DatasetSpec): string {
  if (dataset.kind === 'orange') return 'Orange trees';
  if (dataset.kind === 'table') return dataset.name;
  const task = dataset.task === 'regression' ? 'Regression' : 'Classification';
  if (dataset.levels.length === 1) return `${task}, q = ${count(dataset.levels[0])}`;
  const name = dataset.task === 'regression' ? 'Three features' : 'Classification';
  const same = dataset.levels.every((level) => level === dataset.levels[0]);
  const q = same ? count(dataset.levels[0]) : dataset.levels.map(count).join(' × ');
  return dataset.levels.length === 3 && dataset.task === 'regression' ? `${name}, q = ${q}` : `${task}, ${dataset.levels.length} features, q = ${q}`;
}
