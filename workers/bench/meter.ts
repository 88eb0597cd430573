/**
 * Counts what an engine does on the GPU and the memory it takes, from outside and in the same way for every
 * engine: by watching the constructors of memories and buffers and the calls that dispatch. One meter is on
 * at a time, because engines take turns.
 */
export class Meter {
  dispatches = 0;
  #gpuBytes = 0;
  #gpuPeak = 0;
  readonly #memories = new Set<WebAssembly.Memory>();

  addBuffer(bytes: number): void {
    this.#gpuBytes += bytes;
    this.#gpuPeak = Math.max(this.#gpuPeak, this.#gpuBytes);
  }

  freeBuffer(bytes: number): void {
    this.#gpuBytes -= bytes;
  }

  addMemory(memory: WebAssembly.Memory): void {
    this.#memories.add(memory);
  }

  /** The peak counts anew, from what is held now. */
  beginPeak(): void {
    this.#gpuPeak = this.#gpuBytes;
  }

  /** Bytes in GPU buffers now, those that tfjs keeps for reuse with them. */
  get gpuBytes(): number {
    return this.#gpuBytes;
  }

  /** Most bytes in GPU buffers at one time. A buffer counts until it is destroyed. */
  get gpuPeak(): number {
    return this.#gpuPeak;
  }

  /** Linear memory, which never shrinks. */
  get linearBytes(): number {
    let bytes = 0;
    for (const memory of this.#memories) bytes += memory.buffer.byteLength;
    return bytes;
  }
}

let active: Meter | null = null;
const owners = new WeakMap<object, { meter: Meter; bytes: number }>();

/** Runs `work` with everything it does counted on this meter. */
export async function metered<T>(meter: Meter, work: () => Promise<T>): Promise<T> {
  active = meter;
  try {
    return await work();
  } finally {
    active = null;
  }
}

interface GpuClasses {
  GPUDevice?: { prototype: GPUDevice };
  GPUBuffer?: { prototype: GPUBuffer };
  GPUComputePassEncoder?: { prototype: GPUComputePassEncoder };
}

let watching = false;

/** Puts the watches in place; once, and after WebGPU's classes exist. */
export function watchEngines(): void {
  if (watching) return;
  watching = true;
  const Plain = WebAssembly.Memory;
  WebAssembly.Memory = new Proxy(Plain, {
    construct(target, args: ConstructorParameters<typeof Plain>) {
      const memory = new target(...args);
      active?.addMemory(memory);
      return memory;
    },
  });
  const { GPUDevice, GPUBuffer, GPUComputePassEncoder } = globalThis as GpuClasses;
  if (!GPUDevice || !GPUBuffer || !GPUComputePassEncoder) return;
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    if (active) {
      owners.set(buffer, { meter: active, bytes: descriptor.size });
      active.addBuffer(descriptor.size);
    }
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    const owner = owners.get(this);
    owners.delete(this);
    owner?.meter.freeBuffer(owner.bytes);
    return destroy.call(this);
  };
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...sizes) {
    if (active) active.dispatches += 1;
    return dispatchWorkgroups.apply(this, sizes);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = function (...target) {
    if (active) active.dispatches += 1;
    return dispatchWorkgroupsIndirect.apply(this, target);
  };
}
