/** One reader and one file, in a process of its own: node reader-one.ts READER FILE prints what it took. */
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import Papa from 'papaparse';
import { inferSchema, initParser } from 'udsv';
import { previewTable } from '../../workers/data/columns';
import { openTable } from '../../workers/data/csv';
import { plainNumber } from '../../workers/data/reading/numbers';
import { checkRoles } from '../../workers/data/roles';

/** Columns of the file that hold numbers; readers without guesses are told. */
const NUMBERS = new Set([3, 4, 5]);

/** A column whose texts are numbered by a Map. */
class MapColumn {
  readonly index = new Map<string, number>();
  values: Int32Array | Float64Array;
  rows = 0;

  constructor(readonly numbers: boolean) {
    this.values = numbers ? new Float64Array(1 << 16) : new Int32Array(1 << 16);
  }

  add(cell: string): void {
    if (this.rows === this.values.length) {
      const larger = this.numbers ? new Float64Array(this.rows * 2) : new Int32Array(this.rows * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.rows++] = this.numbers ? Number(cell) : this.#code(cell);
  }

  #code(cell: string): number {
    const known = this.index.get(cell);
    if (known !== undefined) return known;
    // A piece of a longer string keeps all of it alive in V8; this copy does not.
    this.index.set(cell.length > 12 ? ` ${cell}`.slice(1) : cell, this.index.size);
    return this.index.size - 1;
  }
}

interface Read {
  rows: number;
  /** Sum of the last column, and the levels of the first. */
  sum: number;
  levels: number;
}

const sumOf = (values: ArrayLike<number>, rows: number): number => {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += values[row];
  return sum;
};

/** The lab: its guesses, its fingerprint, the preview and the check of the guessed roles included. */
async function lab(file: File): Promise<Read> {
  const table = await openTable(file);
  const preview = previewTable(table);
  checkRoles(table, preview.columns, { numeric: 'mean', categorical: 'own-level' }, 0.2);
  const y = table.columns[5];
  return {
    rows: table.rows,
    sum: 'cells' in y ? sumOf((y.cells as { values: Float64Array }).values, table.rows) : 0,
    levels: preview.columns[0].levels,
  };
}

/**
 * As the lab read until it had its own reader: PapaParse, and every column by its texts, numbers made at the
 * end.
 */
async function former(file: File): Promise<Read> {
  return columnsOf(file, () => false, papa);
}

async function columnsOf(file: File, isNumbers: (column: number) => boolean, parse: typeof papa): Promise<Read> {
  const columns: MapColumn[] = [];
  await parse(file, (cells) => {
    if (columns.length === 0) for (let j = 0; j < cells.length; j++) columns.push(new MapColumn(isNumbers(j)));
    else for (let j = 0; j < columns.length; j++) columns[j].add(cells[j]);
  });
  const y = columns[5];
  const { rows } = y;
  if (y.numbers) return { rows, sum: sumOf(y.values, rows), levels: columns[0].index.size };
  const numbers = columns.map(({ index }) => Float64Array.from(index.keys(), plainNumber));
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += numbers[5][y.values[row]];
  return { rows, sum, levels: columns[0].index.size };
}

/** Cells of one record after another by PapaParse, in pieces of whole lines. */
async function papa(file: File, take: (cells: string[]) => void): Promise<void> {
  let rest = '';
  for await (const piece of file.stream().pipeThrough(new TextDecoderStream())) {
    rest += piece;
    const { data, meta } = new Papa.Parser({ delimiter: ',', newline: '\n' }).parse(rest, 0, true) as Papa.ParseResult<string[]>;
    for (const cells of data) take(cells);
    rest = rest.slice(meta.cursor);
  }
  if (rest !== '') for (const cells of Papa.parse<string[]>(rest, { delimiter: ',' }).data) take(cells);
}

/** The same by uDSV. */
async function udsv(file: File, take: (cells: string[]) => void): Promise<void> {
  let parser: ReturnType<typeof initParser> | null = null;
  for await (const piece of file.stream().pipeThrough(new TextDecoderStream())) {
    if (!parser) {
      const schema = inferSchema(piece);
      parser = initParser(schema);
      take(schema.cols.map(({ name }) => name));
    }
    parser.chunk<string[]>(piece, parser.stringArrs as never, (cells) => take(cells));
  }
  parser?.end();
}

const READERS: Record<string, (file: File) => Promise<Read>> = {
  lab,
  'former lab': former,
  PapaParse: (file) => columnsOf(file, (column) => NUMBERS.has(column), papa),
  uDSV: (file) => columnsOf(file, (column) => NUMBERS.has(column), udsv),
};

const [, , name, path] = process.argv;
const file = Object.assign(await openAsBlob(path), { name: basename(path), lastModified: 0, webkitRelativePath: '' }) as File;
const idle = process.resourceUsage().maxRSS;
const [began, cpu] = [performance.now(), process.cpuUsage()];
const read = await READERS[name](file);
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    ...read,
    wall: (performance.now() - began) / 1000,
    cpu: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS / 1024,
    idle: idle / 1024,
  }),
);
