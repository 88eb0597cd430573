import type * as tf from '@tensorflow/tfjs';

/** A kernel of tfjs as it is asked for; with `forwardFunc`, a function that asks for kernels itself. */
export interface KernelCall {
  kernelName?: string;
  forwardFunc?: unknown;
  inputs: Record<string, tf.Tensor>;
  attrs?: Record<string, unknown>;
}

/** The member of tfjs's engine that every kernel goes through: what writes kernels down replaces it. */
export interface KernelRunner {
  runKernelFunc(call: KernelCall): tf.Tensor | tf.Tensor[];
}
