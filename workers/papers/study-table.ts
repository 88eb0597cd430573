import type { ScoreKey } from '../metrics/scores';
import { aboutMethod } from '../spec/methods';
import { lowerIsBetter } from '../spec/scores';
import { dependenceOf, type Study } from '../spec/study';
import { failureIn } from './failure';
import { type PairedDifference, pairedDifference, resampledError, summarize } from './statistics';
import type { UnitRecord } from './types';

/** What a paired difference says while its interval leaves 0 out or holds it. */
export type StudyVerdict = 'better' | 'worse' | 'no clear winner';

/** One method of a study by one metric. */
export interface StudyRow {
  method: string;
  /** A value a repetition, in order; null where there is none (yet). */
  values: (number | null)[];
  n: number;
  mean: number | null;
  /** Standard error of the mean; null below two repetitions. */
  se: number | null;
  /**
   * The method minus the reference, in the repetitions that both have. Null for the reference itself, below
   * two of them, and where either leaks.
   */
  difference: (PairedDifference & { verdict: StudyVerdict }) | null;
  /**
   * Its settings show it answers that it was asked for, to teach with: it is compared with no other method.
   */
  leaks: boolean;
  /** Reasons of repetitions that ended without results. */
  failures: { repetition: number; reason: string }[];
}

/**
 * Test rows by training rows (validation included), averaged over the repetitions: what the corrected
 * resampled t-test asks for. 0 for new data.
 */
export function overlapOf(study: Study, records: readonly UnitRecord[]): number {
  if (dependenceOf(study) !== 'resampled') return 0;
  const ratios = records.flatMap(({ rows }) => (rows ? [rows.test / (rows.train + rows.validation)] : []));
  return ratios.length === 0 ? 0 : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

/** The value of a metric in one repetition; null where the method has none. */
export function scoreIn(record: UnitRecord | undefined, method: string, metric: ScoreKey): number | null {
  const outcome = record?.outcomes[method];
  const value = outcome && 'result' in outcome ? (outcome.result.metrics[metric] ?? null) : null;
  return value !== null && Number.isFinite(value) ? value : null;
}

/** What is compared in every repetition: a method of a study, or one with other settings in a grid. */
export interface ComparedColumn {
  /** Of its outcomes in records. */
  id: string;
  leaks: boolean;
}

/**
 * Every column by one metric, in their order, each against a reference.
 *
 * @param records in any order; of repetitions that are not there values are null
 * @param overlap of the repetitions (`overlapOf`)
 */
export function comparedRows(
  columns: readonly ComparedColumn[],
  records: readonly UnitRecord[],
  overlap: number,
  metric: ScoreKey,
  reference: string,
): StudyRow[] {
  const inOrder = [...records].sort((a, b) => a.repetition - b.repetition);
  // By its number, so that a repetition that is not there leaves its place free.
  const numbered = new Map(records.map((record) => [record.repetition, record]));
  const places = Math.max(0, ...numbered.keys());
  const valuesOf = (id: string) =>
    Array.from({ length: places }, (_, i) => {
      const record = numbered.get(i + 1);
      return record ? scoreIn(record, id, metric) : null;
    });
  const baseline = valuesOf(reference);
  const compared = columns.find(({ id }) => id === reference)?.leaks !== true;
  return columns.map(({ id, leaks }) => {
    const values = valuesOf(id);
    const summary = summarize(values);
    const difference = id === reference || leaks || !compared ? null : pairedDifference(values, baseline, overlap);
    return {
      method: id,
      values,
      n: summary?.n ?? 0,
      mean: summary?.mean ?? null,
      se: summary && resampledError(summary, overlap),
      difference: difference && { ...difference, verdict: verdictOf(difference, metric) },
      leaks,
      failures: inOrder.flatMap((record) => {
        const reason = failureIn(record, id, metric);
        return reason === null ? [] : [{ repetition: record.repetition, reason }];
      }),
    };
  });
}

/** Every method of a study by one metric, as `comparedRows`. */
export function studyTable(study: Study, records: readonly UnitRecord[], metric: ScoreKey, reference: string): StudyRow[] {
  const columns = study.spec.methods.map(({ id, settings }) => ({ id, leaks: aboutMethod(id).leaks?.(settings) === true }));
  return comparedRows(columns, records, overlapOf(study, records), metric, reference);
}

function verdictOf({ low, high }: PairedDifference, metric: ScoreKey): StudyVerdict {
  if (low <= 0 && high >= 0) return 'no clear winner';
  return high < 0 === lowerIsBetter(metric) ? 'better' : 'worse';
}
