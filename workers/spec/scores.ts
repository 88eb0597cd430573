import type { Task } from '../data/schema';
import { hasClasses, hasSeveralClasses, TASK_KINDS, TASKS } from '../data/tasks';
import { lowerIsBetter, SCORE_KEYS, type ScoreKey } from '../metrics/scores';
import type { MethodResult, MetricComparison } from '../training/method-result';

/**
 * The one metric that names a winner, wherever methods are compared: the loss that every method is asked to
 * keep small.
 */
export const primaryMetric = (task: Task, events = false): PrimaryMetric => (events ? 'concordance' : TASK_KINDS[task].loss);
export type PrimaryMetric = 'mse' | 'logLoss' | 'concordance';

/** Results of times to an event. */
export const hasConcordance = (results: readonly Pick<MethodResult, 'metrics'>[]): boolean =>
  results.some(({ metrics }) => typeof metrics.concordance === 'number');

/** The same of results: those of times to an event have a concordance. */
export const primaryOf = (results: readonly Pick<MethodResult, 'metrics'>[]): PrimaryMetric =>
  primaryMetric(results.some(({ metrics }) => metrics.logLoss !== null) ? 'binary' : 'regression', hasConcordance(results));

export { hasClasses, hasSeveralClasses, lowerIsBetter, SCORE_KEYS, TASK_KINDS, TASKS };

/** Half the width of a normal 95 % interval, in standard errors. */
export const NORMAL_95 = 1.959964;

type Difference = Omit<MetricComparison['differences'][number], 'method'>;

/**
 * Standard error that a difference is judged by: that over rows, or with the rows of a level taken together
 * where this is larger.
 */
export const judgedError = ({ standardError, byLevel }: Difference): number => Math.max(standardError, byLevel ?? 0);

/** A difference is beyond noise when its 95 % interval leaves out zero. */
export const beyondNoise = (difference: Difference): boolean => Math.abs(difference.difference) > NORMAL_95 * judgedError(difference);

/**
 * The method that is ahead of every other beyond noise by a metric; null when there is none, or when it is
 * not known.
 */
export function clearlyBest(comparison: readonly MetricComparison[] | null, metric: ScoreKey): string | null {
  const found = comparison?.find((one) => one.metric === metric);
  return found?.differences.every(beyondNoise) ? found.best : null;
}

/**
 * The test rows of a binary response hold one class only, so that there is no AUC and every other score is of
 * that class alone.
 */
export const oneClass = ({ metrics }: Pick<MethodResult, 'metrics'>): boolean =>
  metrics.logLoss !== null && Number.isFinite(metrics.logLoss) && !Number.isFinite(metrics.auc ?? Number.NaN);

/**
 * Whether predictions are worse than none at all, beyond the noise of the test rows: an AUC below one half,
 * or an R² below zero, which the mean of the test rows has.
 */
export function worseThanChance({ metrics, standardErrors }: Pick<MethodResult, 'metrics' | 'standardErrors'>): boolean {
  if (typeof metrics.concordance === 'number') return metrics.concordance + NORMAL_95 * (standardErrors?.concordance ?? 0) < 0.5;
  const [value, chance, error] = metrics.auc !== null ? [metrics.auc, 0.5, standardErrors?.auc] : [metrics.r2 ?? Number.NaN, 0, standardErrors?.r2];
  return value + NORMAL_95 * (error ?? 0) < chance;
}

/**
 * Correlation of the effects of tags with the true ones (docs/methods.md F2), the mean over columns of tags;
 * null without truth, and for a method that does not see tags.
 */
export function tagEffectsR({ tagEffects = [] }: Pick<MethodResult, 'tagEffects'>): number | null {
  const known = tagEffects.flatMap(({ r }) => r ?? []);
  return known.length > 0 ? known.reduce((sum, r) => sum + r, 0) / known.length : null;
}
