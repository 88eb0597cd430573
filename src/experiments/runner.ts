import type { UnitRecord } from '../../workers/papers/types';
import { toLabError } from '../../workers/spec/lab-error';
import { cancelUnit, fitUnit, pauseUnit, resumeUnit } from '../lab-client/client';
import { openUnits } from './grid';
import { useExperiment } from './state';
import { storeRecord } from './storage';

/** A repetition whose worker died is tried once more; a second death ends the run with the reason. */
const TRIES = 2;

const same = (a: UnitRecord, b: UnitRecord): boolean => a.experiment === b.experiment && a.cell === b.cell && a.repetition === b.repetition;

/** Fits what is open of the grid, a repetition of a cell at a time; each is stored as soon as it is finished. */
export async function runGrid(): Promise<void> {
  const { set } = useExperiment.getState();
  if (useExperiment.getState().status !== 'idle') return;
  set({ status: 'running', source: 'live', error: null, forgotten: [] });
  try {
    for (;;) {
      const { experiment, grid, live, table, status } = useExperiment.getState();
      if (status === 'stopping') break;
      const [unit] = openUnits(experiment, grid, live);
      if (!unit) break;
      const before = live.find((record) => record.cell === unit.cell.id && record.repetition === unit.repetition) ?? null;
      const record = await fitTwice({
        experiment: experiment.id,
        cell: unit.cell.id,
        repetition: unit.repetition,
        columns: unit.columns.map(({ id }) => id),
        before,
        fingerprint: table?.fingerprint ?? null,
      });
      set({ live: [...useExperiment.getState().live.filter((other) => !same(other, record)), record] });
      // A browser that stores nothing must not lose what is on the page: the numbers stay, and the page says that a reload loses them.
      await storeRecord(record).catch(() =>
        set({
          error: {
            code: 'not-stored',
            message: 'This browser does not let the page store repetitions.',
            hint: 'They are lost when the page is closed: download the JSON before.',
          },
        }),
      );
    }
  } catch (thrown) {
    const error = toLabError(thrown);
    if (error.code !== 'cancelled') set({ error });
  } finally {
    set({ status: 'idle', now: null, ...(useExperiment.getState().error?.code === 'run-on' && { error: null }) });
  }
}

async function fitTwice(request: Parameters<typeof fitUnit>[0]): Promise<UnitRecord> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fitUnit(request);
    } catch (thrown) {
      const error = toLabError(thrown);
      if (attempt >= TRIES || !['engine-crashed', 'engine-hung', 'device-lost'].includes(error.code)) throw error;
    }
  }
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
