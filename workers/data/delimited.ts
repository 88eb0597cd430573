import { ColumnStore, isBlankIn } from './bytes/column-store';
import { RecordScanner, separatorBytes, undoubled } from './bytes/records';
import type { LabFailure } from './failure';
import { type FileLayout, fileLayout } from './reading/file-layout';
import type { FileStep } from './reading/steps';
import { refuse } from './refusals';
import { RowLines } from './row-lines';
import type { RawTable, Table } from './table';

/** Bytes looked at to find separator and header. */
const SAMPLE = 1 << 16;

/** A single record longer than this comes from a quote that was never closed. */
const MAX_RECORD = 1 << 23;

const [LINE, QUOTE, SPACE] = [10, 34, 32];

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
  /** After the last piece. */
  finish(): Pick<Table, 'raw' | 'line'>;
}

/** How a text is to be read. */
export interface DelimitedOptions {
  name: string;
  /** Most bytes of memory. */
  limit: number;
  /** Steps of the file; `exact`: these alone. */
  given: readonly FileStep[];
  exact: boolean;
  /** Columns that are held as levels, whatever their cells are. */
  levels: ReadonlySet<string>;
  /** Different texts from which on a column of numbers is held as numbers. */
  many?: number;
}

/** Turns pieces of text with separators into columns. */
export class DelimitedReader implements TextReader {
  readonly #options: DelimitedOptions;
  #buffer: Uint8Array = new Uint8Array();
  /** Bytes of the buffer that have not been read. */
  #rest: Uint8Array = this.#buffer;
  #layout: FileLayout | null = null;
  #scanner = new RecordScanner(',', true);
  /** The one byte that separates cells; −1 where it takes more than that to tell. */
  #separator = -1;
  #columns: (ColumnStore | null)[] = [];
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
    this.#append(bytes);
    if (this.#layout === null && this.#rest.length < SAMPLE) return;
    this.#read(false);
    if (this.#rest.length > MAX_RECORD) this.#badQuotes(this.#lines + 1);
    if (this.#held() > this.#options.limit) throw this.#tooLarge();
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

  #held(): number {
    return this.#columns.reduce((sum, column) => sum + (column?.held ?? 0), 0);
  }

  #tooLarge(): LabFailure {
    const columns = this.#columns.filter((column) => column !== null);
    return refuse.tableTooLarge(this.#options.name, this.#held(), this.#options.limit, this.rows, columns);
  }

  #begin(last: boolean): FileLayout {
    const { name, given, exact, levels, many } = this.#options;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#rest);
    // The last line may go on in the next piece.
    const whole = last ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text;
    const layout = fileLayout(whole, name, given, exact);
    this.#columns = layout.names.map((column) =>
      column === null ? null : new ColumnStore(column, levels.has(column) ? Number.POSITIVE_INFINITY : many),
    );
    this.#names = layout.header;
    this.#rest = afterLineBytes(this.#rest, layout.skip);
    this.#lines = layout.skip;
    this.#scanner = new RecordScanner(layout.separator, layout.literal);
    const separator = separatorBytes(layout.separator);
    if (separator.length === 1 && separator[0] !== SPACE) this.#separator = separator[0];
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
    if (this.#separator >= 0) {
      // Without quotes every line end ends a record.
      const quote = this.#layout?.literal ? -1 : bytes.indexOf(QUOTE, at);
      if (quote < 0) return this.#plainRecords(bytes, at, bytes.lastIndexOf(LINE) + 1);
      const end = bytes.lastIndexOf(LINE, quote) + 1;
      if (end > at) at = this.#plainRecords(bytes, at, end);
    }
    for (; at < bytes.length && this.#scan(bytes, at, last); at = this.#scanner.next) {
      if (!this.#scanner.isBlank(bytes)) this.#record(bytes);
      this.#lines += this.#scanner.lines;
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

  /** Records without quotes, each a line, up to `to`: cells go to their columns as they are found. */
  #plainRecords(bytes: Uint8Array, at: number, to: number): number {
    const columns = this.#columns;
    const [width, separator] = [columns.length, this.#separator];
    while (at < to) {
      const line = at;
      this.#lines++;
      let byte = bytes[at];
      // Most lines that are blank are empty.
      if (byte === LINE) {
        at++;
        continue;
      }
      if ((byte <= SPACE || byte >= 0x80) && this.#isBlankLine(bytes, at)) {
        at = bytes.indexOf(LINE, at) + 1;
        continue;
      }
      let cell = 0;
      for (; cell < width; cell++) {
        const start = at;
        byte = bytes[at];
        while (byte !== separator && byte !== LINE) byte = bytes[++at];
        const column = columns[cell];
        if (column !== null) column.bytes(bytes, start, at);
        else if (at > start && !isBlankIn(bytes, start, at)) this.#unnamed(bytes, line, cell);
        at++;
        if (byte === LINE) {
          cell++;
          break;
        }
      }
      if (cell < width) this.#fill(cell);
      else if (byte !== LINE) at = this.#trail(bytes, at);
      this.#rowLines.add(this.rows++, this.#lines);
    }
    return at;
  }

  #isBlankLine(bytes: Uint8Array, at: number): boolean {
    this.#scanner.scan(bytes, at, bytes.length, true);
    return this.#scanner.isBlank(bytes);
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
      } else if (doubled[j]) {
        const plain = new Uint8Array(ends[j] - starts[j]);
        column.bytes(plain, 0, undoubled(bytes, starts[j], ends[j], plain));
      } else column.bytes(bytes, starts[j], ends[j]);
    }
    for (let j = cells; j < width; j++) columns[j]?.bytes(bytes, 0, 0);
    this.#rowLines.add(this.rows++, line);
  }

  /** Fills a short row with blank cells. */
  #fill(cells: number): void {
    this.#uneven('short-rows', this.#lines, cells);
    for (let j = cells; j < this.#columns.length; j++) this.#columns[j]?.bytes(this.#rest, 0, 0);
  }

  /** Cells beyond the last column, which must be blank; where the next line begins. */
  #trail(bytes: Uint8Array, at: number): number {
    const end = bytes.indexOf(LINE, at);
    let cells = this.#columns.length;
    let blank = true;
    for (let start = at; start <= end; cells++) {
      let stop = start;
      while (stop < end && bytes[stop] !== this.#separator) stop++;
      blank &&= isBlankIn(bytes, start, stop);
      start = stop + 1;
    }
    if (!blank) this.#ragged(this.#lines, cells);
    this.#uneven('trailing-separators', this.#lines, cells);
    return end + 1;
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

  /** A cell under no name; that the row has too many cells is said first. */
  #unnamed(bytes: Uint8Array, line: number, cell: number): never {
    this.#scanner.scan(bytes, line, bytes.length, true);
    const { cells, starts, ends } = this.#scanner;
    const width = this.#columns.length;
    const blank = (j: number) => isBlankIn(bytes, starts[j], ends[j]);
    if (cells > width && !Array.from({ length: cells - width }, (_, j) => blank(width + j)).every(Boolean)) this.#ragged(this.#lines, cells);
    if (cells !== width) this.#uneven(cells > width ? 'trailing-separators' : 'short-rows', this.#lines, cells);
    throw refuse.emptyColumnName(this.#options.name, cell + 1);
  }

  finish(): Pick<Table, 'raw' | 'line'> {
    this.#read(true);
    if (this.#layout === null) throw refuse.empty(this.#options.name);
    if (this.rows === 0) throw refuse.noRows(this.#options.name);
    return this.#table(this.#layout);
  }

  #table({ steps: found, separator, doubt }: FileLayout): Pick<Table, 'raw' | 'line'> {
    const steps: RawTable['steps'] = found.map((step) => ({ step }));
    if (this.#short.count > 0) steps.push({ step: { kind: 'short-rows' }, found: { ...this.#short } });
    if (this.#trailing.count > 0) steps.push({ step: { kind: 'trailing-separators' }, found: { ...this.#trailing } });
    const columns = this.#columns.flatMap((column) => (column === null ? [] : [column.finish()]));
    return { raw: { columns, separator, steps, doubt }, line: this.#rowLines.reader() };
  }
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
