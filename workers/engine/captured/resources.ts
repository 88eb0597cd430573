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
  /** A pipeline, or what it is compiled from. */
  pipeline: unknown;
  workgroups: readonly [number, number, number];
  /** The output, then the inputs. */
  bindings: { resource: Resource; bytes: number }[];
  uniforms: Uint8Array<ArrayBuffer>;
}

/** What is behind a tensor of a trace: tensors of other shapes may share it. */
export interface Datum {
  /** As the device stores it: whole numbers and truths as int32. */
  dtype: tf.DataType;
  /** Null until a kernel has taken it to the device. */
  resource: Resource | null;
  /** Numbers from JavaScript that the step makes itself. */
  values: ArrayLike<number> | null;
}

export interface CallTensor {
  datum: Datum;
  shape: readonly number[];
  dtype: tf.DataType;
}

/** One tfjs kernel of a trace, with the dispatches it is made of. */
export interface Call {
  name: string;
  attributes: Readonly<Record<string, unknown>>;
  /** By name; a list of tensors by number. */
  inputs: Readonly<Record<string, CallTensor>>;
  outputs: readonly CallTensor[];
  operations: readonly Operation[];
}

/** One step of a loss and its gradients as a list of dispatches. Nothing of it has run. */
export interface Trace {
  operations: Operation[];
  /** The kernels that the operations are of, in the order in which tfjs ran them, all of them. */
  calls: readonly Call[];
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
}

/** A kernel that is not compiled yet: a step may do without it. */
export class Uncompiled {
  readonly descriptor: GPUComputePipelineDescriptor;
  readonly module: GPUShaderModuleDescriptor;

  constructor(descriptor: GPUComputePipelineDescriptor) {
    this.descriptor = descriptor;
    this.module = descriptor.compute.module as unknown as GPUShaderModuleDescriptor;
  }

  static of(code: string): Uncompiled {
    return new Uncompiled({ layout: 'auto', compute: { module: { code } as unknown as GPUShaderModule, entryPoint: 'main' } });
  }

  /** With the module made now. */
  whole(device: GPUDevice): GPUComputePipelineDescriptor {
    const { compute } = this.descriptor;
    return { ...this.descriptor, compute: { ...compute, module: device.createShaderModule(this.module) } };
  }
}

const HINT = 'Training goes op by op, which is slower and gives the same result.';

export function captureFailure(code: string, what: string): LabFailure {
  return new LabFailure(code, `The step cannot be captured: ${what}.`, HINT);
}
