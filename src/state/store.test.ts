import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { STORE_NAME, STORE_VERSION } from './store';
import { readStudy } from './unit-store';

/** The database as the code of a release left it in a browser: `npm run stored`. */
interface Left {
  version: number;
  stores: Record<string, { indexes: [string, string][]; entries: [string, unknown][] }>;
}

const leftBy = (version: number): Left => JSON.parse(readFileSync(join(import.meta.dirname, `stored/${version}.json`), 'utf8')) as Left;

const isBytes = (value: unknown): value is { base64: string } => typeof (value as { base64?: unknown })?.base64 === 'string';
const bytesOf = ({ base64 }: { base64: string }) => Uint8Array.from(Buffer.from(base64, 'base64'));
/** Bytes, and a table's file, are base64 in a file. */
function stored(value: unknown): unknown {
  if (isBytes(value)) return bytesOf(value).buffer;
  const { file } = value as { file?: unknown };
  return isBytes(file) ? { ...(value as object), file: new Blob([bytesOf(file)]) } : value;
}

/** Puts a release's database into this browser. */
async function leave({ version, stores }: Left): Promise<void> {
  const db = await openDB(STORE_NAME, version, {
    upgrade(made) {
      for (const [name, { indexes }] of Object.entries(stores)) {
        const store = made.createObjectStore(name);
        for (const [index, path] of indexes) store.createIndex(index, path);
      }
    },
  });
  for (const [name, { entries }] of Object.entries(stores)) for (const [key, value] of entries) await db.put(name, stored(value), key);
  db.close();
}

const modules = async () => ({
  ...(await import('./store')),
  ...(await import('./lesson-store')),
  ...(await import('./unit-store')),
  ...(await import('./run-store')),
  ...(await import('./kept-tables')),
});

beforeEach(() => void vi.resetModules());
afterEach(() => {
  indexedDB.deleteDatabase(STORE_NAME);
});

it.each(Array.from({ length: STORE_VERSION }, (_, i) => i + 1))(
  'reads what version %i has left, all of it, and loses nothing of it',
  async (version) => {
    const left = leftBy(version);
    expect(left.version).toBe(version);
    await leave(left);
    const { fileOf, keptRuns, openStore, readRun, storedLesson, storedRecords, storedStudies } = await modules();
    const store = await openStore();
    expect(store.version).toBe(STORE_VERSION);

    const { units, studies, lessons, runs, tables } = left.stores;
    const experiments = [...new Set(units.entries.map(([, unit]) => (unit as { experiment: string }).experiment))];
    for (const experiment of experiments) {
      const { found, unreadable } = await storedRecords(experiment);
      expect(unreadable).toBe(0);
      expect(found).toEqual(units.entries.map(([, unit]) => unit).filter((unit) => (unit as { experiment: string }).experiment === experiment));
    }
    expect(experiments.length).toBeGreaterThan(0);
    if (studies) {
      expect(studies.entries.length).toBeGreaterThan(0);
      expect(await storedStudies()).toEqual({ found: studies.entries.map(([, study]) => readStudy(study)), unreadable: 0 });
    }
    for (const [lesson, answers] of lessons?.entries ?? [])
      expect(await storedLesson(lesson, (answers as { hash: string }).hash)).toEqual({ numbers: {}, ...(answers as object) });
    const kept = await keptRuns();
    expect(kept.map(({ id }) => id).sort()).toEqual((runs?.entries ?? []).map(([id]) => id).sort());
    for (const run of kept) {
      const { snapshot, checkpoint } = await readRun(run);
      expect(snapshot.results.map(({ method }) => method)).toEqual(run.spec.methods.map(({ id }) => id));
      expect(checkpoint).toMatchObject({ epoch: run.epoch, over: true });
    }
    if (tables) {
      const [[fingerprint, table]] = tables.entries as [string, { name: string; bytes: number; file: { base64: string } }][];
      const file = await fileOf(fingerprint, false);
      expect([file?.name, file?.size]).toEqual([table.name, table.bytes]);
      expect(await file?.text()).toBe(Buffer.from(table.file.base64, 'base64').toString());
    }
    // Opened by a later version, every entry is as it was.
    for (const [name, { entries }] of Object.entries(left.stores)) {
      const part = name as 'units';
      expect(await store.getAllKeys(part)).toEqual(entries.map(([key]) => key));
      expect(await store.getAll(part)).toEqual(entries.map(([, value]) => stored(value)));
    }
    store.close();
  },
);

it('reads what a newer lab has left, and does not touch it', async () => {
  await leave({
    version: STORE_VERSION + 3,
    stores: {
      units: { indexes: [['experiment', 'experiment']], entries: [] },
      studies: { indexes: [], entries: [['a', { version: 2, study: 'of a kind that this lab does not know' }]] },
      lessons: { indexes: [], entries: [] },
      runs: { indexes: [], entries: [['b', { version: 9 }]] },
      'of a later lab': { indexes: [], entries: [['c', 1]] },
    },
  });
  const { forgetRun, keptRuns, openStore, storedRecords, storedStudies, storeLesson, writeStore } = await modules();
  expect(await storedStudies()).toEqual({ found: [], unreadable: 1 });
  expect(await storedRecords('table4')).toEqual({ found: [], unreadable: 0 });
  expect(await keptRuns()).toEqual([]);
  const refused = { code: 'store-newer' };
  await expect(writeStore()).rejects.toMatchObject(refused);
  await expect(forgetRun('b')).rejects.toMatchObject(refused);
  await expect(storeLesson({ version: 1, lesson: 'a', hash: 'b', answers: {}, place: 0, name: '', again: null, numbers: {} })).rejects.toMatchObject(
    refused,
  );
  const after = await openStore();
  expect(after.version).toBe(STORE_VERSION + 3);
  expect([...after.objectStoreNames]).toEqual(['lessons', 'of a later lab', 'runs', 'studies', 'units']);
  expect(await after.getAllKeys('runs')).toEqual(['b']);
  expect(await after.getAllKeys('lessons')).toEqual([]);
  after.close();
});
