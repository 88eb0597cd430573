import type { ExperimentInput } from '../spec/experiment';
import type { Cell, MethodColumn, MetricColumn, MetricKey, Published } from './types';

/** What the experiments of the lab have in common: no paper has numbers of them. */

/** Shown as their paper in the list of experiments. */
export const LAB = 'Experiments of the lab';

/** A column that the second implementation has too, under the column's own id. */
export const column = (
  id: string,
  label: string,
  method: string,
  settings: Record<string, unknown> = {},
  training?: ExperimentInput['training'],
): MethodColumn => ({
  id,
  label,
  method,
  settings,
  published: id,
  paired: false,
  ...(training && { training }),
});

export const EPOCHS: MetricColumn = { key: 'epochs', label: 'Epochs', better: 'none', digits: 0 };
export const SECONDS: MetricColumn = { key: 'seconds', label: 'Seconds', better: 'none', digits: 1 };

/** A repetition draws its own data, split and weights. */
export const input =
  (dataset: ExperimentInput['dataset'], training: ExperimentInput['training']) =>
  (repetition: number): Omit<ExperimentInput, 'methods'> => ({
    dataset,
    training: { order: 'sequential', drawPastStop: false, ...training },
    seeds: { data: repetition, split: repetition, weights: repetition },
  });

/** `[mean, standard error]`, or the mean alone where no error is known. */
type Known = readonly [mean: number, se: number] | readonly [mean: number];

/** Numbers of a second implementation: by cell, then by metric, then by column. */
export function known(source: string, repetitions: number, cells: Record<string, Partial<Record<MetricKey, Record<string, Known>>>>): Published {
  return {
    source,
    cells: Object.fromEntries(
      Object.entries(cells).map(([cell, metrics]) => {
        const columns: Published['cells'][string] = {};
        for (const [metric, values] of Object.entries(metrics))
          for (const [id, [mean, se]] of Object.entries(values)) {
            columns[id] ??= { parameters: null, series: {}, summaries: {} };
            columns[id].summaries = { ...columns[id].summaries, [metric]: { n: repetitions, mean, se: se ?? null } };
          }
        return [cell, columns];
      }),
    ),
  };
}

/** A row of the table; with `columns`, of these alone. */
export const cell = (id: string, label: string, of: Cell['input'], columns?: readonly string[]): Cell => ({
  id,
  label,
  input: of,
  publishedRepetitions: 0,
  difference: null,
  ...(columns && { columns }),
});
