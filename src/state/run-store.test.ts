import 'fake-indexeddb/auto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { KeptCheckpoint } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import {
  type AboutRun,
  eraseAll,
  hasRoom,
  keepRun,
  keptBytes,
  keptRuns,
  MOST_RUNS,
  pruneRuns,
  putBack,
  type RunBody,
  readRun,
  renameRun,
  takeOut,
  visitRun,
} from './run-store';
import { openStore, putOver } from './store';

const checkpoint: KeptCheckpoint = { bytes: Uint8Array.of(1, 2, 3).buffer, epoch: 4, startOver: [], over: false };
const body = { snapshot: { spec: DEFAULT_PRESET } as never, checkpoint } satisfies RunBody;
const about = (id: string, name?: string): AboutRun => ({
  ...{ id, begun: '2026-01-01T00:00:00Z', status: 'paused', epoch: 4, over: false, spec: DEFAULT_PRESET },
  ...(name !== undefined && { name }),
});
const ids = async () => (await keptRuns()).map(({ id }) => id).sort();

beforeEach(() => eraseAll());

it('a name stays with what is written later, and what does not print is not in it', async () => {
  await keepRun(about('a'), body);
  await renameRun('a', ' wide\u202e\u0000 ');
  await keepRun(about('a'), body);
  expect(await keptRuns()).toMatchObject([{ id: 'a', name: 'wide', body: 2, before: 1 }]);
  await renameRun('a', ' ');
  expect((await keptRuns())[0]).not.toHaveProperty('name');
});

it('named runs stay, of the others the newest', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let i = 0; i < MOST_RUNS + 3; i++) {
    vi.setSystemTime(new Date(2026, 0, 1, 0, i));
    await keepRun(about(`run ${String(i).padStart(2, '0')}`, i < 2 ? 'kept' : undefined), body);
  }
  vi.useRealTimers();
  await pruneRuns();
  const all = Array.from({ length: MOST_RUNS + 3 }, (_, i) => `run ${String(i).padStart(2, '0')}`);
  expect(await ids()).toEqual(all.filter((_, i) => i !== 2));
});

it('a run that another page shows stays, however old', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.stubGlobal('navigator', { locks: { query: async () => ({ held: [{ name: 'run old' }] }) } });
  try {
    for (let i = 0; i < MOST_RUNS + 2; i++) {
      vi.setSystemTime(new Date(2026, 0, 1, 0, i));
      await keepRun(about(i === 0 ? 'old' : `run ${i}`), body);
    }
    await pruneRuns();
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
  expect(await ids()).toEqual(['old', ...Array.from({ length: MOST_RUNS }, (_, i) => `run ${i + 2}`)]);
});

it('a run that another page writes on is read as it stands by now', async () => {
  const known = await keepRun(about('a'), body);
  for (let i = 0; i < 3; i++) await keepRun(about('a'), { ...body, checkpoint: { ...checkpoint, epoch: i } });
  expect((await readRun(known)).checkpoint.epoch).toBe(2);
});

it('the body before is read where the newest cannot be, and where neither can, what is wrong with the newest is told', async () => {
  await keepRun(about('a'), body);
  const known = await keepRun(about('a'), { ...body, checkpoint: { ...checkpoint, epoch: 5 } });
  const store = await openStore();
  await store.put('run-bodies', new ArrayBuffer(3), 'a.2');
  expect((await readRun(known)).checkpoint.epoch).toBe(4);
  await store.delete('run-bodies', 'a.1');
  await expect(readRun(known)).rejects.toMatchObject({ hint: expect.any(String) });
});

it('what was deleted comes back whole', async () => {
  await keepRun(about('a', 'wide'), body);
  await keepRun(about('a'), body);
  const [before] = await keptRuns();
  const taken = await takeOut('a');
  expect(await ids()).toEqual([]);
  expect(await (await openStore()).count('run-bodies')).toBe(0);
  await putBack(taken);
  expect(await keptRuns()).toEqual([before]);
  expect((await readRun(before)).checkpoint).toEqual(checkpoint);
});

/** Aborts the transaction of every write of records of runs. */
function abortRecords(): () => void {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...given) {
    const request = put.apply(this, given);
    if (this.name === 'runs') this.transaction.abort();
    return request;
  };
  return () => {
    IDBObjectStore.prototype.put = put;
  };
}

it('a page that ends between a body and its record leaves no body behind', async () => {
  await keepRun(about('a'), body);
  const restore = abortRecords();
  for (const id of ['a', 'b']) await expect(keepRun(about(id), body)).rejects.toThrow();
  restore();
  expect(await ids()).toEqual(['a']);
  expect(await (await openStore()).getAllKeys('run-bodies')).toEqual(['a.1']);
});

it('a name, or a run that was deleted, that cannot be written is told once', async () => {
  await keepRun(about('a'), body);
  const taken = await takeOut('a');
  await putBack(taken);
  // An error that nobody hears fails the tests by itself.
  const restore = abortRecords();
  await expect(renameRun('a', 'mine')).rejects.toThrow();
  await expect(putBack(taken)).rejects.toThrow();
  await expect(putOver('runs', { version: 1 }, 'b')).rejects.toThrow();
  restore();
  await new Promise((done) => setTimeout(done));
  expect(await keptRuns()).toMatchObject([{ id: 'a' }]);
  expect((await keptRuns())[0]).not.toHaveProperty('name');
});

it('leaves a run of a later version as it is', async () => {
  const later = { version: 2, id: 'a' };
  const known = await keepRun(about('a'), body);
  await (await openStore()).put('runs', later, 'a');
  await expect(keepRun(about('a'), body)).rejects.toMatchObject({ code: 'store-newer' });
  await expect(renameRun('a', 'mine')).rejects.toMatchObject({ code: 'store-newer' });
  await expect(readRun(known)).rejects.toMatchObject({ code: 'store-newer' });
  expect(await (await openStore()).get('runs', 'a')).toEqual(later);
});

it('has a run of a file in this page alone where nothing is stored', async () => {
  vi.stubGlobal('location', { search: '?volatile' });
  const run = visitRun(about('v'), body);
  await renameRun('v', 'seen');
  expect(await keptRuns()).toMatchObject([{ id: 'v', name: 'seen' }]);
  expect((await readRun(run)).checkpoint).toBe(body.checkpoint);
  const taken = await takeOut('v');
  expect(await ids()).toEqual([]);
  await putBack(taken);
  expect(await ids()).toEqual(['v']);
  vi.unstubAllGlobals();
  expect(await (await openStore()).count('runs')).toBe(0);
});

it('has room for a run where three of it go into what is left', async () => {
  const room = async (estimate: object) => {
    vi.stubGlobal('navigator', { storage: { estimate: async () => estimate } });
    return hasRoom(10);
  };
  expect([await room({ quota: 40, usage: 10 }), await room({ quota: 39, usage: 10 }), await room({})]).toEqual([true, false, true]);
  vi.unstubAllGlobals();
});

it('tells what databases take, and not the copy of the site', async () => {
  const said = (estimate: object) => vi.stubGlobal('navigator', { storage: { estimate: async () => estimate } });
  said({ usage: 17_000_000, usageDetails: { caches: 16_000_000, indexedDB: 1_000_000 } });
  expect(await keptBytes()).toBe(1_000_000);
  said({ usage: 16_000_000, usageDetails: { caches: 16_000_000 } });
  expect(await keptBytes()).toBe(0);
  said({ usage: 5 });
  expect(await keptBytes()).toBe(5);
  // A browser that says nothing: two bodies of each run.
  vi.stubGlobal('navigator', {});
  const { bytes } = await keepRun(about('a'), body);
  expect(await keptBytes()).toBe(2 * bytes);
  vi.unstubAllGlobals();
});
