import { useEngine } from './engine';
import { useRun } from './run';
import { isTraining } from './run-status';
import { when } from './when';

/** So long nothing has been going on. */
const QUIET_MS = 3_000;

/** The engine is there, or will not come. */
export const whenEngineStands = (): Promise<unknown> => when(useEngine, ({ status }) => status !== 'loading');

/** No run has been training for a while: what a page does beforehand takes no processor from one. */
export async function whenQuiet(): Promise<void> {
  for (;;) {
    await when(useRun, ({ status }) => !isTraining(status));
    await new Promise((done) => setTimeout(done, QUIET_MS));
    if (!isTraining(useRun.getState().status)) return;
  }
}
