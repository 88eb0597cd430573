import { isBlankIn } from './column-store';

const [LINE, QUOTE, SPACE] = [10, 34, 32];

/** Signs that cannot separate cells: a comma does. */
const NO_SEPARATORS = new Set(['\r', '\n', '"', '\ufeff']);

/** The separator that a text is divided by, in UTF-8. */
export const separatorBytes = (separator: string): Uint8Array => new TextEncoder().encode(NO_SEPARATORS.has(separator) ? ',' : separator);

/**
 * Finds the cells of one record after another (RFC 4180): a cell that begins with a quote ends at the quote
 * after which the separator or the line end follows, white space between them left out; two quotes are one.
 * Elsewhere a quote is a character like any other.
 */
export class RecordScanner {
  /** Of each cell its first byte and the one after its last. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 where a cell holds quotes that are written twice. */
  doubled = new Uint8Array(64);
  cells = 0;
  /** Where the next record begins. */
  next = 0;
  /** Lines of the record. */
  lines = 1;
  /** A quote was not closed correctly. */
  broken = false;
  readonly #separator: Uint8Array;
  readonly #quotes: boolean;
  /** Several spaces separate like one, and those at the ends of a line separate nothing. */
  readonly #spaces: boolean;

  /** `literal`: quotes enclose nothing. */
  constructor(separator: string, literal: boolean) {
    this.#separator = separatorBytes(separator);
    this.#quotes = !literal;
    this.#spaces = separator === ' ';
  }

  /**
   * The record that begins at `at`, in bytes of which `to` are known. False where it may go on after them;
   * `last`: it does not.
   */
  scan(bytes: Uint8Array, at: number, to: number, last: boolean): boolean {
    this.cells = 0;
    this.lines = 1;
    this.broken = false;
    for (;;) {
      const end = this.#quotes && bytes[at] === QUOTE && at < to ? this.#quoted(bytes, at, to, last) : this.#plain(bytes, at, to);
      if (end === to) {
        this.next = to;
        if (!last) return false;
        break;
      }
      if (end < 0) return false;
      if (bytes[end] === LINE && !this.#separates(bytes, end)) {
        this.next = end + 1;
        break;
      }
      at = end + this.#separator.length;
    }
    if (this.#spaces) this.#leaveOutEmpty();
    return true;
  }

  #separates(bytes: Uint8Array, at: number): boolean {
    const separator = this.#separator;
    for (let i = 0; i < separator.length; i++) if (bytes[at + i] !== separator[i]) return false;
    return true;
  }

  #take(start: number, end: number, doubled: boolean): void {
    if (this.cells === this.starts.length) {
      const [starts, ends, twice] = [new Int32Array(this.cells * 2), new Int32Array(this.cells * 2), new Uint8Array(this.cells * 2)];
      starts.set(this.starts);
      ends.set(this.ends);
      twice.set(this.doubled);
      [this.starts, this.ends, this.doubled] = [starts, ends, twice];
    }
    this.starts[this.cells] = start;
    this.ends[this.cells] = end;
    this.doubled[this.cells++] = doubled ? 1 : 0;
  }

  /** Where the cell that begins at `at` ends: at a separator, a line end or the end of all. */
  #plain(bytes: Uint8Array, at: number, to: number): number {
    const end = this.#ahead(bytes, at, to);
    this.#take(at, end, false);
    return end;
  }

  #ahead(bytes: Uint8Array, at: number, to: number): number {
    const first = this.#separator[0];
    const single = this.#separator.length === 1;
    let end = at;
    for (; end < to; end++) {
      const byte = bytes[end];
      if (byte === LINE || (byte === first && (single || this.#separates(bytes, end)))) break;
    }
    return end;
  }

  /** As `#plain`, of a cell that begins with a quote; −1 where it may go on. */
  #quoted(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    let doubled = false;
    for (let from = at + 1; ; ) {
      const quote = bytes.indexOf(QUOTE, from);
      if (quote < 0 || quote >= to) {
        if (!last) return -1;
        this.broken = true;
        this.#close(bytes, at + 1, to, doubled);
        return to;
      }
      if (quote + 1 === to) {
        if (!last) return -1;
        this.#close(bytes, at + 1, quote, doubled);
        return to;
      }
      if (bytes[quote + 1] === QUOTE) {
        doubled = true;
        from = quote + 2;
        continue;
      }
      const end = this.#ahead(bytes, quote + 1, to);
      if (end === to && !last) return -1;
      if (end === quote + 1 || (end < to && isBlankIn(bytes, quote + 1, end))) {
        this.#close(bytes, at + 1, quote, doubled);
        return end;
      }
      this.broken = true;
      from = quote + 1;
    }
  }

  #close(bytes: Uint8Array, start: number, end: number, doubled: boolean): void {
    for (let line = bytes.indexOf(LINE, start); line >= 0 && line < end; line = bytes.indexOf(LINE, line + 1)) this.lines++;
    this.#take(start, end, doubled);
  }

  #leaveOutEmpty(): void {
    let kept = 0;
    for (let j = 0; j < this.cells; j++) {
      if (this.starts[j] === this.ends[j]) continue;
      this.starts[kept] = this.starts[j];
      this.ends[kept] = this.ends[j];
      this.doubled[kept++] = this.doubled[j];
    }
    this.cells = kept;
  }

  /** Whether the record is a blank line. */
  isBlank(bytes: Uint8Array): boolean {
    if (this.cells === 0) return true;
    return this.cells === 1 && isWhite(bytes, this.starts[0], this.ends[0]);
  }

  /** The cells as text. */
  texts(bytes: Uint8Array): string[] {
    const texts: string[] = [];
    for (let j = 0; j < this.cells; j++) {
      const text = decoder.decode(bytes.subarray(this.starts[j], this.ends[j]));
      texts.push(this.doubled[j] ? text.replaceAll('""', '"') : text);
    }
    return texts;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function isWhite(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > SPACE && bytes[i] < 0x80) return false;
  return decoder.decode(bytes.subarray(start, end)).trim() === '';
}

/** Bytes of a cell in which two quotes are one, copied to the beginning of `into`; how many they are. */
export function undoubled(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    into[length++] = bytes[i];
    if (bytes[i] === QUOTE && bytes[i + 1] === QUOTE && i + 1 < end) i++;
  }
  return length;
}
