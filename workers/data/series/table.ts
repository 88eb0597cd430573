import { RandomStream } from '../../random/random';
import { columnAs } from '../as-role';
import { cellIn, firstTextRow, numbersOf, textsIn } from '../cells';
import type { Dataset, TagColumn } from '../dataset';
import { LabFailure } from '../failure';
import { tooLarge } from '../large-numbers';
import { placeOf as whereOf } from '../place';
import { quote } from '../refusals';
import type { ColumnChoice, SeriesTableDataset } from '../schema';
import { type Scale, scaleFor, scaleOf } from '../standardize';
import { MISSING, type Table, type TableColumn } from '../table';
import { dropUnseenTags } from '../tags/unseen';
import { seriesTags } from './features';
import { clockOf, knownSeries } from './parts';
import { placeOf, type Series, windowsOf } from './series';
import { splitWindows, timeParts } from './split';
import { type Times, timesOf } from './time';
import { allowedWindows } from './windows-allowed';

type Warning = { code: string; message: string };

const counted = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

/** Columns with a role, as numbers. @throws LabFailure naming column and line of a cell that is none */
function numericColumns(table: Table, choices: readonly ColumnChoice[], role: 'numeric' | 'target'): TableColumn[] {
  return choices
    .filter((choice) => choice.role === role)
    .map((choice) => {
      const column = columnAs(table, { ...choice, role: 'numeric' }, choices);
      if (textsIn(column) === 0) throw new LabFailure('series-empty', `The column ${quote(column.name)} has no value.`, 'Ignore this column.');
      if (column.textLevels > 0) {
        const row = firstTextRow(column);
        throw new LabFailure(
          'series-text',
          `The column ${quote(column.name)} holds ${quote(cellIn(column, row) ?? '')} on ${whereOf(table, row)}, which is not a number.`,
          'Ignore the column, or correct the cell.',
        );
      }
      const failure = tooLarge(table, column, 'numeric column');
      if (failure) throw failure;
      return column;
    });
}

const valueAt = (column: TableColumn, row: number): number => numbersOf(column)(row);

/**
 * A long table (a row a step of time, columns of series and of the target) with the tags of its series, from
 * a second table. Every series, and the target, is standardised by the steps before the test unless the spec
 * leaves them as they are. Next-step errors are then in standard deviations of each series; those of a target
 * in its own unit. Windows with a missing cell or across a gap in time are left out and told.
 *
 * @param features the table of tags; null where there is none
 * @throws LabFailure naming what is wrong and where, and those of `splitWindows`, `timesOf` and `seriesTags`
 */
export function seriesDataset(table: Table, features: Table | null, spec: SeriesTableDataset, seeds: { split: number }): Dataset {
  const { columns, predicts, length, scaling } = spec;
  const own = numericColumns(table, columns, 'numeric');
  const target = targetOf(table, spec);
  if (own.length === 0)
    throw new LabFailure('no-series', 'No column is a series.', 'Give the columns of numbers that move in time the role numeric.');
  const steps = table.rows;
  const outputs = predicts === 'forecast' ? spec.horizon : length;
  const before = Uint32Array.from({ length: timeParts({ steps, outputs }, spec.trainShare).test }, (_, t) => t);
  const scales = own.map((column) =>
    scaleFor(
      scaleOf((t) => valueAt(column, t), [before]),
      scaling,
    ),
  );
  const values = new Float32Array(own.length * steps);
  own.forEach((column, f) => {
    for (let t = 0; t < steps; t++) values[f * steps + t] = (valueAt(column, t) - scales[f].mean) / scales[f].scale;
  });
  const unit: Scale = target
    ? scaleFor(
        scaleOf((t) => valueAt(target, t), [before]),
        scaling,
      )
    : { mean: 0, scale: 1 };
  const times = timeColumn(table, columns);
  const names = own.map(({ name }) => name);
  const series: Series = {
    task: predicts,
    steps,
    length,
    outputs,
    names,
    values,
    scales,
    clock: predicts === 'forecast' || spec.period === null ? [] : clockOf(steps, spec.period),
    target: target && Float32Array.from({ length: steps }, (_, t) => (valueAt(target, t) - unit.mean) / unit.scale),
    known: knownSeries(own.length, predicts === 'forecast' ? 0 : spec.heldOut, new RandomStream(seeds.split, 'held-out series')),
    innovationVariance: null,
    times: times?.labels ?? null,
  };
  const split = splitWindows(series, spec.trainShare, seeds.split, allowedWindows(series, times?.gaps ?? []));
  const matched = features && spec.features ? seriesTags(features, spec.features.columns, names) : null;
  if (predicts === 'forecast' && matched && matched.tags.length > 1)
    throw new LabFailure(
      'several-tag-columns',
      `${matched.tags.length} columns of tags describe the series: ${matched.tags.map(({ name }) => quote(name)).join(', ')}; a forecast takes one.`,
      'Keep one column of tags, or put all tags of a series into one cell.',
    );
  const warnings = [
    ...(matched?.warnings ?? []),
    ...missingWarning(table, [...own, ...(target ? [target] : [])]),
    ...gapWarning(table, times),
    ...unusedWarning(series, split),
  ];
  return {
    task: 'regression',
    rows: windowsOf(series),
    x: new Float32Array(0),
    p: 0,
    xScales: null,
    categorical: [],
    ...(matched && { tags: withoutUnseen(matched.tags, series) }),
    series: { ...series, warnings },
    y: new Float32Array(0),
    targetScale: unit.scale,
    targetMean: unit.mean,
    targetName: target?.name ?? (scaling === 'standardized' ? 'next value, in standard deviations' : 'next value'),
    classLabels: null,
    split,
    truth: null,
    fingerprint: table.fingerprint,
  };
}

function targetOf(table: Table, { predicts, columns }: SeriesTableDataset): TableColumn | null {
  if (predicts === 'next-step') return null;
  const targets = numericColumns(table, columns, 'target');
  if (targets.length === 1) return targets[0];
  throw new LabFailure(
    targets.length === 0 ? 'no-target' : 'several-targets',
    targets.length === 0
      ? 'No column is the target that is to be predicted.'
      : `${targets.length} columns are targets: ${targets.map(({ name }) => quote(name)).join(', ')}.`,
    targets.length === 0 ? 'Give one column the role target, or predict the next step of every series.' : 'Keep one target.',
  );
}

function timeColumn(table: Table, columns: readonly ColumnChoice[]): Times | null {
  const choice = columns.find(({ role }) => role === 'time');
  return choice ? timesOf(table, choice.name, choice.dayFirst) : null;
}

/** Tags that no known series has are taken out of the sets of new ones. */
function withoutUnseen(tags: readonly TagColumn[], { known }: Series): TagColumn[] {
  const all = Uint32Array.from(known, (_, f) => f);
  const none = new Uint32Array(0);
  const parts = { train: all.filter((f) => known[f] === 1), validation: none, test: all.filter((f) => known[f] === 0) };
  // Which test rows these are, windows would have to say; the sets are those of series.
  return dropUnseenTags(tags, parts).map(({ unseenRows: _, ...column }) => column);
}

function missingWarning(table: Table, columns: readonly TableColumn[]): Warning[] {
  const holes = columns.filter(({ missing }) => missing > 0);
  if (holes.length === 0) return [];
  const all = holes.reduce((sum, { missing }) => sum + missing, 0);
  const [first] = holes;
  const where = `${all === 1 ? 'in' : 'the first in'} ${quote(first.name)} on ${whereOf(table, first.codes.indexOf(MISSING))}`;
  return [
    {
      code: 'series-missing',
      message: `${counted(all, 'cell')} ${all === 1 ? 'is' : 'are'} missing, ${where}: windows with a missing cell are left out.`,
    },
  ];
}

function gapWarning(table: Table, times: Times | null): Warning[] {
  if (!times || times.gaps.length === 0) return [];
  const [first] = times.gaps;
  const more = times.gaps.length === 1 ? '' : `, and ${counted(times.gaps.length - 1, 'more time')}`;
  return [
    {
      code: 'series-gap',
      message: `Time does not go on evenly from ${whereOf(table, first - 1)} (${times.labels[first - 1]}) to ${whereOf(table, first)} (${times.labels[first]})${more}: no window crosses such a gap.`,
    },
  ];
}

/** Series none of whose windows is used, because too few of their steps stand together. */
function unusedWarning(series: Series, split: Dataset['split']): Warning[] {
  if (series.task === 'forecast') return [];
  const used = new Set([split.train, split.validation, split.test].flatMap((rows) => Array.from(rows, (row) => placeOf(series, row).series)));
  const lost = series.names.filter((_, f) => !used.has(f));
  if (lost.length === 0) return [];
  return [
    {
      code: 'series-unused',
      message: `${lost.slice(0, 5).map(quote).join(', ')}${lost.length > 5 ? ` and ${lost.length - 5} more` : ''} ${lost.length === 1 ? 'is' : 'are'} shorter than a window everywhere, and not used.`,
    },
  ];
}
