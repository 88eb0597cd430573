import type { ColumnChoice, DatasetSpec, SeriesTableDataset } from '../../../workers/data/schema';
import type { ColumnPreview, DatasetSummary, TablePreview } from '../../../workers/protocol';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import type { DatasetFacts } from '../../../workers/spec/facts';
import { refusedMethods } from '../../../workers/spec/methods';
import type { TagSeparator } from '../../../workers/spec/tags';
import { presetOf, withDataset } from '../presets-on-page';

/** What windows are asked for, and how time is divided. */
export type WindowChoice = Pick<SeriesTableDataset, 'predicts' | 'length' | 'horizon' | 'heldOut' | 'trainShare' | 'period' | 'scaling'>;

/** The table of the series' tags, and which of its columns say what. */
export interface FeaturesChoice {
  preview: TablePreview;
  /** Column that names the series. */
  key: string;
  /** A column of tags, or what the names of a block of 0/1 columns begin with. */
  tags: { name: string; block: boolean };
  /** What stands between the labels of a cell; of a block null. */
  separator: TagSeparator | null;
}

/** What is chosen of a long table, besides the table itself: a row of it is a step of time. */
export interface SeriesChoice {
  window: WindowChoice;
  /** Column that is predicted; for the next step it is a series like the others. */
  target: string | null;
  time: string | null;
  /** Columns of numbers that are no series. */
  left: string[];
  features: FeaturesChoice | null;
  /** Name of the file of tags that the experiment of a link needs and that is not open yet. */
  wanted: string | null;
}

export const NO_SERIES: SeriesChoice = {
  window: { predicts: 'next-step', length: 24, horizon: 1, heldOut: 0, trainShare: 0.75, period: null, scaling: 'standardized' },
  target: null,
  time: null,
  left: [],
  features: null,
  wanted: null,
};

const isNumber = ({ kind }: ColumnPreview): boolean => kind === 'number' || kind === 'whole number' || kind === 'two values';

/** 1, 2, 3, … or the like: a count of the steps. */
const counts = ({ kind, levels, min, max }: ColumnPreview, rows: number): boolean =>
  kind === 'whole number' && levels === rows && min !== null && max !== null && max - min === rows - 1;

/** Columns that can be series: numbers that are neither the reader's row numbers nor the times. */
export const numberColumns = (preview: TablePreview, time: string | null): string[] =>
  preview.columns.filter((column) => isNumber(column) && !column.index && column.name !== time).map(({ name }) => name);

/** The columns that are series under this choice. */
export function seriesColumns(preview: TablePreview, { window, target, time, left }: SeriesChoice): string[] {
  const predicted = window.predicts === 'next-step' ? null : target;
  return numberColumns(preview, time).filter((name) => name !== predicted && !left.includes(name));
}

/** The first choice for a table: times are dates or a count of the steps, the target is the guessed one. */
export function firstSeries(preview: TablePreview): SeriesChoice {
  const { columns, rows } = preview;
  const time = columns.find((column) => !column.index && (column.kind === 'date' || column.dates !== null || counts(column, rows)))?.name ?? null;
  const numbers = numberColumns(preview, time);
  const target = columns.find(({ name, role }) => role === 'target' && numbers.includes(name))?.name ?? numbers.at(-1) ?? null;
  return { ...NO_SERIES, time, target };
}

/** The choice of an experiment that was made for this very table. */
export function seriesOf(preview: TablePreview, dataset: SeriesTableDataset): SeriesChoice {
  const { predicts, length, horizon, heldOut, trainShare, period, scaling, columns, features } = dataset;
  const named = (role: ColumnChoice['role']) => columns.filter((column) => column.role === role).map(({ name }) => name);
  const [time = null] = named('time');
  const series = new Set([...named('numeric'), ...named('target')]);
  return {
    window: { predicts, length, horizon, heldOut, trainShare, period, scaling },
    target: named('target')[0] ?? firstSeries(preview).target,
    time,
    left: numberColumns(preview, time).filter((name) => !series.has(name)),
    features: null,
    wanted: features?.name ?? null,
  };
}

/** The same choice for a table with other columns, or the same table read in another way. */
export function carriedSeries(choice: SeriesChoice, preview: TablePreview): SeriesChoice {
  const has = (name: string | null) => name !== null && preview.columns.some((column) => column.name === name);
  const first = firstSeries(preview);
  return {
    ...choice,
    time: choice.time === null || has(choice.time) ? choice.time : first.time,
    target: has(choice.target) ? choice.target : first.target,
  };
}

/** The first choice for a table of tags: the column with names of series, and the tags that are guessed. */
export function firstFeatures(preview: TablePreview, series: readonly string[]): FeaturesChoice {
  const names = new Set(series.map((name) => name.trim()));
  const naming = preview.columns.findIndex((_, index) => preview.head.some((row) => names.has(row[index]?.trim() ?? '')));
  const key = preview.columns[Math.max(0, naming)].name;
  const [block] = preview.blocks ?? [];
  const others = preview.columns.filter(({ name }) => name !== key);
  const column = others.find(({ role }) => role === 'tags') ?? (block ? undefined : (others.find(({ kind }) => kind === 'text') ?? others[0]));
  const tags = column ? { name: column.name, block: false } : { name: block?.block ?? '', block: true };
  return { preview, key, tags, separator: tags.block ? null : (column?.tagSeparator ?? ';') };
}

/** The choice of an experiment that was made for this very table of tags. */
export function featuresOf(preview: TablePreview, { columns }: NonNullable<SeriesTableDataset['features']>): FeaturesChoice {
  const key = columns.find(({ role }) => role === 'key')?.name ?? preview.columns[0].name;
  const first = columns.find(({ role }) => role === 'tags');
  if (!first) return firstFeatures(preview, []);
  const tags = first.block === undefined ? { name: first.name, block: false } : { name: first.block, block: true };
  return { preview, key, tags, separator: tags.block ? null : (first.tagSeparator ?? ';') };
}

/** Columns of the table of tags in their roles. */
function featureColumns({ preview, key, tags, separator }: FeaturesChoice): ColumnChoice[] {
  const inBlock = new Set(tags.block ? (preview.blocks?.find(({ block }) => block === tags.name)?.columns ?? []) : []);
  return preview.columns.map(({ name }): ColumnChoice => {
    if (name === key) return { name, role: 'key' };
    if (inBlock.has(name)) return { name, role: 'tags', block: tags.name };
    if (!tags.block && name === tags.name) return { name, role: 'tags', ...(separator !== null && { tagSeparator: separator }) };
    return { name, role: 'ignore' };
  });
}

const stepsOf = ({ steps }: TablePreview) => steps.map(({ step }) => step);

/** The two tables as the dataset of an experiment. */
export function seriesDatasetOf(preview: TablePreview, choice: SeriesChoice): SeriesTableDataset {
  const { window, target, time, features } = choice;
  const series = new Set(seriesColumns(preview, choice));
  const role = (name: string): ColumnChoice['role'] => {
    if (name === time) return 'time';
    if (window.predicts !== 'next-step' && name === target) return 'target';
    return series.has(name) ? 'numeric' : 'ignore';
  };
  return {
    kind: 'series-table',
    task: 'regression',
    name: preview.name.slice(0, 200),
    fingerprint: preview.fingerprint,
    columns: preview.columns.map(({ name }) => ({ name, role: role(name) })),
    reading: stepsOf(preview),
    features: features && {
      name: features.preview.name.slice(0, 200),
      fingerprint: features.preview.fingerprint,
      columns: featureColumns(features),
      reading: stepsOf(features.preview),
    },
    ...window,
    // Neither is used by a forecast.
    ...(window.predicts === 'forecast' && { heldOut: 0, period: null }),
    split: 'by-time',
    validation: 'rows',
    splitFeature: null,
  };
}

/** What the worker found in the series, as the page knows other data before training. */
export function seriesFacts({ tags, series, trainRows, validationRows, testRows }: DatasetSummary): DatasetFacts {
  return { task: 'regression', p: 0, levels: [], ...(tags && { tags }), ...(series && { series }), trainRows, validationRows, testRows, exact: true };
}

/**
 * The experiment with these series as its dataset. From rows of a table the methods and the training become
 * those of the preset for what is predicted; a method that cannot use these series is left out.
 */
export function seriesSpec(spec: ExperimentSpec, dataset: DatasetSpec, facts: DatasetFacts | null): ExperimentSpec {
  const { vectors: _vectors, ...next } = withDataset(spec, dataset);
  if (!facts) return next;
  const able = (methods: ExperimentSpec['methods']) => {
    const refused = new Set(refusedMethods(methods, facts).map(({ id }) => id));
    return methods.filter(({ id }) => !refused.has(id));
  };
  const kept = able(next.methods);
  return { ...next, methods: kept.length > 0 ? kept : able(presetOf(dataset).methods) };
}
