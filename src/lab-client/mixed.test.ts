import { expect, it, vi } from 'vitest';
import type { LabApi, MixedIntervals, MixedIntervalsRequest } from '../../workers/protocol';
import { mixedIntervals } from './mixed';

/** Requests that the worker has, and how each ends. */
const asked: { request: MixedIntervalsRequest; end: (state: MixedIntervals) => void; fail: (error: unknown) => void }[] = [];
let tell: ((state: MixedIntervals) => void) | null = null;

vi.mock('./client', () => ({
  call: (action: (api: Pick<LabApi, 'mixedIntervals'>) => unknown) =>
    action({
      mixedIntervals: (request) => new Promise<MixedIntervals>((end, fail) => asked.push({ request, end, fail })),
    }),
  listenToIntervals: (listener: typeof tell) => {
    tell = listener;
  },
}));

it('intervals of an earlier fit that arrive after others were asked for are not heard, and take no listener away', async () => {
  const request = { method: 'linear-mixed-model', by: 'bootstrap' as const, refits: 20, seed: 1 };
  const heard: [string, number][] = [];
  const listening = (name: string) => (state: MixedIntervals) => heard.push([name, state.done]);
  const state = (at: number, done: number): MixedIntervals => ({ ...asked[at].request, intervals: [], done, of: 20, failed: 0, prepared: null });
  const first = mixedIntervals(request, listening('first'));
  tell?.(state(0, 1));
  const second = mixedIntervals(request, listening('second'));
  // Sent before the worker heard of the second.
  tell?.(state(0, 2));
  asked[0].fail({ code: 'cancelled' });
  await expect(first).rejects.toEqual({ code: 'cancelled' });
  tell?.(state(1, 3));
  asked[1].end(state(1, 20));
  expect(await second).toMatchObject({ done: 20 });
  expect(heard).toEqual([
    ['first', 1],
    ['second', 3],
  ]);
  expect(tell).toBeNull();
});
