import { readFileSync } from 'node:fs';
import { type ColumnMetaData, type FileMetaData, parquetMetadata, parquetSchema } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { describe, expect, it } from 'vitest';
import { NumberColumn } from '../../bytes/number-column';
import { cellIn } from '../../cells';
import { previewTable } from '../../columns';
import { openTable } from '../../csv';
import { stepFindings } from '../../reading/apply';
import { stepWords } from '../../reading/words';
import type { Table } from '../../table';
import { columnNames } from '../names';
import { CASES, cellsAsRead, opened } from '../testing';
import { Damaged, hybrid } from './hybrid';
import { partsOf } from './pages';
import { schemaOf } from './schema';

const WRITERS = ['snappy', 'zstd-v2', 'gzip', 'brotli', 'lz4', 'plain', 'delta'];

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
const written = (columnData: Columns, name = 'made.parquet'): File => new File([parquetWriteBuffer({ columnData })], name);
/** A file whose footer has been changed. */
function refooted(columnData: Columns, change: (metadata: FileMetaData) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
  const metadata = parquetMetadata(bytes.buffer);
  change(metadata);
  const writer = new ByteWriter();
  writer.appendBytes(bytes.subarray(0, bytes.length - 8 - metadata.metadata_length));
  writeMetadata(writer, metadata);
  writer.appendUint32(0x31524150);
  return new Uint8Array(writer.getBuffer());
}
const column = (table: Table, name: string) => table.columns.find((one) => one.name === name) as Table['columns'][number];

describe('Parquet as pyarrow writes it', () => {
  it.each(WRITERS)('%s: every cell is the one that pyarrow wrote', async (writer) => {
    const table = await opened(`shops-${writer}.parquet`);
    const { shops } = CASES;
    expect(table.raw.columns.map(({ name }) => name)).toEqual(Object.keys(shops));
    for (const [name, cells] of Object.entries(shops)) expect(cellsAsRead(table, name), name).toEqual(cells);
    expect([table.rows, table.line(6), table.unit]).toEqual([40, 7, 'row']);
  });

  it('what became of lists, records, bytes and long decimals is said', async () => {
    const table = await opened('shops-snappy.parquet');
    const [{ step, found }] = stepFindings(table);
    expect(stepWords(step, found)).toBe(
      'The file is Parquet: its columns have types. “genres” and “scores” hold lists: each cell is a set of tags. “seen” holds times of UTC. ' +
        '“wide” has decimals of more than 15 digits: each is the nearest number that can be computed with (40 cells, the first on row 1). ' +
        '“geo” holds records and is left out. “pairs” holds lists of lists and is left out. “blob” holds bytes and is left out.',
    );
  });

  it('lists are tags, a dictionary of numbers is levels, dates are days, whole numbers beyond 2⁵³ keep their digits', async () => {
    const table = await opened('shops-snappy.parquet');
    const preview = previewTable(table);
    const of = (name: string) => preview.columns.find((one) => one.name === name);
    expect(of('genres')).toMatchObject({ role: 'tags', tagSeparator: ';', reason: 'its cells are lists' });
    expect(table.steps).toContainEqual({ kind: 'category', column: 'size' });
    expect(of('size')).toMatchObject({ kind: 'text', labels: 4 });
    expect(of('day')).toMatchObject({ kind: 'date', min: 0, max: 39 });
    expect(of('id')).toMatchObject({ role: 'categorical', labels: 6, longNumbers: true });
    expect(cellIn(column(table, 'id'), 0)).toBe('9007199254740993');
  });

  it('is the same table again under its own steps', async () => {
    const table = await opened('shops-brotli.parquet');
    const again = await openTable(new File([readFileSync(new URL('../../../../cases/formats/shops-brotli.parquet', import.meta.url))], 'b.parquet'), {
      steps: table.steps,
    });
    expect(again.fingerprint).toBe(table.fingerprint);
    expect(again.steps).toEqual(table.steps);
  });
});

describe('columns of numbers', () => {
  it('are held row by row where many differ, and listed where few do', async () => {
    const rows = 70_000;
    const file = written([
      {
        name: 'y',
        data: Float64Array.from({ length: rows }, (_, i) => (i === 9 ? Number.POSITIVE_INFINITY : i === 8 ? Number.NaN : i / 3)),
        type: 'DOUBLE',
      },
      { name: 'few', data: Int32Array.from({ length: rows }, (_, i) => i % 5), type: 'INT32' },
    ]);
    const table = await openTable(file, {});
    const y = column(table, 'y');
    expect(y).toBeInstanceOf(NumberColumn);
    expect([cellIn(y, 3), cellIn(y, 8), cellIn(y, 9), cellIn(y, 69_999)]).toEqual(['1', null, 'Infinity', String(69_999 / 3)]);
    expect([y.missing, y.textLevels]).toEqual([1, 1]);
    expect(column(table, 'few')).toMatchObject({ dictionary: ['0', '1', '2', '3', '4'], missing: 0 });
  });

  it('have no thousands: 1.106 is 1.106, whatever the text beside it', async () => {
    const file = written([
      { name: 'price', data: [1.106, 2.205, 3.301], type: 'DOUBLE' },
      { name: 'text', data: ['1,5', '2,5', '3,5'], type: 'STRING' },
      { name: 'other', data: ['0,5', '2,25', '3,5'], type: 'STRING' },
    ]);
    const { columns } = await openTable(file, {});
    expect(Array.from(columns[0].numbers)).toEqual([1.106, 2.205, 3.301]);
    expect(Array.from(columns[1].numbers)).toEqual([1.5, 2.5, 3.5]);
  });
});

describe('refusals', () => {
  const whole = new Uint8Array(readFileSync(new URL('../../../../cases/formats/shops-snappy.parquet', import.meta.url)));
  const refused = async (bytes: Uint8Array): Promise<string> =>
    openTable(new File([bytes as Uint8Array<ArrayBuffer>], 'shops.parquet'), {}).then(
      () => 'taken',
      (error: Error) => error.message,
    );

  it('a file cut short, one that is encrypted, and a footer that lies are named', async () => {
    expect(await refused(whole.subarray(0, 5000))).toBe(
      'shops.parquet is no whole Parquet file: its end cannot be read (it does not end as a Parquet file does).',
    );
    const encrypted = Uint8Array.from([...whole.subarray(0, -4), 80, 65, 82, 69]);
    expect(await refused(encrypted)).toBe('shops.parquet is an encrypted Parquet file.');
    const long = Uint8Array.from(whole);
    new DataView(long.buffer).setUint32(long.length - 8, 1 << 30, true);
    expect(await refused(long)).toContain('the length of its footer is wrong');
  });

  it('a damaged page is named by its column and row group', async () => {
    const damaged = Uint8Array.from(whole);
    damaged.fill(0xff, 4, 40);
    expect(await refused(damaged)).toBe(
      'shops.parquet is no whole Parquet file: column “shop” in row group 1 cannot be read (its bytes are damaged).',
    );
  });

  it('columns that are encrypted below a footer that is not are named as that', async () => {
    const file = refooted([{ name: 'y', data: [1, 2], type: 'DOUBLE' }], ({ row_groups: [{ columns }] }) => {
      delete columns[0].meta_data;
      columns[0].encrypted_column_metadata = Uint8Array.of(1, 2);
    });
    expect(await refused(file)).toBe('shops.parquet is an encrypted Parquet file.');
  });

  it('the scale of a decimal is that of its logical type where there is no other, and none is beyond 76', async () => {
    const columns: Columns = [
      { name: 'y', data: Int32Array.of(125, 250), type: 'INT32' },
      { name: 'g', data: ['a', 'b'], type: 'STRING' },
    ];
    const scaled = (scale: number) =>
      refooted(columns, ({ schema }) => {
        schema[1].logical_type = { type: 'DECIMAL', scale, precision: 9 };
      });
    const table = await openTable(new File([scaled(2)], 'd.parquet'), {});
    expect(Array.from(column(table, 'y').numbers)).toEqual([1.25, 2.5]);
    expect(await refused(scaled(77))).toContain('what it says of its columns or row groups cannot be');
    expect(await refused(scaled(-1))).toContain('what it says of its columns or row groups cannot be');
  });

  it('a footer that says other rows, places or files than there are is refused, and so is one of more rows than fit', async () => {
    const columns: Columns = [
      { name: 'y', data: [1, 2, 3], type: 'DOUBLE' },
      { name: 'g', data: ['a', 'b', 'c'], type: 'STRING' },
    ];
    const cannotBe = 'what it says of its columns or row groups cannot be';
    const spoilt = (change: (metadata: FileMetaData) => void) => refused(refooted(columns, change));
    expect(await spoilt((metadata) => (metadata.num_rows = 4n))).toContain(cannotBe);
    const chunkOf = ({ row_groups: [{ columns }] }: FileMetaData) => columns[0].meta_data as ColumnMetaData;
    expect(await spoilt((metadata) => (chunkOf(metadata).total_compressed_size = 1n << 40n))).toContain(cannotBe);
    expect(await spoilt(({ row_groups: [{ columns }] }) => (columns[0].file_path = 'other.parquet'))).toContain('its columns in other files');
    const rows = (count: bigint) => (metadata: FileMetaData) => {
      metadata.num_rows = count;
      metadata.row_groups[0].num_rows = count;
    };
    expect(await spoilt(rows(4n))).toContain('it has 3 of 4 rows');
    expect(await spoilt(rows(1n << 32n))).toContain('GiB');
  });

  it('a table of more memory than there may be, one column of a single value a million times, and a page without its dictionary', async () => {
    const columns: Columns = [
      { name: 'y', data: Float64Array.from({ length: 5000 }, (_, i) => i / 3), type: 'DOUBLE' },
      { name: 'g', data: Array.from({ length: 5000 }, (_, i) => `a longer name ${i}`), type: 'STRING' },
    ];
    const file = written(columns);
    await expect(openTable(file, { limit: file.size + 50_000 })).rejects.toMatchObject({ code: 'csv-too-large' });
    const rows = (count: bigint) => (metadata: FileMetaData) => {
      metadata.num_rows = count;
      metadata.row_groups[0].num_rows = count;
    };
    const few: Columns = columns.map((one) => ({ ...one, data: one.data.slice(0, 2) }) as Columns[number]);
    const bomb = new File([refooted(few, rows(20_000_000_000n))], 'few.parquet');
    await expect(openTable(bomb, { limit: 2 ** 40 })).rejects.toMatchObject({ code: 'csv-bomb' });
    const coded: Columns = [columns[0], { name: 'g', data: Array.from({ length: 5000 }, (_, i) => `g${i % 3}`), type: 'STRING' }];
    const without = refooted(coded, ({ row_groups: [{ columns: chunks }] }) => {
      const chunk = chunks[1].meta_data as ColumnMetaData;
      const pages = chunk.data_page_offset - (chunk.dictionary_page_offset as bigint);
      chunk.total_compressed_size -= pages;
      chunk.dictionary_page_offset = undefined;
    });
    expect(await refused(without)).toContain('a page has no dictionary');
  });

  it('a record of one field is no list, bytes that are no text are left out, and a label that no cell can hold is named', async () => {
    const y = { name: 'y', data: [1, 2], type: 'DOUBLE' } as Columns[number];
    const bytes = written([
      y,
      { name: 'b', data: [Uint8Array.of(0xff, 1), Uint8Array.of(2)], type: 'BYTE_ARRAY' } as Columns[number],
      { name: 'g', data: ['a', 'b'] },
    ]);
    const table = await openTable(bytes, {});
    expect(table.columns.map(({ name }) => name)).toEqual(['y', 'g']);
    expect(stepWords(table.steps[0], undefined)).toContain('“b” holds bytes and is left out');
    expect(() => columnNames('a.parquet', ['y', 'g', ' y'])).toThrow('"y"');
  });

  it('a page of more rows than its row group is damaged before room is made for them', () => {
    const buffer = parquetWriteBuffer({ columnData: [{ name: 'y', data: [1, null, 3], type: 'DOUBLE' }] });
    const metadata = parquetMetadata(buffer);
    const chunk = metadata.row_groups[0].columns[0].meta_data as ColumnMetaData;
    const [y] = schemaOf(metadata, parquetSchema(metadata)).columns;
    const start = Number(chunk.data_page_offset);
    const bytes = new Uint8Array(buffer).subarray(start, start + Number(chunk.total_compressed_size));
    expect(Array.from(partsOf(bytes, chunk, y, 3))).toHaveLength(1);
    expect(() => Array.from(partsOf(bytes, chunk, y, 2))).toThrow('a page has more rows than its row group');
  });

  it('a run that says it is longer than its page ends with it', () => {
    // A run of 2³⁰ sevens.
    const bytes = Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x08, 7);
    expect(Array.from(hybrid({ bytes, at: 0 }, 3, 5))).toEqual([7, 7, 7, 7, 7]);
    expect(() => hybrid({ bytes: Uint8Array.of(0, 0, 0), at: 0 }, 3, 5)).toThrow(Damaged);
  });

  it('reading stops when it is cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await expect(openTable(new File([whole], 'shops.parquet'), { signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('numbers of 1 to 32 bits come out of their groups as they went in', () => {
  for (let width = 1; width <= 32; width++) {
    const values = Array.from({ length: 24 }, (_, i) => Number(BigInt.asUintN(width, BigInt(i) * 0x9e3779b97f4a7c15n)));
    const bits = values.map((value) => value.toString(2).padStart(width, '0').split('').reverse().join('')).join('');
    const bytes = Uint8Array.from({ length: bits.length / 8 }, (_, i) =>
      Number.parseInt(
        bits
          .slice(8 * i, 8 * i + 8)
          .split('')
          .reverse()
          .join(''),
        2,
      ),
    );
    const read = hybrid({ bytes: Uint8Array.of(((values.length / 8) << 1) | 1, ...bytes), at: 0 }, width, values.length);
    expect(Array.from(read, (value) => value >>> 0)).toEqual(values);
  }
});
