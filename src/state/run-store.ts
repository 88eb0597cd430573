import type { KeptCheckpoint, RunSnapshot, RunStatus } from '../../workers/protocol';
import { type ExperimentSpec, experimentSchema } from '../../workers/spec/experiment';
import { pack, unpack } from '../../workers/store/pack';
import { openStore, writeStore } from './store';

/** What is known of a kept run without reading it. */
export interface KeptRun {
  version: 1;
  id: string;
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

/** Runs that are kept; older ones go. */
const MOST_RUNS = 8;
/** A browser that has not written for so long is told of as one that does not. */
const WRITE_MILLISECONDS = 15_000;

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
 * Keeps a run as it stands: the body under a new key first, then the record that points at it, so that what
 * is there is old or new and never half. The body before stays. Rejects when the browser stores nothing, or
 * has no room.
 */
export async function keepRun(about: Omit<KeptRun, 'version' | 'body' | 'before' | 'bytes' | 'updated'>, body: RunBody): Promise<KeptRun> {
  const { checkpoint } = body;
  const bytes = pack({ snapshot: body.snapshot, checkpoint: { ...checkpoint, bytes: new Uint8Array(checkpoint.bytes) } });
  const write = async (): Promise<KeptRun> => {
    const store = await writeStore();
    const known = (await store.get('runs', about.id)) as KeptRun | undefined;
    const next = (known?.body ?? 0) + 1;
    await store.put('run-bodies', bytes, keyOf(about.id, next));
    const kept: KeptRun = {
      ...{ version: 1, ...about, updated: new Date().toISOString() },
      ...{ body: next, before: known?.body ?? null, bytes: bytes.byteLength },
    };
    await store.put('runs', kept, about.id);
    if (known?.before) await store.delete('run-bodies', keyOf(about.id, known.before));
    return kept;
  };
  return inTime(write());
}

/** Drops the oldest runs beyond those that are kept. */
export async function pruneRuns(): Promise<void> {
  for (const { id } of (await keptRuns()).slice(MOST_RUNS)) await forgetRun(id);
}

/** Kept runs, the newest first. What this version cannot read is left out, and left alone. */
export async function keptRuns(): Promise<KeptRun[]> {
  const found = (await (await openStore()).getAll('runs')) as Partial<KeptRun>[];
  return found
    .flatMap((kept) => {
      const spec = experimentSchema.safeParse(kept?.spec);
      const whole = kept?.version === 1 && typeof kept.id === 'string' && Number.isInteger(kept.body) && typeof kept.updated === 'string';
      return whole && spec.success ? [{ ...(kept as KeptRun), spec: spec.data }] : [];
    })
    .sort((a, b) => b.updated.localeCompare(a.updated));
}

/** What a run holds: the newest body that can be read. Rejects with LabFailure where none can. */
export async function readRun({ id, body, before }: KeptRun): Promise<RunBody> {
  const store = await openStore();
  const read = async (number: number): Promise<RunBody> => {
    const bytes = await store.get('run-bodies', keyOf(id, number));
    const { snapshot, checkpoint } = unpack(bytes instanceof ArrayBuffer ? bytes : new ArrayBuffer(0)) as {
      snapshot: RunSnapshot;
      checkpoint: Omit<KeptCheckpoint, 'bytes'> & { bytes: Uint8Array<ArrayBuffer> };
    };
    return { snapshot, checkpoint: { ...checkpoint, bytes: checkpoint.bytes.buffer } };
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

export async function forgetRun(id: string): Promise<void> {
  const transaction = (await writeStore()).transaction(['runs', 'run-bodies'], 'readwrite');
  const bodies = transaction.objectStore('run-bodies');
  for (const key of await bodies.getAllKeys(IDBKeyRange.bound(`${id}.`, `${id}.\uffff`))) await bodies.delete(key);
  await transaction.objectStore('runs').delete(id);
  await transaction.done;
}

/** Everything of this browser: runs, studies, repetitions, answers to lessons. */
export async function eraseAll(): Promise<void> {
  const store = await writeStore();
  const transaction = store.transaction([...store.objectStoreNames], 'readwrite');
  for (const name of transaction.objectStoreNames) await transaction.objectStore(name).clear();
  await transaction.done;
}

/** Bytes that the browser says this site takes; without its word, those of the runs. */
export async function keptBytes(): Promise<number> {
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  return estimate?.usage ?? (await keptRuns()).reduce((sum, { bytes }) => sum + 2 * bytes, 0);
}

/** Whether the browser leaves room for so many bytes three times. True where it does not say. */
export async function hasRoom(bytes: number): Promise<boolean> {
  const estimate = await navigator.storage?.estimate?.().catch(() => undefined);
  return estimate?.quota === undefined || estimate.quota - (estimate.usage ?? 0) >= 3 * bytes;
}
