import type { DatasetSpec, DrawnDataset, SeriesChoice, SeriesTableDataset, TableDataset, TableSample } from '../data/schema';
import { roleFeatures } from '../data/tags/features';
import { hasClasses } from '../data/tasks';

/** The fields of a table that say how its rows are divided, except the share of test rows. */
export type TableDivision = Pick<TableDataset, 'split' | 'validation' | 'splitFeature' | 'splitColumn' | 'testValue' | 'stratify'>;

/** The published division: rows at random, the last tenth of the training rows validates. */
export const PUBLISHED_DIVISION: TableDivision = {
  split: 'rows',
  validation: 'rows',
  splitFeature: null,
  splitColumn: null,
  testValue: null,
  stratify: false,
};

/** The division of one's own table: as published, with the classes of a target in their shares. */
export const ownDivision = (task: TableDataset['task']): TableDivision => ({ ...PUBLISHED_DIVISION, stratify: hasClasses(task) });

/** Whether the data are a person's own: read from files, which no link and no record holds. */
export const isOwnTable = (dataset: DatasetSpec): dataset is TableDataset | SeriesTableDataset =>
  dataset.kind === 'table' || dataset.kind === 'series-table';

/** Whether the data are drawn by the lab: there is a truth, and other seeds give other data. */
export const isDrawn = (dataset: DatasetSpec): dataset is DrawnDataset => !isOwnTable(dataset) && dataset.kind !== 'orange';

export const isSeries = (dataset: DatasetSpec): dataset is SeriesChoice => 'predicts' in dataset;

/** Whether the classes of a target are kept in their shares: only where rows are drawn at random. */
const stratified = (dataset: DatasetSpec): boolean =>
  dataset.kind === 'table' && hasClasses(dataset.task) && dataset.stratify && dataset.split === 'rows' && dataset.validation === 'rows';

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

const grouped = (count: number): string => count.toLocaleString('en-US');

const features = (splitFeature: number | null): string =>
  splitFeature === null ? 'the feature with most levels' : `categorical feature ${splitFeature}`;

/** The column of tags that divides the rows, by name where it has one. */
function tagColumn(dataset: DatasetSpec): string {
  if (dataset.kind !== 'table') return 'the simulation';
  const names = roleFeatures(dataset.columns, 'tags').map(({ name }) => name);
  const chosen = dataset.splitFeature === null ? (names.length === 1 ? names[0] : undefined) : names[dataset.splitFeature - 1];
  return chosen ?? 'the column with most tags';
}

/** What tests, without its verb: "a random 20 % of the rows", "part 2 of 5 of the rows in random order". */
function testWords(dataset: Exclude<DatasetSpec, SeriesChoice>): string {
  const { split, splitFeature } = dataset;
  const fold = dataset.kind === 'table' || dataset.kind === 'orange' ? dataset.fold : undefined;
  const column = dataset.kind === 'table' ? (dataset.splitColumn ?? 'a column') : '';
  const part = fold ? `part ${fold.index} of ${fold.of}` : '';
  const share =
    dataset.kind === 'table'
      ? percent(dataset.testFraction)
      : dataset.kind === 'orange'
        ? '20 %'
        : percent(dataset.testRows / (dataset.trainRows + dataset.testRows));
  switch (split) {
    case 'rows':
      if (fold) return `${part} of the rows in random order`;
      return dataset.kind === 'table' || dataset.kind === 'orange'
        ? `a random ${share} of the rows`
        : `${grouped(dataset.testRows)} of the simulated rows, at random`;
    case 'by-level':
      return fold
        ? `the rows of ${part} of the levels of ${features(splitFeature)}`
        : `the rows of a random ${share} of the levels of ${features(splitFeature)}`;
    case 'by-tag':
      return `the rows that have one of some random tags of ${tagColumn(dataset)}, about ${share}, so that no training row has these tags`;
    case 'by-combination':
      return fold
        ? `the rows of ${part} of the sets of tags of ${tagColumn(dataset)}`
        : `the rows of a random ${share} of the sets of tags of ${tagColumn(dataset)}, so that no training row has the same set`;
    case 'by-group':
      return fold ? `${part} of the groups of ${column}, each kept together` : `a random ${share} of the groups of ${column}, each kept together`;
    case 'by-time':
      return fold
        ? `block ${fold.index + 1} of ${fold.of + 1} in the order of ${column}`
        : `the latest ${share} by ${column}, with all rows of the time they begin with`;
    case 'by-column': {
      const value = dataset.kind === 'table' ? dataset.testValue : null;
      return value === null ? `those that ${column} marks for the test` : `those with ${value} in ${column}`;
    }
  }
}

function validationWords(dataset: Exclude<DatasetSpec, SeriesChoice>): string {
  const { split, validation, splitFeature } = dataset;
  if (split === 'by-time') return 'the latest tenth of the past before them validates';
  if (split === 'by-group') return 'a tenth of the groups left validates';
  if (split === 'by-column' && dataset.kind === 'table' && dataset.testValue === null)
    return 'those it marks for validation validate, or else a random tenth of the others';
  if (validation === 'by-level') {
    const byTags = split === 'by-tag' || split === 'by-combination';
    return `a tenth of the levels left of ${features(byTags ? null : splitFeature)} validates`;
  }
  if (validation === 'by-tag') return 'those of some more tags, about a tenth of the others, validate, and no training row has these tags either';
  return 'a random tenth of the others validates';
}

/** How windows of series are divided. */
function seriesWords({ trainShare, heldOut, predicts }: SeriesChoice): string {
  const known = predicts === 'forecast' || heldOut === 0 ? '' : `; ${heldOut} series only test`;
  return `Test windows are in the last ${percent(1 - trainShare)} of the steps; the last tenth of the steps before validates${known}.`;
}

/** How the rows are divided, in one sentence. */
export function splitWords(dataset: DatasetSpec): string {
  if (isSeries(dataset)) return seriesWords(dataset);
  const classes = stratified(dataset) ? `, ${dataset.kind === 'table' && dataset.task !== 'binary' ? 'all' : 'both'} classes in their shares` : '';
  return `Test rows are ${testWords(dataset)}; ${validationWords(dataset)}${classes}.`;
}

/** Whether a table is to be divided by a column that is not chosen yet. */
export const needsColumn = ({ split, splitColumn }: Pick<TableDivision, 'split' | 'splitColumn'>): boolean =>
  (split === 'by-group' || split === 'by-time' || split === 'by-column') && splitColumn === null;

/** Whether the test rows are the same for every split seed: they follow from the table alone. */
export const hasFixedTest = ({ split }: DatasetSpec): boolean => split === 'by-time' || split === 'by-column';

/** What part of a table is used. `rows`: of the file, and of the sample. */
export function sampleWords(sample: TableSample, rows: { file: number; drawn: number }): string {
  const [file, drawn] = [rows.file.toLocaleString('en'), rows.drawn.toLocaleString('en')];
  if ('rows' in sample) return `Used: ${drawn} of ${file} rows, drawn at random.`;
  return `Used: all rows of ${sample.levels.toLocaleString('en')} levels of ${sample.of}, drawn at random: ${drawn} of ${file} rows.`;
}
