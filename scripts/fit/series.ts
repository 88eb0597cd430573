import type { Table } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { type ColumnChoice, type SeriesTableDataset, seriesTableSchema } from '../../workers/data/schema';
import type { ColumnPreview, TablePreview } from '../../workers/protocol';
import { list, share, whole } from '../cli';
import { oneOf, text, type Values } from './options';
import { askPressing, known, read } from './table';
import { tagOptions } from './tags';

/** A long table and the table of its series' tags, with everything that was chosen for them. */
export interface ReadSeries {
  tables: Table[];
  dataset: SeriesTableDataset;
  previews: TablePreview[];
}

const isNumber = ({ kind }: ColumnPreview): boolean => kind === 'number' || kind === 'whole number';

/**
 * Series are the columns named, else all columns of numbers; times the column named, else the first of dates.
 */
function longRoles(preview: TablePreview, values: Values, predicts: SeriesTableDataset['predicts']): ColumnChoice[] {
  const [named, target] = [text(values, 'columns'), text(values, 'target')];
  const time = text(values, 'time') ?? preview.columns.find(({ kind, index }) => kind === 'date' && !index)?.name;
  const ignored = list(text(values, 'ignore'));
  known(preview, [...list(named), ...ignored, ...(target ? [target] : []), ...(time ? [time] : [])]);
  const role = (column: ColumnPreview): ColumnChoice['role'] => {
    if (column.name === target) return predicts === 'next-step' ? 'numeric' : 'target';
    if (column.name === time) return 'time';
    if (ignored.includes(column.name)) return 'ignore';
    if (named !== undefined) return list(named).includes(column.name) ? 'numeric' : 'ignore';
    return isNumber(column) && !column.index ? 'numeric' : 'ignore';
  };
  return preview.columns.map((column) => ({ name: column.name, role: role(column) }));
}

/**
 * Tags are the columns that options name, else those that are guessed; the key is the column that names
 * series.
 */
async function featureRoles(table: Table, preview: TablePreview, values: Values, series: readonly string[]): Promise<ColumnChoice[]> {
  const { named, all } = await tagOptions(preview, values);
  const given = text(values, 'name-column');
  known(preview, [...(given ? [given] : []), ...named.keys()]);
  const names = new Set(series.map((name) => name.trim()));
  const naming = table.columns.find(({ dictionary }) => dictionary.some((cell) => names.has(cell.trim())))?.name;
  const key = given ?? naming ?? preview.columns[0].name;
  const blocks = preview.blocks?.flatMap(({ block, columns }) => columns.map((name): [string, string] => [name, block])) ?? [];
  const guessed = new Map(blocks);
  return preview.columns.map(({ name, role, tagSeparator }): ColumnChoice => {
    if (name === key) return { name, role: 'key' };
    const own = named.get(name);
    if (own) return { name, role: 'tags', ...own };
    if (named.size > 0) return { name, role: 'ignore' };
    const block = guessed.get(name);
    if (block !== undefined) return { name, role: 'tags', block };
    return role === 'tags' ? { name, role, ...(tagSeparator && { tagSeparator }), ...all } : { name, role: 'ignore' };
  });
}

/**
 * Series of one's own as the page would take them.
 *
 * @throws LabFailure for options that do not fit, a refused file and a question that must be answered first
 */
export async function readSeries(values: Values): Promise<ReadSeries> {
  const path = text(values, 'series') as string;
  const { table, preview } = await read(path, values);
  const predicts = oneOf(values, 'predict', ['next-step', 'regression', 'forecast'] as const, values.target === undefined ? 'next-step' : 'forecast');
  const columns = longRoles(preview, values, predicts);
  askPressing(table, preview, columns);
  const other = text(values, 'features');
  const features = other === undefined ? null : await read(other, {});
  const series = columns.filter(({ role }) => role === 'numeric').map(({ name }) => name);
  if (series.length === 0)
    throw new LabFailure('no-series', 'No column of the table is a series of numbers.', 'Name the columns with --columns, or correct their cells.');
  const tagsOf = features && {
    name: features.preview.name.slice(0, 200),
    fingerprint: features.table.fingerprint,
    columns: await featureRoles(features.table, features.preview, values, series),
    reading: features.table.steps,
  };
  const season = text(values, 'season');
  const dataset = seriesTableSchema.parse({
    kind: 'series-table',
    name: preview.name.slice(0, 200),
    fingerprint: table.fingerprint,
    columns,
    reading: table.steps,
    features: tagsOf,
    predicts,
    length: whole('window', text(values, 'window'), 24, 2),
    horizon: whole('horizon', text(values, 'horizon'), 1, 1),
    heldOut: whole('hold-out', text(values, 'hold-out'), 0),
    trainShare: 1 - share('test', text(values, 'test'), 0.25, 0.05, 0.9),
    period: season === undefined ? null : whole('season', season, 24, 2),
    scaling: oneOf(values, 'scaling', ['standardized', 'as-is'] as const, 'standardized'),
  });
  return { tables: features ? [table, features.table] : [table], dataset, previews: features ? [preview, features.preview] : [preview] };
}

/** What was done to the files, which columns are what, and what to know before training. */
export function seriesWords({ dataset, previews }: ReadSeries, warnings: readonly { message: string }[]): string[] {
  const read = previews.flatMap(({ name, steps }) => steps.map(({ words }) => `Read ${name}: ${words}`));
  const of = (choices: readonly ColumnChoice[], role: ColumnChoice['role']) =>
    choices.filter((choice) => choice.role === role).map(({ name }) => name);
  const { columns, features } = dataset;
  const line = (title: string, names: readonly string[]) => (names.length > 0 ? [`${title}: ${names.join(', ')}`] : []);
  return [
    ...read,
    ...line('Series', of(columns, 'numeric')),
    ...line('Target', of(columns, 'target')),
    ...line('Time', of(columns, 'time')),
    ...line('Left out', of(columns, 'ignore')),
    ...(features ? [...line(`Names in ${features.name}`, of(features.columns, 'key')), ...line('Tags', of(features.columns, 'tags'))] : []),
    ...warnings.map(({ message }) => `Note: ${message}`),
  ];
}
