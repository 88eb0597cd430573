/** Reads buffers back through staging buffers that are used again. */
export class Readback {
  readonly #device: GPUDevice;
  readonly #free: GPUBuffer[] = [];
  #disposed = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * The numbers [from, from + count) of a buffer as they are after everything submitted so far. Rejects when
   * the device is lost.
   */
  async read(buffer: GPUBuffer, from: number, count: number): Promise<Float32Array> {
    const bytes = 4 * count;
    const staging = this.#take(bytes);
    const commands = this.#device.createCommandEncoder();
    commands.copyBufferToBuffer(buffer, 4 * from, staging, 0, bytes);
    this.#device.queue.submit([commands.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const values = new Float32Array(staging.getMappedRange(0, bytes)).slice();
    staging.unmap();
    if (this.#disposed) staging.destroy();
    else this.#free.push(staging);
    return values;
  }

  #take(bytes: number): GPUBuffer {
    const index = this.#free.findIndex(({ size }) => size >= bytes && size <= 4 * bytes + 256);
    if (index >= 0) return this.#free.splice(index, 1)[0];
    const size = 2 ** Math.ceil(Math.log2(Math.max(256, bytes)));
    const fits = Math.min(size, this.#device.limits.maxBufferSize);
    return this.#device.createBuffer({ size: Math.max(fits, bytes), usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  dispose(): void {
    this.#disposed = true;
    for (const buffer of this.#free) buffer.destroy();
    this.#free.length = 0;
  }
}
