import type { UnitRecord } from '../../workers/papers/types';
import type { LabError, UnitRequest } from '../../workers/protocol';
import { toLabError } from '../../workers/spec/lab-error';
import { fitUnit } from './client';

/** A repetition whose worker died is tried once more; a second death ends the run with the reason. */
const TRIES = 2;

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
  return error.code === 'store-newer' ? error : NOT_STORED;
}

/**
 * Fits one repetition after another.
 *
 * @param next what is to be fitted, or null at the end
 * @param keep takes each finished record
 * @returns why it could not go on; null at the end, and after it was stopped
 */
export async function fitUnits(next: () => UnitRequest | null, keep: (record: UnitRecord) => Promise<void>): Promise<LabError | null> {
  try {
    for (let request = next(); request; request = next()) await keep(await fitAgain(request));
    return null;
  } catch (thrown) {
    const error = toLabError(thrown);
    return error.code === 'cancelled' ? null : error;
  }
}

async function fitAgain(request: UnitRequest): Promise<UnitRecord> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await fitUnit(request);
    } catch (thrown) {
      const error = toLabError(thrown);
      if (attempt >= TRIES || !['engine-crashed', 'engine-hung', 'device-lost'].includes(error.code)) throw error;
    }
  }
}
