import { printable, shortened } from '../../workers/data/shown-text';
import type { KeptCheckpoint, RunSnapshot, RunStatus } from '../../workers/protocol';
import { type ExperimentSpec, experimentSchema } from '../../workers/spec/experiment';
import { storeIsNewer } from '../../workers/store/failures';
import { pack, unpack } from '../../workers/store/pack';
import { MOST_NAME_LETTERS } from '../../workers/store/session/limits';
import { forgetUnwritten } from './lesson-store';
import { heldElsewhere, runLock } from './run-lock';
import { isNewer, openStore, writeStore } from './store';
import { isVolatile } from './volatile';

/** What is known of a kept run without reading it. */
export interface KeptRun {
  version: 1;
  id: string;
  /** As its person named it: it then stays until it is deleted. */
  name?: string;
  /** ISO 8601. */
  begun: string;
  updated: string;
  status: RunStatus;
  epoch: number;
  /** Nothing of it is left to train. */
  over: boolean;
  spec: ExperimentSpec;
  /** Keys of its newest body and of the one before. */
  body: number;
  before: number | null;
  bytes: number;
}

/** What a kept run holds. */
export interface RunBody {
  /** What the page showed. */
  snapshot: RunSnapshot;
  checkpoint: KeptCheckpoint;
}

/** What `keepRun` is told of a run. */
export type AboutRun = Omit<KeptRun, 'version' | 'body' | 'before' | 'bytes' | 'updated'>;

/** Runs without a name that are kept; older ones go. */
export const MOST_RUNS = 8;
/** A browser that has not written for so long is told of as one that does not. */
const WRITE_MILLISECONDS = 15_000;

/** Runs of this page alone: of files, where the browser stores nothing. */
const visiting = new Map<string, { run: KeptRun; body: RunBody }>();

/** Has a run in this page alone. */
export function visitRun(about: AboutRun, body: RunBody): KeptRun {
  const run: KeptRun = {
    ...{ version: 1, ...about, updated: new Date().toISOString() },
    ...{ body: 1, before: null, bytes: body.checkpoint.bytes.byteLength },
  };
  visiting.set(run.id, { run, body });
  return run;
}

/** An id for a run that is kept first; `randomUUID` is there on secure pages alone. */
export const newRunId = (): string => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

const keyOf = (id: string, body: number): string => `${id}.${body}`;

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the browser took longer than 15 seconds to write')), WRITE_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Keeps a run as it stands, in one transaction: a page that ends in the middle leaves the record and the body
 * before, and nothing that no record points at. The body before stays. Rejects when the browser stores
 * nothing, or has no room.
 */
export async function keepRun(about: AboutRun, body: RunBody): Promise<KeptRun> {
  const { checkpoint } = body;
  const bytes = pack({ snapshot: body.snapshot, checkpoint: { ...checkpoint, bytes: new Uint8Array(checkpoint.bytes) } });
  const write = async (): Promise<KeptRun> => {
    const transaction = (await writeStore()).transaction(['runs', 'run-bodies'], 'readwrite');
    const [runs, bodies] = [transaction.objectStore('runs'), transaction.objectStore('run-bodies')];
    const known = (await runs.get(about.id)) as KeptRun | undefined;
    if (isNewer(known, 1)) throw storeIsNewer();
    const kept: KeptRun = {
      ...{ version: 1, ...about, updated: new Date().toISOString() },
      ...{ body: (known?.body ?? 0) + 1, before: known?.body ?? null, bytes: bytes.byteLength },
      ...(known?.name !== undefined && { name: known.name }),
    };
    const put = async (): Promise<void> => {
      await bodies.put(bytes, keyOf(about.id, kept.body));
      await runs.put(kept, about.id);
      if (known?.before) await bodies.delete(keyOf(about.id, known.before));
    };
    await Promise.all([put(), transaction.done]);
    return kept;
  };
  return inTime(write());
}

/** Drops the oldest runs beyond those that are kept; what another page shows stays. */
export async function pruneRuns(): Promise<void> {
  const [runs, held] = await Promise.all([keptRuns(), heldElsewhere()]);
  const nameless = runs.filter(({ id, name }) => name === undefined && !held.has(runLock(id)));
  for (const { id } of nameless.slice(MOST_RUNS)) await forgetRun(id);
}

/** Kept runs, the newest first. What this version cannot read is left out, and left alone. */
export async function keptRuns(): Promise<KeptRun[]> {
  const here = [...visiting.values()].map(({ run }) => run);
  if (isVolatile()) return here;
  const stored = await storedRuns().catch((failure: unknown) => {
    if (here.length === 0) throw failure;
    return [];
  });
  return [...here, ...stored].sort((a, b) => b.updated.localeCompare(a.updated));
}

async function storedRuns(): Promise<KeptRun[]> {
  const found = (await (await openStore()).getAll('runs')) as Partial<KeptRun>[];
  return found.flatMap((kept) => {
    const spec = experimentSchema.safeParse(kept?.spec);
    const whole = kept?.version === 1 && typeof kept.id === 'string' && Number.isInteger(kept.body) && typeof kept.updated === 'string';
    if (!whole || !spec.success) return [];
    const { name, ...run } = kept as KeptRun;
    return [{ ...run, spec: spec.data, ...(typeof name === 'string' && { name: shortened(name, MOST_NAME_LETTERS) }) }];
  });
}

/**
 * What a run holds by now, the newest body that can be read, and its record. Rejects with LabFailure where
 * none can be read, or a later version of the lab keeps it.
 */
export async function readRun(known: KeptRun): Promise<RunBody & { run: KeptRun }> {
  const { id } = known;
  const here = visiting.get(id);
  if (here) return { ...here.body, run: here.run };
  // Another page may have written since, and deleted the bodies that were known.
  const transaction = (await openStore()).transaction(['runs', 'run-bodies']);
  const record = await transaction.objectStore('runs').get(id);
  if (isNewer(record, 1)) throw storeIsNewer();
  const run = { ...known, ...(record as KeptRun | undefined), spec: known.spec };
  const { body, before } = run;
  const read = async (number: number) => {
    const bytes: unknown = await transaction.objectStore('run-bodies').get(keyOf(id, number));
    const { snapshot, checkpoint } = unpack(bytes instanceof ArrayBuffer ? bytes : new ArrayBuffer(0)) as {
      snapshot: RunSnapshot;
      checkpoint: Omit<KeptCheckpoint, 'bytes'> & { bytes: Uint8Array<ArrayBuffer> };
    };
    return { snapshot, checkpoint: { ...checkpoint, bytes: checkpoint.bytes.buffer }, run };
  };
  try {
    return await read(body);
  } catch (failure) {
    if (before === null) throw failure;
    return read(before).catch(() => {
      throw failure;
    });
  }
}

/** Gives a run a name; an empty one takes it away. */
export async function renameRun(id: string, given: string): Promise<void> {
  const name = printable(given).trim().slice(0, MOST_NAME_LETTERS);
  const named = ({ name: _before, ...run }: KeptRun): KeptRun => ({ ...run, ...(name !== '' && { name }) });
  const here = visiting.get(id);
  if (here) {
    visiting.set(id, { ...here, run: named(here.run) });
    return;
  }
  const transaction = (await writeStore()).transaction('runs', 'readwrite');
  const known = (await transaction.store.get(id)) as KeptRun | undefined;
  const newer = isNewer(known, 1);
  await Promise.all([known && !newer && transaction.store.put(named(known), id), transaction.done]);
  if (newer) throw storeIsNewer();
}

/** A run that was taken out, as it was. */
export interface TakenOut {
  id: string;
  record: unknown;
  bodies: [string, unknown][];
  visiting: { run: KeptRun; body: RunBody } | null;
}

/** Deletes a run, and gives what `putBack` needs. */
export async function takeOut(id: string): Promise<TakenOut> {
  const here = visiting.get(id) ?? null;
  if (here) {
    visiting.delete(id);
    return { id, record: null, bodies: [], visiting: here };
  }
  const store = await openStore();
  const record = await store.get('runs', id);
  const bodies: [string, unknown][] = [];
  for (const key of await store.getAllKeys('run-bodies', bodiesOf(id))) bodies.push([key, await store.get('run-bodies', key)]);
  await forgetRun(id);
  return { id, record, bodies, visiting: null };
}

export async function putBack({ id, record, bodies, visiting: here }: TakenOut): Promise<void> {
  if (here) {
    visiting.set(id, here);
    return;
  }
  const transaction = (await writeStore()).transaction(['runs', 'run-bodies'], 'readwrite');
  const put = async (): Promise<void> => {
    for (const [key, body] of bodies) await transaction.objectStore('run-bodies').put(body, key);
    await transaction.objectStore('runs').put(record, id);
  };
  await Promise.all([put(), transaction.done]);
}

const bodiesOf = (id: string): IDBKeyRange => IDBKeyRange.bound(`${id}.`, `${id}.\uffff`);

export async function forgetRun(id: string): Promise<void> {
  if (visiting.delete(id)) return;
  const transaction = (await writeStore()).transaction(['runs', 'run-bodies'], 'readwrite');
  const bodies = transaction.objectStore('run-bodies');
  for (const key of await bodies.getAllKeys(bodiesOf(id))) await bodies.delete(key);
  await transaction.objectStore('runs').delete(id);
  await transaction.done;
}

/** Everything of this browser: runs, studies, repetitions, answers to lessons, tables. */
export async function eraseAll(): Promise<void> {
  visiting.clear();
  forgetUnwritten();
  const store = await writeStore();
  const transaction = store.transaction([...store.objectStoreNames], 'readwrite');
  for (const name of transaction.objectStoreNames) await transaction.objectStore(name).clear();
  await transaction.done;
}

/** Chromium also says what of it databases take; an entry of none is left out. */
type Estimate = StorageEstimate & { usageDetails?: { indexedDB?: number } };

/**
 * Bytes of what is kept for the person. Where the browser says only what the site takes as a whole, the copy
 * of the site for visits without a network is in it; without its word, those of the runs.
 */
export async function keptBytes(): Promise<number> {
  const estimate: Estimate | undefined = await navigator.storage?.estimate?.().catch(() => undefined);
  if (estimate?.usageDetails) return estimate.usageDetails.indexedDB ?? 0;
  return estimate?.usage ?? (await keptRuns()).reduce((sum, { bytes }) => sum + 2 * bytes, 0);
}

/** Whether the browser leaves room for so many bytes three times. True where it does not say. */
export async function hasRoom(bytes: number): Promise<boolean> {
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  return estimate?.quota === undefined || estimate.quota - (estimate.usage ?? 0) >= 3 * bytes;
}
