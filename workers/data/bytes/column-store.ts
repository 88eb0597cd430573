import { isBlank } from '../reading/missing';
import { numberReader } from '../reading/numbers';
import { MISSING, type RawColumn } from '../table';
import { ByteDictionary } from './dictionary';
import { numberIn } from './number';
import { NumberColumn } from './number-column';

/** Different texts from which on a column of numbers is held as numbers. */
export const MANY = 1 << 16;

/** Other texts than numbers that a column of numbers may have. */
const MOST_OTHERS = 1000;

/** Rows of a block. */
const BLOCK = 1 << 16;

/** First cells that are kept as they are written. */
const FIRST = 20;

/** Rough bytes of a text as a string: its place in the list, its head, its number and count. */
const ENTRY_BYTES = 50;

/** Thrown where a column that was taken as numbers turns out to be names: the file is read again. */
export class ReadAsLevels extends Error {
  readonly column: string;

  constructor(column: string) {
    super(`read again with ${column} as levels`);
    this.column = column;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Collects the cells of one column: which of its different texts each is, until a column of numbers has so
 * many of them that the numbers themselves take less. Blocks grow the column, so nothing is copied on the
 * way.
 */
export class ColumnStore {
  readonly name: string;
  rows = 0;
  #dictionary = new ByteDictionary();
  /** Codes, or numbers. */
  #blocks: (Int32Array | Float64Array)[] = [];
  #block: Int32Array | Float64Array;
  #at = 0;
  #numbers = false;
  #next: number;
  #missing = 0;
  #others: { rows: number[]; codes: number[] } = { rows: [], codes: [] };
  #first: (string | null)[] = [];
  /** Some number has a point; some has one that cannot stand between thousands. */
  #points = false;
  #decimal = false;

  /** `many`: different texts from which on a column of numbers is held as numbers. */
  constructor(name: string, many = MANY) {
    this.name = name;
    this.#next = many;
    this.#block = new Int32Array(0);
  }

  /** A cell in UTF-8. @throws ReadAsLevels */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    if (this.#at === this.#block.length) this.#grow();
    let cell = this.#numbers ? this.#number(bytes, start, end) : this.#code(bytes, start, end);
    // With this cell the texts may have become too many: then it is a number like those before it.
    if (!this.#numbers && this.#dictionary.size >= this.#next && this.#becomesNumbers()) cell = this.#number(bytes, start, end);
    this.#block[this.#at++] = cell;
    this.rows++;
  }

  /** A cell as text. @throws ReadAsLevels */
  text(cell: string): void {
    const bytes = encoder.encode(cell);
    this.bytes(bytes, 0, bytes.length);
  }

  #grow(): void {
    // Of a small table a small block; later all are alike.
    const length = this.rows === 0 ? 1 << 10 : BLOCK;
    if (this.rows > 0) this.#blocks.push(this.#block.subarray(0, this.#at));
    this.#block = this.#numbers ? new Float64Array(length) : new Int32Array(length);
    this.#at = 0;
  }

  #code(bytes: Uint8Array, start: number, end: number): number {
    if (isBlankIn(bytes, start, end)) {
      this.#missing++;
      return MISSING;
    }
    return this.#dictionary.code(bytes, start, end);
  }

  #number(bytes: Uint8Array, start: number, end: number): number {
    const value = numberIn(bytes, start, end);
    if (Number.isNaN(value)) return this.#other(bytes, start, end);
    if (likeNames(bytes, start, end, value)) throw new ReadAsLevels(this.name);
    if (!this.#decimal) this.#lookAtPoint(bytes, start, end);
    return value;
  }

  #other(bytes: Uint8Array, start: number, end: number): number {
    if (isBlankIn(bytes, start, end)) this.#missing++;
    else {
      this.#others.rows.push(this.rows);
      this.#others.codes.push(this.#dictionary.code(bytes, start, end));
      if (this.#dictionary.size > MOST_OTHERS) throw new ReadAsLevels(this.name);
    }
    return Number.NaN;
  }

  #lookAtPoint(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      if (bytes[i] !== 46) continue;
      this.#points = true;
      this.#decimal = Number.isNaN(grouped(decoder.decode(bytes.subarray(start, end))));
      return;
    }
  }

  /** Whether the column goes on as numbers; else it is looked at again when it has twice as many texts. */
  #becomesNumbers(): boolean {
    const dictionary = this.#dictionary;
    this.#next *= 2;
    let [others, names, points, decimal] = [0, false, false, false];
    const numbers = dictionary.map((bytes, start, end) => {
      const value = numberIn(bytes, start, end);
      if (Number.isNaN(value)) others++;
      else if (!names) {
        names = likeNames(bytes, start, end, value);
        if (!decimal && bytes.subarray(start, end).includes(46)) {
          points = true;
          decimal = Number.isNaN(grouped(decoder.decode(bytes.subarray(start, end))));
        }
      }
      return value;
    });
    // "1.106" everywhere may mean thousands: then its texts are needed.
    if (names || others > MOST_OTHERS || (points && !decimal)) return false;
    this.#points = points;
    this.#decimal = decimal;
    this.#turn(numbers);
    return true;
  }

  /** Makes numbers of what has been read so far. */
  #turn(numbers: Float64Array): void {
    const dictionary = this.#dictionary;
    const others = new ByteDictionary();
    const otherCode = new Map<number, number>();
    const firstCodes: number[] = [];
    let row = 0;
    const turned = (codes: ArrayLike<number>, length: number, into: Float64Array): Float64Array => {
      for (let i = 0; i < length; i++, row++) {
        const code = codes[i];
        if (row < FIRST) firstCodes.push(code);
        into[i] = code === MISSING ? Number.NaN : numbers[code];
        if (code === MISSING || !Number.isNaN(numbers[code])) continue;
        const other = otherCode.get(code) ?? others.codeOf(dictionary.text(code));
        otherCode.set(code, other);
        this.#others.rows.push(row);
        this.#others.codes.push(other);
      }
      return into;
    };
    this.#blocks = this.#blocks.map((block) => turned(block, block.length, new Float64Array(block.length)));
    this.#block = turned(this.#block, this.#at, new Float64Array(this.#block.length));
    this.#first = firstCodes.map((code) => (code === MISSING ? null : dictionary.text(code)));
    this.#dictionary = others;
    this.#numbers = true;
  }

  /** Different texts so far; of numbers their rows. */
  get distinct(): number {
    return this.#numbers ? this.rows : this.#dictionary.size;
  }

  /** Estimated bytes held, with the strings that the texts will be. */
  get held(): number {
    const each = this.#numbers ? 8 : 4;
    return this.rows * each + this.#dictionary.held + this.#dictionary.size * ENTRY_BYTES;
  }

  /** The column as far as it has been read. @throws ReadAsLevels */
  finish(): RawColumn {
    // Every number with a point could be one of thousands: its texts are needed.
    if (this.#numbers && this.#points && !this.#decimal) throw new ReadAsLevels(this.name);
    if (this.#numbers) {
      return new NumberColumn(this.name, {
        values: this.#joined(new Float64Array(this.rows)),
        others: { rows: Uint32Array.from(this.#others.rows), codes: Uint32Array.from(this.#others.codes), texts: this.#dictionary.texts() },
        first: this.#first,
        points: this.#points,
      });
    }
    const codes = this.#joined(new Int32Array(this.rows));
    const counts = new Uint32Array(this.#dictionary.size);
    for (let i = 0; i < codes.length; i++) if (codes[i] !== MISSING) counts[codes[i]]++;
    return { name: this.name, codes, texts: this.#dictionary.texts(), numbers: this.#dictionary.map(numberIn), counts, missing: this.#missing };
  }

  #joined<T extends Int32Array | Float64Array>(all: T): T {
    let at = 0;
    for (const block of this.#blocks) {
      all.set(block, at);
      at += block.length;
    }
    all.set(this.#block.subarray(0, this.#at), at);
    return all;
  }
}

/** "1.106" as one thousand one hundred and six; NaN where a point cannot mean that. */
const grouped = numberReader({ decimal: ',', thousands: '.' });

/** Nothing but white space, as `isBlank` of the text. */
export function isBlankIn(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return true;
  const first = bytes[start];
  if (first > 32 && first < 0x80) return false;
  return end - start < 64 && isBlank(decoder.decode(bytes.subarray(start, end)));
}

/**
 * Whole numbers that are names (facts/long-numbers.ts): with zeros before them, or with more digits than a
 * double tells apart.
 */
function likeNames(bytes: Uint8Array, start: number, end: number, value: number): boolean {
  const first = bytes[start];
  // White space around it is rare, and of many kinds.
  const plain = first > 32 && first < 0x80;
  const zeros = !plain || (first === 48 && end - start > 1 && bytes[start + 1] >= 48 && bytes[start + 1] <= 57);
  if (!zeros && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  const text = decoder.decode(bytes.subarray(start, end)).trim();
  return /^0\d+$/.test(text) || (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^[+-]?\d+$/.test(text));
}
