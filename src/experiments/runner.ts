import type { UnitRecord } from '../../workers/papers/types';
import { cancelUnit, pauseUnit, resumeUnit } from '../lab-client/client';
import { fitUnits, notStored } from '../lab-client/fit-units';
import { storeRecord } from '../state/unit-store';
import { openUnits } from './grid';
import { useExperiment } from './state';

const same = (a: UnitRecord, b: UnitRecord): boolean => a.experiment === b.experiment && a.cell === b.cell && a.repetition === b.repetition;

/**
 * Fits what is open of the grid, a repetition of a cell at a time; each is stored as soon as it is finished.
 */
export async function runGrid(): Promise<void> {
  const { set } = useExperiment.getState();
  if (useExperiment.getState().status !== 'idle') return;
  set({ status: 'running', source: 'live', error: null, forgotten: [] });
  const error = await fitUnits(
    () => {
      const { experiment, grid, live, table, status } = useExperiment.getState();
      const [unit] = status === 'stopping' ? [] : openUnits(experiment, grid, live);
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
      set({ live: [...useExperiment.getState().live.filter((other) => !same(other, record)), record] });
      await storeRecord(record).catch((failure) => set({ error: notStored(failure) }));
    },
  );
  if (error) set({ error });
  set({ status: 'idle', now: null, ...(useExperiment.getState().error?.code === 'run-on' && { error: null }) });
}

export function pauseGrid(): void {
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
  void cancelUnit();
}
