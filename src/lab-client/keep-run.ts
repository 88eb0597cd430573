import type { KeptCheckpoint, RunSnapshot, RunStatus } from '../../workers/protocol';
import { isOwnTable } from '../../workers/spec/division';
import { toLabError } from '../../workers/spec/lab-error';
import { useNotice } from '../state/notice';
import { askToPersist, isPersisted } from '../state/persist';
import { useRun } from '../state/run';
import { hold, release, runLock } from '../state/run-lock';
import { isUnderway } from '../state/run-status';
import { hasRoom, keepRun, newRunId, pruneRuns } from '../state/run-store';
import { isVolatile } from '../state/volatile';

/** Large runs are written at a slower pace. */
const LARGE_BYTES = 20 * 2 ** 20;
const LARGE_MILLISECONDS = 60_000;

/** The run on the page in this browser's storage. */
let mine: { number: number; id: string; begun: string } | null = null;
let writing = false;
let writtenAt = Number.NEGATIVE_INFINITY;
/** A checkpoint with what the page showed when it came. */
interface Come {
  id: string;
  begun: string;
  number: number;
  status: RunStatus;
  checkpoint: KeptCheckpoint;
  snapshot: RunSnapshot;
}
/** Those that came while one was written: the newest of each run. */
let waiting: Come[] = [];
let told = false;

/**
 * The run on the page is kept under this name. While this page has it, no other writes it; the one before is
 * free.
 */
export function isKeptAs(id: string, begun: string): void {
  if (mine && mine.id !== id) release(runLock(mine.id));
  mine = { number: useRun.getState().number, id, begun };
  void hold(runLock(id));
}

/** The id of the run on the page where it is kept; null where it is not. */
export const keptAs = (): string | null => (mine?.number === useRun.getState().number ? mine.id : null);

export function snapshotOf(): RunSnapshot | null {
  const { spec, summary, lanes, curves, embeddings, predictions, results, comparison, progress } = useRun.getState();
  if (!spec || !summary || !progress) return null;
  return {
    ...{ spec, summary, lanes, progress, curves: Object.values(curves), embeddings: Object.values(embeddings) },
    ...{ predictions: Object.values(predictions), results: Object.values(results), ...(comparison && { comparison }) },
  };
}

/**
 * A checkpoint of the run on the page, which gets its name with the first; null where there is nothing to
 * show.
 */
function come(checkpoint: KeptCheckpoint): Come | null {
  const { number, status } = useRun.getState();
  const snapshot = snapshotOf();
  if (!snapshot) return null;
  if (mine?.number !== number) isKeptAs(newRunId(), new Date().toISOString());
  return mine && { ...mine, status: checkpoint.over && isUnderway(status) ? 'done' : status, checkpoint, snapshot };
}

/**
 * Keeps the run on the page, with its newest checkpoint. Storage that fails is told once, and nothing stops.
 */
export async function keep(checkpoint: KeptCheckpoint): Promise<void> {
  if (isVolatile()) return;
  const one = come(checkpoint);
  if (!one) return;
  waiting = [...waiting.filter(({ id }) => id !== one.id), one];
  if (writing) return;
  writing = true;
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      // Of a run that another has replaced only the end is worth keeping.
      if (next.checkpoint.over || next.number === useRun.getState().number) await write(next);
    }
  } finally {
    writing = false;
  }
}

async function write({ id, begun, status, checkpoint, snapshot }: Come): Promise<void> {
  const large = checkpoint.bytes.byteLength > LARGE_BYTES;
  if (large && !checkpoint.over && performance.now() - writtenAt < LARGE_MILLISECONDS) return;
  try {
    if (large && !(await hasRoom(checkpoint.bytes.byteLength))) throw new Error('the browser has no room for it');
    await keepRun({ id, begun, status, epoch: checkpoint.epoch, over: checkpoint.over, spec: snapshot.spec }, { snapshot, checkpoint });
    await pruneRuns();
    // The first run on one's own data that ended is worth asking for.
    if (checkpoint.over && isOwnTable(snapshot.spec.dataset) && (await isPersisted()) === false) void askToPersist();
  } catch (failure) {
    tellOnce(failure);
  } finally {
    writtenAt = performance.now();
  }
}

function tellOnce(failure: unknown): void {
  if (told) return;
  told = true;
  const error = toLabError(failure);
  if (error.code === 'store-newer') {
    useNotice.getState().show(error);
    return;
  }
  const why = failure instanceof Error ? failure.message : String(failure);
  useNotice.getState().show({
    code: 'not-kept',
    message: `This browser does not keep the run: ${why.replace(/\.$/, '')}.`,
    hint: 'Training goes on. Save the run as a file (Runs, at the top) before you close or reload the page.',
  });
}
