import * as tf from '@tensorflow/tfjs';
import { byteSize, engine, flush, tensorUsage, type WebGpuBackend } from './internals';

/** Buffers that a plan changes in place. */
const pinnedBuffers = new WeakSet<GPUBuffer>();

/** True for a buffer whose content a plan changes: it is no value of a tensor for long. */
export function isPinned(buffer: GPUBuffer): boolean {
  return pinnedBuffers.has(buffer);
}

/**
 * A variable whose value stays in one buffer, which bind groups made once refer to and kernels change in
 * place. To tfjs it remains a variable: reading it gives its value of now, and what shares its value (a
 * clone, a checkpoint) keeps that of then, because the value moves away before the next change.
 */
export class PinnedVariable {
  readonly variable: tf.Variable;
  readonly buffer: GPUBuffer;
  readonly #backend: WebGpuBackend;
  /** Holds the data, so that tfjs does not give the buffer to anyone else. */
  #tensor: tf.Tensor;

  constructor(backend: WebGpuBackend, variable: tf.Variable) {
    this.#backend = backend;
    this.variable = variable;
    this.buffer = backend.bufferManager.acquireBuffer(byteSize(variable.shape), tensorUsage());
    pinnedBuffers.add(this.buffer);
    this.#copy(this.#bufferOf(variable), this.buffer);
    this.#tensor = this.#newTensor();
    variable.assign(this.#tensor);
  }

  /**
   * Before the buffer changes: takes over what was assigned to the variable since, and leaves the old value
   * to those that share it.
   */
  sync(): void {
    const { variable } = this;
    const { dataId } = this.#tensor;
    const assigned = variable.dataId !== dataId;
    const shared = this.#backend.refCount(dataId) > (assigned ? 1 : 2);
    if (!assigned && !shared) return;
    const left = this.#tensor;
    if (shared) {
      const own = this.#backend.bufferManager.acquireBuffer(this.buffer.size, tensorUsage());
      this.#copy(this.buffer, own);
      const data = this.#backend.tensorMap.get(dataId);
      Object.defineProperty(data, 'values', { value: null, writable: true, configurable: true, enumerable: true });
      data.resource = own;
      this.#tensor = this.#newTensor();
    }
    if (assigned) this.#copy(this.#bufferOf(variable), this.buffer);
    variable.assign(this.#tensor);
    if (left !== this.#tensor) left.dispose();
  }

  /** Gives the buffer to the variable, as an ordinary value of tfjs. */
  dispose(): void {
    Object.defineProperty(this.#backend.tensorMap.get(this.#tensor.dataId), 'values', {
      value: null,
      writable: true,
      configurable: true,
      enumerable: true,
    });
    pinnedBuffers.delete(this.buffer);
    this.#tensor.dispose();
  }

  #bufferOf(tensor: tf.Tensor): GPUBuffer {
    this.#backend.uploadToGPU(tensor.dataId);
    return this.#backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  }

  #newTensor(): tf.Tensor {
    const info = this.#backend.makeTensorInfo(this.variable.shape, this.variable.dtype);
    const data = this.#backend.tensorMap.get(info.dataId);
    data.resource = this.buffer;
    // tfjs keeps values it has read; those of this buffer do not stay true.
    Object.defineProperty(data, 'values', { get: () => null, set: () => undefined, configurable: true, enumerable: true });
    return tf.keep(engine().makeTensorFromTensorInfo(info));
  }

  #copy(from: GPUBuffer, to: GPUBuffer): void {
    flush(this.#backend);
    const { device } = this.#backend;
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, byteSize(this.variable.shape));
    device.queue.submit([encoder.finish()]);
  }
}
