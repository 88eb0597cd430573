import type { DatasetSummary, MethodResult, MetricComparison, ScoreKey, TestMetrics } from '../../workers/protocol';
import { clearlyBest, hasClasses, oneClass, SCORE_KEYS, tagEffectsR } from '../../workers/spec/scores';
import { decimalsFor, measured } from '../text/numbers';

/** A metric's column of the results table. */
export interface MetricColumn {
  key: keyof TestMetrics | 'tagR';
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
const TIMES: MetricColumn[] = [{ key: 'concordance', name: 'Concordance', better: 'higher', decimals: 3 }];
const CLASSES: MetricColumn[] = [
  { key: 'logLoss', name: 'Log loss', better: 'lower', decimals: 3 },
  { key: 'auc', name: 'AUC', better: 'higher', decimals: 3 },
  { key: 'accuracy', name: 'Accuracy', better: 'higher', decimals: 3 },
];
/** Of counts, where a method of the run takes the response as such. */
const COUNTS: MetricColumn = { key: 'poissonDeviance', name: 'Poisson deviance', better: 'lower', decimals: 'size' };
const OF_COUNTS: MetricColumn[] = [COUNTS, { key: 'logScore', name: 'Log score', better: 'higher', decimals: 3 }];
const TRUTH: MetricColumn[] = [
  { key: 'rmseD', name: 'RMSE_D', mark: { base: 'RMSE', small: 'D', place: 'sub' }, better: 'lower', decimals: 3 },
  { key: 'frobenius', name: 'Frobenius', better: 'lower', decimals: 3 },
  { key: 'spearman', name: 'Spearman', better: 'higher', decimals: 3 },
  { key: 'aucB', name: 'AUC_B', mark: { base: 'AUC', small: 'B', place: 'sub' }, better: 'higher', decimals: 3 },
];

/** Where tags were simulated. */
const TAGS: MetricColumn = { key: 'tagR', name: 'r of tag effects', better: 'higher', decimals: 3 };

/** What a numeric response is taken as. */
type ResponseKind = { counts?: boolean; events?: unknown };

/** The kind of response that results are of, by the scores they have. */
export const responseOf = (results: readonly MethodResult[]): ResponseKind => ({
  counts: results.some(({ metrics }) => 'poissonDeviance' in metrics),
  events: results.some(({ metrics }) => 'concordance' in metrics),
});

/** The number of a column; null where the result has none. */
export const numberOf = ({ key }: Pick<MetricColumn, 'key'>, result: MethodResult): number | null =>
  key === 'tagR' ? tagEffectsR(result) : (result.metrics[key] ?? null);

/**
 * Columns for a task; those of the truth are absent without one. The first is the metric that names a winner
 * and that is compared with Ignore. `response`: whether a numeric response is counts or times to an event.
 */
export const metricColumns = (task: DatasetSummary['task'], hasTruth: boolean, hasTags = false, response: ResponseKind = {}): MetricColumn[] => [
  ...(response.events ? TIMES : []),
  ...(hasClasses(task) ? CLASSES : REGRESSION),
  ...(response.counts ? OF_COUNTS : []),
  ...(hasTruth ? TRUTH : []),
  ...(hasTruth && hasTags ? [TAGS] : []),
];

/** Values closer together than this are the same number but for the order of its sums. */
const SAME = 1e-9;
/** Digits are added to a column until different values differ in print, but no more than so many. */
const MORE_DECIMALS = 4;

/**
 * Decimals of a column, the same in all its cells: as many as its values ask for, and more where two that
 * differ would read the same.
 */
export function columnDecimals(column: MetricColumn, results: MethodResult[]): number {
  const values = results.map((result) => numberOf(column, result)).filter((value): value is number => value !== null && Number.isFinite(value));
  const least = column.decimals === 'size' ? decimalsFor(values) : column.decimals;
  const sorted = [...values].sort((a, b) => a - b);
  const reads = (decimals: number) =>
    sorted.every((value, i) => {
      const before = sorted[i - 1];
      return i === 0 || value - before <= SAME * Math.abs(value) || measured(before, decimals) !== measured(value, decimals);
    });
  let decimals = least;
  while (decimals < least + MORE_DECIMALS && !reads(decimals)) decimals++;
  return decimals;
}

const SCORES: ReadonlySet<string> = new Set(SCORE_KEYS);

/** The column as a score of predictions; null for one that compares with the truth. */
export const scoreOf = ({ key }: Pick<MetricColumn, 'key'>): ScoreKey | null => (SCORES.has(key) ? (key as ScoreKey) : null);

/** Standard error of a cell over the test rows; null where it is not known. */
export function errorOf(column: MetricColumn, result: MethodResult): number | null {
  const key = scoreOf(column);
  return (key && result.standardErrors?.[key]) ?? null;
}

/**
 * A standard error as it is written after its score: to the score's decimals, or to two figures where these
 * are finer.
 */
export function errorText(error: number, decimals: number): string {
  const own = error > 0 ? 1 - Math.floor(Math.log10(error)) : 0;
  return measured(error, Math.max(decimals, Math.min(8, own)));
}

/**
 * The method set in bold in a column: ahead of every other beyond the noise of the test rows; null when none
 * is, or when that is not known.
 */
export function boldMethod(column: MetricColumn, results: MethodResult[], comparison: readonly MetricComparison[] | null): string | null {
  const key = scoreOf(column);
  return key === null || results.some(oneClass) ? null : clearlyBest(comparison, key);
}

/** Change of the main error against Ignore, in percent; null without either. */
export function againstIgnore(column: MetricColumn, result: MethodResult, ignore: MethodResult | undefined): number | null {
  // Of a concordance, which has no zero, no share can be told.
  if (column.better === 'higher') return null;
  const own = numberOf(column, result);
  const base = ignore ? numberOf(column, ignore) : null;
  return own === null || base === null || !(base > 0) ? null : 100 * (own / base - 1);
}

/** Levels that the fits of the embedding view look at, at most (embeddingView in workers/metrics). */
const COMPARED_LEVELS = 20_000;

/**
 * The R² that pure noise reaches on average in "Embedding against truth": a least-squares fit on `d`
 * regressors with an intercept explains d/(n−1) of the variance of n unrelated values. Null where that is too
 * little to matter.
 */
export function chanceR2(d: number, levels: number): number | null {
  const chance = d / (Math.min(levels, COMPARED_LEVELS) - 1);
  return chance >= 0.005 ? Math.min(1, chance) : null;
}

/**
 * What pure noise scores in AUC_B with ten dimensions, where it was checked (docs/methods.md E18); else null.
 */
export function chanceAucB(q: number): string | null {
  return { 100: '0.67', 1000: '0.555', 10000: '0.515' }[q] ?? null;
}
