import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import { fileOf, forgetTable, keepTable, rememberHandle } from './kept-tables';
import { eraseAll } from './run-store';
import { openStore } from './store';

const file = (name: string, more: object = {}): File => Object.assign(new File(['clinic,score\na,1'], name), more);
const prints = async () => (await openStore()).getAllKeys('tables');

beforeEach(() => eraseAll());

it('remembers where the newest 20 files are, and keeps every table that a person kept', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await keepTable(file('own.csv'), 'own');
  const names = Array.from({ length: 22 }, (_, i) => `t${String(i).padStart(2, '0')}`);
  for (const [i, name] of names.entries()) {
    vi.setSystemTime(new Date(2026, 0, 1, 0, i));
    await rememberHandle(file(`${name}.csv`, { handle: { kind: 'file' } }), name);
  }
  vi.useRealTimers();
  expect(await prints()).toEqual(['own', ...names.slice(2)]);
});

it('gives a kept table under its name, also where its file is known too, until it is forgotten', async () => {
  await keepTable(file('own.csv'), 'own');
  await rememberHandle(file('own.csv', { handle: { kind: 'file' } }), 'own');
  const found = await fileOf('own', false);
  expect([found?.name, await found?.text()]).toEqual(['own.csv', 'clinic,score\na,1']);
  // Without a handle there is nothing to remember.
  await rememberHandle(file('other.csv'), 'other');
  await forgetTable('own');
  expect(await prints()).toEqual([]);
  expect(await fileOf('own', false)).toBeNull();
});

it('asks to read a file only when it may, and takes none that was moved', async () => {
  const put = async (handle: object) => {
    const found = { version: 1, fingerprint: 'h', name: 'h.csv', bytes: 1, kept: '', handle };
    vi.spyOn(await openStore(), 'get').mockResolvedValue(found as never);
  };
  const asked = vi.fn(async () => 'granted');
  await put({ queryPermission: async () => 'prompt', requestPermission: asked, getFile: async () => file('h.csv') });
  expect(await fileOf('h', false)).toBeNull();
  expect(asked).not.toHaveBeenCalled();
  expect((await fileOf('h', true))?.name).toBe('h.csv');
  await put({ queryPermission: async () => 'denied', requestPermission: asked, getFile: async () => file('h.csv') });
  expect(await fileOf('h', true)).toBeNull();
  expect(asked).toHaveBeenCalledTimes(1);
  await put({ queryPermission: async () => 'granted', getFile: () => Promise.reject(new DOMException('gone', 'NotFoundError')) });
  expect(await fileOf('h', true)).toBeNull();
  vi.restoreAllMocks();
});
