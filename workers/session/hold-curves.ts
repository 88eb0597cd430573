import type { Curves } from '../training/lane';
import type { RunEvent } from '../training/run';

type CurvesEvent = Extract<RunEvent, { type: 'curves' }>;

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** One event for the epochs of two that follow each other. */
function merge(first: CurvesEvent, { curves }: CurvesEvent): CurvesEvent {
  const merged: Curves = {
    method: curves.method,
    training: joined(first.curves.training, curves.training),
    objective: joined(first.curves.objective, curves.objective),
    predictive: joined(first.curves.predictive, curves.predictive),
  };
  return { ...first, curves: merged };
}

/**
 * Keeps curves back until an event of another kind goes out: lanes do, ten times per second and at every
 * change of status. A run of short epochs would otherwise send thousands of events a second, and the page
 * would draw each of them.
 *
 * @returns the same `emit`, with the curves of one method joined into one event
 */
export function holdCurves(emit: (event: RunEvent) => void): (event: RunEvent) => void {
  const held = new Map<string, CurvesEvent>();
  return (event) => {
    if (event.type === 'curves') {
      const before = held.get(event.curves.method);
      held.set(event.curves.method, before ? merge(before, event) : event);
      return;
    }
    for (const waiting of held.values()) emit(waiting);
    held.clear();
    emit(event);
  };
}
