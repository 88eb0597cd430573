import { create } from 'zustand';
import type { UnitRecord } from '../../workers/papers/types';
import type { LabError, Lane, ScoreKey } from '../../workers/protocol';
import { repetitionsOf, type Study } from '../../workers/spec/study';

export type StudyStatus = 'idle' | 'running' | 'paused' | 'stopping';

/** The study on the page: what is repeated, what is finished, and how it is looked at. */
export interface StudyState {
  study: Study | null;
  /** When it was begun, ISO 8601. */
  begun: string;
  /** Finished repetitions, in the order they were finished. */
  records: UnitRecord[];
  status: StudyStatus;
  /** What trains now, and the lanes of its repetition by method. */
  now: { repetition: number; method: string; lanes: Record<string, Lane> } | null;
  error: LabError | null;
  /** The method that others are held against; null: Ignore, or else the first. */
  reference: string | null;
  /** The score that is shown; null: the one that names a winner. */
  metric: ScoreKey | null;
  set(patch: Partial<Omit<StudyState, 'set'>>): void;
}

export const useStudy = create<StudyState>((set) => ({
  study: null,
  begun: '',
  records: [],
  status: 'idle',
  now: null,
  error: null,
  reference: null,
  metric: null,
  set: (patch) => set(patch),
}));

/** Running, paused or stopping: the run bar is the study's. */
export const isRepeating = (status: StudyStatus): boolean => status !== 'idle';

/**
 * The first repetition that lacks a method of the study; null when all are finished.
 *
 * @param isLost repetitions that are passed over
 */
export function openRepetition(study: Study, records: readonly UnitRecord[], isLost = (_repetition: number): boolean => false): number | null {
  for (let repetition = 1; repetition <= repetitionsOf(study.plan); repetition++) {
    const record = records.find((candidate) => candidate.repetition === repetition);
    if ((!record || study.spec.methods.some(({ id }) => !record.outcomes[id])) && !isLost(repetition)) return repetition;
  }
  return null;
}

/** Seconds until the end by those of the finished repetitions; null before there is one. */
export function secondsLeft({ study, records, now }: Pick<StudyState, 'study' | 'records' | 'now'>): number | null {
  if (!study || records.length === 0) return null;
  const spent = (record: UnitRecord, ids: readonly string[]): number =>
    ids.reduce((sum, id) => {
      const outcome = record.outcomes[id];
      return sum + (outcome && 'result' in outcome ? outcome.result.seconds.epochs + outcome.result.seconds.finishing : 0);
    }, 0);
  const ids = study.spec.methods.map(({ id }) => id);
  const mean = (of: readonly string[]): number => records.reduce((sum, record) => sum + spent(record, of), 0) / records.length;
  const whole = repetitionsOf(study.plan) - records.length - (now ? 1 : 0);
  const from = now ? ids.indexOf(now.method) : ids.length;
  return whole * mean(ids) + (now ? mean(ids.slice(Math.max(0, from))) : 0);
}
