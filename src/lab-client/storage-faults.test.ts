/** Storage that fails in each of its ways: told once, and the run on the page is as it was. */
import 'fake-indexeddb/auto';
import { type IDBPDatabase, openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KeptCheckpoint } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';

const STORE = 'mmbeddings-lab';
const checkpoint = (epoch: number): KeptCheckpoint => ({ bytes: Uint8Array.of(epoch, 2, 3).buffer, epoch, startOver: [], over: false });
const modules = async () => ({
  ...(await import('./keep-run')),
  ...(await import('../state/run')),
  ...(await import('../state/run-store')),
  ...(await import('../state/notice')),
});
let page: Awaited<ReturnType<typeof modules>>;
const put = IDBObjectStore.prototype.put;

/** What the page was told so far. */
const told: string[] = [];

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal('location', { search: '' });
  told.length = 0;
  page = await modules();
  page.useNotice.setState({ show: ({ message }: { message: string }) => void told.push(message) } as never);
  page.useRun.getState().begin(DEFAULT_PRESET);
  page.useRun.setState({ status: 'running', summary: {} as never, progress: {} as never, results: { ignore: { method: 'ignore' } as never } });
});

afterEach(async () => {
  IDBObjectStore.prototype.put = put;
  vi.useRealTimers();
  const { openStore } = await import('../state/store');
  (await openStore()).close();
  await new Promise<void>((done) => {
    const request = indexedDB.deleteDatabase(STORE);
    request.onsuccess = () => done();
  });
});

/** The run goes on, with the results that it has. */
function expectUndisturbed(): void {
  const { status, results, error } = page.useRun.getState();
  expect({ status, error, results: Object.keys(results) }).toEqual({ status: 'running', error: null, results: ['ignore'] });
}

/** Writes fail in this way; then storage is well again, and the next checkpoint is kept. */
async function failingOnce(write: typeof put): Promise<void> {
  IDBObjectStore.prototype.put = write;
  await page.keep(checkpoint(1));
  await page.keep(checkpoint(2));
  expectUndisturbed();
  IDBObjectStore.prototype.put = put;
  await page.keep(checkpoint(3));
  const [kept] = await page.keptRuns();
  expect(kept.epoch).toBe(3);
  expect((await page.readRun(kept)).checkpoint).toEqual(checkpoint(3));
}

describe('storage that fails', () => {
  it('without room: told once, and what comes later is kept', async () => {
    await failingOnce(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    expect(told).toEqual(['This browser does not keep the run: The quota has been exceeded.']);
  });

  it('a transaction that is aborted: told once, and nothing half is left', async () => {
    await failingOnce(function (this: IDBObjectStore, ...given: Parameters<typeof put>) {
      const request = put.apply(this, given);
      this.transaction.abort();
      return request;
    });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^This browser does not keep the run: .*abort/i);
  });

  it('a write that takes 20 seconds: told after 15, and what was written late is whole', async () => {
    await page.keep(checkpoint(1));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let go = (): void => undefined;
    const db = await openDB(STORE);
    const busy = holding(db, new Promise<void>((done) => (go = done)));
    const late = page.keep(checkpoint(2));
    await turns();
    await vi.advanceTimersByTimeAsync(20_000);
    await late;
    vi.useRealTimers();
    expect(told).toEqual(['This browser does not keep the run: the browser took longer than 15 seconds to write.']);
    expectUndisturbed();
    go();
    await busy;
    db.close();
    await page.keep(checkpoint(3));
    const [kept] = await page.keptRuns();
    expect([kept.epoch, (await page.readRun(kept)).checkpoint.epoch]).toEqual([3, 3]);
  });

  it('a database that another page does not let open: told after 15 seconds', async () => {
    // A page of the first release, which does not give way.
    const older = await openDB(STORE, 1, { upgrade: (db) => void db.createObjectStore('units').createIndex('experiment', 'experiment') });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const keeping = page.keep(checkpoint(1));
    await turns();
    await vi.advanceTimersByTimeAsync(15_000);
    await keeping;
    vi.useRealTimers();
    expect(told).toEqual(['This browser does not keep the run: the browser took longer than 15 seconds to write.']);
    expectUndisturbed();
    older.close();
    await page.keep(checkpoint(2));
    expect((await page.keptRuns()).map(({ epoch }) => epoch)).toEqual([2]);
  });

  it('a record that was damaged: the one before counts, and without it the refusal says so', async () => {
    for (const epoch of [1, 2]) await page.keep(checkpoint(epoch));
    const [kept] = await page.keptRuns();
    const db = await openDB(STORE);
    const damage = async (body: number) => {
      const bytes = new Uint8Array((await db.get('run-bodies', `${kept.id}.${body}`)) as ArrayBuffer);
      bytes[bytes.length >> 1] ^= 1;
      await db.put('run-bodies', bytes.buffer, `${kept.id}.${body}`);
    };
    await damage(kept.body);
    expect((await page.readRun(kept)).checkpoint.epoch).toBe(1);
    await damage(kept.before as number);
    await expect(page.readRun(kept)).rejects.toMatchObject({ code: 'record-damaged' });
    db.close();
  });
});

/** A transaction on the bodies that lasts until it may end. */
async function holding(db: IDBPDatabase, until: Promise<void>): Promise<void> {
  let over = false;
  void until.then(() => {
    over = true;
  });
  const transaction = db.transaction('run-bodies', 'readwrite');
  while (!over) await transaction.store.get('nothing');
  await transaction.done;
}

/** Lets what was asked of the database happen. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((done) => setImmediate(done));
}
