import * as tf from '@tensorflow/tfjs';
import { LabFailure } from '../../data/failure';

/** The release whose private fields are used here. */
const RELEASE = '4.22.0';

/**
 * What tfjs knows of the data behind tensors. `resource` is null while the values are on the CPU, and
 * `values` are null while they are not.
 */
export interface TensorData<Resource = GPUBuffer> {
  values: ArrayLike<number> | null;
  dtype: tf.DataType;
  shape: number[];
  resource?: Resource | null;
}

/** A kernel's program of tfjs-backend-webgpu when it is dispatched. */
export interface Program {
  shaderKey: string;
  dispatch: [number, number, number];
  pipeline: unknown;
}

export interface BufferManager {
  acquireBuffer(size: number, usage: number): GPUBuffer;
  releaseBuffer(buffer: GPUBuffer): void;
  /** Of its buffers, those free for reuse among them. */
  readonly numBytesAllocated: number;
}

/** The fields of tfjs's WebGPU backend that a capture reads or replaces, most of them private. */
export interface WebGpuBackend {
  device: GPUDevice;
  queue: GPUQueue;
  bufferManager: BufferManager;
  tensorMap: { get(dataId: object): TensorData; has(dataId: object): boolean };
  pipelineCache: Record<string, unknown>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  uniformPendingDisposal: unknown[];
  submitQueue(): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  refCount(dataId: object): number;
  incRef(dataId: object): void;
  write(values: ArrayLike<number> | null, shape: number[], dtype: tf.DataType): object;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  uploadToGPU(dataId: object): void;
  releaseResource(dataId: object): void;
  tensorToBinding(tensor: tf.TensorInfo): unknown;
  recordAndSubmit(program: Program, output: tf.TensorInfo, inputs: tf.TensorInfo[], uniforms?: unknown): void;
  read(dataId: object): Promise<ArrayLike<number>>;
  readSync(dataId: object): ArrayLike<number>;
  readToGPU(dataId: object): unknown;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
  copyBuffer(buffer: GPUBuffer): GPUBuffer;
}

/**
 * What tfjs's engine is asked for when it runs a kernel; of a custom gradient, a function instead of a name.
 */
export interface KernelRequest {
  kernelName?: string;
  forwardFunc?: unknown;
  inputs: Record<string, tf.Tensor | undefined>;
  attrs?: Record<string, unknown>;
}

/** The fields of tfjs's engine that a capture reads or replaces. */
export interface Engine {
  runKernel(name: string, inputs: object, attributes?: object): tf.Tensor | tf.Tensor[];
  runKernelFunc(request: KernelRequest): tf.Tensor | tf.Tensor[];
  makeTensorFromTensorInfo(info: tf.TensorInfo): tf.Tensor;
  state: { registeredVariables: Record<string, tf.Variable>; activeTape: { saved: tf.Tensor[] }[] | null };
}

/** tfjs's WebGPU backend with its private fields. Throws LabFailure on another backend or release. */
export function webGpuBackend(): WebGpuBackend {
  if (tf.getBackend() !== 'webgpu')
    throw new LabFailure('capture-backend', `Steps are captured on WebGPU, and tfjs runs on ${tf.getBackend()}.`, 'Train op by op.');
  if (tf.version.tfjs !== RELEASE)
    throw new LabFailure('capture-release', `Steps are captured with tfjs ${RELEASE}, and this is ${tf.version.tfjs}.`, `Install tfjs ${RELEASE}.`);
  return tf.backend() as unknown as WebGpuBackend;
}

export function engine(): Engine {
  return tf.engine() as unknown as Engine;
}

/** Submits what tfjs has recorded and not yet submitted, so that commands submitted next come after it. */
export function flush(backend: WebGpuBackend): void {
  backend.endComputePassEncoder();
  if (backend.commandEncoder) backend.submitQueue();
}

/** Usage of the buffers behind tensors: only one of the same usage can go back to tfjs's pool. */
export const tensorUsage = (): number => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** Bytes of a tensor on the device; every type takes four an entry. */
export const byteSize = (shape: readonly number[]): number => 4 * shape.reduce((size, n) => size * n, 1);

/** Values as the device stores them. */
export function deviceBytes(values: ArrayLike<number>, dtype: tf.DataType): Uint8Array<ArrayBuffer> {
  const array = dtype === 'int32' || dtype === 'bool' ? Int32Array.from(values) : Float32Array.from(values);
  return new Uint8Array(array.buffer);
}
