import type { DatasetSpec, LmmnnDataset } from '../../workers/data/schema';
import { isDrawn } from '../../workers/spec/division';
import { CLASSES } from '../../workers/spec/facts';
import { count } from './format';

/** "1,000", or "1,000 × 2,000" where the features differ. */
function levelWords(levels: readonly number[]): string {
  const same = levels.every((level) => level === levels[0]);
  return same ? count(levels[0]) : levels.map(count).join(' × ');
}

/** A dataset after "on": "simulated data, q = 1,000". */
export function dataPhrase(dataset: DatasetSpec): string {
  if (dataset.kind === 'simulated') return `simulated data, q = ${levelWords(dataset.levels)}${unseenWords(dataset)}`;
  const name = datasetName(dataset);
  return !isDrawn(dataset) ? name : `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

/** Said of a test on levels, tags or sets of them that training never saw. */
const unseenWords = ({ split }: DatasetSpec): string => {
  if (split === 'by-level') return ', unseen levels';
  if (split === 'by-tag') return ', unseen tags';
  return split === 'by-combination' ? ', unseen sets of tags' : '';
};

/** A dataset in a few words: "Regression, q = 1,000". */
export function datasetName(dataset: DatasetSpec): string {
  return `${kindWords(dataset)}${unseenWords(dataset)}`;
}

const SERIES = { 'next-step': 'Series, next step', regression: 'Series, regression', forecast: 'Series, forecast' } as const;

/** Random effects of the LMMNN simulation; null: plain intercepts, which go without saying. */
export const EFFECTS: Record<NonNullable<LmmnnDataset['effects']>, string | null> = {
  intercepts: null,
  polynomials: 'Slopes in time',
  places: 'Places',
  graph: 'Nodes of a graph',
  products: 'Hidden features',
  cosines: 'Hidden features, cosines',
};

/** What a simulated response is where it is not normal: ', binary', ', 3 classes', ', counts'. */
export function endingOf(dataset: Pick<LmmnnDataset, 'task' | 'classes' | 'response'>): string {
  if (dataset.task === 'binary') return ', binary';
  if (dataset.task !== 'regression') return `, ${dataset.classes ?? CLASSES} ${dataset.task === 'ordinal' ? 'ordered classes' : 'classes'}`;
  return dataset.response === undefined || dataset.response === 'normal' ? '' : `, ${dataset.response}`;
}

function kindWords(dataset: DatasetSpec): string {
  switch (dataset.kind) {
    case 'orange':
      return 'Orange trees';
    case 'table':
    case 'series-table':
      return dataset.name;
    case 'growth':
      return `Growth curves, q = ${count(dataset.levels[0])}`;
    case 'tags':
      return `${dataset.task === 'binary' ? 'Tags, binary' : 'Tags'}, K = ${count(dataset.groups.reduce((sum, leaves) => sum + leaves + 1, 0))}`;
    case 'tag-series':
      return `${SERIES[dataset.predicts]}, ${count(dataset.series)} series`;
    case 'collaborative':
      return `${dataset.task === 'binary' ? 'Users and items, binary' : 'Users and items'}, ${dataset.levels.map(count).join(' × ')}`;
    case 'lmmnn': {
      const name = EFFECTS[dataset.effects ?? 'intercepts'] ?? (dataset.levels.length > 1 ? 'Crossed intercepts' : 'Random intercepts');
      return `${name}${endingOf(dataset)}, q = ${levelWords(dataset.levels)}`;
    }
    case 'simulated': {
      const task = dataset.task === 'regression' ? 'Regression' : 'Classification';
      if (dataset.levels.length === 1) return `${task}, q = ${count(dataset.levels[0])}`;
      const q = levelWords(dataset.levels);
      return dataset.levels.length === 3 && dataset.task === 'regression'
        ? `Three features, q = ${q}`
        : `${task}, ${dataset.levels.length} features, q = ${q}`;
    }
  }
}
