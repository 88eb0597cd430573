import * as tf from '@tensorflow/tfjs';

/** What a loss function computed: see `Loss` of workers/methods/method.ts. */
interface LossTensors {
  total: tf.Scalar;
  terms: Record<string, tf.Scalar>;
  output: tf.Tensor2D;
  state?: Record<string, tf.Tensor>;
}

/** A loss with its gradients; `dispose` frees all of it (also inside a tf.tidy, which does not). */
export interface LossAndGradients extends LossTensors {
  /**
   * By the name tfjs gave the variable, as of tf.variableGrads. A parameter the loss does not depend on has
   * no entry.
   */
  gradients: tf.NamedTensorMap;
  dispose(): void;
}

const everything = ({ total, terms, output, state = {} }: LossTensors): tf.Tensor[] => [
  total,
  output,
  ...Object.values(terms),
  ...Object.values(state),
];

/**
 * A loss and its gradient with respect to named parameters: one forward and one backward pass. The caller
 * calls `dispose`.
 */
export function lossAndGradients(parameters: ReadonlyMap<string, tf.Variable>, loss: () => LossTensors): LossAndGradients {
  let computed: LossTensors | undefined;
  const { grads } = tf.variableGrads(() => {
    computed = loss();
    for (const tensor of everything(computed)) tf.keep(tensor);
    return computed.total;
  }, [...parameters.values()]);
  for (const gradient of Object.values(grads)) tf.keep(gradient);
  const kept = computed as LossTensors;
  return { ...kept, gradients: grads, dispose: () => tf.dispose([...everything(kept), ...Object.values(grads)]) };
}
