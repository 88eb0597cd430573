import { inOwnUnit } from '../evaluate';
import { chooseRow } from './choose-row';
import { traceIntercepts } from './intercepts';
import { TRACED } from './kinds';
import { tracePrediction } from './network-prediction';
import { batchOfRow, traceStep } from './network-step';
import { tracedRow } from './places';
import { modelOf, type TraceSource } from './source';
import type { Followed, StepTrace } from './types';

/** β and prior variance where the loss has them as numbers. */
function pull({ settings }: TraceSource, beta: number | undefined): { beta: number | null; priorVariance: number | null } {
  const { priorVariance } = settings;
  return { beta: beta ?? null, priorVariance: typeof priorVariance === 'number' ? priorVariance : null };
}

/**
 * One row on its way through a method: a training row through the step of its batch, any other row as it is
 * predicted, a model of random intercepts through its level's residuals. `traceRefusal` must have none.
 *
 * @throws LabFailure 'no-such-row', 'no-results'
 */
export async function traceRow(source: TraceSource, follow: Followed): Promise<StepTrace> {
  const { id, dataset, epoch, of } = source;
  const kind = TRACED[id];
  const row = chooseRow(source, follow);
  const common = { method: id, row: tracedRow(source, row), weights: { epoch, of } };
  const own = (prediction: number): number => inOwnUnit(dataset, Float32Array.of(prediction))[0];
  const model = modelOf(source, source.weights);
  try {
    if (kind === 'intercepts') {
      const part = await traceIntercepts(source, model, row);
      return { ...common, kind, ...part, ownPrediction: own(part.prediction) };
    }
    const { fused } = model;
    const beta = fused?.kind === 'encoder' || fused?.kind === 'sampled-tables' ? fused.beta : undefined;
    const batch = common.row.part === 'train' ? batchOfRow(source, model, row) : null;
    const part = batch ? await traceStep(source, model, row, batch) : await tracePrediction(source, row);
    return { ...common, kind, ...pull(source, beta), ...part, ownPrediction: own(part.prediction) };
  } finally {
    model.dispose();
  }
}
