import { allTexts, copied, mapTexts, type TextBytes, textAt } from './texts';
import { Utf8Texts } from './utf8-texts';

const encoder = new TextEncoder();

/** Longest text that is turned into bytes in place. */
const SCRATCH = 1 << 16;

/** Different texts in UTF-8, numbered in order of first appearance. */
export abstract class TextDictionary {
  abstract readonly size: number;
  /** Bytes held. */
  abstract readonly held: number;
  /** The code of bytes `start` … `end` − 1, of which there is one; a new one where they are new. */
  abstract code(bytes: Uint8Array, start: number, end: number): number;
  /** The texts as they lie now: nothing may be added while they are looked at. */
  protected abstract readonly own: TextBytes;

  /** What `read` makes of the bytes of each text, from one to another. */
  map(read: (bytes: Uint8Array, start: number, end: number) => number, first?: number, last?: number): Float64Array {
    return mapTexts(this.own, read, first, last);
  }

  text(code: number): string {
    return textAt(this.own, code);
  }

  /** All texts by their codes. */
  texts(): string[] {
    return allTexts(this.own);
  }

  /** The same as bytes, in an array of their own. */
  utf8(): Utf8Texts {
    return new Utf8Texts(copied(this.own));
  }
}

/**
 * Different texts in UTF-8, numbered in order of first appearance: their bytes one after the other, and a
 * table of places by hash (open addressing, at most half full). No string is made until one is asked for.
 */
export class ByteDictionary extends TextDictionary {
  /** Texts so far. */
  size = 0;
  /** Pairs of a code + 1, 0 where the place is free, and its hash. */
  #slots = new Int32Array(1 << 10);
  #offsets = new Uint32Array((1 << 8) + 1);
  #bytes = new Uint8Array(1 << 11);
  #ascii = true;

  /** The code of bytes `start` … `end` − 1; a new one where they are new. */
  code(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const slots = this.#slots;
    const mask = slots.length - 2;
    let place = (hash << 1) & mask;
    for (let code = slots[place]; code !== 0; code = slots[place]) {
      if (slots[place + 1] === hash && this.#holds(code - 1, bytes, start, end)) return code - 1;
      place = (place + 2) & mask;
    }
    slots[place] = this.size + 1;
    slots[place + 1] = hash;
    return this.#add(bytes, start, end);
  }

  /** As `code`, of a string. */
  codeOf(text: string): number {
    if (text.length * 3 > SCRATCH) {
      const bytes = encoder.encode(text);
      return this.code(bytes, 0, bytes.length);
    }
    const { written } = encoder.encodeInto(text, scratch);
    return this.code(scratch, 0, written);
  }

  #holds(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#offsets[code];
    if (this.#offsets[code + 1] - from !== end - start) return false;
    const own = this.#bytes;
    for (let i = start, j = from; i < end; i++, j++) if (own[j] !== bytes[i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number): number {
    const code = this.size++;
    if (code + 1 === this.#offsets.length) this.#offsets = grown(this.#offsets, new Uint32Array(code * 2 + 1));
    const from = this.#offsets[code];
    const to = from + end - start;
    if (to > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(Math.max(this.#bytes.length * 2, to)));
    for (let i = start, j = from; i < end; i++, j++) {
      if (bytes[i] >= 0x80) this.#ascii = false;
      this.#bytes[j] = bytes[i];
    }
    this.#offsets[code + 1] = to;
    if (this.size * 4 > this.#slots.length) this.#widen();
    return code;
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 2;
    for (let from = 0; from < this.#slots.length; from += 2) {
      if (this.#slots[from] === 0) continue;
      let place = (this.#slots[from + 1] << 1) & mask;
      while (slots[place] !== 0) place = (place + 2) & mask;
      slots[place] = this.#slots[from];
      slots[place + 1] = this.#slots[from + 1];
    }
    this.#slots = slots;
  }

  /** Bytes held. */
  get held(): number {
    return this.#slots.byteLength + this.#offsets.byteLength + this.#bytes.byteLength;
  }

  protected get own(): TextBytes {
    return { bytes: this.#bytes, offsets: this.#offsets, size: this.size, ascii: this.#ascii };
  }
}

/** Different texts in bytes, in their order. */
export function utf8Of(texts: readonly string[]): Utf8Texts {
  const dictionary = new ByteDictionary();
  for (const text of texts) dictionary.codeOf(text);
  return dictionary.utf8();
}

const scratch = new Uint8Array(SCRATCH);

function grown<T extends Uint8Array | Uint32Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
