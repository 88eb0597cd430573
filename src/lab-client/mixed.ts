import type { MixedIntervals, MixedIntervalsRequest, MixedView, VarianceTest } from '../../workers/protocol';
import { call, listenToIntervals } from './client';

/** What the page asks of a finished mixed model (`MixedApi` in workers/protocol.ts). */

export const mixedView = (method: string): Promise<MixedView> => call((api) => api.mixedView(method), true);

export const mixedTests = (method: string): Promise<VarianceTest[]> => call((api) => api.mixedTests(method), true);

let jobs = 0;

/**
 * Intervals of all parameters; `listener` hears of them while they are found. Rejects with code 'cancelled'
 * after `cancelIntervals`, and when other ones are asked for. What was on its way of earlier ones is not
 * heard.
 */
export async function mixedIntervals(
  request: Omit<MixedIntervalsRequest, 'job'>,
  listener: (state: MixedIntervals) => void,
): Promise<MixedIntervals> {
  const job = ++jobs;
  listenToIntervals((state) => {
    if (state.job === job) listener(state);
  });
  try {
    return await call<MixedIntervals>((api) => api.mixedIntervals({ ...request, job }), true);
  } finally {
    if (job === jobs) listenToIntervals(null);
  }
}

export const cancelIntervals = (): void => void call((api) => api.mixedCancel()).catch(() => undefined);
