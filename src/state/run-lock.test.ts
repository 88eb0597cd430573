import { afterEach, beforeEach, expect, it, vi } from 'vitest';

/** A lock manager as browsers have one, which the pages of a test share. */
function manager() {
  const queues = new Map<string, (() => void)[]>();
  const held = new Set<string>();
  const next = (name: string) => queues.get(name)?.shift()?.();
  return {
    query: async () => ({ held: [...held].map((name) => ({ name })) }),
    request(name: string, { ifAvailable, signal }: LockOptions, keep: (lock: Lock | null) => Promise<void> | undefined): Promise<void> {
      const run = async (): Promise<void> => {
        held.add(name);
        await Promise.resolve();
        await keep({ name, mode: 'exclusive' });
        held.delete(name);
        next(name);
      };
      if (!held.has(name)) return run();
      if (ifAvailable) return Promise.resolve().then(() => keep(null));
      return new Promise((done, failed) => {
        const start = () => void run().then(done, failed);
        queues.set(name, [...(queues.get(name) ?? []), start]);
        signal?.addEventListener('abort', () => {
          queues.set(
            name,
            (queues.get(name) ?? []).filter((other) => other !== start),
          );
          failed(signal.reason);
        });
      });
    },
  };
}

/** The module as a page of its own loads it. */
const page = async () => {
  vi.resetModules();
  return import('./run-lock');
};

beforeEach(() => void vi.stubGlobal('navigator', { locks: manager() }));
afterEach(() => void vi.unstubAllGlobals());

it('is one page’s until that gives it up, and then that of the page that waits', async () => {
  const [first, second] = [await page(), await page()];
  const name = first.runLock('a');
  expect(await Promise.all([first.hold(name), first.hold(name)])).toEqual([true, true]);
  expect(await second.hold(name)).toBe(false);
  await expect(second.claimRun('a')).rejects.toMatchObject({ code: 'run-elsewhere' });
  expect([...(await second.heldElsewhere())]).toEqual(['run a']);
  expect([...(await first.heldElsewhere())]).toEqual([]);
  let taken = false;
  const waiting = second.hold(name, new AbortController().signal).then((got) => {
    taken = got;
  });
  await new Promise((done) => setTimeout(done));
  expect(taken).toBe(false);
  first.release(name);
  await waiting;
  expect(taken).toBe(true);
  expect(await first.hold(name)).toBe(false);
});

it('is not waited for longer than is wanted', async () => {
  const [first, second] = [await page(), await page()];
  await first.hold('fit x');
  const ended = new AbortController();
  const waiting = second.hold('fit x', ended.signal);
  ended.abort();
  expect(await waiting).toBe(false);
  first.release('fit x');
  await new Promise((done) => setTimeout(done));
  expect(await second.hold('fit x')).toBe(true);
});

it('is everybody’s where the browser has none', async () => {
  vi.stubGlobal('navigator', undefined);
  const { heldElsewhere, hold, release } = await page();
  expect(await hold('run a')).toBe(true);
  release('run a');
  expect((await heldElsewhere()).size).toBe(0);
});
