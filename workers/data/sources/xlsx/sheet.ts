import { LabFailure } from '../../failure';
import type { RawTable } from '../../table';
import { dayText, unescaped } from './workbook';
import { attribute, type XmlHandler } from './xml';

const [MOST_COLUMNS, MOST_ROWS] = [16_384, 1_048_576];

/** Rows that are looked at before the first is written, to know where the table is and how wide. */
const LOOKED = 200;

/** What the cells of a sheet refer to. */
export interface Shared {
  texts: readonly string[];
  /** 1 for each style that shows a date. */
  dates: readonly number[];
  from1904: boolean;
}

/**
 * Turns the rows of a sheet into lines of cells, which the reader of delimited text takes. `name`: of the
 * file and its sheet, in words.
 */
export class SheetPart implements XmlHandler {
  /** Lines that are ready; the caller takes them. */
  lines: string[] = [];
  /** Cells with a formula that has no value: how many, and the row of the first. */
  readonly empty = { count: 0, line: 0 };
  /** First and last rows of merged cells that span several. */
  readonly #merged: number[] = [];
  readonly #name: string;
  readonly #shared: Shared;
  /** Pairs of a line and the row of the sheet on it, where their difference changes. */
  readonly #jumps: number[] = [];
  #waiting: { row: number; cells: string[] }[] | null = [];
  /** Empty columns before the table, and the columns of the table. */
  #left = 0;
  #width = 0;
  #line = 1;
  #row = 0;
  #column = 0;
  #cells: string[] = [];
  /** The cell that is being read. */
  #type = '';
  #style = 0;
  #value = '';
  #inside = false;
  #formula = false;

  constructor(name: string, shared: Shared) {
    this.#name = name;
    this.#shared = shared;
  }

  open(name: string, attributes: string): void {
    if (name === 'c') this.#openCell(attributes);
    else if (name === 'v' || name === 't') this.#inside = true;
    else if (name === 'f') this.#formula = true;
    else if (name === 'mergeCell') this.#mergedCell(attribute(attributes, 'ref') ?? '');
    else if (name === 'row') {
      const row = Number(attribute(attributes, 'r') ?? this.#row + 1);
      if (!(Number.isInteger(row) && row > this.#row && row <= MOST_ROWS)) throw new Error(`its row after row ${this.#row} has no place`);
      this.#row = row;
      this.#column = 0;
      this.#cells = [];
    }
  }

  #openCell(attributes: string): void {
    const place = attribute(attributes, 'r');
    this.#column = place === undefined ? this.#column + 1 : columnOf(place);
    if (!(this.#column >= 1 && this.#column <= MOST_COLUMNS)) throw new Error(`a cell of row ${this.#row} has no place`);
    this.#type = attribute(attributes, 't') ?? 'n';
    this.#style = Number(attribute(attributes, 's') ?? 0);
    this.#value = '';
    this.#formula = false;
  }

  #mergedCell(ref: string): void {
    const [, from, to] = /^[A-Z]+(\d+):[A-Z]+(\d+)$/.exec(ref) ?? [];
    if (Number(to) > Number(from)) this.#merged.push(Number(from), Number(to));
  }

  /** Merged cells that span several rows from this one on: how many, and where the first begins. */
  mergedFrom(row: number): { count: number; line: number } {
    const met = { count: 0, line: 0 };
    for (let i = 0; i < this.#merged.length; i += 2) {
      const from = Math.max(row, this.#merged[i]);
      if (this.#merged[i + 1] <= from) continue;
      met.line = met.count++ === 0 ? from : Math.min(met.line, from);
    }
    return met;
  }

  text(text: string): void {
    if (this.#inside) this.#value += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#inside = false;
    else if (name === 'c') this.#cell();
    else if (name === 'row') this.#endRow();
  }

  #cell(): void {
    if (this.#value === '') {
      if (this.#formula && this.#type !== 'str' && this.empty.count++ === 0) this.empty.line = this.#row;
      return;
    }
    const text = this.#textOf(this.#value);
    if (text === '') return;
    while (this.#cells.length < this.#column) this.#cells.push('');
    this.#cells[this.#column - 1] = text;
  }

  /** A value as it stands between separators: texts in quotes, numbers as they are. */
  #textOf(value: string): string {
    switch (this.#type) {
      case 's': {
        const text = this.#shared.texts[Number(value)];
        if (text === undefined) throw new Error(`the text of a cell of row ${this.#row} is not there`);
        return quoted(text);
      }
      case 'b':
        return value === '1' ? 'true' : 'false';
      case 'n': {
        if (this.#shared.dates[this.#style] === 1) return dayText(Number(value), this.#shared.from1904) ?? value;
        const number = Number(value);
        // 0.30000000000000004 and 1E-2 as the language writes them; what is no number stays text.
        return Number.isNaN(number) ? quoted(value) : String(number);
      }
      default:
        return quoted(unescaped(value));
    }
  }

  #endRow(): void {
    // The last of them is never empty.
    const cells = this.#cells;
    if (cells.length === 0) return;
    if (this.#waiting === null) this.#write(this.#row, cells);
    else if (this.#waiting.push({ row: this.#row, cells }) === LOOKED) this.flush();
  }

  /** Writes the rows that were waiting for the place and the width of the table. */
  flush(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    const most = Math.max(0, ...waiting.map(({ cells }) => filled(cells)));
    const firsts = waiting.map(({ cells }) => cells.findIndex((cell) => cell !== ''));
    const table = Math.min(MOST_COLUMNS, ...firsts.filter((_, i) => filled(waiting[i].cells) > most / 2));
    // A title may stand further left than the table, and nothing else.
    this.#left = Math.min(table, ...firsts.filter((_, i) => waiting[i].cells.length > table));
    for (const { row, cells } of waiting) this.#write(row, cells);
  }

  #write(row: number, all: readonly string[]): void {
    const outside = all.slice(0, this.#left).filter((cell) => cell !== '');
    if (outside.length > 0 && all.length > this.#left) throw this.#beside(row);
    const cells = outside.length > 0 ? outside : all.slice(this.#left);
    this.#width = Math.max(this.#width, cells.length);
    const jumps = this.#jumps;
    const last = jumps.length;
    if (last === 0 || row - this.#line !== jumps[last - 1] - jumps[last - 2]) jumps.push(this.#line, row);
    const line = cells.join(',') + ','.repeat(Math.max(0, this.#width - cells.length));
    for (let at = line.indexOf('\n'); at >= 0; at = line.indexOf('\n', at + 1)) this.#line++;
    this.#line++;
    this.lines.push(line);
  }

  #beside(row: number): LabFailure {
    return new LabFailure(
      'csv-ragged-row',
      `Row ${row.toLocaleString('en')} of ${this.#name} has a cell to the left of the first column of the table.`,
      'Keep other notes and tables on sheets of their own.',
    );
  }

  /** The row of the sheet that begins on a line. */
  rowOf(line: number): number {
    const jumps = this.#jumps;
    let [from, to] = [0, jumps.length >> 1];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if (jumps[2 * middle] <= line) from = middle;
      else to = middle;
    }
    return jumps.length === 0 ? line : jumps[2 * from + 1] + line - jumps[2 * from];
  }
}

const filled = (cells: readonly string[]): number => cells.reduce((count, cell) => count + (cell === '' ? 0 : 1), 0);

const quoted = (text: string): string => (text.trim() === '' ? '' : `"${text.replace(/\r\n?/g, '\n').replaceAll('\0', ' ').replaceAll('"', '""')}"`);

/** "BC12" is in column 55. */
function columnOf(place: string): number {
  let column = 0;
  for (let i = 0; i < place.length; i++) {
    const letter = place.charCodeAt(i) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column;
}

/** Steps of the lines that a sheet was made into say nothing of the sheet. */
export const ofSheet = (steps: RawTable['steps']): RawTable['steps'] => steps.filter(({ step }) => step.kind !== 'separator');
