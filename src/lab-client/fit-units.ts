import type { UnitRecord } from '../../workers/papers/types';
import type { LabError, UnitRequest } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { fitLock, hold, release } from '../state/run-lock';
import { listed } from '../text/numbers';
import { endUnitPause, fitUnit, restartEngine } from './client';
import { sentence } from './recovery';

/** A repetition whose worker died is tried once more; a second death ends the run with the reason. */
const TRIES = 2;
/** What a repetition has no part in. */
const WORTH_ANOTHER_TRY: readonly string[] = ['engine-crashed', 'engine-hung', 'device-lost', 'thread-lost'];

/** What the next repetition would meet too: other failures are of one's own data. */
const ENDING =
  /^(engine|memory|table|run|unit|device|thread)-|^(cancelled|unexpected|part-missing|no-experiment|method-exhausted|record-of-other-data)$/;

/**
 * A browser that stores nothing must not lose what is on the page: the numbers stay, and the page says that a
 * reload loses them.
 */
const NOT_STORED: LabError = {
  code: 'not-stored',
  message: 'This browser does not let the page store repetitions.',
  hint: 'They are lost when the page is closed: download the numbers first.',
};

/** What is said where a repetition could not be stored, or a study. */
export function notStored(failure: unknown): LabError {
  const error = toLabError(failure);
  return error.code === 'store-newer' || error.code === 'record-of-other-data' ? error : NOT_STORED;
}

/** What is said while another page of this browser fits the same. */
const ELSEWHERE: LabError = {
  code: 'fitted-elsewhere',
  message: 'Another page of the lab fits this already.',
  hint: 'Its repetitions come here as they are finished. This page goes on when that one stops or is closed.',
};
const LOOK_MS = 2_000;

/** How the fitting of an experiment is one page's alone. */
export interface Turn {
  /** Of the experiment, or of the study. */
  experiment: string;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Shows what this browser has by now. */
  refresh(): Promise<void>;
  /** Says why nothing is fitted here; null when it is. */
  tell(error: LabError | null): void;
}

/**
 * Runs `work` when no other page of this browser fits the same, so that nothing is fitted twice; until then
 * it shows what that page finishes. What others have finished is looked up once more before, as this page may
 * have been opened long ago. Resolves with null where it was stopped before its turn.
 */
export async function inTurn<T>({ experiment, signal, refresh, tell }: Turn, work: () => Promise<T>): Promise<T | null> {
  const name = fitLock(experiment);
  let mine = await hold(name);
  const waits = !mine;
  if (waits) {
    tell(ELSEWHERE);
    const look = setInterval(() => void refresh().catch(() => undefined), LOOK_MS);
    mine = await hold(name, signal);
    clearInterval(look);
  }
  await refresh().catch(() => undefined);
  if (waits) tell(null);
  if (!mine) return null;
  try {
    return await work();
  } finally {
    release(name);
  }
}

/** Whether a repetition was given up, as its data cannot be prepared. */
export type IsLost = (cell: string, repetition: number) => boolean;

/**
 * Fits one repetition after another. One whose data cannot be prepared is left, and the others go on.
 *
 * @param next what is to be fitted, or null at the end
 * @param keep takes each finished record
 * @returns why it could not go on, or which repetitions were left; null at the end, and after it was stopped
 */
export async function fitUnits(next: (isLost: IsLost) => UnitRequest | null, keep: (record: UnitRecord) => Promise<void>): Promise<LabError | null> {
  await endUnitPause();
  const lost: { cell: string; repetition: number; error: LabError }[] = [];
  const isLost: IsLost = (cell, repetition) => lost.some((one) => one.cell === cell && one.repetition === repetition);
  for (let request = next(isLost); request; request = next(isLost)) {
    const { cell, repetition } = request;
    try {
      await keep(await fitAgain(request));
    } catch (thrown) {
      const error = toLabError(thrown);
      if (error.code === 'cancelled') break;
      if (ENDING.test(error.code)) return error;
      lost.push({ cell, repetition, error });
    }
  }
  if (lost.length === 0) return null;
  const [{ error }] = lost;
  const numbers = listed([...new Set(lost.map(({ repetition }) => String(repetition)))]);
  return { ...error, message: `Not fitted: repetition${lost.length > 1 ? 's' : ''} ${numbers}. ${error.message}` };
}

async function fitAgain(request: UnitRequest): Promise<UnitRecord> {
  const left = new Map(request.left);
  for (let attempt = 1; ; ) {
    try {
      return await fitUnit({ ...request, left });
    } catch (thrown) {
      const error = toLabError(thrown);
      if (error.code === 'method-exhausted' && error.method && !left.has(error.method)) {
        // The others are fitted in a worker whose heap is empty.
        left.set(error.method, `${sentence(error.message)} ${error.hint}`);
        await restartEngine();
        continue;
      }
      if (attempt++ >= TRIES || !WORTH_ANOTHER_TRY.includes(error.code)) throw error;
    }
  }
}
