import type { LabError } from '../../workers/protocol';
import { repetitionsOf, STUDY_CELL, type Study, studyExperimentId } from '../../workers/spec/study';
import { cancelUnit, listenToUnits, pauseUnit, resumeUnit } from '../lab-client/client';
import { fitUnits, inTurn, notStored } from '../lab-client/fit-units';
import { openRepetition, useStudy } from '../state/study';
import { forgetStudy, storedRecords, storeRecord, storeStudy, unreadableWords, withStored } from '../state/unit-store';
import { rememberStudy } from './remember';

const get = () => useStudy.getState();

/** Shows a study with what this browser has of it, and fits what is missing. */
export async function startStudy(study: Study): Promise<void> {
  if (get().status !== 'idle') return;
  const begun = new Date().toISOString();
  get().set({ study, begun, records: [], status: 'running', now: null, error: null });
  const { found, unreadable } = await storedRecords(studyExperimentId(study)).catch(() => ({ found: [], unreadable: 0 }));
  if (unreadable > 0) get().set({ error: unreadableWords(unreadable, 'repetition') });
  get().set({ records: found.filter(({ repetition }) => repetition <= repetitionsOf(study.plan)) });
  await storeStudy({ version: 1, study, begun }).catch((failure) => get().set({ error: notStored(failure) }));
  rememberStudy(true);
  await fitOpen(study);
}

/** Fits what is missing of the study on the page. */
export async function continueStudy(): Promise<void> {
  const { study, status } = get();
  if (!study || status !== 'idle') return;
  get().set({ status: 'running', error: null });
  await fitOpen(study);
}

/** Ends the waiting for another page that fits the same. */
let waiting: AbortController | null = null;
/** Another page fits the same. */
let elsewhere = false;

/** What this browser has of a study, on the page. */
async function refresh(study: Study): Promise<void> {
  const { found } = await storedRecords(studyExperimentId(study));
  if (get().study !== study) return;
  get().set({ records: withStored(get().records, found).filter(({ repetition }) => repetition <= repetitionsOf(study.plan)) });
}

async function fitOpen(study: Study): Promise<void> {
  waiting = new AbortController();
  const turn = {
    ...{ experiment: studyExperimentId(study), signal: waiting.signal, refresh: () => refresh(study) },
    tell: (error: LabError | null) => {
      elsewhere = error !== null;
      get().set({ error });
    },
  };
  const error = await inTurn(turn, () => {
    waiting = null;
    return fitNow(study);
  });
  waiting = null;
  get().set({ status: 'idle', now: null, ...(error && { error }) });
}

async function fitNow(study: Study): Promise<LabError | null> {
  const experiment = studyExperimentId(study);
  listenToUnits((event) => {
    if (event.experiment !== experiment) return;
    const before = get().now;
    const lanes = before?.repetition === event.repetition ? before.lanes : {};
    get().set({
      now: { repetition: event.repetition, method: event.column, lanes: event.lane ? { ...lanes, [event.column]: event.lane } : lanes },
    });
  });
  return fitUnits(
    (isLost) => {
      const { records, status } = get();
      const repetition = status === 'stopping' ? null : openRepetition(study, records, (one) => isLost(STUDY_CELL, one));
      if (repetition === null) return null;
      const before = records.find((record) => record.repetition === repetition) ?? null;
      return { experiment, study, cell: STUDY_CELL, repetition, columns: study.spec.methods.map(({ id }) => id), before, fingerprint: null };
    },
    async (record) => {
      const kept = await storeRecord(record).catch((failure) => {
        get().set({ error: notStored(failure) });
        return record;
      });
      get().set({ records: [...get().records.filter(({ repetition }) => repetition !== kept.repetition), kept] });
    },
  );
}

export function pauseStudy(): void {
  // Nothing trains here then.
  if (elsewhere) return;
  get().set({ status: 'paused' });
  void pauseUnit();
}

export function resumeStudy(): void {
  get().set({ status: 'running' });
  void resumeUnit();
}

/** Ends the study now; the repetition in progress is lost, finished ones are kept. */
export function stopStudy(): void {
  get().set({ status: 'stopping' });
  if (waiting) waiting.abort();
  else void cancelUnit();
}

/** Takes the study off the page and out of this browser. */
export async function forget(): Promise<void> {
  const { study, status } = get();
  if (!study || status !== 'idle') return;
  get().set({ study: null, records: [], error: null });
  await forgetStudy(study).catch(() => undefined);
}
