import * as tf from '@tensorflow/tfjs';
import { byteSize, engine, type WebGpuBackend } from './internals';
import { isPinned, PinnedVariable } from './pinned';

/** Tensors from before the step that it reads: held, so that their buffers stay theirs. */
export class OutsideTensors {
  readonly #backend: WebGpuBackend;
  readonly #buffers = new Map<object, GPUBuffer>();
  readonly #held: tf.Tensor[] = [];
  readonly #copies: GPUBuffer[] = [];

  constructor(backend: WebGpuBackend) {
    this.#backend = backend;
  }

  /** The buffer that stands for a tensor in the plan. */
  of(
    buffer: GPUBuffer,
    { dataId, shape, dtype }: tf.TensorInfo,
    { parameters, others }: { parameters: PinnedVariable[]; others: PinnedVariable[] },
  ): GPUBuffer {
    const known = this.#buffers.get(dataId);
    if (known) return known;
    if ([...parameters, ...others].some((pinned) => pinned.buffer === buffer)) return buffer;
    const variable = Object.values(engine().state.registeredVariables).find((candidate) => candidate.dataId === dataId);
    if (variable) {
      const pinned = new PinnedVariable(this.#backend, variable);
      others.push(pinned);
      this.#buffers.set(dataId, pinned.buffer);
      return pinned.buffer;
    }
    let own = buffer;
    if (isPinned(buffer)) {
      own = this.#backend.device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
      const encoder = this.#backend.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, own, 0, byteSize(shape));
      this.#backend.device.queue.submit([encoder.finish()]);
      this.#copies.push(own);
    }
    this.#backend.incRef(dataId);
    this.#held.push(tf.keep(engine().makeTensorFromTensorInfo({ dataId, shape, dtype })));
    this.#buffers.set(dataId, own);
    return own;
  }

  dispose(): void {
    tf.dispose(this.#held);
    for (const copy of this.#copies) copy.destroy();
  }
}
