import type { UnitRecord } from '../../workers/papers/types';
import type { LabError } from '../../workers/protocol';
import { cancelUnit, pauseUnit, resumeUnit } from '../lab-client/client';
import { fitUnits, inTurn, notStored } from '../lab-client/fit-units';
import { storedRecords, storeRecord, withStored } from '../state/unit-store';
import { openUnits } from './grid';
import { useExperiment } from './state';

const same = (a: UnitRecord, b: UnitRecord): boolean => a.experiment === b.experiment && a.cell === b.cell && a.repetition === b.repetition;

/** Ends the waiting for another page that fits the same. */
let waiting: AbortController | null = null;

/**
 * Fits what is open of the grid, a repetition of a cell at a time; each is stored as soon as it is finished.
 */
export async function runGrid(): Promise<void> {
  const { set } = useExperiment.getState();
  if (useExperiment.getState().status !== 'idle') return;
  set({ status: 'running', source: 'live', error: null, forgotten: [] });
  const { id } = useExperiment.getState().experiment;
  waiting = new AbortController();
  const refresh = async () => {
    const { found } = await storedRecords(id);
    set({ live: withStored(useExperiment.getState().live, found) });
  };
  const error = await inTurn({ experiment: id, signal: waiting.signal, refresh, tell: (error) => set({ error }) }, () => {
    waiting = null;
    return fitOpen();
  });
  waiting = null;
  if (error) set({ error });
  set({ status: 'idle', now: null, ...(useExperiment.getState().error?.code === 'run-on' && { error: null }) });
}

/** Folds are averaged, so that those of this browser must be of the table that is open. */
function otherTable(): LabError | null {
  const { experiment, live, table } = useExperiment.getState();
  const others = experiment.needs && table ? live.filter(({ fingerprint }) => fingerprint !== table.fingerprint).length : 0;
  if (others === 0) return null;
  return {
    code: 'record-of-other-data',
    message: `${others} ${others === 1 ? 'fold' : 'folds'} of this browser ${others === 1 ? 'is' : 'are'} of another table than ${table?.name}.`,
    hint: 'Forget what is fitted, or open that table.',
  };
}

async function fitOpen(): Promise<LabError | null> {
  const { set } = useExperiment.getState();
  const refused = otherTable();
  if (refused) return refused;
  return fitUnits(
    (isLost) => {
      const { experiment, grid, live, table, status } = useExperiment.getState();
      const units = status === 'stopping' ? [] : openUnits(experiment, grid, live);
      const unit = units.find(({ cell, repetition }) => !isLost(cell.id, repetition));
      if (!unit) return null;
      return {
        experiment: experiment.id,
        cell: unit.cell.id,
        repetition: unit.repetition,
        columns: unit.columns.map(({ id }) => id),
        before: live.find((record) => record.cell === unit.cell.id && record.repetition === unit.repetition) ?? null,
        fingerprint: table?.fingerprint ?? null,
      };
    },
    async (record) => {
      const kept = await storeRecord(record).catch((failure) => {
        set({ error: notStored(failure) });
        return record;
      });
      set({ live: [...useExperiment.getState().live.filter((other) => !same(other, kept)), kept] });
    },
  );
}

export function pauseGrid(): void {
  // Nothing trains here while another page fits the same.
  if (waiting) return;
  useExperiment.getState().set({ status: 'paused' });
  void pauseUnit();
}

export function resumeGrid(): void {
  useExperiment.getState().set({ status: 'running' });
  void resumeUnit();
}

/** Ends the run now; the repetition in progress is lost, finished ones are kept. */
export function stopGrid(): void {
  useExperiment.getState().set({ status: 'stopping' });
  if (waiting) waiting.abort();
  else void cancelUnit();
}
