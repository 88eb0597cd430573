import { beforeEach, expect, it, vi } from 'vitest';
import type { LabError } from '../../workers/protocol';
import { fitUnits, inTurn } from './fit-units';

/** Which page has the lock, and the ends of the waiting. */
const page = vi.hoisted(() => ({ free: true, waiting: [] as ((mine: boolean) => void)[], released: [] as string[] }));
/** What the engine answers, one after another. */
const engine = vi.hoisted(() => ({ answers: [] as (() => Promise<unknown>)[], left: [] as unknown[], restarts: 0 }));
vi.mock('./client', () => ({
  endUnitPause: async () => undefined,
  fitUnit: ({ left }: { left: ReadonlyMap<string, string> }) => {
    engine.left.push([...left]);
    return engine.answers.shift()?.();
  },
  restartEngine: async () => {
    engine.restarts += 1;
  },
}));
vi.mock('../state/run-lock', () => ({
  fitLock: (experiment: string) => `fit ${experiment}`,
  hold: (_: string, signal?: AbortSignal) =>
    signal
      ? new Promise<boolean>((done) => {
          page.waiting.push(done);
          signal.addEventListener('abort', () => done(false));
        })
      : Promise.resolve(page.free),
  release: (name: string) => page.released.push(name),
}));

const told: (string | null)[] = [];
let refreshed = 0;
const turn = (signal = new AbortController().signal) => ({
  ...{ experiment: 'table4', signal },
  refresh: async () => {
    refreshed += 1;
  },
  tell: (error: LabError | null) => void told.push(error?.code ?? null),
});

beforeEach(() => {
  Object.assign(page, { free: true, waiting: [], released: [] });
  told.length = 0;
  refreshed = 0;
  vi.useFakeTimers();
});

it('fits at once where no other page does, and lets the next begin at its end, also after a failure', async () => {
  // It may have been opened before another fitted: it looks first.
  expect(await inTurn(turn(), async () => refreshed)).toBe(1);
  await expect(inTurn(turn(), () => Promise.reject(new Error('no data')))).rejects.toThrow('no data');
  expect(page.released).toEqual(['fit table4', 'fit table4']);
  expect(told).toEqual([]);
});

it('shows what another page finishes, fits when that is gone, and looks once more before', async () => {
  page.free = false;
  let seen = -1;
  const work = inTurn(turn(), async () => {
    seen = refreshed;
    return 'fitted';
  });
  await vi.advanceTimersByTimeAsync(4_100);
  expect(told).toEqual(['fitted-elsewhere']);
  expect(refreshed).toBe(2);
  page.waiting[0](true);
  expect(await work).toBe('fitted');
  expect(seen).toBe(3);
  expect(told).toEqual(['fitted-elsewhere', null]);
  expect(vi.getTimerCount()).toBe(0);
});

it('that is stopped while it waits fits nothing and releases nothing', async () => {
  page.free = false;
  const stop = new AbortController();
  const work = vi.fn();
  const waiting = inTurn(turn(stop.signal), work);
  await vi.advanceTimersByTimeAsync(100);
  stop.abort();
  expect(await waiting).toBeNull();
  expect(work).not.toHaveBeenCalled();
  expect(page.released).toEqual([]);
  expect(told).toEqual(['fitted-elsewhere', null]);
});

it.each(['engine-crashed', 'engine-hung', 'device-lost', 'thread-lost'])('fits once more after %s, and only once', async (code) => {
  const failed = () => Promise.reject({ code, message: 'It is gone.', hint: 'Again.' });
  const keep = vi.fn(async () => undefined);
  const run = () => {
    const requests = [{ unit: 1 }];
    return fitUnits(() => (requests.shift() ?? null) as never, keep);
  };
  engine.answers = [failed, () => Promise.resolve('record')];
  expect(await run()).toBeNull();
  expect(keep.mock.calls).toEqual([['record']]);
  engine.answers = [failed, failed, () => Promise.resolve('record')];
  expect(await run()).toMatchObject({ code });
  expect(engine.answers).toHaveLength(1);
});

it('leaves out, one after another, columns that run out of memory, and fits the others in an engine that is new', async () => {
  const full = (method: string) => () =>
    Promise.reject({ code: 'method-exhausted', message: `${method} ran out of memory`, hint: 'Take less.', method });
  const keep = vi.fn(async () => undefined);
  const requests = [{ unit: 1 }, { unit: 2 }];
  Object.assign(engine, { answers: [full('gp'), full('tabnet'), async () => 'first', async () => 'second'], left: [], restarts: 0 });
  expect(await fitUnits(() => (requests.shift() ?? null) as never, keep)).toBeNull();
  expect(keep.mock.calls).toEqual([['first'], ['second']]);
  expect(engine.restarts).toBe(2);
  const [gp, tabnet] = ['gp', 'tabnet'].map((id) => [id, `${id} ran out of memory. Take less.`]);
  // The next repetition may have room for them.
  expect(engine.left).toEqual([[], [gp], [gp, tabnet], []]);
});

it('leaves a repetition whose data cannot be prepared and goes on; what the next would meet too ends it', async () => {
  const keep = vi.fn(async () => undefined);
  const refused = (code: string) => () => Promise.reject({ code, message: 'No row tests.', hint: 'Choose.' });
  const run = () => {
    const done: number[] = [];
    return fitUnits(
      (isLost) => {
        const repetition = [1, 2, 3, 4].find((one) => !done.includes(one) && !isLost('all', one));
        return repetition === undefined ? null : ({ cell: 'all', repetition } as never);
      },
      async (record) => {
        done.push(record as unknown as number);
        await keep();
      },
    );
  };
  engine.answers = [refused('split-value'), async () => 2, refused('split-value'), async () => 4];
  expect(await run()).toEqual({ code: 'split-value', message: 'Not fitted: repetitions 1 and 3. No row tests.', hint: 'Choose.' });
  expect(keep).toHaveBeenCalledTimes(2);
  engine.answers = [refused('table-missing'), async () => 2];
  expect(await run()).toMatchObject({ code: 'table-missing', message: 'No row tests.' });
  engine.answers = [async () => 1, refused('cancelled')];
  expect(await run()).toBeNull();
});
