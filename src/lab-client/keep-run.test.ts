import { beforeEach, expect, it, vi } from 'vitest';
import type { KeptCheckpoint } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';

/** What was written, and the ends of the writings that are under way. */
const written: { id: string; epoch: number; over: boolean; status: string }[] = [];
const ends: (() => void)[] = [];

vi.mock('../state/volatile', () => ({ isVolatile: () => false }));
vi.mock('../state/run-store', () => ({
  hasRoom: (bytes: number) => Promise.resolve(bytes < 30 * 2 ** 20),
  keepRun: (about: (typeof written)[number]) => {
    written.push(about);
    return new Promise<void>((done) => ends.push(done));
  },
  newRunId: () => crypto.randomUUID(),
  pruneRuns: () => Promise.resolve(),
}));

const checkpoint = (epoch: number, megabytes = 0, over = false): KeptCheckpoint => ({
  ...{ bytes: new ArrayBuffer(megabytes * 2 ** 20), epoch },
  ...{ startOver: [], over },
});
const epochs = () => written.map(({ epoch }) => epoch);
const settled = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};
const modules = async () => ({
  ...(await import('./keep-run')),
  ...(await import('../state/run')),
  ...(await import('../state/notice')),
});
let page: Awaited<ReturnType<typeof modules>>;
const keep = (one: KeptCheckpoint): void => void page.keep(one);
const beginRun = () => {
  const { useRun } = page;
  useRun.getState().begin(DEFAULT_PRESET);
  useRun.setState({ status: 'running', summary: {} as never, progress: {} as never });
};

beforeEach(async () => {
  vi.resetModules();
  written.length = 0;
  ends.length = 0;
  page = await modules();
  beginRun();
});

it('writes one at a time, and after it the newest that came meanwhile', async () => {
  for (const epoch of [1, 2, 3]) keep(checkpoint(epoch));
  expect(epochs()).toEqual([1]);
  ends[0]();
  await settled();
  expect(epochs()).toEqual([1, 3]);
  expect(written[0].id).toBe(written[1].id);
});

it('a checkpoint that waited is kept as that of its own run, or not at all', async () => {
  keep(checkpoint(1));
  keep(checkpoint(2));
  beginRun();
  ends[0]();
  await settled();
  // That of the run before is gone with it.
  expect(epochs()).toEqual([1]);
  keep(checkpoint(7));
  beginRun();
  keep(checkpoint(8, 0, true));
  ends[1]();
  await settled();
  expect(epochs()).toEqual([1, 7, 8]);
  expect(new Set(written.map(({ id }) => id)).size).toBe(3);
  expect(written[2]).toMatchObject({ over: true, status: 'done' });
});

it('the end of a run is kept though Train was pressed while the one before was written', async () => {
  keep(checkpoint(10));
  keep(checkpoint(20, 0, true));
  beginRun();
  keep(checkpoint(1));
  ends[0]();
  await settled();
  ends[1]();
  await settled();
  expect(epochs()).toEqual([10, 20, 1]);
  expect(written[1]).toMatchObject({ id: written[0].id, over: true, status: 'done' });
  expect(written[2].id).not.toBe(written[0].id);
});

it('large ones are written once a minute, the last of a run always, and what does not fit is told once', async () => {
  keep(checkpoint(1, 21));
  await settled();
  ends[0]();
  await settled();
  keep(checkpoint(2, 21));
  await settled();
  expect(epochs()).toEqual([1]);
  keep(checkpoint(3, 21, true));
  await settled();
  expect(epochs()).toEqual([1, 3]);
  ends[1]();
  await settled();
  const show = vi.spyOn(page.useNotice.getState(), 'show');
  for (let i = 0; i < 2; i++) {
    keep(checkpoint(4, 31, true));
    await settled();
  }
  expect(epochs()).toEqual([1, 3]);
  expect(show.mock.calls.map(([{ message }]) => message)).toEqual(['This browser does not keep the run: the browser has no room for it.']);
});
