import type { TextDictionary } from './dictionary';
import type { ByteKernel } from './kernel';
import { allTexts, mapTexts, type TextBytes, textAt } from './texts';

/** As ByteDictionary, in the memory of the compiled reader. */
export class KernelDictionary implements TextDictionary {
  readonly kernel: ByteKernel;
  readonly at: number;

  constructor(kernel: ByteKernel) {
    this.kernel = kernel;
    this.at = kernel.newDictionary();
  }

  get size(): number {
    return this.kernel.facts(this.at)[6];
  }

  get held(): number {
    const [, mask, , offsets, , bytes] = this.kernel.facts(this.at);
    return 16 * (mask + 1) + offsets + bytes;
  }

  code(bytes: Uint8Array, start: number, end: number): number {
    return this.kernel.codeOf(this.at, bytes, start, end);
  }

  /** The bytes as they lie now: nothing may be added while they are looked at. */
  get #texts(): TextBytes {
    const [, , offsets, , bytes, , size, all] = this.kernel.facts(this.at);
    return { bytes: this.kernel.bytes.subarray(bytes), offsets: this.kernel.words(offsets, size + 1), size, ascii: all < 0x80 };
  }

  map(read: (bytes: Uint8Array, start: number, end: number) => number): Float64Array {
    return mapTexts(this.#texts, read);
  }

  text(code: number): string {
    return textAt(this.#texts, code);
  }

  texts(): string[] {
    return allTexts(this.#texts);
  }

  drop(): void {
    this.kernel.dropDictionary(this.at);
  }
}
