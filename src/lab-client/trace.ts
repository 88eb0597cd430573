import type { StepTrace, TraceRequest } from '../../workers/protocol';
import { call } from './client';

/**
 * One row on its way through a method of the run. Rejects with a LabError: 'no-trace' where the method or the
 * data have no diagram, 'no-weights' and 'weights-not-kept' where there is nothing to go through.
 */
export const traceRow = (request: TraceRequest): Promise<StepTrace> => call((api) => api.traceRow(request), true);
