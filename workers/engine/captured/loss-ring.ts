/** Losses of the steps on the device, in a ring that is read while the device goes on. */
export class LossRing {
  readonly #device: GPUDevice;
  #ring: GPUBuffer | null = null;
  /** Free buffers to read through. */
  #staging: GPUBuffer[] = [];
  /** Rows of the batches whose losses have not been taken. */
  #rows: number[] = [];
  #disposed = false;
  /** Where the next loss goes. */
  slot = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get capacity(): number {
    return this.#ring ? this.#ring.size / 4 : 0;
  }

  get buffer(): GPUBuffer {
    if (!this.#ring) throw new Error('the ring has no room yet');
    return this.#ring;
  }

  /**
   * Makes room for this many losses in addition to those not taken. True when that took a new buffer, and
   * moved the next slot.
   */
  reserve(steps: number): boolean {
    const pending = this.#rows.length;
    if (pending + steps <= this.capacity) return false;
    const old = this.#ring;
    const ring = this.#device.createBuffer({
      size: 4 * (pending + steps),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
    });
    if (old && pending > 0) this.#copyPending(old, ring);
    old?.destroy();
    this.#ring = ring;
    this.slot = pending % this.capacity;
    // Buffers of the old size are too small.
    for (const buffer of this.#staging) buffer.destroy();
    this.#staging = [];
    return true;
  }

  /** A step of so many rows writes the next loss. */
  expect(rows: number): void {
    this.#rows.push(rows);
    this.slot = (this.slot + 1) % this.capacity;
  }

  /** Losses of the steps since the last call, once the device has run them. */
  async take(): Promise<{ loss: Float32Array; rows: number[] }> {
    const rows = this.#rows;
    if (rows.length === 0) return { loss: new Float32Array(0), rows };
    const size = this.buffer.size;
    const staging = this.#staging.pop() ?? this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    this.#copyPending(this.buffer, staging);
    this.#rows = [];
    await staging.mapAsync(GPUMapMode.READ, 0, 4 * rows.length);
    const loss = new Float32Array(staging.getMappedRange(0, 4 * rows.length).slice(0));
    staging.unmap();
    if (this.#disposed || size !== this.buffer.size) staging.destroy();
    else this.#staging.push(staging);
    return { loss, rows };
  }

  dispose(): void {
    this.#disposed = true;
    this.#ring?.destroy();
    for (const buffer of this.#staging) buffer.destroy();
    this.#staging = [];
    this.#rows = [];
  }

  #copyPending(from: GPUBuffer, to: GPUBuffer): void {
    const capacity = from.size / 4;
    const count = this.#rows.length;
    const first = (this.slot - count + 2 * capacity) % capacity;
    const straight = Math.min(count, capacity - first);
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 4 * first, to, 0, 4 * straight);
    if (straight < count) encoder.copyBufferToBuffer(from, 0, to, 4 * straight, 4 * (count - straight));
    this.#device.queue.submit([encoder.finish()]);
  }
}
