import * as tf from '@tensorflow/tfjs';
import type { KernelCall, KernelRunner } from '../../engine/kernel-calls';

/** One tfjs operation as it ran: its name, what it took and gave, and how. */
export interface RecordedOperation {
  kernel: string;
  attributes: Readonly<Record<string, unknown>>;
  inputs: { name: string; tensor: number }[];
  outputs: number[];
}

/** A tensor of a recording: the one with this number is the same wherever it is taken. */
export interface RecordedTensor {
  shape: number[];
  dtype: string;
  /**
   * Values where no recorded operation made it and it was not given: a weight or a number of the method's.
   */
  constant: tf.Tensor | null;
}

export interface Recording {
  operations: RecordedOperation[];
  tensors: RecordedTensor[];
  /** Numbers of the tensors that were given, and of the result. */
  given: number[];
  result: number;
}

/**
 * Runs a computation of tensors and writes down every operation by its name, whatever backend computes it.
 * The caller disposes of the constants.
 *
 * @param given tensors that the computation is asked with
 */
export function recordOperations(given: readonly tf.Tensor[], computation: () => tf.Tensor): Recording {
  const engine = tf.engine() as unknown as KernelRunner;
  const original = engine.runKernelFunc;
  const numbers = new Map<number, number>();
  const tensors: RecordedTensor[] = [];
  const operations: RecordedOperation[] = [];
  let listening = true;

  const add = (tensor: tf.Tensor, constant: tf.Tensor | null): number => {
    numbers.set(tensor.id, tensors.length);
    return tensors.push({ shape: tensor.shape.slice(), dtype: tensor.dtype, constant }) - 1;
  };
  const numberOf = (tensor: tf.Tensor): number => {
    const known = numbers.get(tensor.id);
    if (known !== undefined) return known;
    if (tensor instanceof tf.Variable) return add(tensor, tensor);
    // What a computation makes itself goes when it ends.
    listening = false;
    const kept = tf.keep(tensor.clone());
    listening = true;
    return add(tensor, kept);
  };

  for (const tensor of given) add(tensor, null);
  engine.runKernelFunc = function (this: KernelRunner, call: KernelCall) {
    if (!listening || !call.kernelName || call.forwardFunc) return original.call(this, call);
    const inputs = Object.entries(call.inputs).map(([name, tensor]) => ({ name, tensor: numberOf(tensor) }));
    const results = original.call(this, call);
    const outputs = (Array.isArray(results) ? results : [results]).map((tensor) => add(tensor, null));
    operations.push({ kernel: call.kernelName, attributes: { ...call.attrs }, inputs, outputs });
    return results;
  };
  try {
    const result = tf.tidy(() => {
      const output = computation();
      return numberOf(output);
    }) as unknown as number;
    return { operations, tensors, given: given.map((_, i) => i), result };
  } catch (failure) {
    disposeRecording({ tensors });
    throw failure;
  } finally {
    Reflect.deleteProperty(engine, 'runKernelFunc');
  }
}

/** Frees the constants of a recording; variables belong to their model. */
export const disposeRecording = ({ tensors }: Pick<Recording, 'tensors'>): void =>
  tf.dispose(tensors.flatMap(({ constant }) => (constant && !(constant instanceof tf.Variable) ? [constant] : [])));
