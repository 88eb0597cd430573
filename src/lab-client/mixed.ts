import type { MixedIntervals, MixedIntervalsRequest, MixedView, VarianceTest } from '../../workers/protocol';
import { call, listenToIntervals } from './client';

/** What the page asks of a finished mixed model (`MixedApi` in workers/protocol.ts). */

export const mixedView = (method: string): Promise<MixedView> => call((api) => api.mixedView(method), true);

export const mixedTests = (method: string): Promise<VarianceTest[]> => call((api) => api.mixedTests(method), true);

/**
 * Intervals of all parameters; `listener` hears of them while they are found. Rejects with code 'cancelled'
 * after `cancelIntervals`.
 */
export async function mixedIntervals(request: MixedIntervalsRequest, listener: (state: MixedIntervals) => void): Promise<MixedIntervals> {
  listenToIntervals(listener);
  try {
    return await call<MixedIntervals>((api) => api.mixedIntervals(request), true);
  } finally {
    listenToIntervals(null);
  }
}

export const cancelIntervals = (): void => void call((api) => api.mixedCancel()).catch(() => undefined);
