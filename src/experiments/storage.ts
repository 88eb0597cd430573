import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { readRecord } from '../../workers/papers/record';
import type { UnitRecord } from '../../workers/papers/types';

/** Finished repetitions in this browser, one entry each. They outlive a reload, a crash and the closing of the tab. */
interface Schema extends DBSchema {
  units: { key: string; value: UnitRecord; indexes: { experiment: string } };
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>('mmbeddings-lab', 1, {
    upgrade(db) {
      db.createObjectStore('units').createIndex('experiment', 'experiment');
    },
  });
  database.catch(() => {
    database = null;
  });
  return database;
}

const keyOf = ({ experiment, cell, repetition }: Pick<UnitRecord, 'experiment' | 'cell' | 'repetition'>): string =>
  `${experiment}.${cell}.rep=${repetition}`;

/** Records of an experiment, in the order of cells' keys and repetitions. What cannot be read any more is left out. */
export async function storedRecords(experiment: string): Promise<UnitRecord[]> {
  const found = await (await open()).getAllFromIndex('units', 'experiment', experiment);
  return found.flatMap((record) => {
    try {
      return [readRecord(JSON.stringify(record), keyOf(record))];
    } catch {
      return [];
    }
  });
}

/** Keeps a record; one of the same repetition is replaced. Rejects when the browser does not let the page store anything. */
export async function storeRecord(record: UnitRecord): Promise<void> {
  await (await open()).put('units', record, keyOf(record));
}

/** Forgets all records of an experiment. */
export async function forgetRecords(experiment: string): Promise<void> {
  const transaction = (await open()).transaction('units', 'readwrite');
  for (const key of await transaction.store.index('experiment').getAllKeys(experiment)) await transaction.store.delete(key);
  await transaction.done;
}

/** Puts records back, after they were forgotten. */
export async function restoreRecords(records: readonly UnitRecord[]): Promise<void> {
  for (const record of records) await storeRecord(record);
}
