import { LabFailure } from '../../data/failure';
import type { Run } from '../run';
import { traceRefusal } from './refusal';
import { sourceNow, sourceOfResult, type TraceSource } from './source';
import { traceRow } from './trace-row';
import type { StepTrace, TraceRequest } from './types';

/** What a row can be followed through: the weights of results, else those of now. */
async function sourceOf(run: Run, method: string): Promise<TraceSource> {
  const refusal = traceRefusal(method, run.dataset, run.plan.methods.find(({ id }) => id === method)?.settings);
  if (refusal) throw refusal;
  const finished = run.finished.get(method);
  if (finished) {
    if (finished.traces) return sourceOfResult(run, finished.traces, finished);
    throw new LabFailure(
      'weights-not-kept',
      `${method} has ${finished.result.parameters.toLocaleString('en')} parameters, too many to be kept after its end.`,
      'Press Pause while it trains, and follow a row then.',
    );
  }
  const trainer = run.trainerOf(method);
  if (trainer && !run.over && trainer.lane.status !== 'diverged') return sourceNow(trainer);
  throw new LabFailure('no-weights', 'This method has no weights that a row could go through.', 'Train it, or choose another method.');
}

/**
 * Follows one row through a method of a run, between two pieces of its work or after its end.
 *
 * @throws LabFailure 'no-trace', 'no-such-row', 'no-results', 'no-weights', 'weights-not-kept'
 */
export const traceRun = (run: Run, { method, follow }: TraceRequest): Promise<StepTrace> =>
  run.between(async () => traceRow(await sourceOf(run, method), follow));
