import type { LabEvent } from '../protocol';

/** The typed-array buffers of an event, to be transferred instead of copied. */
export function eventBuffers(event: LabEvent): ArrayBuffer[] {
  switch (event.type) {
    case 'curves':
      return buffers([event.curves.predictive, event.curves.objective, event.curves.training]);
    case 'embedding': {
      const { truth, counts, lengths, values, effects, posterior } = event.view;
      return buffers([
        counts,
        lengths,
        ...(truth ? [truth.actual, truth.matched, truth.aligned] : []),
        ...(values ? [values] : []),
        ...(effects ? [effects] : []),
        ...(posterior ? [posterior.means, posterior.variances] : []),
      ]);
    }
    case 'prediction': {
      const { actual, predicted, roc } = event.view;
      return buffers([actual, predicted, ...(roc ? [roc.falsePositive, roc.truePositive] : [])]);
    }
    case 'checkpoint':
      return [event.checkpoint.bytes];
    default:
      return [];
  }
}

/** Only whole buffers can be given away; a view into a larger one is copied by the message instead. */
function buffers(arrays: (Float32Array | Float64Array)[]): ArrayBuffer[] {
  const whole = arrays.filter((array) => array.buffer.byteLength === array.byteLength && array.byteLength > 0);
  return [...new Set(whole.map((array) => array.buffer as ArrayBuffer))];
}
