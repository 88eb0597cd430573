import { useKept } from '../state/kept';
import { useRun } from '../state/run';
import { heldElsewhere, runLock } from '../state/run-lock';
import { forgetRun, type KeptRun, keptRuns, readRun } from '../state/run-store';
import { useSpec } from '../state/spec';
import { isVolatile } from '../state/volatile';
import { continueKept, resultsOfKept } from './client';
import { isKeptAs } from './keep-run';

/** Whether another page of this browser has the run. */
const isElsewhere = async ({ id }: KeptRun): Promise<boolean> => (await heldElsewhere()).has(runLock(id));

/** Offers the newest run of this browser, where the page is empty and no other page has it. */
export async function offerKept(): Promise<void> {
  if (isVolatile()) return;
  // A browser that stores nothing has nothing to offer.
  const [newest] = await keptRuns().catch(() => []);
  if (!newest || (await isElsewhere(newest)) || useRun.getState().source.kind === 'live') return;
  useKept.getState().offer(newest);
}

/**
 * Takes the offer: goes on with the run, or shows its results. Rejects with LabFailure where it is damaged.
 */
export async function takeKept(run: KeptRun, how: 'continue' | 'results'): Promise<void> {
  const body = await readRun(run);
  useKept.getState().offer(null);
  useSpec.getState().change(() => run.spec);
  if (how === 'continue') continueKept(body.snapshot, body.checkpoint);
  else resultsOfKept(body.snapshot, body.checkpoint, run.status);
  isKeptAs(run.id, run.begun);
}

export async function discardKept({ id }: KeptRun): Promise<void> {
  useKept.getState().offer(null);
  await forgetRun(id);
}
