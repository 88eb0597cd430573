import { TextDictionary } from './dictionary';
import type { ByteKernel } from './kernel';
import type { TextBytes } from './texts';

/** As ByteDictionary, in the memory of the compiled reader. */
export class KernelDictionary extends TextDictionary {
  readonly kernel: ByteKernel;
  readonly at: number;

  constructor(kernel: ByteKernel) {
    super();
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

  protected get own(): TextBytes {
    const [, , offsets, , bytes, , size, all] = this.kernel.facts(this.at);
    return { bytes: this.kernel.bytes.subarray(bytes), offsets: this.kernel.words(offsets, size + 1), size, ascii: all < 0x80 };
  }

  drop(): void {
    this.kernel.dropDictionary(this.at);
  }
}
