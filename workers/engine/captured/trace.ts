import * as tf from '@tensorflow/tfjs';
import { engine } from './internals';
import { Recorder } from './recorder';
import type { Operation, Resource, Trace, TraceContext } from './resources';

/**
 * Traces one step: runs the loss and its gradients through tfjs with every dispatch written down instead of submitted. Synchronous; pipelines compile
 * in the background. Throws LabFailure naming what cannot be captured; tfjs is then as it was.
 *
 * @param parameters what the gradients are of, in order
 * @param loss the scalar to minimise, of tensors that exist already
 */
export function traceStep(context: TraceContext, parameters: tf.Variable[], loss: () => tf.Scalar): Trace {
  const { backend } = context;
  const recorder = new Recorder(context);
  let result: Pick<Trace, 'loss' | 'gradients'> | null = null;
  recorder.start();
  try {
    const resource = (tensor: tf.Tensor): Resource => {
      backend.uploadToGPU(tensor.dataId);
      return recorder.data(tensor.dataId).resource as Resource;
    };
    // Inside the tidy, so that everything is given back while the recorder still listens.
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, parameters);
      result = { loss: resource(value), gradients: parameters.map(({ name }) => (grads[name] ? resource(grads[name]) : null)) };
    });
  } catch (thrown) {
    recorder.fail('capture-loss', `the loss fails with "${thrown instanceof Error ? thrown.message : String(thrown)}"`);
    const { state } = engine();
    for (const node of state.activeTape ?? []) tf.dispose(node.saved);
    state.activeTape = null;
  } finally {
    if (recorder.detachEscaped()) recorder.fail('capture-escaped', 'the loss keeps a tensor it has made beyond the step');
    recorder.stop();
  }
  if (recorder.failure || !result) throw recorder.failure;
  const { operations, outside } = recorder;
  const { loss: value, gradients } = result as Pick<Trace, 'loss' | 'gradients'>;
  return { operations: needed(operations, [value, ...gradients]), outside, loss: value, gradients };
}

/** The operations that the loss and the gradients depend on: a loss also computes terms and predictions, which no step uses. */
function needed(operations: readonly Operation[], ends: readonly (Resource | null)[]): Operation[] {
  const wanted = new Set<Resource | null>(ends);
  const kept: Operation[] = [];
  for (let i = operations.length - 1; i >= 0; i--) {
    const { bindings } = operations[i];
    // The output stays wanted: an operation may add to what one before it has filled.
    if (!wanted.has(bindings[0].resource)) continue;
    for (const { resource } of bindings) wanted.add(resource);
    kept.push(operations[i]);
  }
  return kept.reverse();
}
