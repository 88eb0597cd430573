import { likeName } from '../facts/long-numbers';
import { isBlank } from '../reading/missing';
import { numberReader } from '../reading/numbers';
import { MISSING, type RawColumn } from '../table';
import { atOnce, inPieces, REST_TEXTS, type Work } from '../work';
import { ByteDictionary, type TextDictionary } from './dictionary';
import type { ByteKernel } from './kernel';
import { KernelDictionary } from './kernel-dictionary';
import { levelColumn } from './level-column';
import { numberIn } from './number';
import { FIRST_CELLS, NumberColumn } from './number-column';

/** Different texts from which on a column of numbers is held as numbers. */
export const MANY = 1 << 16;

/** Different texts of all columns of numbers together, until each is held as numbers. */
const MANY_IN_ALL = 1 << 22;

/**
 * Different texts from which on each of so many columns is held as numbers: hundreds of columns take room.
 */
export const manyOf = (columns: number): number => Math.min(MANY, Math.ceil(MANY_IN_ALL / columns));

/** Other texts than numbers that a column of numbers may have. */
export const MOST_OTHERS = 1000;

/** Texts that are looked at together. */
const LOOKED = 1 << 12;

/** Rows for which there is room at first. */
const FIRST_ROOM = 1 << 10;

/** Rough bytes of a text as a string: its place in the list, its head, its number and count. */
export const ENTRY_BYTES = 50;

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

/** How a column is to be held. */
export interface StoreOptions {
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
  /** The compiled reader, which then can give cells by the thousand. */
  kernel?: ByteKernel | null;
  /** Rows that the column is likely to have, as far as is known; 0 where nothing is. */
  expected?: () => number;
}

/**
 * Collects the cells of one column: which of its different texts each is, until a column of numbers has so
 * many of them that the numbers themselves take less.
 */
export class ColumnStore {
  readonly name: string;
  rows = 0;
  #dictionary: TextDictionary;
  readonly #expected: () => number;
  /** Codes, or numbers, of the rows so far; and room for more. */
  #cells: Int32Array | Float64Array = new Int32Array(0);
  #numbers = false;
  #next: number;
  #missing = 0;
  #others: { rows: number[]; codes: number[] } = { rows: [], codes: [] };
  #first: (string | null)[] = [];
  /** Some number has a point; some has one that cannot stand between thousands. */
  #points = false;
  #decimal = false;

  constructor(name: string, { many = MANY, kernel = null, expected = () => 0 }: StoreOptions = {}) {
    this.name = name;
    this.#next = many;
    this.#expected = expected;
    this.#dictionary = kernel ? new KernelDictionary(kernel) : new ByteDictionary();
  }

  /** A cell in UTF-8. @throws ReadAsLevels */
  bytes(bytes: Uint8Array, start: number, end: number): void {
    if (this.rows === this.#cells.length) this.#grow(1);
    this.#cells[this.rows] = this.#numbers ? this.#number(bytes, start, end) : this.#code(bytes, start, end);
    this.rows++;
    if (!this.#numbers && this.#dictionary.size >= this.#next) this.#becomesNumbers();
  }

  /** A cell as text. @throws ReadAsLevels */
  text(cell: string): void {
    const bytes = encoder.encode(cell);
    this.bytes(bytes, 0, bytes.length);
  }

  /**
   * The cells of column `column` of the first `rows` lines that the kernel has divided.
   *
   * @param offset of the kernel's copy of `bytes`: its address less that place
   * @throws ReadAsLevels
   */
  divided(kernel: ByteKernel, column: number, rows: number, bytes: Uint8Array, offset: number): void {
    if (this.rows + rows > this.#cells.length) this.#grow(rows);
    for (let row = 0; row < rows; ) {
      if (!this.#numbers) {
        row += this.#dividedCodes(kernel, column, row, rows);
        continue;
      }
      row += this.#dividedNumbers(kernel, column, row, rows, bytes, offset);
      if (row === rows) break;
      const [start, end] = kernel.cell(row, column);
      this.bytes(bytes, start - offset, end - offset);
      row++;
    }
  }

  #dividedCodes(kernel: ByteKernel, column: number, from: number, to: number): number {
    const { at } = this.#dictionary as KernelDictionary;
    const { codes, missing } = kernel.codes(column, from, to, at, this.#next);
    this.#cells.set(codes, this.rows);
    this.rows += codes.length;
    this.#missing += missing;
    if (this.#dictionary.size >= this.#next) this.#becomesNumbers();
    return codes.length;
  }

  #dividedNumbers(kernel: ByteKernel, column: number, from: number, to: number, bytes: Uint8Array, offset: number): number {
    const { numbers, missing, points } = kernel.numbers(column, from, to);
    this.#cells.set(numbers, this.rows);
    this.rows += numbers.length;
    this.#missing += missing;
    for (let row = from; points && !this.#decimal && row < from + numbers.length; row++) {
      const [start, end] = kernel.cell(row, column);
      this.#lookAtPoint(bytes, start - offset, end - offset);
    }
    return numbers.length;
  }

  /** Makes room for more rows: for all that are expected, else half as many again. */
  #grow(rows: number): void {
    const least = Math.max(FIRST_ROOM, this.rows + rows, Math.ceil(this.rows * 1.5));
    this.#cells = this.#withRoom(Math.max(least, this.#expected())) ?? this.#withRoom(least) ?? tooMany();
  }

  /** The cells with room for so many; null where the machine has no room. */
  #withRoom(room: number): Int32Array | Float64Array | null {
    try {
      const larger = this.#numbers ? new Float64Array(room) : new Int32Array(room);
      larger.set(this.#cells.subarray(0, this.rows));
      return larger;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
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

  /** The column goes on as numbers, or is looked at again when it has twice as many texts. */
  #becomesNumbers(): void {
    const dictionary = this.#dictionary;
    this.#next *= 2;
    let [others, names, points, decimal] = [0, false, false, false];
    const look = (bytes: Uint8Array, start: number, end: number): number => {
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
    };
    const numbers = new Float64Array(dictionary.size);
    // Names are told by the first of them.
    for (let from = 0; from < numbers.length && others <= MOST_OTHERS; from += LOOKED) {
      numbers.set(dictionary.map(look, from, Math.min(numbers.length, from + LOOKED)), from);
    }
    // "1.106" everywhere may mean thousands: then its texts are needed.
    if (names || others > MOST_OTHERS || (points && !decimal)) return;
    this.#points = points;
    this.#decimal = decimal;
    this.#turn(numbers);
  }

  /** Makes numbers of what has been read so far. */
  #turn(numbers: Float64Array): void {
    const dictionary = this.#dictionary;
    const others = new ByteDictionary();
    const otherCode = new Map<number, number>();
    const firstCodes: number[] = [];
    const codes = this.#cells;
    const cells = new Float64Array(codes.length);
    for (let row = 0; row < this.rows; row++) {
      const code = codes[row];
      if (row < FIRST_CELLS) firstCodes.push(code);
      cells[row] = code === MISSING ? Number.NaN : numbers[code];
      if (code === MISSING || !Number.isNaN(numbers[code])) continue;
      const other = otherCode.get(code) ?? others.codeOf(dictionary.text(code));
      otherCode.set(code, other);
      this.#others.rows.push(row);
      this.#others.codes.push(other);
    }
    this.#cells = cells;
    this.#first = firstCodes.map((code) => (code === MISSING ? null : dictionary.text(code)));
    if (dictionary instanceof KernelDictionary) dictionary.drop();
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
    return atOnce(this.finishing());
  }

  /** As `finish`. */
  *finishing(): Work<RawColumn> {
    // Every number with a point could be one of thousands: its texts are needed.
    if (this.#numbers && this.#points && !this.#decimal) throw new ReadAsLevels(this.name);
    const cells = this.#trimmed();
    this.#cells = cells;
    if (cells instanceof Float64Array) {
      return new NumberColumn(this.name, {
        values: cells,
        others: { rows: Uint32Array.from(this.#others.rows), codes: Uint32Array.from(this.#others.codes), texts: this.#dictionary.texts() },
        first: this.#first,
        points: this.#points,
      });
    }
    const { size } = this.#dictionary;
    const counts = new Uint32Array(size);
    yield* inPieces(cells, (piece) => countIn(piece, counts));
    const numbers = new Float64Array(size);
    for (let from = 0; from < size; from += REST_TEXTS) {
      numbers.set(this.#dictionary.map(numberIn, from, Math.min(size, from + REST_TEXTS)), from);
      yield;
    }
    return levelColumn(this.name, { codes: cells, numbers, counts, missing: this.#missing }, this.#dictionary.utf8());
  }

  /** The cells alone: copied where there was room for many more, else as they lie. */
  #trimmed(): Int32Array | Float64Array {
    const spare = this.#cells.length - this.rows;
    return spare > Math.max(FIRST_ROOM, this.rows / 16) ? this.#cells.slice(0, this.rows) : this.#cells.subarray(0, this.rows);
  }
}

/** Counts the rows of each code. */
function countIn(codes: Int32Array, counts: Uint32Array): void {
  for (let row = 0; row < codes.length; row++) if (codes[row] !== MISSING) counts[codes[row]]++;
}

function tooMany(): never {
  throw new RangeError('no room for more rows');
}

/** "1.106" as one thousand one hundred and six; NaN where a point cannot mean that. */
export const grouped = numberReader({ decimal: ',', thousands: '.' });

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
  return likeName(decoder.decode(bytes.subarray(start, end)), value);
}
