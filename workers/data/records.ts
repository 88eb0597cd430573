import { ColumnStore } from './bytes/column-store';
import { type DelimitedOptions, MAX_RECORD, type TextReader } from './delimited';
import { LabFailure } from './failure';
import { MAX_COLUMNS } from './reading/file-layout';
import type { FileStep } from './reading/steps';
import { quote, refuse } from './refusals';
import { RowLines } from './row-lines';
import { printable } from './shown-text';
import { listText } from './sources/cell-texts';
import type { RawTable, Table } from './table';

/** Whether a text begins like JSON records: an object, or a list of objects. */
export const jsonForm = (text: string): 'lines' | 'array' | null =>
  /^\s*\{\s*["}]/.test(text) ? 'lines' : /^\s*\[\s*[{\]]/.test(text) ? 'array' : null;

/**
 * Turns pieces of JSON into columns: an array of records, or records one after the other. A name that a
 * record lacks is a missing cell; values are texts, numbers, true, false, null, or lists of these, which are
 * sets of tags.
 *
 * @throws LabFailure 'json-malformed', 'json-nested', 'json-too-long', each with its line
 */
export class RecordReader implements TextReader {
  readonly #name: string;
  readonly #limit: number;
  readonly #form: 'lines' | 'array';
  readonly #columns = new Map<string, ColumnStore>();
  readonly #rowLines = new RowLines();
  /** Columns with lists in them: they hold tags. */
  readonly #lists = new Set<string>();
  #rest = '';
  /** Where scanning goes on in the rest, and where the record began; −1 between records. */
  #at = 0;
  #start = -1;
  #depth = 0;
  #text = false;
  #line = 1;
  #startLine = 1;
  rows = 0;

  readonly #options: Pick<DelimitedOptions, 'name' | 'limit' | 'alone' | 'levels' | 'many'>;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(options: Pick<DelimitedOptions, 'name' | 'limit' | 'alone' | 'levels' | 'many'>, form: 'lines' | 'array') {
    this.#options = options;
    this.#name = options.name;
    this.#limit = options.limit;
    this.#form = form;
  }

  push(bytes: Uint8Array): void {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    this.#scan();
    if (this.#rest.length > MAX_RECORD) throw this.#tooLong();
    const columns = [...this.#columns.values()];
    const held = columns.reduce((sum, column) => sum + column.held, this.#rest.length * 2);
    if (held > this.#limit) throw refuse.tableTooLarge(this.#name, held, this.#limit, this.rows, columns);
  }

  /** Finds records by their braces, outside of strings. */
  #scan(): void {
    const text = this.#rest;
    let at = this.#at;
    for (; at < text.length; at++) {
      const sign = text[at];
      if (sign === '\n') this.#line++;
      if (this.#text) {
        if (sign === '\\') {
          if (at + 1 === text.length) break;
          at++;
        } else if (sign === '"') this.#text = false;
      } else if (sign === '"' && this.#depth > 0) this.#text = true;
      else if (sign === '{') {
        if (this.#depth++ === 0) {
          this.#start = at;
          this.#startLine = this.#line;
        }
      } else if (sign === '}') {
        if (--this.#depth === 0) {
          this.#record(text.slice(this.#start, at + 1));
          this.#start = -1;
        } else if (this.#depth < 0) throw this.#malformed();
      } else if (this.#depth === 0 && !/[\s,]/.test(sign) && !(this.#form === 'array' && (sign === '[' || sign === ']'))) throw this.#malformed();
    }
    const keep = this.#start < 0 ? at : this.#start;
    this.#rest = text.slice(keep);
    this.#at = at - keep;
    if (this.#start >= 0) this.#start = 0;
  }

  #tooLong(): LabFailure {
    return new LabFailure(
      'json-too-long',
      `The record that begins on line ${this.#startLine.toLocaleString('en')} of ${this.#name} is longer than ${MAX_RECORD.toLocaleString('en')} characters.`,
      'Close its braces and quotes, or write one object a line.',
    );
  }

  #malformed(): LabFailure {
    return new LabFailure(
      'json-malformed',
      `${this.#name} is JSON, but line ${this.#line.toLocaleString('en')} is no record as those before it.`,
      'Write one object a line, or one array of objects, with the same names in each.',
    );
  }

  #record(text: string): void {
    let record: Record<string, unknown>;
    try {
      record = JSON.parse(text);
      if (LONG.test(text)) record = JSON.parse(withDigits(text));
    } catch {
      this.#line = this.#startLine;
      throw this.#malformed();
    }
    for (const [name, value] of Object.entries(record)) {
      const key = printable(name).trim();
      let column = this.#columns.get(key);
      if (!column) {
        if (key === '') throw refuse.emptyColumnName(this.#name, this.#columns.size + 1);
        if (key === '__proto__') throw refuse.forbiddenColumnName(this.#name, key, this.#columns.size + 1);
        if (this.#columns.size === MAX_COLUMNS) throw refuse.tooManyColumns(this.#name, MAX_COLUMNS + 1, MAX_COLUMNS);
        column = new ColumnStore(key, { many: this.#options.levels.has(key) ? Number.POSITIVE_INFINITY : this.#options.many });
        this.#columns.set(key, column);
      }
      const list = Array.isArray(value) ? this.#listOf(value, key) : null;
      if (typeof value === 'object' && value !== null && list === null)
        throw this.#nested(Array.isArray(value) ? 'a list with more than texts and numbers' : 'a record', key);
      while (column.rows < this.rows) column.text('');
      // Of two keys that differ in outer space only, the first counts.
      if (column.rows === this.rows) column.text(value === null ? '' : (list ?? String(value)));
    }
    this.#rowLines.add(this.rows, this.#startLine);
    this.rows++;
  }

  /** A list of texts and numbers as the cell of a column of tags; null where it holds anything else. */
  #listOf(list: readonly unknown[], column: string): string | null {
    const labels = list.filter((label) => label !== null);
    if (labels.some((label) => typeof label === 'object')) return null;
    this.#lists.add(column);
    try {
      return listText(labels.map(String));
    } catch {
      throw new LabFailure(
        'list-label',
        `The list in ${quote(column)} on line ${this.#startLine.toLocaleString('en')} of ${this.#name} has a label with a semicolon and quotes of both kinds.`,
        'Write the label without one of them.',
      );
    }
  }

  #nested(what: string, column: string): LabFailure {
    return new LabFailure(
      'json-nested',
      `The record on line ${this.#startLine.toLocaleString('en')} of ${this.#name} holds ${what} in ${quote(column)}.`,
      'Keep records whose values are texts, numbers, true, false, null, or lists of these.',
    );
  }

  async finish(turn: () => Promise<void>): Promise<Pick<Table, 'raw' | 'line'>> {
    if (this.#depth > 0)
      throw new LabFailure(
        'json-malformed',
        `${this.#name} ends in the middle of the record that begins on line ${this.#startLine.toLocaleString('en')}.`,
        'Choose the whole file.',
      );
    if (this.rows === 0) throw refuse.empty(this.#name);
    const builders = [...this.#columns.values()];
    if (builders.length < (this.#options.alone ? 1 : 2)) throw refuse.oneColumn(this.#name, builders[0]?.name ?? '');
    for (const column of builders) while (column.rows < this.rows) column.text('');
    const step: FileStep = { kind: 'json', form: this.#form, ...(this.#lists.size > 0 && { lists: [...this.#lists] }) };
    const columns: RawTable['columns'] = [];
    for (const column of builders) {
      columns.push(column.finish());
      await turn();
    }
    const raw: RawTable = { columns, separator: ',', steps: [{ step }], doubt: null };
    return { raw, line: this.#rowLines.reader() };
  }
}

/** As many digits as a whole number beyond 2⁵³ has, and more. */
const LONG = /\d{16}/;

/**
 * A record in which whole numbers beyond 2⁵³ (64-bit identifiers) are texts: they keep the digits that the
 * file has, in lists too. `record` is JSON.
 */
const withDigits = (record: string): string =>
  record.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  );
