import type { Utf8Texts } from './bytes/utf8-texts';
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
  /** `dictionary` in bytes: it is made strings when it is asked for. */
  utf8?: Utf8Texts;
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
  /** The file says that its cells are numbers: there is no other way to read them. */
  plain?: true;
  /** The file says that its cells are levels, also where they look like numbers. */
  category?: true;
  /** `texts` in bytes: they are made strings when they are asked for. */
  utf8?: Utf8Texts;
}

/** A file that has been read, before steps of columns say what its texts stand for. */
export interface RawTable {
  columns: RawColumn[];
  separator: string;
  /** Steps that made cells of the text, with where each was needed. */
  steps: { step: FileStep; found?: Found }[];
  /** First cells of the first line where it may be names or data; null where there is no doubt. */
  doubt: string[] | null;
  /** Names that stand otherwise in the file, where they have spaces at an end or signs that do not print. */
  cleaned?: { written: string; name: string }[];
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
  /** What `line` counts where that is not lines of a text. */
  unit?: 'row';
  /** Row of the file of each row, where the table is a sample of it. */
  fileRows?: Uint32Array;
  raw: RawTable;
  /** Everything done to the file, in order. */
  steps: Step[];
}
