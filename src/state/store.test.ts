import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { STORE_NAME, STORE_VERSION } from './store';

const modules = async () => ({ ...(await import('./store')), ...(await import('./lesson-store')), ...(await import('./unit-store')) });

beforeEach(() => void vi.resetModules());
afterEach(() => {
  indexedDB.deleteDatabase(STORE_NAME);
});

it('reads what a newer lab has left, and does not touch it', async () => {
  const newer = await openDB(STORE_NAME, STORE_VERSION + 3, {
    upgrade(db) {
      for (const name of ['units', 'studies', 'lessons', 'of a later lab']) db.createObjectStore(name);
      db.createObjectStore('runs');
    },
  });
  await newer.put('studies', { version: 2, study: 'of a kind that this lab does not know' }, 'a');
  newer.close();
  const { openStore, storedStudies, storeLesson, writeStore } = await modules();
  expect(await storedStudies()).toEqual({ found: [], unreadable: 1 });
  await expect(writeStore()).rejects.toMatchObject({ code: 'store-newer' });
  await expect(storeLesson({ version: 1, lesson: 'a', hash: 'b', answers: {}, place: 0, name: '', again: null })).rejects.toMatchObject({
    code: 'store-newer',
  });
  const after = await openStore();
  expect(after.version).toBe(STORE_VERSION + 3);
  expect([...after.objectStoreNames]).toEqual(['lessons', 'of a later lab', 'runs', 'studies', 'units']);
  expect(await after.getAllKeys('lessons')).toEqual([]);
  after.close();
});
