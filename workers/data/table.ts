import { Fingerprint } from './fingerprint';

/** Code of a missing cell. */
export const MISSING = -1;

/**
 * Cells that count as missing, after trimming and whatever their case. R, pandas, SQL, spreadsheets and UCI tables write these; a column that truly
 * has a level called "none" loses it to the missing policy, which is shown.
 */
const MISSING_WORDS: ReadonlySet<string> = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '.']);

/** One column, dictionary-encoded: the cell of a row is `dictionary[codes[row]]`, or missing where the code is −1. */
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

/** A table as it was read: every cell kept, nothing interpreted. */
export interface Table {
  name: string;
  /** Size of the file. */
  bytes: number;
  rows: number;
  columns: TableColumn[];
  /** 16 hexadecimal digits over column names, dictionaries and codes. */
  fingerprint: string;
  /** Line of the file on which a row (0-based) begins. */
  line(row: number): number;
}

export function isMissing(cell: string): boolean {
  return cell.length < 16 && MISSING_WORDS.has(cell.trim().toLowerCase());
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number a cell stands for: decimal, with an optional exponent; NaN for anything else. `decimalComma` also reads "3,5". */
export function parseNumber(cell: string, decimalComma = false): number {
  let text = cell.trim();
  if (decimalComma) text = text.replace(/^([+-]?\d*),(\d+)$/, '$1.$2');
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** Rough bytes that one more dictionary entry takes: the text itself, its place in the map and the list, its number and count. */
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
      const grown = new Int32Array(this.#rows * 2);
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes[this.#rows++] = this.#code(cell);
  }

  #code(cell: string): number {
    const known = this.#index.get(cell);
    if (known !== undefined) return known;
    if (isMissing(cell)) {
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

  /** Estimated bytes held. */
  get bytes(): number {
    return this.#codes.byteLength + this.#textBytes;
  }

  finish(decimalComma: boolean): TableColumn {
    const codes = this.#codes.slice(0, this.#rows);
    const numbers = Float64Array.from(this.#dictionary, (text) => parseNumber(text, decimalComma));
    const counts = new Uint32Array(this.#dictionary.length);
    for (let i = 0; i < codes.length; i++) if (codes[i] !== MISSING) counts[codes[i]]++;
    let textLevels = 0;
    for (const value of numbers) if (Number.isNaN(value)) textLevels++;
    return { name: this.name, codes, dictionary: this.#dictionary, numbers, counts, missing: this.#missing, textLevels };
  }
}

/** Content hash of a table: the same for the same cells, whatever the file's delimiter, line ends or compression. */
export function tableFingerprint(columns: readonly TableColumn[]): string {
  const hash = new Fingerprint().text('table/1').word(columns.length);
  for (const column of columns) {
    hash.text(column.name).word(column.dictionary.length);
    for (const text of column.dictionary) hash.text(text);
    hash.integers(column.codes);
  }
  return hash.digest();
}
