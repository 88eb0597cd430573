import { useKept } from '../state/kept';
import { useRun } from '../state/run';
import { claimRun, heldElsewhere, hold, release, runLock } from '../state/run-lock';
import { forgetRun, type KeptRun, keptRuns, readRun } from '../state/run-store';
import { useSpec } from '../state/spec';
import { isVolatile } from '../state/volatile';
import { continueKept, resultsOfKept } from './client';
import { isKeptAs, keptAs } from './keep-run';

/** How often a page that looks at a run of another page reads it again, in ms. */
const LOOK_MS = 3_000;
/** Ends the waiting for the page that has the offered run. */
let waiting: AbortController | null = null;

/** The run of the page that is another page's, looked at; 0: none. */
let looked = 0;

/** This page has a run of its own. */
const isTaken = (): boolean => useRun.getState().number > looked;

/**
 * Offers the newest run of this browser, where the page is empty. One that another page has can be looked at,
 * and is offered when that page lets it go.
 */
export async function offerKept(): Promise<void> {
  if (isVolatile()) return;
  // A browser that stores nothing has nothing to offer.
  const [newest] = await keptRuns().catch(() => []);
  if (!newest || isTaken()) return;
  if (!(await heldElsewhere()).has(runLock(newest.id))) {
    useKept.getState().offer(newest);
    return;
  }
  useKept.getState().offerElsewhere(newest);
  waiting = new AbortController();
  const mine = await hold(runLock(newest.id), waiting.signal);
  waiting = null;
  if (!mine) return;
  // The page that had it is gone, or reloads: whoever goes on with it first has it.
  release(runLock(newest.id));
  const left = (await keptRuns().catch(() => [])).find(({ id }) => id === newest.id);
  if (left && !isTaken() && useKept.getState().offered) useKept.getState().offer(left);
  else useKept.getState().offer(null);
}

/** The offer is taken back. */
export function dismissKept(): void {
  waiting?.abort();
  useKept.getState().offer(null);
}

/** Shows a run that another page has, as it was last kept, and goes on reading it. Nothing is written. */
export async function lookAtKept(run: KeptRun): Promise<void> {
  const show = async (kept: KeptRun): Promise<void> => {
    const { snapshot, run: newest } = await readRun(kept);
    if (isTaken()) return;
    useRun.getState().showKept(snapshot, newest.over ? newest.status : 'stopped');
    looked = useRun.getState().number;
  };
  await show(run);
  useSpec.getState().change(() => run.spec);
  useKept.getState().look();
  let shown = run.updated;
  const timer = setInterval(async () => {
    const { elsewhere, offered } = useKept.getState();
    if (!elsewhere || !offered || isTaken()) {
      clearInterval(timer);
      return;
    }
    const newer = (await keptRuns().catch(() => [])).find(({ id, updated }) => id === run.id && updated > shown);
    if (!newer) return;
    shown = newer.updated;
    await show(newer).catch(() => undefined);
    if (useKept.getState().elsewhere) useKept.getState().offerElsewhere(newer);
  }, LOOK_MS);
}

/**
 * Takes the offer: goes on with the run, or shows its results. Rejects with LabFailure where it is damaged,
 * or where another page was quicker. `wanted` is asked when it is read: nothing happens where it no longer
 * is.
 */
export async function takeKept(run: KeptRun, how: 'continue' | 'results', wanted: () => boolean = () => true): Promise<void> {
  await claimRun(run.id);
  const free = () => {
    if (keptAs() !== run.id) release(runLock(run.id));
  };
  const {
    snapshot,
    checkpoint,
    run: newest,
  } = await readRun(run).catch((failure: unknown) => {
    free();
    throw failure;
  });
  if (!wanted()) {
    free();
    return;
  }
  useKept.getState().offer(null);
  useSpec.getState().change(() => run.spec);
  if (how === 'continue') continueKept(snapshot, checkpoint);
  else resultsOfKept(snapshot, checkpoint, newest.status);
  isKeptAs(run.id, run.begun);
}

export async function discardKept(run: KeptRun): Promise<void> {
  await claimRun(run.id);
  await forgetRun(run.id).finally(() => release(runLock(run.id)));
  useKept.getState().offer(null);
}
