import { interval, summarize } from '../../workers/papers/statistics';
import type { Experiment, Kept, Published, UnitRecord } from '../../workers/papers/types';
import type { IntervalRow } from '../charts/interval-chart';
import type { LinesAxes, NamedLine } from '../charts/lines-chart';
import { short } from '../text/numbers';
import { lineOf } from '../ui/method-line';

const mean = (values: readonly (number | null)[]): number | null => summarize(values)?.mean ?? null;

/** q of a cell 'q=1000'. */
const levelsOf = (cell: string): number => Number(/q=(\d+)/.exec(cell)?.[1]);

/**
 * Figure 2, left: seconds per epoch over q, the mean over repetitions of each one's seconds over its epochs.
 * Seconds hold data preparation, fit, extraction, post-training and test prediction, as the authors measured;
 * epochs are those of the main fit (docs/methods.md A0).
 */
export function epochTimeLines(experiment: Experiment, published: Published | null, records: readonly UnitRecord[]): NamedLine[] {
  return experiment.columns.flatMap((column): NamedLine[] => {
    const style = lineOf(column.method);
    const ours = experiment.cells.flatMap(({ id }) => {
      const y = mean(
        records.map((record) => {
          const outcome = record.cell === id ? record.outcomes[column.id] : undefined;
          return outcome && 'result' in outcome ? (outcome.result.seconds.epochs + outcome.result.seconds.finishing) / outcome.result.epochs : null;
        }),
      );
      return y === null ? [] : [{ x: levelsOf(id), y }];
    });
    const theirs = experiment.cells.flatMap(({ id }) => {
      const series = column.published ? published?.cells[id]?.[column.published]?.series : undefined;
      const y = mean((series?.seconds ?? []).map((seconds, i) => (seconds === null || !series?.epochs?.[i] ? null : seconds / series.epochs[i])));
      return y === null ? [] : [{ x: levelsOf(id), y }];
    });
    return [
      { label: column.label, color: { light: style.light, dark: style.dark }, dash: style.dash, points: ours, dots: true },
      { label: `${column.label}, paper`, color: null, dash: style.dash, points: theirs, dots: true },
    ];
  });
}

export const epochTimeAxes = (experiment: Experiment): LinesAxes => ({
  title: 'Seconds per epoch, log scale',
  x: { label: 'q', log: true, ticks: experiment.cells.map(({ id }) => ({ at: levelsOf(id), text: short(levelsOf(id)) })) },
  y: { log: true, fromZero: false },
});

/** Of a column's repetitions, what was kept. */
function keptOf(records: readonly UnitRecord[], column: string): Kept[] {
  return records.flatMap((record) => {
    const outcome = record.outcomes[column];
    return outcome && 'result' in outcome && outcome.kept ? [outcome.kept] : [];
  });
}

/** Percent of its first value at every epoch, of the mean curve over repetitions. */
function percent(curves: readonly number[][]): { x: number; y: number }[] {
  const epochs = Math.max(0, ...curves.map((curve) => curve.length));
  return Array.from({ length: epochs }, (_, i) => ({
    x: i + 1,
    y: mean(curves.map((curve) => (i < curve.length ? (100 * curve[i]) / curve[0] : null))) ?? Number.NaN,
  })).filter(({ y }) => Number.isFinite(y));
}

/**
 * Figure 2, right: the published validation loss of each method, the lab's same loss, and the lab's
 * predictive one where it is another.
 */
export function lossLines(experiment: Experiment, published: Readonly<Record<string, number[]>> | null, records: readonly UnitRecord[]): NamedLine[] {
  return experiment.columns.flatMap((column): NamedLine[] => {
    const { light, dark, dash } = lineOf(column.method);
    const kept = keptOf(records, column.id).flatMap(({ curves }) => curves ?? []);
    const style = { color: { light, dark }, dots: false };
    const lines: NamedLine[] = [{ ...style, label: column.label, dash, points: percent(kept.map(({ objective }) => objective)) }];
    if (column.method === 'mmbeddings')
      lines.push({ ...style, label: `${column.label}, predictive`, dash: '2px,3px', points: percent(kept.map(({ predictive }) => predictive)) });
    const theirs = published?.[column.method];
    if (theirs) lines.push({ label: `${column.label}, paper`, color: null, dash, points: percent([theirs]), dots: false });
    return lines;
  });
}

export const LOSS_AXES: LinesAxes = {
  title: 'Validation loss, % of the first epoch',
  x: { label: 'Epoch', log: false, ticks: null },
  y: { log: false, fromZero: true },
};

/**
 * Figure 3: |r| of each true dimension with its best match, or R² on all estimated dimensions, with the
 * published value.
 */
export function matchRows(
  experiment: Experiment,
  published: Kept['matches'] | null,
  records: readonly UnitRecord[],
  column: string,
  which: 'r' | 'r2',
): IntervalRow[] {
  const kept = keptOf(records, column).flatMap(({ matches }) => matches ?? []);
  const { light, dark } = lineOf(experiment.columns.find(({ id }) => id === column)?.method ?? column);
  return Array.from({ length: published?.r.length ?? kept[0]?.r.length ?? 0 }, (_, m) => {
    const values = kept.map((matches) => Math.abs(matches[which][m]));
    const summary = summarize(values);
    const [low, high] = (summary && interval(summary)) ?? [summary?.mean ?? 0, summary?.mean ?? 0];
    const theirs = published && column === 'mmbeddings' ? Math.abs(published[which][m]) : null;
    return {
      label: `b${m + 1}`,
      color: { light, dark },
      ours: summary && { mean: summary.mean, low: Math.max(low, 0), high: Math.min(high, 1), repetitions: values },
      published: theirs === null ? null : { mean: theirs, low: theirs, high: theirs },
    };
  });
}
