import { addedColumns, CLASSES } from '../data/lmmnn-columns';
import type { DatasetSpec, LmmnnDataset, TagSeriesDataset, TagSplitChoice, Task } from '../data/schema';
import type { SeriesShape } from '../data/series/series';
import { sideBySide, startsOfParts } from '../data/series/split';
import { testShare, trainingShare } from '../data/split';
import { expectedTags, groupedTags } from '../data/tag-groups';
import { placesFor, type TagShape } from '../data/tag-rows';
import { hasSeveralClasses } from '../data/tasks';

export { addedColumns, CLASSES };

/** What is known of a dataset before anything is computed. */
export interface DatasetFacts {
  task: Task;
  /** How many, for a response of several classes; absent for every other. */
  classes?: number;
  /** Numeric features. */
  p: number;
  /** Cardinality of each categorical feature. */
  levels: number[];
  /** Columns of tags, with the mean tags of a row where it is known; absent where there are none. */
  tags?: readonly (TagShape & { perRow?: number })[];
  /** The response is whole numbers from 0 on; absent where it is not. */
  counts?: true;
  /** The response is a time to an event that may be censored; absent where it is not. */
  events?: true;
  /** There are edges between the levels of a feature; absent where there are none. */
  edges?: true;
  /** Windows of series; absent for rows of a table. */
  series?: SeriesShape;
  trainRows: number;
  validationRows: number;
  testRows: number;
  /**
   * False where the levels are divided and not the rows: the numbers of rows are then about these, known once
   * the data are drawn.
   */
  exact: boolean;
}

const ORANGE = { rows: 35, p: 1, levels: [5] } as const;

/** Training rows without and with validation. */
function parts(training: number): { trainRows: number; validationRows: number } {
  const trainRows = trainingShare(training);
  return { trainRows, validationRows: training - trainRows };
}

const dividesRows = ({ split, validation }: Pick<TagSplitChoice, 'split' | 'validation'>): boolean => split === 'rows' && validation === 'rows';

/**
 * The facts of a simulated or shipped dataset; null for a table, of which only the worker that holds it knows
 * them.
 */
export function factsOf(dataset: DatasetSpec): DatasetFacts | null {
  switch (dataset.kind) {
    case 'simulated':
    case 'growth':
    case 'collaborative':
    case 'lmmnn': {
      const { task, levels, testRows } = dataset;
      const p = dataset.kind === 'growth' ? 1 : dataset.p + (dataset.kind === 'lmmnn' ? addedColumns(dataset).length : 0);
      return { task, p, levels, ...lmmnnFacts(dataset), ...parts(dataset.trainRows), testRows, exact: dividesRows(dataset) };
    }
    case 'tags': {
      const { task, p, testRows, groups } = dataset;
      const { labels, parents, most } = groupedTags(groups);
      const tags = [{ tags: labels.length, places: placesFor(most), parents, perRow: expectedTags(groups) }];
      return { task, p, levels: [], tags, ...parts(dataset.trainRows), testRows, exact: dividesRows(dataset) };
    }
    case 'tag-series':
      return seriesFacts(dataset);
    case 'orange': {
      const testRows = testShare(ORANGE.rows, 0.2);
      const { p, levels } = ORANGE;
      return { task: 'regression', p, levels: [...levels], ...parts(ORANGE.rows - testRows), testRows, exact: dividesRows(dataset) };
    }
    case 'table':
    case 'series-table':
      return null;
  }
}

/** What the LMMNN simulation draws besides intercepts, and in place of a normal response. */
function lmmnnFacts(dataset: DatasetSpec): Pick<DatasetFacts, 'classes' | 'counts' | 'events' | 'edges'> {
  if (dataset.kind !== 'lmmnn') return {};
  return { ...responseFacts(dataset), ...(dataset.effects === 'graph' && { edges: true }) };
}

function responseFacts(dataset: LmmnnDataset): Pick<DatasetFacts, 'classes' | 'counts' | 'events'> {
  if (hasSeveralClasses(dataset.task)) return { classes: dataset.classes ?? CLASSES };
  if (dataset.task !== 'regression') return {};
  return dataset.response === 'counts' ? { counts: true } : dataset.response === 'times' ? { events: true } : {};
}

/** Training rows are the windows of an epoch. */
function seriesFacts(dataset: TagSeriesDataset): DatasetFacts {
  const { predicts, length, steps, groups, series: count, trainShare } = dataset;
  const { labels, parents, most } = groupedTags(groups);
  const forecast = predicts === 'forecast';
  const outputs = forecast ? dataset.horizon : length;
  const parts = startsOfParts({ task: predicts, length, outputs, steps }, trainShare);
  const windows = ([from, end]: readonly [number, number], of: number) => of * sideBySide({ outputs }, end - from);
  const known = forecast ? 1 : count - dataset.heldOut;
  const places = placesFor(most);
  const sets = { tags: labels.length, places };
  return {
    task: 'regression',
    p: 0,
    levels: [],
    ...(!forecast && { tags: [{ ...sets, parents }] }),
    series: {
      task: predicts,
      length,
      channels: forecast ? 1 + count : dataset.clock ? 3 : 1,
      outputs,
      ...(forecast && { exogenousTags: { ...sets, rows: count } }),
    },
    trainRows: forecast ? parts.train[1] - parts.train[0] : windows(parts.train, known),
    validationRows: windows(parts.validation, known),
    testRows: windows(parts.test, forecast ? 1 : count),
    exact: true,
  };
}
