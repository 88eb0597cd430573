import { type DBSchema, type IDBPDatabase, openDB, type StoreNames } from 'idb';
import type { UnitRecord } from '../../workers/papers/types';
import type { Study } from '../../workers/spec/study';
import { storeIsNewer } from '../../workers/store/failures';
import { isVolatile } from './volatile';

/** A study of this browser. Its repetitions are units of the experiment `studyExperimentId`. */
export interface StoredStudy {
  version: 1;
  study: Study;
  /** ISO 8601. */
  begun: string;
}

/**
 * Finished repetitions in this browser, one entry each, of the papers' experiments and of studies; and the
 * studies, by the id of their experiment. They outlive a reload, a crash and the closing of the tab.
 */
interface Schema extends DBSchema {
  units: { key: string; value: UnitRecord; indexes: { experiment: string } };
  studies: { key: string; value: StoredStudy };
  /** Answers to lessons, by the lesson's id; `lesson-store.ts` reads and writes them. */
  lessons: { key: string; value: unknown };
  /** Runs, and what they hold under keys of their own; `run-store.ts` reads and writes them. */
  runs: { key: string; value: unknown };
  'run-bodies': { key: string; value: unknown };
  /** Tables of one's own, by fingerprint; `kept-tables.ts` reads and writes them. */
  tables: { key: string; value: unknown };
}

/** It never changes: under another one, what is there would be invisible. */
export const STORE_NAME = 'mmbeddings-lab';
/**
 * Its layout. A release that adds a part adds 1, and a file of stored/ that its own code has written, so that
 * what every release has left stays readable.
 */
export const STORE_VERSION = 5;

let database: Promise<IDBPDatabase<Schema>> | null = null;

/** Another page has a newer lab and waits: this one closes its connection, and opens it again when asked. */
const blocking = () => {
  void database?.then((db) => db.close());
  database = null;
};

/** The browser has closed the connection, as when its data are cleared: the next that asks opens another. */
const terminated = () => {
  database = null;
};

async function open(): Promise<IDBPDatabase<Schema>> {
  try {
    return await openDB<Schema>(STORE_NAME, STORE_VERSION, {
      upgrade(db, before) {
        if (before < 1) db.createObjectStore('units').createIndex('experiment', 'experiment');
        if (before < 2) db.createObjectStore('studies');
        if (before < 3) db.createObjectStore('lessons');
        if (before < 4) for (const name of ['runs', 'run-bodies'] as const) db.createObjectStore(name);
        if (before < 5) db.createObjectStore('tables');
      },
      blocking,
      terminated,
    });
  } catch (failure) {
    if ((failure as Error).name !== 'VersionError') throw failure;
    // That of a newer lab, as it is.
    return openDB<Schema>(STORE_NAME, undefined, { blocking, terminated });
  }
}

/**
 * The one database of this browser, to read. Rejects where the page may not store anything. One of a newer
 * lab is opened too: what can be read in it is.
 */
export function openStore(): Promise<IDBPDatabase<Schema>> {
  database ??= open();
  database.catch(() => {
    database = null;
  });
  return database;
}

/** The same, to write. One of a newer lab is not touched: rejects with LabFailure 'store-newer'. */
export async function writeStore(): Promise<IDBPDatabase<Schema>> {
  const store = await openStore();
  if (store.version > STORE_VERSION) throw storeIsNewer();
  return store;
}

/** Whether an entry was written by a later version of the lab than one whose entries have this version. */
export const isNewer = (entry: unknown, version: number): boolean =>
  typeof entry === 'object' && entry !== null && 'version' in entry && typeof entry.version === 'number' && entry.version > version;

/**
 * Keeps an entry in the place of the one before, in one step, and resolves with what is kept. Nothing happens
 * with `?volatile`.
 *
 * @param join makes one entry of what is there and the new one; without it the new one takes its place
 * @throws LabFailure 'store-newer' where a later version of the lab keeps something there: that stays as it
 * is; rejects otherwise when the browser stores nothing
 */
export async function putOver<Name extends Exclude<StoreNames<Schema>, 'run-bodies'>, Entry extends Schema[Name]['value'] & { version: number }>(
  name: Name,
  entry: Entry,
  key: string,
  join: (there: unknown, entry: Entry) => Entry = () => entry,
): Promise<Entry> {
  if (isVolatile()) return entry;
  const transaction = (await writeStore()).transaction(name, 'readwrite');
  const there = await transaction.store.get(key);
  if (isNewer(there, entry.version)) throw storeIsNewer();
  const kept = there === undefined ? entry : join(there, entry);
  // Together: a write that fails ends the transaction too, which would else be told a second time, to nobody.
  await Promise.all([transaction.store.put(kept, key), transaction.done]);
  return kept;
}
