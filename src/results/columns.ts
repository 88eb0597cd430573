import type { DatasetSummary, MethodResult, TestMetrics } from '../../workers/protocol';
import { decimalsFor, fixed } from '../text/numbers';

/** A metric's column of the results table. */
export interface MetricColumn {
  key: keyof TestMetrics;
  /** Plain name, for files and screen readers. */
  name: string;
  /** Name with a subscript or superscript: ['RMSE', 'D', 'sub']. */
  mark?: { base: string; small: string; place: 'sub' | 'sup' };
  better: 'lower' | 'higher';
  /** Decimals; 'size': as many as the values of the column ask for. */
  decimals: number | 'size';
}

const REGRESSION: MetricColumn[] = [
  { key: 'mse', name: 'MSE', better: 'lower', decimals: 'size' },
  { key: 'mae', name: 'MAE', better: 'lower', decimals: 'size' },
  { key: 'r2', name: 'R²', mark: { base: 'R', small: '2', place: 'sup' }, better: 'higher', decimals: 2 },
];
const BINARY: MetricColumn[] = [
  { key: 'logLoss', name: 'Log loss', better: 'lower', decimals: 3 },
  { key: 'auc', name: 'AUC', better: 'higher', decimals: 3 },
  { key: 'accuracy', name: 'Accuracy', better: 'higher', decimals: 3 },
];
const TRUTH: MetricColumn[] = [
  { key: 'rmseD', name: 'RMSE_D', mark: { base: 'RMSE', small: 'D', place: 'sub' }, better: 'lower', decimals: 3 },
  { key: 'frobenius', name: 'Frobenius', better: 'lower', decimals: 3 },
  { key: 'spearman', name: 'Spearman', better: 'higher', decimals: 3 },
  { key: 'aucB', name: 'AUC_B', mark: { base: 'AUC', small: 'B', place: 'sub' }, better: 'higher', decimals: 3 },
];

/** Columns for a task; those of the truth are absent without one. The first is the error that is compared with Ignore. */
export const metricColumns = (task: DatasetSummary['task'], hasTruth: boolean): MetricColumn[] => [
  ...(task === 'binary' ? BINARY : REGRESSION),
  ...(hasTruth ? TRUTH : []),
];

/** Decimals of a column, the same in all its cells. */
export function columnDecimals(column: MetricColumn, results: MethodResult[]): number {
  if (column.decimals !== 'size') return column.decimals;
  return decimalsFor(results.map((result) => result.metrics[column.key] ?? Number.NaN));
}

/** The best value of a column as it is written, so that what reads the same is bold alike; null when no method has one. */
export function bestText(column: MetricColumn, results: MethodResult[]): string | null {
  const values = results.map((result) => result.metrics[column.key]).filter((value): value is number => value !== null && Number.isFinite(value));
  if (values.length === 0) return null;
  return fixed(column.better === 'lower' ? Math.min(...values) : Math.max(...values), columnDecimals(column, results));
}

/** Change of the main error against Ignore, in percent; null without either. */
export function againstIgnore(column: MetricColumn, result: MethodResult, ignore: MethodResult | undefined): number | null {
  const own = result.metrics[column.key];
  const base = ignore?.metrics[column.key];
  return own === null || base === null || base === undefined || !(base > 0) ? null : 100 * (own / base - 1);
}

/** Levels that the fits of the embedding view look at, at most (embeddingView in workers/metrics). */
const COMPARED_LEVELS = 20_000;

/**
 * The R² that pure noise reaches on average in "Embedding against truth": a least-squares fit on `d` regressors with an intercept explains d/(n−1) of the
 * variance of n unrelated values. Null where that is too little to matter.
 */
export function chanceR2(d: number, levels: number): number | null {
  const chance = d / (Math.min(levels, COMPARED_LEVELS) - 1);
  return chance >= 0.005 ? Math.min(1, chance) : null;
}

/** What pure noise scores in AUC_B with ten dimensions, where it was checked (METHODS.md E18); else null. */
export function chanceAucB(q: number): string | null {
  return { 100: '0.67', 1000: '0.555', 10000: '0.515' }[q] ?? null;
}
