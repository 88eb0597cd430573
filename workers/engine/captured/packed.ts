/** Pieces of bytes in one buffer, equal short ones once. */
export class Packed {
  readonly #buffer: GPUBuffer;
  readonly #places = new Map<Uint8Array, number>();

  /** @param alignment bytes that a piece's place is a multiple of */
  constructor(device: GPUDevice, pieces: readonly Uint8Array[], usage: number, alignment: number) {
    const known = new Map<string, number>();
    let end = 0;
    for (const bytes of pieces) {
      const key = bytes.length > 256 ? null : bytes.join();
      const at = this.#places.get(bytes) ?? (key === null ? undefined : known.get(key)) ?? end;
      this.#places.set(bytes, at);
      if (key !== null) known.set(key, at);
      if (at === end) end += Math.ceil(bytes.length / alignment) * alignment;
    }
    this.#buffer = device.createBuffer({ size: Math.max(4, end), usage, mappedAtCreation: true });
    const memory = new Uint8Array(this.#buffer.getMappedRange());
    for (const [bytes, at] of this.#places) memory.set(bytes, at);
    this.#buffer.unmap();
  }

  of(bytes: Uint8Array): GPUBufferBinding {
    return { buffer: this.#buffer, offset: this.#places.get(bytes), size: bytes.length };
  }

  dispose(): void {
    this.#buffer.destroy();
  }
}
