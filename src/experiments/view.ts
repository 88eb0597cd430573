import { interval, type Summary, summarize } from '../../workers/papers/statistics';
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
    const other = column.published === null ? undefined : published?.cells[key]?.[column.published];
    const ours = spanOf(summarize(mine));
    const beside = spanOf(other?.summaries?.[metric.key] ?? summarize(other?.series[metric.key] ?? []));
    if (!ours && !beside) return [];
    const { light, dark } = lineOf(column.method);
    return [{ label: column.label, color: { light, dark }, ours: ours && { ...ours, repetitions: mine }, published: beside }];
  });
}

function spanOf(summary: Summary | null): { mean: number; low: number; high: number } | null {
  if (!summary) return null;
  const [low, high] = interval(summary) ?? [summary.mean, summary.mean];
  return { mean: summary.mean, low, high };
}

/** The table of what is shown; without published numbers while they load. */
export function tableOf(experiment: Experiment, published: Published | null, records: readonly UnitRecord[]): Table {
  return makeTable(experiment, published ?? { source: '', cells: {} }, records);
}
