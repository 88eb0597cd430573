import { ColumnStore, isBlankIn, manyOf } from './bytes/column-store';
import type { ByteKernel } from './bytes/kernel';
import { RecordScanner, separatorBytes, undoubled } from './bytes/records';
import type { LabFailure } from './failure';
import { type FileLayout, fileLayout } from './reading/file-layout';
import type { FileStep } from './reading/steps';
import { refuse } from './refusals';
import { RowLines } from './row-lines';
import type { RawTable, Table } from './table';
import { inTurns } from './work';

/** Bytes looked at to find separator and header. */
const SAMPLE = 1 << 16;

/** A single record longer than this comes from a quote that was never closed. */
export const MAX_RECORD = 1 << 23;

const [LINE, SPACE] = [10, 32];

/** Thrown where a file must be read again from its beginning, with one more step. */
export class ReadAgain extends Error {
  readonly step: FileStep;

  constructor(step: FileStep) {
    super(`read again with ${step.kind}`);
    this.step = step;
  }
}

/** What turns pieces of text in UTF-8, with \n for every line end, into a table. */
export interface TextReader {
  readonly rows: number;
  push(bytes: Uint8Array): void;
  /** After the last piece. `turn` is called between columns. */
  finish(turn: () => Promise<void>): Promise<Pick<Table, 'raw' | 'line'>>;
}

/** How a text is to be read. */
export interface DelimitedOptions {
  name: string;
  /** Most bytes of memory. */
  limit: number;
  /** Steps of the file; `exact`: these alone. */
  given: readonly FileStep[];
  exact: boolean;
  /** One column will do: rows to be predicted have no target. */
  alone?: true;
  /** Columns that are held as levels, whatever their cells are. */
  levels: ReadonlySet<string>;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
  /** The compiled reader, where the machine can run it. */
  kernel?: ByteKernel | null;
  /** Bytes of text that will come, where that is known. */
  bytes?: number;
  /** Every second column only, from this on; of the others it is looked at where their cells are. */
  share?: 0 | 1;
  /** Hears the first 64 kB of text, as whole lines, where much more is to come. */
  onBeginning?: (text: Uint8Array) => void;
}

/** Turns pieces of text with separators into columns. */
export class DelimitedReader implements TextReader {
  readonly #options: DelimitedOptions;
  #buffer: Uint8Array = new Uint8Array();
  /** Bytes of the buffer that have not been read. */
  #rest: Uint8Array = this.#buffer;
  #layout: FileLayout | null = null;
  #scanner = new RecordScanner(',', true);
  /** The byte that separates cells. */
  #separator = 0;
  /** It alone does, and there are two columns or more: the kernel can tell. */
  #plain = false;
  /** Bytes that have come. */
  #taken = 0;
  /** Null: without a name; undefined: not of this reader's share. */
  #columns: (ColumnStore | null | undefined)[] = [];
  /** Names of all columns of the table. */
  names: string[] = [];
  /** Records of names that are still to come. */
  #names = 0;
  /** Lines of the file before the next record. */
  #lines = 0;
  readonly #rowLines = new RowLines();
  #short = { count: 0, line: 0 };
  #trailing = { count: 0, line: 0 };
  rows = 0;

  constructor(options: DelimitedOptions) {
    this.#options = options;
  }

  push(bytes: Uint8Array): void {
    this.#taken += bytes.length;
    this.#append(bytes);
    if (this.#layout === null) {
      if (this.#rest.length < SAMPLE) return;
      this.#tellBeginning();
    }
    this.#read(false);
    if (this.#rest.length > MAX_RECORD) this.#badQuotes(this.#lines + 1);
    if (this.held > this.#options.limit) throw this.#tooLarge();
  }

  #tellBeginning(): void {
    const { onBeginning, bytes = Number.POSITIVE_INFINITY } = this.#options;
    const end = this.#rest.lastIndexOf(LINE, SAMPLE - 1) + 1;
    if (onBeginning && bytes > 4 * SAMPLE && end > 0) onBeginning(this.#rest.slice(0, end));
  }

  /** What is left of the pieces before, and a new one, at the beginning of one buffer that is used again. */
  #append(bytes: Uint8Array): void {
    const rest = this.#rest;
    const length = rest.length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(rest);
      this.#buffer = larger;
    } else this.#buffer.copyWithin(0, rest.byteOffset, rest.byteOffset + rest.length);
    this.#buffer.set(bytes, rest.length);
    this.#rest = this.#buffer.subarray(0, length);
  }

  /** Rows of the whole file, by those read so far and a little more; 0 before there are any. */
  #expectedRows(): number {
    const { bytes = 0 } = this.#options;
    const read = this.#taken - this.#rest.length;
    return read > 0 && bytes > read ? Math.ceil((1.02 * this.rows * bytes) / read) : 0;
  }

  get held(): number {
    return this.#columns.reduce((sum, column) => sum + (column?.held ?? 0), 0);
  }

  #tooLarge(): LabFailure {
    const columns = this.#columns.filter((column) => column instanceof ColumnStore);
    return refuse.tableTooLarge(this.#options.name, this.held, this.#options.limit, this.rows, columns);
  }

  #begin(last: boolean): FileLayout {
    const { name, given, exact, alone, levels, kernel, share } = this.#options;
    const layout = fileLayout(wholeLines(this.#rest, last), name, given, { exact, alone });
    const many = this.#options.many ?? manyOf(layout.names.length);
    const expected = () => this.#expectedRows();
    this.names = layout.names.filter((column) => column !== null);
    this.#columns = layout.names.map((column, j) => {
      if (column === null) return null;
      if (share !== undefined && j % 2 !== share) return undefined;
      return new ColumnStore(column, { many: levels.has(column) ? Number.POSITIVE_INFINITY : many, kernel, expected });
    });
    this.#names = layout.header;
    this.#rest = afterLineBytes(this.#rest, layout.skip);
    this.#lines = layout.skip;
    this.#scanner = new RecordScanner(layout.separator, layout.literal);
    const separator = separatorBytes(layout.separator);
    this.#separator = separator[0];
    this.#plain = separator.length === 1 && separator[0] !== SPACE && layout.names.length > 1;
    if (this.#plain) kernel?.begin(layout.names.map((column) => column === null));
    return layout;
  }

  #read(last: boolean): void {
    this.#layout ??= this.#begin(last);
    if (last && this.#rest.length > 0 && this.#rest[this.#rest.length - 1] !== LINE) this.#append(Uint8Array.of(LINE));
    const bytes = this.#rest;
    try {
      let at = 0;
      for (; this.#names > 0 && at < bytes.length && this.#scan(bytes, at, last); at = this.#scanner.next) {
        if (!this.#scanner.isBlank(bytes)) this.#names--;
        this.#lines += this.#scanner.lines;
      }
      if (this.#names === 0) at = this.#records(bytes, at, last);
      this.#rest = bytes.subarray(at);
    } catch (error) {
      // Arrays need room to grow: where there is none it ends as a RangeError.
      if (!(error instanceof RangeError)) throw error;
      throw this.#tooLarge();
    }
  }

  /** Reads all whole records from `at` on; where the first begins that is not. */
  #records(bytes: Uint8Array, at: number, last: boolean): number {
    const kernel = this.#plain ? this.#options.kernel : null;
    const end = kernel ? bytes.lastIndexOf(LINE) + 1 : 0;
    const offset = kernel && end > at ? kernel.put(bytes, at, end) - at : 0;
    while (at < bytes.length) {
      if (kernel && at < end) {
        at = this.#regular(kernel, bytes, at, end, offset);
        if (at >= end) continue;
      }
      if (!this.#scan(bytes, at, last)) break;
      if (!this.#scanner.isBlank(bytes)) this.#record(bytes);
      this.#lines += this.#scanner.lines;
      at = this.#scanner.next;
    }
    return at;
  }

  /** Lines that are as most are, by the thousand; where the first begins that is not. */
  #regular(kernel: ByteKernel, bytes: Uint8Array, at: number, end: number, offset: number): number {
    while (at < end) {
      const { rows, next } = kernel.divide(at + offset, end + offset, this.#separator, !this.#layout?.literal);
      if (rows === 0) return at;
      for (const [j, column] of this.#columns.entries()) column?.divided(kernel, j, rows, bytes, offset);
      this.#rowLines.addRun(this.rows, this.#lines + 1, rows);
      this.rows += rows;
      this.#lines += rows;
      at = next - offset;
    }
    return at;
  }

  #scan(bytes: Uint8Array, at: number, last: boolean): boolean {
    const whole = this.#scanner.scan(bytes, at, bytes.length, last);
    if (whole && this.#scanner.broken) this.#badQuotes(this.#lines + 1);
    return whole;
  }

  /**
   * In a file of tabs a quote that does not fit is a character like any other; elsewhere a person is asked.
   */
  #badQuotes(line: number): never {
    const tabs = this.#layout?.separator === '\t';
    if (tabs && !this.#options.exact && !this.#layout?.literal) throw new ReadAgain({ kind: 'quotes', quotes: 'literal' });
    throw refuse.badQuotes(this.#options.name, line);
  }

  /** The record that the scanner has found. */
  #record(bytes: Uint8Array): void {
    const { starts, ends, doubled, cells } = this.#scanner;
    const columns = this.#columns;
    const line = this.#lines + 1;
    const width = columns.length;
    if (cells > width) {
      for (let j = width; j < cells; j++) if (!isBlankIn(bytes, starts[j], ends[j])) this.#ragged(line, cells);
      this.#uneven('trailing-separators', line, cells);
    } else if (cells < width) this.#uneven('short-rows', line, cells);
    for (let j = 0; j < width && j < cells; j++) {
      const column = columns[j];
      if (column === null) {
        if (!isBlankIn(bytes, starts[j], ends[j])) throw refuse.emptyColumnName(this.#options.name, j + 1);
      } else if (column && doubled[j]) {
        const plain = new Uint8Array(ends[j] - starts[j]);
        column.bytes(plain, 0, undoubled(bytes, starts[j], ends[j], plain));
      } else column?.bytes(bytes, starts[j], ends[j]);
    }
    for (let j = cells; j < width; j++) columns[j]?.bytes(bytes, 0, 0);
    this.#rowLines.add(this.rows++, line);
  }

  #uneven(kind: 'short-rows' | 'trailing-separators', line: number, cells: number): void {
    const { exact, given } = this.#options;
    if (exact && !given.some((step) => step.kind === kind)) this.#ragged(line, cells);
    const met = kind === 'short-rows' ? this.#short : this.#trailing;
    if (met.count++ === 0) met.line = line;
  }

  #ragged(line: number, cells: number): never {
    throw refuse.raggedRow(this.#options.name, line, cells, this.#columns.length);
  }

  async finish(turn: () => Promise<void>): Promise<Pick<Table, 'raw' | 'line'>> {
    this.#read(true);
    if (this.#layout === null) throw refuse.empty(this.#options.name);
    if (this.rows === 0) throw refuse.noRows(this.#options.name);
    return this.#table(this.#layout, turn);
  }

  async #table({ steps: found, separator, doubt, cleaned }: FileLayout, turn: () => Promise<void>): Promise<Pick<Table, 'raw' | 'line'>> {
    const steps: RawTable['steps'] = found.map((step) => ({ step }));
    if (this.#short.count > 0) steps.push({ step: { kind: 'short-rows' }, found: { ...this.#short } });
    if (this.#trailing.count > 0) steps.push({ step: { kind: 'trailing-separators' }, found: { ...this.#trailing } });
    const columns: RawTable['columns'] = [];
    for (const column of this.#columns) {
      if (!column) continue;
      columns.push(await inTurns(column.finishing(), turn));
      await turn();
    }
    return { raw: { columns, separator, steps, doubt, ...(cleaned.length > 0 && { cleaned }) }, line: this.#rowLines.reader() };
  }
}

/**
 * Whole lines of the first 64 kB, however much more has come; of all that has where those hold not even two.
 */
function wholeLines(bytes: Uint8Array, last: boolean): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const first = decoder.decode(bytes.subarray(0, SAMPLE));
  const end = first.lastIndexOf('\n') + 1;
  if (bytes.length > SAMPLE && first.indexOf('\n') < end - 1) return first.slice(0, end);
  const text = bytes.length > SAMPLE ? decoder.decode(bytes) : first;
  // The last line may go on in the next piece.
  return last ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text;
}

/** Bytes without their first lines. */
function afterLineBytes(bytes: Uint8Array, lines: number): Uint8Array {
  let at = 0;
  for (let line = 0; line < lines; line++) {
    const end = bytes.indexOf(LINE, at);
    if (end < 0) return bytes.subarray(bytes.length);
    at = end + 1;
  }
  return bytes.subarray(at);
}
