import * as tf from '@tensorflow/tfjs';
import { nextState, type StepLoss } from '../step-loss';
import { engine } from './internals';
import { Recorder } from './recorder';
import type { Operation, Resource, Trace, TraceContext } from './resources';

type Ends = Pick<Trace, 'loss' | 'gradients' | 'next'>;

/**
 * Traces one step: runs the loss and its gradients through tfjs with every dispatch written down instead of
 * submitted. Synchronous; nothing is compiled. Throws LabFailure naming what cannot be
 * captured; tfjs is then as it was.
 *
 * @param parameters what the gradients are of, in order
 * @param state variables whose next values the loss gives
 * @param loss of tensors that exist already
 */
export function traceStep(context: TraceContext, parameters: tf.Variable[], state: ReadonlyMap<string, tf.Variable>, loss: () => StepLoss): Trace {
  const { backend } = context;
  const recorder = new Recorder(context);
  let result: Ends | null = null;
  let kept: tf.Tensor[] = [];
  recorder.start();
  try {
    const resource = (tensor: tf.Tensor): Resource => {
      backend.uploadToGPU(tensor.dataId);
      recorder.datum(tensor.dataId);
      return recorder.data(tensor.dataId).resource as Resource;
    };
    // Inside the tidy, so that everything is given back while the recorder still listens.
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => {
        const step = loss();
        kept = nextState(state, step).map((tensor) => tf.keep(tensor));
        return step.total;
      }, parameters);
      result = {
        loss: resource(value),
        gradients: parameters.map(({ name }) => (grads[name] ? resource(grads[name]) : null)),
        next: kept.map(resource),
      };
    });
  } catch (thrown) {
    recorder.fail('capture-loss', `the loss fails with "${thrown instanceof Error ? thrown.message : String(thrown)}"`);
    const tfjs = engine();
    for (const node of tfjs.state.activeTape ?? []) tf.dispose(node.saved);
    tfjs.state.activeTape = null;
  } finally {
    tf.dispose(kept);
    if (recorder.detachEscaped()) recorder.fail('capture-escaped', 'the loss keeps a tensor it has made beyond the step');
    recorder.stop();
  }
  if (recorder.failure || !result) throw recorder.failure;
  const { operations, calls, outside } = recorder;
  const ends: Ends = result;
  return { operations: needed(operations, [ends.loss, ...ends.gradients, ...ends.next]), calls, outside, ...ends };
}

/**
 * The operations that the loss, the gradients and the next state depend on: a loss also computes terms and
 * predictions, which no step uses.
 */
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
