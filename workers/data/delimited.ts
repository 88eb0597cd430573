import Papa from 'papaparse';
import type { LabFailure } from './failure';
import { afterLines, type FileLayout, fileLayout } from './reading/file-layout';
import { isBlank } from './reading/missing';
import { withoutBlanks } from './reading/separator';
import type { FileStep } from './reading/steps';
import { refuse } from './refusals';
import { RowLines } from './row-lines';
import { ColumnBuilder, type RawTable, type Table } from './table';

/** Text looked at to find separator and header. */
const SAMPLE = 1 << 16;

/** A single record longer than this comes from a quote that was never closed. */
const MAX_RECORD = 1 << 23;

/** Thrown where a file must be read again from its beginning, with one more step. */
export class ReadAgain extends Error {
  readonly step: FileStep;

  constructor(step: FileStep) {
    super(`read again with ${step.kind}`);
    this.step = step;
  }
}

/** What turns pieces of text into a table. */
export interface TextReader {
  readonly rows: number;
  push(text: string): void;
  /** After the last piece. */
  finish(): Pick<Table, 'raw' | 'line'>;
}

/** Turns pieces of text with separators into columns. */
export class DelimitedReader implements TextReader {
  readonly #name: string;
  readonly #limit: number;
  readonly #given: readonly FileStep[];
  readonly #exact: boolean;
  #rest = '';
  #layout: FileLayout | null = null;
  #columns: (ColumnBuilder | null)[] = [];
  /** Records of names that are still to come. */
  #names = 0;
  /** Lines of the file before the next record. */
  #lines = 0;
  readonly #rowLines = new RowLines();
  #short = { count: 0, line: 0 };
  #trailing = { count: 0, line: 0 };
  rows = 0;

  /** `given`: steps of the file; `exact`: these alone. */
  constructor(name: string, limit: number, given: readonly FileStep[], exact: boolean) {
    this.#name = name;
    this.#limit = limit;
    this.#given = given;
    this.#exact = exact;
  }

  push(text: string): void {
    this.#rest += text;
    if (this.#layout === null && this.#rest.length < SAMPLE) return;
    this.#parse(false);
    if (this.#rest.length > MAX_RECORD) this.#badQuotes(this.#lines + 1);
    if (this.#bytes() > this.#limit) throw this.#tooLarge();
  }

  #bytes(): number {
    return this.#columns.reduce((sum, column) => sum + (column?.bytes ?? 0), 0);
  }

  #tooLarge(): LabFailure {
    const columns = this.#columns.filter((column) => column !== null);
    return refuse.tableTooLarge(this.#name, this.#bytes(), this.#limit, this.rows, columns);
  }

  #begin(last: boolean): FileLayout {
    const text = this.#rest;
    // The last line may go on in the next piece.
    const whole = last ? text : text.slice(0, text.lastIndexOf('\n') + 1) || text;
    const layout = fileLayout(whole, this.#name, this.#given, this.#exact);
    this.#columns = layout.names.map((name) => (name === null ? null : new ColumnBuilder(name)));
    this.#names = layout.header;
    this.#rest = afterLines(text, layout.skip);
    this.#lines = layout.skip;
    return layout;
  }

  #parse(last: boolean): void {
    this.#layout ??= this.#begin(last);
    const { separator, literal } = this.#layout;
    const text = this.#rest;
    const parser = new Papa.Parser({ delimiter: separator, newline: '\n', ...(literal && { fastMode: true }) });
    const parsed = parser.parse(text, 0, !last) as Papa.ParseResult<string[]>;
    const quoted = !literal && text.includes('"');
    const broken = parsed.errors.length > 0 ? (parsed.errors[0].row ?? 0) : Number.POSITIVE_INFINITY;
    for (let i = 0; i < parsed.data.length; i++) {
      const cells = parsed.data[i];
      if (i >= broken) this.#badQuotes(this.#lines + 1);
      // After the last line end the parser sees one empty record that is no line.
      if (!(cells.length === 1 && cells[0].trim() === '')) this.#record(separator === ' ' ? withoutBlanks(cells) : cells);
      this.#lines += 1 + (quoted ? lineEnds(cells) : 0);
    }
    if (last && broken < Number.POSITIVE_INFINITY) this.#badQuotes(this.#lines);
    this.#rest = last ? '' : text.slice(parsed.meta.cursor);
  }

  /**
   * In a file of tabs a quote that does not fit is a character like any other; elsewhere a person is asked.
   */
  #badQuotes(line: number): never {
    const tabs = this.#layout?.separator === '\t';
    if (tabs && !this.#exact && !this.#layout?.literal) throw new ReadAgain({ kind: 'quotes', quotes: 'literal' });
    throw refuse.badQuotes(this.#name, line);
  }

  #record(cells: string[]): void {
    const line = this.#lines + 1;
    if (this.#names > 0) {
      this.#names--;
      return;
    }
    const columns = this.#columns;
    if (cells.length !== columns.length) this.#uneven(cells, line);
    this.#rowLines.add(this.rows, line);
    try {
      for (let j = 0; j < columns.length; j++) {
        const column = columns[j];
        if (column !== null) column.add(cells[j]);
        else if (!isBlank(cells[j])) throw refuse.emptyColumnName(this.#name, j + 1);
      }
    } catch (error) {
      // Maps hold at most 2²⁴ entries and arrays need room to grow: both end as a RangeError.
      if (!(error instanceof RangeError)) throw error;
      throw this.#tooLarge();
    }
    this.rows++;
  }

  /** Fills a short row with blank cells; takes blank ones from a long row. */
  #uneven(cells: string[], line: number): void {
    const width = this.#columns.length;
    const long = cells.length > width;
    const kind = long ? 'trailing-separators' : 'short-rows';
    const allowed = !this.#exact || this.#given.some((step) => step.kind === kind);
    if (!allowed || (long && !cells.slice(width).every(isBlank))) throw refuse.raggedRow(this.#name, line, cells.length, width);
    const met = long ? this.#trailing : this.#short;
    if (met.count++ === 0) met.line = line;
    if (long) cells.length = width;
    else while (cells.length < width) cells.push('');
  }

  finish(): Pick<Table, 'raw' | 'line'> {
    this.#parse(true);
    if (this.#layout === null) throw refuse.empty(this.#name);
    if (this.rows === 0) throw refuse.noRows(this.#name);
    const steps: RawTable['steps'] = this.#layout.steps.map((step) => ({ step }));
    if (this.#short.count > 0) steps.push({ step: { kind: 'short-rows' }, found: this.#short });
    if (this.#trailing.count > 0) steps.push({ step: { kind: 'trailing-separators' }, found: this.#trailing });
    const columns = this.#columns.flatMap((column) => (column === null ? [] : [column.finish()]));
    return {
      raw: { columns, separator: this.#layout.separator, steps, doubt: this.#layout.doubt },
      line: this.#rowLines.reader(),
    };
  }
}

function lineEnds(cells: string[]): number {
  let count = 0;
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count++;
  return count;
}
