import { interval, summarize } from '../../workers/papers/statistics';
import { makeTable, metricOf, type Table } from '../../workers/papers/table';
import type { Experiment, MetricColumn, Published, UnitRecord } from '../../workers/papers/types';
import type { IntervalRow } from '../charts/interval-chart';
import { lineOf } from '../ui/method-line';

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
