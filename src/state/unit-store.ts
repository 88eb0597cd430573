import { mergedRecord, readRecord, recordKey } from '../../workers/papers/record';
import type { UnitRecord } from '../../workers/papers/types';
import type { LabError } from '../../workers/protocol';
import { experimentSchema } from '../../workers/spec/experiment';
import { type Study, studyExperimentId, studyPlanSchema } from '../../workers/spec/study';
import { isNewer, openStore, putOver, type StoredStudy, writeStore } from './store';
import { isVolatile } from './volatile';

/**
 * What this browser has, and how many entries it has that cannot be read any more: those are told, and left.
 */
export interface Stored<T> {
  found: T[];
  unreadable: number;
}

/** Entries read one by one: a damaged one costs itself alone. */
export function readable<T>(entries: readonly unknown[], read: (entry: unknown) => T): Stored<T> {
  const found = entries.flatMap((entry) => {
    try {
      return [read(entry)];
    } catch {
      return [];
    }
  });
  return { found, unreadable: entries.length - found.length };
}

/** What the page says of entries that cannot be read; null where all can. */
export const unreadableWords = (unreadable: number, what: 'repetition' | 'study'): LabError | null =>
  unreadable === 0
    ? null
    : {
        code: 'stored-unreadable',
        message: `${unreadable === 1 ? `A stored ${what}` : `${unreadable.toLocaleString('en')} stored ${what === 'study' ? 'studies' : 'repetitions'}`} of this browser cannot be read and ${unreadable === 1 ? 'is' : 'are'} left out.`,
        hint: 'Damaged entries, or entries of a newer lab, are not counted; what is missing can be fitted again.',
      };

/** Records of an experiment, in the order of cells' keys and repetitions. */
export async function storedRecords(experiment: string): Promise<Stored<UnitRecord>> {
  if (isVolatile()) return { found: [], unreadable: 0 };
  const entries = await (await openStore()).getAllFromIndex('units', 'experiment', experiment);
  return readable(entries, (entry) => readRecord(JSON.stringify(entry), experiment));
}

/**
 * Keeps a record with the methods that another page has put there (`mergedRecord`), and resolves with both.
 * One that cannot be read is replaced. Rejects when the browser does not let the page store anything, and
 * where the repetition was fitted on other data.
 */
export function storeRecord(record: UnitRecord): Promise<UnitRecord> {
  return putOver('units', record, recordKey(record), (there, fresh) => {
    const [known] = readable([there], (entry) => readRecord(JSON.stringify(entry), 'it')).found;
    return known ? mergedRecord(known, fresh) : fresh;
  });
}

/**
 * What a page shows together with what this browser has: a browser that stores nothing has less than the
 * page, and another page may have fitted more.
 */
export function withStored(shown: readonly UnitRecord[], stored: readonly UnitRecord[]): UnitRecord[] {
  const rest = new Map(shown.map((record) => [recordKey(record), record]));
  const both = stored.map((there) => {
    const here = rest.get(recordKey(there));
    rest.delete(recordKey(there));
    return here && here.fingerprint === there.fingerprint ? mergedRecord(there, here) : there;
  });
  return [...both, ...rest.values()];
}

/** Forgets all records of an experiment but those of later versions of the lab. */
export async function forgetRecords(experiment: string): Promise<void> {
  if (isVolatile()) return;
  const transaction = (await writeStore()).transaction('units', 'readwrite');
  for (const key of await transaction.store.index('experiment').getAllKeys(experiment))
    if (!isNewer(await transaction.store.get(key), 1)) await transaction.store.delete(key);
  await transaction.done;
}

/**
 * Puts records back, after they were forgotten, beside what another page has fitted since. Resolves with
 * those records, whatever could be stored of them.
 */
export const restoreRecords = (records: readonly UnitRecord[]): Promise<UnitRecord[]> =>
  Promise.all(records.map((record) => storeRecord(record).catch(() => record)));

/** A stored study, checked. Throws where it is none. */
export function readStudy(entry: unknown): StoredStudy {
  const { version, begun, study } = entry as Partial<StoredStudy>;
  if (version !== 1 || typeof begun !== 'string') throw new Error('is no study of this version');
  return { version, begun, study: { spec: experimentSchema.parse(study?.spec), plan: studyPlanSchema.parse(study?.plan) } };
}

/** Studies of this browser, the newest first. */
export async function storedStudies(): Promise<Stored<StoredStudy>> {
  if (isVolatile()) return { found: [], unreadable: 0 };
  const { found, unreadable } = readable(await (await openStore()).getAll('studies'), readStudy);
  return { found: found.sort((a, b) => b.begun.localeCompare(a.begun)), unreadable };
}

/** Keeps a study; its repetitions are kept one by one. */
export async function storeStudy(stored: StoredStudy): Promise<void> {
  await putOver('studies', stored, studyExperimentId(stored.study));
}

/** Forgets a study and its repetitions, those of later versions of the lab apart. */
export async function forgetStudy(study: Study): Promise<void> {
  if (isVolatile()) return;
  const key = studyExperimentId(study);
  await forgetRecords(key);
  const store = await writeStore();
  if (!isNewer(await store.get('studies', key), 1)) await store.delete('studies', key);
}
