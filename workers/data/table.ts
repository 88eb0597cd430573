import { Fingerprint } from './fingerprint';
import { isBlank } from './reading/missing';
import { plainNumber } from './reading/numbers';
import type { FileStep, Step } from './reading/steps';
import type { Found } from './reading/words';

/** Code of a missing cell. */
export const MISSING = -1;

/**
 * One column, dictionary-encoded: the cell of a row is `dictionary[codes[row]]`, or missing where the code is
 * −1.
 */
export interface TableColumn {
  name: string;
  codes: Int32Array;
  /** Distinct non-missing texts in order of first appearance. */
  dictionary: string[];
  /** The number each text stands for; NaN where it is no number. */
  numbers: Float64Array;
  /** Rows per text. */
  counts: Uint32Array;
  missing: number;
  /** Non-missing texts that are no number. */
  textLevels: number;
}

/**
 * A column as the file has it: every text kept as it is written, only cells of nothing but white space are
 * missing.
 */
export interface RawColumn {
  name: string;
  codes: Int32Array;
  /** Distinct texts in order of first appearance. */
  texts: string[];
  /**
   * The number each text stands for when it is written plainly (2.5, −1e-3); NaN where it is none, or too
   * large for a double.
   */
  numbers: Float64Array;
  /** Rows per text. */
  counts: Uint32Array;
  /** Blank cells. */
  missing: number;
}

/** A file that has been read, before steps of columns say what its texts stand for. */
export interface RawTable {
  columns: RawColumn[];
  separator: string;
  /** Steps that made cells of the text, with where each was needed. */
  steps: { step: FileStep; found?: Found }[];
  /** First cells of the first line where it may be names or data; null where there is no doubt. */
  doubt: string[] | null;
}

/** A table as steps read it. */
export interface Table {
  name: string;
  /** Size of the file. */
  bytes: number;
  rows: number;
  columns: TableColumn[];
  /**
   * 16 hexadecimal digits over the names and cells of the file as steps of the file have read it; the same
   * whatever steps of columns follow.
   */
  fingerprint: string;
  /** Line of the file on which a row (0-based) begins. */
  line(row: number): number;
  raw: RawTable;
  /** Everything done to the file, in order. */
  steps: Step[];
}

/**
 * Rough bytes that one more dictionary entry takes: the text itself, its place in the map and the list, its
 * number and count.
 */
const ENTRY_BYTES = 90;

/** Collects the cells of one column. */
export class ColumnBuilder {
  readonly name: string;
  readonly #index = new Map<string, number>();
  readonly #dictionary: string[] = [];
  #codes = new Int32Array(1024);
  #rows = 0;
  #missing = 0;
  #textBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  add(cell: string): void {
    if (this.#rows === this.#codes.length) {
      // Large ones grow slowly, or the last step alone would take as much again as the limit allows.
      const grown = new Int32Array(Math.ceil(this.#rows * (this.#rows < 1 << 22 ? 2 : 1.25)));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes[this.#rows++] = this.#code(cell);
  }

  #code(cell: string): number {
    const known = this.#index.get(cell);
    if (known !== undefined) return known;
    if (isBlank(cell)) {
      this.#missing++;
      return MISSING;
    }
    // A piece of a longer string keeps all of it alive in V8; this copy does not.
    const own = cell.length > 12 ? ` ${cell}`.slice(1) : cell;
    const code = this.#dictionary.length;
    this.#dictionary.push(own);
    this.#index.set(own, code);
    this.#textBytes += ENTRY_BYTES + 2 * own.length;
    return code;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Different texts so far. */
  get distinct(): number {
    return this.#dictionary.length;
  }

  /** Estimated bytes held. */
  get bytes(): number {
    return this.#codes.byteLength + this.#textBytes;
  }

  finish(): RawColumn {
    const codes = this.#codes.slice(0, this.#rows);
    const numbers = Float64Array.from(this.#dictionary, plainNumber);
    const counts = new Uint32Array(this.#dictionary.length);
    for (let i = 0; i < codes.length; i++) if (codes[i] !== MISSING) counts[codes[i]]++;
    for (let code = 0; code < numbers.length; code++) if (!Number.isFinite(numbers[code])) numbers[code] = Number.NaN;
    return { name: this.name, codes, texts: this.#dictionary, numbers, counts, missing: this.#missing };
  }
}

/**
 * Content hash of a table: the same for the same cells, whatever the file's delimiter, line ends or
 * compression. It is taken with the missing words of old (`formerReading`), so that it stays what links hold.
 */
export function tableFingerprint(columns: readonly TableColumn[]): string {
  const hash = new Fingerprint().text('table/1').word(columns.length);
  for (const column of columns) {
    hash.text(column.name).word(column.dictionary.length);
    for (const text of column.dictionary) hash.text(text);
    hash.integers(column.codes);
  }
  return hash.digest();
}
