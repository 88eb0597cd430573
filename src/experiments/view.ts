import { interval, summarize } from '../../workers/papers/statistics';
import { makeTable, metricOf, type Table } from '../../workers/papers/table';
import type { Experiment, MetricColumn, Published, UnitRecord } from '../../workers/papers/types';
import { lineOf } from '../app/method-line';
import type { IntervalRow } from '../charts/interval-chart';

/** Rows of the dot-and-interval chart of one cell and metric; methods without any number are left out. */
export function intervalRows(
  experiment: Experiment,
  published: Published | null,
  records: readonly UnitRecord[],
  cell: string,
  metric: MetricColumn,
): IntervalRow[] {
  return experiment.columns.flatMap((column): IntervalRow[] => {
    const mine = records.flatMap((record) => {
      const outcome = record.cell === cell ? record.outcomes[column.id] : undefined;
      const value = outcome && 'result' in outcome ? metricOf(outcome.result, metric.key) : null;
      return value === null ? [] : [value];
    });
    const key = column.publishedCell ? `${cell},${column.publishedCell}` : cell;
    const theirs = column.published === null ? [] : (published?.cells[key]?.[column.published]?.series[metric.key] ?? []);
    const ours = span(mine);
    const beside = span(theirs);
    if (!ours && !beside) return [];
    const { light, dark } = lineOf(column.method);
    return [{ label: column.label, color: { light, dark }, ours: ours && { ...ours, repetitions: mine }, published: beside }];
  });
}

function span(values: readonly (number | null)[]): { mean: number; low: number; high: number } | null {
  const summary = summarize(values);
  if (!summary) return null;
  const [low, high] = interval(summary) ?? [summary.mean, summary.mean];
  return { mean: summary.mean, low, high };
}

/** The table of what is shown; without published numbers while they load. */
export function tableOf(experiment: Experiment, published: Published | null, records: readonly UnitRecord[]): Table {
  return makeTable(experiment, published ?? { source: '', cells: {} }, records);
}

/** Where recorded repetitions come from, in words: version, engine and dates. */
export function provenance(records: readonly UnitRecord[]): string {
  if (records.length === 0) return '';
  const days = records.map(({ finished }) => finished.slice(0, 10)).sort();
  const engines = [...new Set(records.map(({ backend, threads }) => `${backend.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`))];
  const versions = [...new Set(records.map(({ lab }) => lab))];
  const when = days[0] === days[days.length - 1] ? days[0] : `${days[0]} to ${days[days.length - 1]}`;
  return `Lab ${versions.join(', ')}, ${engines.join(' and ')}, ${when}`;
}
