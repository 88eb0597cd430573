import { labelOf } from '../ui/method-line';
import { againstIgnore, errorOf, type MetricColumn, numberOf, scoreOf } from './columns';
import { methodsOf, type RunView } from './model';
import type { EstimateGroup } from './random-effects';
import type { Twin } from './twin';

/** The method that others are held against. */
export const BASELINE = 'ignore';

/** The table as it is copied and saved: the words of waiting rows left empty. */
export function resultsTwin(
  run: Pick<RunView, 'spec' | 'results' | 'comparison'>,
  columns: MetricColumn[],
  parameters: (method: string) => number | null,
): Twin {
  const ignore = run.results[BASELINE];
  const [main] = columns;
  const against = run.comparison?.find(({ metric }) => metric === main.key);
  return {
    caption: 'Results on test rows',
    columns: [
      'Method',
      'Parameters',
      ...columns.flatMap((column) => (scoreOf(column) ? [column.name, `SE of ${column.name}`] : [column.name])),
      `${main.name} minus the least`,
      'SE of the difference',
      'SE of the difference by level',
      `${main.name} against Ignore (%)`,
      'Epochs',
      'Best epoch',
      'Seconds',
    ],
    rows: methodsOf(run.spec).map((method) => {
      const result = run.results[method];
      const cells = columns.flatMap((column) => {
        const value = result ? numberOf(column, result) : null;
        return scoreOf(column) ? [value, result ? errorOf(column, result) : null] : [value];
      });
      if (!result) return [labelOf(method), parameters(method), ...cells, null, null, null, null, null, null, null];
      const difference = against?.differences.find((one) => one.method === method);
      return [
        labelOf(method),
        result.parameters,
        ...cells,
        difference?.difference ?? (against?.best === method ? 0 : null),
        difference?.standardError ?? null,
        difference?.byLevel ?? null,
        againstIgnore(main, result, ignore),
        result.epochs,
        result.bestEpoch,
        result.seconds.epochs + result.seconds.finishing,
      ];
    }),
  };
}

/** Estimates as a table. */
export function estimatesTwin(groups: readonly EstimateGroup[]): Twin {
  return {
    caption: 'Estimated variances and fixed effects of the finished methods, and numbers of their fits.',
    columns: ['Quantity', 'Method', 'Estimate', 'Standard error', 'Low (95 %)', 'High (95 %)', 'Truth', 'Note'],
    rows: groups.flatMap(({ name, rows }) =>
      rows.map(({ method, value, standardError, interval, truth, note }) => {
        const [low, high] = interval ?? [null, null];
        return [name, labelOf(method), value, standardError, low, high, truth, note];
      }),
    ),
  };
}
