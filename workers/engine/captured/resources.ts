import type * as tf from '@tensorflow/tfjs';
import { LabFailure } from '../../data/failure';
import type { WebGpuBackend } from './internals';
import type { Scratch } from './scratch';

/** Numbers that the step uploads from JavaScript. */
export class Constant {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly dtype: tf.DataType;

  constructor(bytes: Uint8Array<ArrayBuffer>, dtype: tf.DataType) {
    this.bytes = bytes;
    this.dtype = dtype;
  }
}

/**
 * What a kernel reads or writes: memory of the step, a constant, or the buffer of a tensor that was there
 * before.
 */
export type Resource = Scratch | Constant | GPUBuffer;

/** One dispatch of a traced step. */
export interface Operation {
  /** Name of tfjs's kernel, as a person knows it. */
  kernel: string;
  /** tfjs's key of the program: kernel, types, ranks. */
  key: string;
  /** Being compiled. */
  pipeline: unknown;
  workgroups: readonly [number, number, number];
  /** The output, then the inputs. */
  bindings: { resource: Resource; bytes: number }[];
  uniforms: Uint8Array<ArrayBuffer>;
}

/** One step of a loss and its gradients as a list of dispatches. Nothing of it has run. */
export interface Trace {
  operations: Operation[];
  loss: Resource;
  /** In the order of the parameters; null where the loss does not depend on one. */
  gradients: (Resource | null)[];
  /** Next values of the state, in its order. */
  next: Resource[];
  /** Tensors from before the step that it reads, by the buffer they were in. */
  outside: Map<GPUBuffer, tf.TensorInfo>;
}

/** Programs of one plan by tfjs's key: those tfjs has, and those being compiled. */
export type Pipelines = Record<string, unknown>;

export interface TraceContext {
  backend: WebGpuBackend;
  pipelines: Pipelines;
  /** Compile kernels at once; else in the background. */
  compileNow: boolean;
}

const HINT = 'Training goes op by op, which is slower and gives the same result.';

export function captureFailure(code: string, what: string): LabFailure {
  return new LabFailure(code, `The step cannot be captured: ${what}.`, HINT);
}
