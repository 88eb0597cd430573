import { type FileMetaData, parquetMetadataAsync, parquetSchema, type RowGroup } from 'hyparquet';
import { tooFull } from '../../byte-stream';
import { ReadAsLevels } from '../../bytes/column-store';
import { LabFailure } from '../../failure';
import type { NamedBlob } from '../../named-blob';
import { refuse } from '../../refusals';
import { columnNames } from '../names';
import type { ReadCells, ReadingContext } from '../source';
import { typedCells } from '../typed-cells';
import { TypedColumn } from '../typed-column';
import { type Cells, cellsOf } from './convert';
import { Damaged } from './hybrid';
import { type Page, partsOf, Unsupported } from './pages';
import { refuseParquet } from './refusals';
import { type ParquetColumn, type ParquetSchema, schemaOf } from './schema';

/** A footer of more bytes is none that a table needs. */
const MOST_FOOTER = 64 * 2 ** 20;

/** Bytes of a cell in memory, at least. */
const CELL = 4;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Thrown for a column of bytes that turn out to be no text, where the file does not say that they are. */
class NoText extends Error {
  readonly column: string;

  constructor(column: string) {
    super(`${column} holds bytes`);
    this.column = column;
  }
}

/** Some columns are encrypted, and the footer is not. */
class Encrypted extends Error {}

/** Parquet, row group by row group, a column of it at a time; each page goes to its column as it is read. */
export async function readParquet(context: ReadingContext): Promise<ReadCells> {
  const metadata = await footerOf(context.file);
  const bytes = new Set<string>();
  for (;;) {
    try {
      return await readColumns(context, metadata, bytes);
    } catch (error) {
      if (!(error instanceof NoText)) throw error;
      bytes.add(error.column);
    }
  }
}

/** @param bytes columns whose bytes are no text */
async function readColumns(context: ReadingContext, metadata: FileMetaData, bytes: ReadonlySet<string>): Promise<ReadCells> {
  const { file } = context;
  const { schema: whole, rows } = described(file, metadata);
  const schema: ParquetSchema = {
    ...whole,
    columns: whole.columns.filter(({ name }) => !bytes.has(name)),
    leftOut: [...whole.leftOut, ...Array.from(bytes, (column) => ({ column, holds: 'bytes' as const }))],
  };
  const names = columnNames(
    file.name,
    schema.columns.map(({ name }) => name),
    context.alone,
  );
  if (rows === 0) throw refuse.noRows(file.name);
  const least = rows * names.length * CELL;
  if (least > context.limit) throw refuse.tableTooLarge(file.name, least, context.limit, 0, []);
  // A column of one value takes next to nothing; a table of nothing else is none.
  if (tooFull(least / 1000, file.size)) throw refuse.bomb(file.name, least, file.size);
  const columns = schema.columns.map((column, j) => new ColumnReader(context, column, names[j]));
  let [before, read, held] = [0, 0, 0];
  for (const [g, group] of metadata.row_groups.entries()) {
    const chunks = new Map(group.columns.map(({ meta_data: chunk }) => [chunk?.path_in_schema.join('.'), chunk]));
    for (const [j, { path }] of schema.columns.entries()) {
      const column = columns[j];
      held -= column.cells.held;
      read += await column.group(chunks.get(path), { number: g, from: before, to: before + Number(group.num_rows) }, () =>
        context.turn(Math.min(read, file.size), before),
      );
      held += column.cells.held;
      if (held > context.limit)
        throw refuse.tableTooLarge(
          file.name,
          held,
          context.limit,
          before,
          columns.map(({ cells }) => cells),
        );
    }
    before += Number(group.num_rows);
  }
  return typedCells({
    format: 'parquet',
    columns: columns.map(({ cells }) => cells),
    rows,
    numbers: names.filter((_, j) => kindOf(schema.columns[j]) === 'numbers'),
    lists: names.filter((_, j) => schema.columns[j].list),
    categories: names.filter((_, j) => schema.columns[j].category),
    utc: names.filter((_, j) => schema.columns[j].utc),
    leftOut: schema.leftOut,
    rounded: columns.flatMap(({ rounded, cells: { name } }) => (rounded.count > 0 ? [{ column: name, ...rounded }] : [])),
    index: schema.index === null ? null : names[schema.columns.findIndex(({ name }) => name === schema.index)],
  });
}

async function footerOf(file: NamedBlob): Promise<FileMetaData> {
  const end = new DataView(await file.slice(-8).arrayBuffer());
  const magic = end.byteLength === 8 ? end.getUint32(4, true) : 0;
  if (magic === 0x45524150) throw refuseParquet.encrypted(file.name);
  if (magic !== 0x31524150) throw refuseParquet.damaged(file.name, 'its end', 'it does not end as a Parquet file does');
  if (end.getUint32(0, true) > Math.min(file.size, MOST_FOOTER))
    throw refuseParquet.damaged(file.name, 'its end', 'the length of its footer is wrong');
  const buffer = { byteLength: file.size, slice: (from: number, to?: number) => file.slice(from, to).arrayBuffer() };
  try {
    return await parquetMetadataAsync(buffer, { geoparquet: false });
  } catch {
    throw refuseParquet.damaged(file.name, 'its footer', 'its bytes are damaged');
  }
}

/** Columns and rows of a file. @throws LabFailure where its footer says what cannot be */
function described({ name, size }: NamedBlob, metadata: FileMetaData): { schema: ParquetSchema; rows: number } {
  try {
    const schema = schemaOf(metadata, parquetSchema(metadata));
    let rows = 0;
    for (const group of metadata.row_groups) {
      const own = Number(group.num_rows);
      if (!Number.isSafeInteger(own) || own < 0) throw new Damaged('rows');
      rows += own;
      for (const { meta_data: chunk, file_path: path, crypto_metadata: key, encrypted_column_metadata: hidden } of group.columns) {
        if (key !== undefined || hidden !== undefined) throw new Encrypted();
        if (path) throw new Unsupported('its columns in other files');
        if (!chunk || !(startOf(chunk) >= 0 && startOf(chunk) + Number(chunk.total_compressed_size) <= size)) throw new Damaged('chunk');
      }
    }
    if (rows !== Number(metadata.num_rows)) throw new Damaged('rows');
    return { schema, rows };
  } catch (error) {
    if (error instanceof Encrypted) throw refuseParquet.encrypted(name);
    if (error instanceof Unsupported) throw refuseParquet.damaged(name, 'it', `it has ${error.message}`);
    throw refuseParquet.damaged(name, 'its footer', 'what it says of its columns or row groups cannot be');
  }
}

type Chunk = NonNullable<RowGroup['columns'][number]['meta_data']>;

const startOf = ({ dictionary_page_offset: dictionary, data_page_offset: data }: Chunk): number =>
  Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);

/** What the cells of a column are held as. */
function kindOf({ meaning: { is }, list }: ParquetColumn): 'numbers' | 'texts' {
  return !list && ['number', 'unsigned', 'long', 'half', 'decimal'].includes(is) ? 'numbers' : 'texts';
}

/** Reads one column of a file. */
class ColumnReader {
  readonly cells: TypedColumn;
  /** Decimals that became the nearest number. */
  readonly rounded = { count: 0, line: 0 };
  readonly #context: ReadingContext;
  readonly #column: ParquetColumn;
  readonly #names: boolean;
  /** Elements of the list that is being read; null between lists. */
  #list: (number | string | Uint8Array)[] | null = null;
  #open = false;

  constructor(context: ReadingContext, column: ParquetColumn, name: string) {
    this.#context = context;
    this.#column = column;
    this.#names = column.list || column.category || context.levels.has(name);
    this.cells = new TypedColumn(name, this.#names ? 'names' : kindOf(column), context.many);
  }

  /** Reads the column's part of a row group, rows `from` to `to` − 1 of the file; how many bytes it took. */
  async group(
    chunk: Chunk | undefined,
    { number, from, to }: { number: number; from: number; to: number },
    turn: () => Promise<void>,
  ): Promise<number> {
    const { file } = this.#context;
    const where = `column “${this.cells.name}” in row group ${number + 1}`;
    if (!chunk) throw refuseParquet.damaged(file.name, where, 'it is not there');
    const start = startOf(chunk);
    try {
      const bytes = new Uint8Array(await file.slice(start, start + Number(chunk.total_compressed_size)).arrayBuffer());
      let dictionary: Cells | null = null;
      let roundedCodes: ReadonlySet<number> | undefined;
      for (const part of partsOf(bytes, chunk, this.#column, to - from)) {
        await turn();
        if ('dictionary' in part) {
          const { cells, rounded } = cellsOf(part.dictionary, this.#column.meaning, this.#names);
          this.#check(cells);
          [dictionary, roundedCodes] = [cells, rounded];
        } else this.#page(part.page, dictionary, roundedCodes, to);
      }
      this.#endList();
      if (this.cells.rows !== to) throw new Damaged(`it has ${this.cells.rows - from} of ${to - from} rows`);
      return bytes.length;
    } catch (error) {
      if (error instanceof Unsupported) throw refuseParquet.unsupported(file.name, this.cells.name, error.message);
      if (error instanceof LabFailure || error instanceof ReadAsLevels || error instanceof NoText) throw error;
      const why = error instanceof Damaged ? error.message : 'its bytes are damaged';
      throw refuseParquet.damaged(file.name, where, why);
    }
  }

  #page(
    { entries, definitions, repetitions, values, coded }: Page,
    dictionary: Cells | null,
    roundedCodes: ReadonlySet<number> | undefined,
    most: number,
  ): void {
    const column = this.#column;
    if (coded && dictionary === null) throw new Damaged('a page has no dictionary');
    const { cells, rounded } = coded ? { cells: dictionary as Cells, rounded: roundedCodes } : cellsOf(values, column.meaning, this.#names);
    if (!coded) this.#check(cells);
    const codes = coded ? (values as Int32Array) : null;
    if (!column.list && this.cells.rows + entries > most) throw new Damaged('a page has more rows than its row group');
    let at = 0;
    for (let i = 0; i < entries; i++) {
      const level = definitions === null ? column.definition : definitions[i];
      if (column.list && (repetitions === null || repetitions[i] === 0)) {
        this.#endList();
        if (this.cells.rows >= most) throw new Damaged('a page has more rows than its row group');
        this.#open = true;
        this.#list = level < column.listAt ? null : [];
      }
      if (level < column.definition) {
        if (!column.list) this.cells.missing();
        continue;
      }
      const code = codes === null ? at : codes[at];
      at++;
      const cell = cells[code];
      if (cell === undefined) throw new Damaged('a value is not in its dictionary');
      if (rounded?.has(code) && this.rounded.count++ === 0) this.rounded.line = this.cells.rows + 1;
      if (this.#list) this.#list.push(cell);
      else if (column.list) throw new Damaged('a value is in no list');
      else this.cells.add(cell);
    }
  }

  #endList(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#list === null) this.cells.missing();
    else {
      try {
        this.cells.list(this.#list);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        const bad = this.#list.map((cell) => (cell instanceof Uint8Array ? new TextDecoder().decode(cell) : String(cell)));
        const label = bad.find((one) => one.includes(';') && one.includes('"') && one.includes("'")) ?? bad.join('; ');
        throw refuseParquet.label(this.#context.file.name, this.cells.name, this.cells.rows, label);
      }
    }
    this.#list = null;
  }

  /** @throws LabFailure where texts are not UTF-8 */
  #check(cells: Cells): void {
    if (!(cells[0] instanceof Uint8Array)) return;
    for (const text of cells as readonly Uint8Array[]) {
      let high = 0;
      for (let i = 0; i < text.length; i++) high |= text[i];
      if (high < 0x80) continue;
      try {
        utf8.decode(text);
      } catch {
        const { meaning, name } = this.#column;
        if (meaning.is === 'text' && !meaning.sure) throw new NoText(name);
        throw refuseParquet.notUtf8(this.#context.file.name, this.cells.name, this.cells.rows);
      }
    }
  }
}
