/**
 * One page of this browser has a run, or fits an experiment; others read what it leaves. A lock ends with its
 * page, however that ends.
 */
import { runIsElsewhere } from '../../workers/store/failures';

const manager = (): LockManager | undefined => globalThis.navigator?.locks;

/** The name of a run's lock, and of that of a study or of an experiment of the papers. */
export const runLock = (id: string): string => `run ${id}`;
export const fitLock = (experiment: string): string => `fit ${experiment}`;

interface Held {
  taken: Promise<boolean>;
  release(): void;
}
/** Locks of this page. */
const mine = new Map<string, Held>();

/**
 * Takes a lock for this page, until `release`. False where another page has it; true where the browser knows
 * no locks. `wait`: until the page that has it gives it up or closes; false when the signal aborts before.
 */
export function hold(name: string, wait?: AbortSignal): Promise<boolean> {
  const locks = manager();
  if (!locks) return Promise.resolve(true);
  const known = mine.get(name);
  if (known) return known.taken;
  let release = (): void => undefined;
  const released = new Promise<void>((done) => {
    release = done;
  });
  const taken = new Promise<boolean>((resolve) => {
    const keep = (lock: Lock | null): Promise<void> | undefined => {
      if (!lock) mine.delete(name);
      resolve(lock !== null);
      return lock ? released : undefined;
    };
    locks.request(name, wait ? { signal: wait } : { ifAvailable: true }, keep).catch(() => {
      mine.delete(name);
      // A browser that refuses locks has no other page to be told of.
      resolve(wait?.aborted !== true);
    });
  });
  mine.set(name, { taken, release });
  return taken;
}

/** Takes a run for this page. Rejects with LabFailure 'run-elsewhere' where another page has it. */
export async function claimRun(id: string): Promise<void> {
  if (!(await hold(runLock(id)))) throw runIsElsewhere();
}

/** Gives a lock of this page to whoever waits for it. */
export function release(name: string): void {
  mine.get(name)?.release();
  mine.delete(name);
}

/** Whether this page fits a study or an experiment. */
export const isFitting = (): boolean => [...mine.keys()].some((name) => name.startsWith(fitLock('')));

/** Names of the locks that other pages have. */
export async function heldElsewhere(): Promise<Set<string>> {
  const { held = [] } =
    (await manager()
      ?.query()
      .catch(() => undefined)) ?? {};
  return new Set(held.flatMap(({ name }) => (name && !mine.has(name) ? [name] : [])));
}
