import type { NetworkTrace, StepTrace } from '../../../workers/protocol';
import { interceptScenes } from './intercepts';
import { networkScenes } from './network';
import type { Scene } from './scene';

/** The sub-steps of a trace, in order; feature k is the one whose vector is shown. */
export function scenesOf(trace: StepTrace, k: number): Scene[] {
  return trace.kind === 'intercepts' ? interceptScenes(trace, k) : networkScenes(trace, k);
}

/** Whether the row teaches the method something in this trace. */
export const learns = (trace: StepTrace): trace is NetworkTrace => trace.kind !== 'intercepts' && trace.step !== null;
