import Papa from 'papaparse';
import type { ReadingOptions, TableProgress } from '../protocol';
import { tableOf } from './reading/apply';
import { guessColumnSteps } from './reading/guess';
import { isBlank } from './reading/missing';
import { plainNumber } from './reading/numbers';
import { type ColumnStep, isFileStep } from './reading/steps';
import { refuse } from './refusals';
import { ColumnBuilder, type RawColumn, type Table } from './table';
import { type NamedBlob, textOf } from './text-stream';

export type { Table } from './table';

export interface OpenOptions extends ReadingOptions {
  /** Heard at most every 100 ms, and once at the end. */
  onProgress?: (progress: TableProgress) => void;
  signal?: AbortSignal;
  /** Largest file and largest estimated table, in bytes. */
  limit?: number;
}

const LIMIT = 2 * 2 ** 30;
const MAX_COLUMNS = 1000;

/** Text looked at to guess the separator. */
const SAMPLE = 1 << 16;

/** A single record longer than this comes from a quote that was never closed. */
const MAX_RECORD = 1 << 23;

/**
 * Reads a delimited text file (.csv, .tsv, either of them .gz) into dictionary-encoded columns, piece by piece: neither the text nor its cells are ever
 * held whole. The separator (comma, semicolon, tab, |) is guessed; quoted cells may contain separators, line ends and doubled quotes; blank lines are
 * skipped. In a semicolon-separated file "3,5" is a number. Header names are trimmed, cells are not.
 *
 * @throws LabFailure with the codes of refusals.ts, each naming line, column or value; 'cancelled' when `signal` fires
 */
export async function openTable(file: NamedBlob, { onProgress, signal, limit = LIMIT, steps, given = [] }: OpenOptions = {}): Promise<Table> {
  if (file.size === 0) throw refuse.empty(file.name);
  if (file.size > limit) throw refuse.tooLarge(file.name, file.size, limit, 'file');
  const reader = new TableReader(file.name, limit);
  let bytesRead = 0;
  let told = performance.now();
  const tell = () => onProgress?.({ bytesRead, bytesTotal: file.size, rows: reader.rows });
  for await (const text of textOf(
    file,
    (read) => {
      bytesRead = read;
    },
    signal,
  )) {
    reader.push(text);
    if (performance.now() - told > 100) {
      tell();
      await macrotask();
      told = performance.now();
    }
  }
  if (signal?.aborted) throw refuse.cancelled(file.name);
  const ofColumns = (steps ?? given).filter((step) => !isFileStep(step));
  const table = reader.finish(file.size, (columns, separator) => (steps ? ofColumns : guessColumnSteps(columns, separator, ofColumns)));
  tell();
  return table;
}

/** Lets messages in, such as the one that cancels. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Turns pieces of text into columns. */
class TableReader {
  readonly #name: string;
  readonly #limit: number;
  #rest = '';
  #separator: string | null = null;
  #columns: ColumnBuilder[] | null = null;
  #header: string[] = [];
  /** Lines of the file before the next record. */
  #lines = 0;
  /** Where the distance between row and line number changes: pairs of row and line, for tables with blank lines or cells of several lines. */
  readonly #jumps: number[] = [];
  #nextLine = 0;
  rows = 0;

  constructor(name: string, limit: number) {
    this.#name = name;
    this.#limit = limit;
  }

  push(text: string): void {
    this.#rest += text;
    if (this.#separator === null && this.#rest.length < SAMPLE) return;
    this.#parse(false);
    if (this.#rest.length > MAX_RECORD) throw refuse.badQuotes(this.#name, this.#lines + 1);
    const bytes = this.#columns?.reduce((sum, column) => sum + column.bytes, 0) ?? 0;
    if (bytes > this.#limit) throw refuse.tooLarge(this.#name, bytes, this.#limit, 'table', this.rows);
  }

  #parse(last: boolean): void {
    this.#separator ??= guessSeparator(this.#rest, this.#name);
    const text = this.#rest;
    const parsed = new Papa.Parser({ delimiter: this.#separator, newline: '\n' }).parse(text, 0, !last) as Papa.ParseResult<string[]>;
    const quoted = text.includes('"');
    const broken = parsed.errors.length > 0 ? (parsed.errors[0].row ?? 0) : Number.POSITIVE_INFINITY;
    for (let i = 0; i < parsed.data.length; i++) {
      const cells = parsed.data[i];
      if (i >= broken) throw refuse.badQuotes(this.#name, this.#lines + 1);
      // After the last line end the parser sees one empty record that is no line.
      if (!(cells.length === 1 && cells[0].trim() === '')) this.#record(cells);
      this.#lines += 1 + (quoted ? lineEnds(cells) : 0);
    }
    if (last && broken < Number.POSITIVE_INFINITY) throw refuse.badQuotes(this.#name, this.#lines);
    this.#rest = last ? '' : text.slice(parsed.meta.cursor);
  }

  #record(cells: string[]): void {
    const line = this.#lines + 1;
    if (this.#columns === null) {
      this.#header = checkedHeader(this.#name, cells);
      this.#columns = this.#header.map((name) => new ColumnBuilder(name));
      return;
    }
    if (cells.length !== this.#columns.length) throw refuse.raggedRow(this.#name, line, cells.length, this.#columns.length);
    if (line !== this.#nextLine) this.#jumps.push(this.rows, line);
    this.#nextLine = line + 1;
    try {
      for (let j = 0; j < cells.length; j++) this.#columns[j].add(cells[j]);
    } catch (error) {
      // Maps hold at most 2²⁴ entries and arrays need room to grow: both end as a RangeError.
      if (!(error instanceof RangeError)) throw error;
      throw refuse.tooLarge(
        this.#name,
        this.#columns.reduce((sum, column) => sum + column.bytes, 0),
        this.#limit,
        'table',
        this.rows,
      );
    }
    this.rows++;
  }

  finish(bytes: number, columnSteps: (columns: RawColumn[], separator: string) => ColumnStep[]): Table {
    this.#parse(true);
    if (this.#columns === null) throw refuse.empty(this.#name);
    if (this.rows === 0) throw refuse.noRows(this.#name);
    const columns = this.#columns.map((column) => column.finish());
    const jumps = this.#jumps;
    const line = (row: number) => {
      let at = 0;
      for (let step = 1 << 29; step > 0; step >>= 1) if ((at + step) * 2 < jumps.length && jumps[(at + step) * 2] <= row) at += step;
      return jumps[at * 2 + 1] + row - jumps[at * 2];
    };
    const raw = { columns, separator: this.#separator ?? ',', steps: [] };
    return tableOf({ name: this.#name, bytes, rows: this.rows, line, raw }, columnSteps(raw.columns, raw.separator));
  }
}

function lineEnds(cells: string[]): number {
  let count = 0;
  for (const cell of cells) for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count++;
  return count;
}

function guessSeparator(text: string, name: string): string {
  const header = text.slice(0, text.indexOf('\n', text.search(/\S/)) >>> 0);
  if (/\.tsv(\.gz)?$/i.test(name) && header.includes('\t')) return '\t';
  return Papa.parse(text.slice(0, SAMPLE), { preview: 20, skipEmptyLines: 'greedy', delimitersToGuess: [',', '\t', ';', '|'] }).meta.delimiter || ',';
}

/** Checks the first record as a header and returns its trimmed names. */
function checkedHeader(file: string, cells: string[]): string[] {
  const names = cells.map((cell) => cell.trim());
  if (names.some((name) => !Number.isNaN(plainNumber(name))) && names.every((name) => isBlank(name) || !Number.isNaN(plainNumber(name)))) {
    throw refuse.noHeader(file, names[0]);
  }
  const seen = new Map<string, number>();
  names.forEach((name, j) => {
    if (name === '') throw refuse.emptyColumnName(file, j + 1);
    if (name === '__proto__') throw refuse.forbiddenColumnName(file, name, j + 1);
    const earlier = seen.get(name);
    if (earlier !== undefined) throw refuse.duplicateColumn(file, name, earlier + 1, j + 1);
    seen.set(name, j);
  });
  if (names.length < 2) throw refuse.oneColumn(file, names[0]);
  if (names.length > MAX_COLUMNS) throw refuse.tooManyColumns(file, names.length, MAX_COLUMNS);
  return names;
}
