import { allTexts, type TextBytes, textAt } from './texts';

/** Texts that are made one by one; when more are asked for, all are made at once. */
const FEW = 1024;

/**
 * The different texts of a column as their bytes. Strings are made of those that are asked for: a million
 * names are compared, counted and hashed as they lie.
 */
export class Utf8Texts {
  readonly held: TextBytes;
  #all: string[] | null = null;
  readonly #few = new Map<number, string>();

  constructor(held: TextBytes) {
    this.held = held;
  }

  get size(): number {
    return this.held.size;
  }

  /** Bytes of all texts together. */
  get length(): number {
    return this.held.offsets[this.size];
  }

  /** All texts as strings. */
  get all(): string[] {
    this.#all ??= allTexts(this.held);
    return this.#all;
  }

  text(code: number): string {
    const known = this.#all ? this.#all[code] : this.#few.get(code);
    if (known !== undefined) return known;
    if (this.#few.size === FEW) return this.all[code];
    const text = textAt(this.held, code);
    this.#few.set(code, text);
    return text;
  }

  /** Codes of the texts of whose bytes `test` is true. */
  where(test: (bytes: Uint8Array, start: number, end: number) => boolean): number[] {
    const { bytes, offsets, size } = this.held;
    const found: number[] = [];
    for (let code = 0; code < size; code++) if (test(bytes, offsets[code], offsets[code + 1])) found.push(code);
    return found;
  }

  /** What `test` says of the bytes of a text. */
  is<T>(code: number, test: (bytes: Uint8Array, start: number, end: number) => T): T {
    const { bytes, offsets } = this.held;
    return test(bytes, offsets[code], offsets[code + 1]);
  }

  /** Whether some text has a byte. */
  has(byte: number): boolean {
    return this.held.bytes.subarray(0, this.length).includes(byte);
  }

  /** Characters of a text, as a string counts them. */
  characters(code: number): number {
    const { bytes, offsets, ascii } = this.held;
    return ascii ? offsets[code + 1] - offsets[code] : charactersIn(bytes, offsets[code], offsets[code + 1]);
  }

  /** The others of these texts, where `gone` is 1 for some. */
  without(gone: Uint8Array): Utf8Texts {
    const { bytes, offsets, size, ascii } = this.held;
    const [kept, places] = [new Uint8Array(this.length), new Uint32Array(size + 1)];
    let [count, at] = [0, 0];
    for (let code = 0; code < size; code++) {
      if (gone[code] === 1) continue;
      for (let i = offsets[code]; i < offsets[code + 1]; i++) kept[at++] = bytes[i];
      places[++count] = at;
    }
    return new Utf8Texts({ bytes: kept.subarray(0, at), offsets: places.subarray(0, count + 1), size: count, ascii });
  }
}

/** Characters of a text in UTF-8, as a string counts them: of four bytes there are two. */
export function charactersIn(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte < 0x80 || byte >= 0xc0) count += byte >= 0xf0 ? 2 : 1;
  }
  return count;
}

/** A column as far as its texts go: as bytes, or as strings. */
interface OfTexts {
  utf8?: Utf8Texts;
  texts?: readonly string[];
  dictionary?: readonly string[];
}

/** The text of a code. */
export function textOf(column: OfTexts, code: number): string {
  if (column.utf8) return column.utf8.text(code);
  return (column.texts ?? column.dictionary ?? [])[code];
}

/**
 * Codes that are worth a closer look by what `test` says of their bytes; all where there are only strings.
 */
export function codesWhere(
  column: OfTexts & { counts: Uint32Array },
  test: (bytes: Uint8Array, start: number, end: number) => boolean,
): Iterable<number> {
  return column.utf8 ? column.utf8.where(test) : column.counts.keys();
}
