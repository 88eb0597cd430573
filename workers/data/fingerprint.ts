import type { ByteKernel } from './bytes/kernel';
import type { TextBytes } from './bytes/texts';
import { charactersIn } from './bytes/utf8-texts';

/**
 * A 64-bit content hash without BigInt: two independent 32-bit lanes, one with the constants of MurmurHash3,
 * one with those of xxHash32. It tells tables apart; it is no protection against someone who wants two tables
 * to agree.
 */
export class Fingerprint {
  /** The compiled reader, where there is one: three times as fast. */
  readonly #kernel: ByteKernel | null;
  #a = 0x9747b28c | 0;
  #b = 0x165667b1 | 0;
  #words = 0;

  constructor(kernel: ByteKernel | null = null) {
    this.#kernel = kernel;
  }

  /** Adds one 32-bit integer. */
  word(value: number): this {
    let k = Math.imul(value, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    const a = this.#a ^ k;
    this.#a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    const b = (this.#b + Math.imul(value, 0x85ebca77)) | 0;
    this.#b = Math.imul((b << 13) | (b >>> 19), 0x9e3779b1);
    this.#words++;
    return this;
  }

  /** Adds a text with its length, so that "ab","c" and "a","bc" differ. */
  text(value: string): this {
    this.word(value.length);
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i));
    return this;
  }

  /** As `text` of each of these texts, from one to another. */
  allUtf8({ bytes, offsets, size, ascii }: TextBytes, first = 0, last = size): this {
    const piece = new Int32Array(1 << 12);
    let filled = 0;
    for (let code = first; code < last; code++) {
      const start = offsets[code];
      const end = offsets[code + 1];
      if (filled + 1 + end - start > piece.length) {
        this.integers(piece.subarray(0, filled));
        filled = 0;
      }
      // Bytes that are characters each are added together, as many as fit.
      if (!ascii || end - start >= piece.length) {
        this.#utf8(bytes, start, end);
        continue;
      }
      piece[filled++] = end - start;
      for (let i = start; i < end; i++) piece[filled++] = bytes[i];
    }
    return this.integers(piece.subarray(0, filled));
  }

  #utf8(bytes: Uint8Array, start: number, end: number): this {
    this.word(charactersIn(bytes, start, end));
    for (let i = start; i < end; i++) {
      const byte = bytes[i];
      if (byte < 0x80) this.word(byte);
      else if (byte < 0xe0) this.word(((byte & 0x1f) << 6) | (bytes[++i] & 0x3f));
      else if (byte < 0xf0) this.word(((byte & 0x0f) << 12) | ((bytes[++i] & 0x3f) << 6) | (bytes[++i] & 0x3f));
      else {
        const point = (((byte & 0x07) << 18) | ((bytes[++i] & 0x3f) << 12) | ((bytes[++i] & 0x3f) << 6) | (bytes[++i] & 0x3f)) - 0x10000;
        this.word(0xd800 | (point >> 10)).word(0xdc00 | (point & 0x3ff));
      }
    }
    return this;
  }

  /** Adds numbers by their bits; every NaN has the same, and 0 and −0. */
  numbers(values: Float64Array): this {
    const piece = new Float64Array(1 << 12);
    const words = new Int32Array(piece.buffer);
    for (let from = 0; from < values.length; from += piece.length) {
      const count = Math.min(piece.length, values.length - from);
      for (let i = 0; i < count; i++) {
        const value = values[from + i];
        piece[i] = Number.isNaN(value) ? Number.NaN : value + 0;
      }
      this.integers(words.subarray(0, 2 * count));
    }
    return this;
  }

  /** As `word` for each, with the lanes at hand. */
  integers(values: Int32Array | Uint32Array): this {
    this.#words += values.length;
    if (this.#kernel) {
      [this.#a, this.#b] = this.#kernel.mix(values, this.#a, this.#b);
      return this;
    }
    let [a, b] = [this.#a, this.#b];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      let k = Math.imul(value, 0xcc9e2d51);
      k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
      a ^= k;
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
      b = (b + Math.imul(value, 0x85ebca77)) | 0;
      b = Math.imul((b << 13) | (b >>> 19), 0x9e3779b1);
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return hex(avalanche(this.#a ^ this.#words)) + hex(avalanche(this.#b ^ Math.imul(this.#words, 0x27d4eb2f)));
  }
}

function avalanche(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
