/**
 * The memory of a tensor of a traced step, before there is any. Tensors that follow each other in the same
 * memory are different objects.
 */
export class Scratch {
  /** Number of the buffer among those of its capacity. */
  readonly index: number;
  /** Bytes. */
  readonly capacity: number;

  constructor(index: number, capacity: number) {
    this.index = index;
    this.capacity = capacity;
  }
}

/**
 * Sizes are rounded up to a quarter of a power of two, so that tensors of about one size can follow each
 * other in a buffer.
 */
function roundUp(bytes: number): number {
  const quarter = 2 ** Math.max(6, Math.floor(Math.log2(Math.max(1, bytes))) - 2);
  return Math.max(256, Math.ceil(bytes / quarter) * quarter);
}

/**
 * Hands out the buffers of one traced step and takes them back in the order in which the step does. The same
 * step gets the same buffers.
 */
export class ScratchOrder {
  /** Numbers of free buffers, by capacity. */
  readonly #free = new Map<number, number[]>();
  /** Buffers made, by capacity. */
  readonly #count = new Map<number, number>();

  acquire(bytes: number): Scratch {
    const capacity = roundUp(bytes);
    const freed = this.#free.get(capacity)?.pop();
    if (freed !== undefined) return new Scratch(freed, capacity);
    const index = this.#count.get(capacity) ?? 0;
    this.#count.set(capacity, index + 1);
    return new Scratch(index, capacity);
  }

  release({ index, capacity }: Scratch): void {
    const free = this.#free.get(capacity);
    if (free) free.push(index);
    else this.#free.set(capacity, [index]);
  }
}

/**
 * The device memory behind scratch buffers. Steps run one after the other, so that all steps of a plan share
 * it.
 */
export class ScratchMemory {
  readonly #device: GPUDevice;
  readonly #buffers = new Map<number, GPUBuffer[]>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  of({ index, capacity }: Scratch): GPUBuffer {
    const buffers = this.#buffers.get(capacity) ?? [];
    this.#buffers.set(capacity, buffers);
    buffers[index] ??= this.#device.createBuffer({ size: capacity, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    return buffers[index];
  }

  /** Bytes held. */
  get bytes(): number {
    return [...this.#buffers].reduce((sum, [capacity, { length }]) => sum + capacity * length, 0);
  }

  dispose(): void {
    for (const buffers of this.#buffers.values()) for (const buffer of buffers) buffer?.destroy();
    this.#buffers.clear();
  }
}
