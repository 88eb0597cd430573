import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { readRecord } from '../../workers/papers/record';
import type { UnitRecord } from '../../workers/papers/types';
import { experimentSchema } from '../../workers/spec/experiment';
import { type Study, studyExperimentId, studyPlanSchema } from '../../workers/spec/study';

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
}

let database: Promise<IDBPDatabase<Schema>> | null = null;

/** The one database of this browser, opened. Rejects where the page may not store anything. */
export function openStore(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>('mmbeddings-lab', 3, {
    upgrade(db, before) {
      if (before < 1) db.createObjectStore('units').createIndex('experiment', 'experiment');
      if (before < 2) db.createObjectStore('studies');
      if (before < 3) db.createObjectStore('lessons');
    },
    // Another page has a newer lab and waits: this one closes its connection and opens it again when it is
    // next asked.
    blocking: () => {
      void database?.then((db) => db.close());
      database = null;
    },
  });
  database.catch(() => {
    database = null;
  });
  return database;
}

const keyOf = ({ experiment, cell, repetition }: Pick<UnitRecord, 'experiment' | 'cell' | 'repetition'>): string =>
  `${experiment}.${cell}.rep=${repetition}`;

/**
 * Records of an experiment, in the order of cells' keys and repetitions. What cannot be read any more is left
 * out.
 */
export async function storedRecords(experiment: string): Promise<UnitRecord[]> {
  const found = await (await openStore()).getAllFromIndex('units', 'experiment', experiment);
  return found.flatMap((record) => {
    try {
      return [readRecord(JSON.stringify(record), keyOf(record))];
    } catch {
      return [];
    }
  });
}

/**
 * Keeps a record; one of the same repetition is replaced. Rejects when the browser does not let the page
 * store anything.
 */
export async function storeRecord(record: UnitRecord): Promise<void> {
  await (await openStore()).put('units', record, keyOf(record));
}

/** Forgets all records of an experiment. */
export async function forgetRecords(experiment: string): Promise<void> {
  const transaction = (await openStore()).transaction('units', 'readwrite');
  for (const key of await transaction.store.index('experiment').getAllKeys(experiment)) await transaction.store.delete(key);
  await transaction.done;
}

/** Puts records back, after they were forgotten. */
export async function restoreRecords(records: readonly UnitRecord[]): Promise<void> {
  for (const record of records) await storeRecord(record);
}

/** Studies of this browser, the newest first. What cannot be read any more is left out. */
export async function storedStudies(): Promise<StoredStudy[]> {
  const found = await (await openStore()).getAll('studies');
  return found
    .flatMap((stored) => {
      const spec = experimentSchema.safeParse(stored.study?.spec);
      const plan = studyPlanSchema.safeParse(stored.study?.plan);
      return stored.version === 1 && spec.success && plan.success ? [{ ...stored, study: { spec: spec.data, plan: plan.data } }] : [];
    })
    .sort((a, b) => b.begun.localeCompare(a.begun));
}

/** Keeps a study; its repetitions are kept one by one. */
export async function storeStudy(stored: StoredStudy): Promise<void> {
  await (await openStore()).put('studies', stored, studyExperimentId(stored.study));
}

/** Forgets a study and its repetitions. */
export async function forgetStudy(study: Study): Promise<void> {
  await forgetRecords(studyExperimentId(study));
  await (await openStore()).delete('studies', studyExperimentId(study));
}
