import 'fake-indexeddb/auto';
import { expect, it, vi } from 'vitest';
import type { UnitRecord } from '../../workers/papers/types';
import type { StoredLesson } from '../../workers/spec/lessons/stored';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { studyExperimentId } from '../../workers/spec/study';
import { storedLesson, storeLesson } from './lesson-store';
import { eraseAll } from './run-store';
import { openStore } from './store';
import {
  forgetRecords,
  forgetStudy,
  readable,
  readStudy,
  restoreRecords,
  storedRecords,
  storedStudies,
  storeRecord,
  storeStudy,
  unreadableWords,
  withStored,
} from './unit-store';

const study = { version: 1, begun: '2026-01-01T00:00:00Z', study: { spec: DEFAULT_PRESET, plan: { kind: 'repeat', times: 5 } } };

it('reads what is whole beside what is damaged, and counts the damaged', () => {
  const { study: inner } = study;
  const damaged = [
    null,
    7,
    {},
    { ...study, version: 2 },
    { ...study, begun: 3 },
    { ...study, study: null },
    { ...study, study: { ...inner, plan: {} } },
  ];
  const { found, unreadable } = readable([study, ...damaged, study], readStudy);
  expect(found.map(({ begun }) => begun)).toEqual([study.begun, study.begun]);
  expect(unreadable).toBe(damaged.length);
});

it('says how many cannot be read', () => {
  expect(unreadableWords(0, 'study')).toBeNull();
  expect(unreadableWords(1, 'repetition')?.message).toBe('A stored repetition of this browser cannot be read and is left out.');
  expect(unreadableWords(2, 'study')?.message).toBe('2 stored studies of this browser cannot be read and are left out.');
});

const record: UnitRecord = {
  ...{ version: 1, experiment: 'e', cell: 'c', repetition: 1, lab: '1', backend: 'wasm', threads: 1 },
  ...{ finished: '', fingerprint: '', difference: null, outcomes: {} },
};
const lesson: StoredLesson = { version: 1, lesson: 'shrinkage', hash: 'h', answers: {}, place: 0, name: '', again: null, numbers: {} };
const later = { version: 2, of: 'a later lab', experiment: 'e' };
const KEY = 'e.c.rep=1';

it('leaves what a later version of the lab keeps, whatever is fitted or forgotten', async () => {
  const store = await openStore();
  const ids = { units: KEY, studies: studyExperimentId(study.study as never), lessons: lesson.lesson } as const;
  for (const [name, key] of Object.entries(ids)) await store.put(name as 'lessons', later, key);
  await expect(storeRecord(record)).rejects.toMatchObject({ code: 'store-newer' });
  await expect(storeStudy(study as never)).rejects.toMatchObject({ code: 'store-newer' });
  await expect(storeLesson(lesson)).rejects.toMatchObject({ code: 'store-newer' });
  await forgetRecords('e');
  await forgetStudy(study.study as never);
  for (const [name, key] of Object.entries(ids)) expect(await store.get(name as 'lessons', key)).toEqual(later);
  await storeRecord({ ...record, repetition: 2 });
  expect((await storedRecords('e')).found.map(({ repetition }) => repetition)).toEqual([2]);
  await forgetRecords('e');
  expect(await store.getAllKeys('units')).toEqual([KEY]);
});

const fitted = (outcomes: Record<string, string>, change: Partial<UnitRecord> = {}): UnitRecord => ({
  ...record,
  ...{ experiment: 'g', outcomes: Object.fromEntries(Object.entries(outcomes).map(([id, failure]) => [id, { failure }])) },
  ...change,
});
const kept = async () => (await storedRecords('g')).found;

it('keeps the methods that another page has put there, and the first of each; also where they are put back', async () => {
  await storeRecord(fitted({ a: 'first', b: 'first' }));
  expect((await storeRecord(fitted({ b: 'second', c: 'second' }))).outcomes).toEqual(fitted({ a: 'first', b: 'first', c: 'second' }).outcomes);
  expect(await restoreRecords([fitted({ d: 'back' }), fitted({ a: 'x' }, { fingerprint: 'other' }), fitted({}, { repetition: 2 })])).toHaveLength(3);
  expect((await kept()).map(({ outcomes }) => Object.keys(outcomes).sort())).toEqual([['a', 'b', 'c', 'd'], []]);
  await expect(storeRecord(fitted({ e: 'x' }, { fingerprint: 'other' }))).rejects.toMatchObject({ code: 'record-of-other-data' });
  // What cannot be read is fitted again.
  await (await openStore()).put('units', { version: 1, experiment: 'g' } as never, 'g.c.rep=1');
  await storeRecord(fitted({ a: 'again' }));
  expect((await kept())[0].outcomes).toEqual(fitted({ a: 'again' }).outcomes);
  await forgetRecords('g');
});

it('shows what the browser has beside what it could not keep', () => {
  const shown = [fitted({ a: 'here', b: 'here' }), fitted({ a: 'here' }, { repetition: 2 })];
  const stored = [fitted({ a: 'there', c: 'there' }), fitted({ a: 'there' }, { repetition: 3 })];
  const { outcomes } = fitted({ a: 'there', b: 'here', c: 'there' });
  expect(withStored(shown, stored)).toEqual([expect.objectContaining({ outcomes }), stored[1], shown[1]]);
  expect(withStored(shown, [])).toEqual(shown);
  const other = fitted({ z: 'there' }, { fingerprint: 'other' });
  expect(withStored(shown.slice(0, 1), [other])).toEqual([other]);
});

it('with ?volatile neither keeps nor reads anything', async () => {
  await storeStudy({ ...study, begun: '2026-02-02' } as never).catch(() => undefined);
  const store = await openStore();
  const before = await Promise.all((['units', 'studies', 'lessons'] as const).map((name) => store.getAllKeys(name)));
  vi.stubGlobal('location', { search: '?volatile' });
  await storeRecord({ ...record, experiment: 'f' });
  await storeStudy({ ...study, study: { ...study.study, plan: { kind: 'repeat', times: 9 } } } as never);
  await storeLesson({ ...lesson, lesson: 'variance' });
  expect(await storedStudies()).toEqual({ found: [], unreadable: 0 });
  expect(await storedRecords('e')).toEqual({ found: [], unreadable: 0 });
  expect(await storedLesson('shrinkage', 'h')).toBeNull();
  await forgetRecords('e');
  vi.unstubAllGlobals();
  expect(await Promise.all((['units', 'studies', 'lessons'] as const).map((name) => store.getAllKeys(name)))).toEqual(before);
});

it('has the answers of a page that was left while they were being written', async () => {
  // Its keys are those that it has stored, as in a browser.
  const tab: Record<string, string> = Object.create({
    getItem: (key: string) => tab[key] ?? null,
    setItem: (key: string, text: string) => Object.assign(tab, { [key]: text }),
    removeItem: (key: string) => delete tab[key],
  });
  const unwritten = () => Object.keys(tab).length;
  vi.stubGlobal('sessionStorage', tab);
  const answered = (value: number): StoredLesson => ({ ...lesson, lesson: 'fixed-or-random', answers: { guess: { kind: 'number', value } } });
  await storeLesson(answered(1));
  expect(unwritten()).toBe(0);
  const older = storeLesson(answered(1));
  const writing = storeLesson(answered(2));
  // What the next page finds, before a moment has passed.
  const left = { ...tab };
  await older;
  expect({ ...tab }).toEqual(left);
  await writing;
  expect(unwritten()).toBe(0);
  await (await openStore()).put('lessons', answered(1), 'fixed-or-random');
  Object.assign(tab, left);
  expect((await storedLesson('fixed-or-random', 'h'))?.answers).toEqual(answered(2).answers);
  // Found, they are written.
  await vi.waitFor(() => expect(unwritten()).toBe(0));
  expect((await storedLesson('fixed-or-random', 'h'))?.answers).toEqual(answered(2).answers);
  await (await openStore()).put('lessons', answered(1), 'fixed-or-random');
  for (const key of Object.keys(left)) tab[key] = '{"damaged';
  expect((await storedLesson('fixed-or-random', 'h'))?.answers).toEqual(answered(1).answers);
  // Answers to another text of the lesson are none to this one.
  Object.assign(tab, left, { 'of another site': 'stays' });
  expect(await storedLesson('fixed-or-random', 'changed')).toBeNull();
  await eraseAll();
  expect({ ...tab }).toEqual({ 'of another site': 'stays' });
  delete tab['of another site'];
  // The tab keeps what the database has no room for, but nothing that is older than what another version
  // keeps.
  const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  await expect(storeLesson(answered(3))).rejects.toThrow();
  full.mockRestore();
  expect((await storedLesson('fixed-or-random', 'h'))?.answers).toEqual(answered(3).answers);
  await vi.waitFor(() => expect(unwritten()).toBe(0));
  await (await openStore()).put('lessons', later, 'fixed-or-random');
  await expect(storeLesson(answered(4))).rejects.toMatchObject({ code: 'store-newer' });
  expect(unwritten()).toBe(0);
  vi.unstubAllGlobals();
});
