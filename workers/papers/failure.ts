import { SCORE_KEYS, type ScoreKey } from '../metrics/scores';
import type { MetricKey, Outcome, UnitRecord } from './types';

const isScore = (key: MetricKey | ScoreKey): key is ScoreKey => SCORE_KEYS.some((score) => score === key);
const isNumber = (value: number | null | undefined): boolean => typeof value === 'number' && Number.isFinite(value);

/**
 * Why a column has no score in a repetition; null where it has one, where none is defined, and where it was
 * not fitted. A score that is not a finite number (null, once it is stored) is a failure where another column
 * has one on the same rows, and where the column has no loss either: else these rows have no such score.
 */
export function failureIn({ outcomes }: Pick<UnitRecord, 'outcomes'>, column: string, key: MetricKey | ScoreKey): string | null {
  const outcome: Outcome | undefined = outcomes[column];
  if (!outcome) return null;
  if ('failure' in outcome) return outcome.failure;
  if (!isScore(key)) return null;
  const { metrics } = outcome.result;
  if (metrics[key] === undefined || isNumber(metrics[key])) return null;
  const others = Object.values(outcomes).some((other) => 'result' in other && isNumber(other.result.metrics[key]));
  return others || !(isNumber(metrics.mse) || isNumber(metrics.logLoss)) ? 'its score is not a finite number' : null;
}
