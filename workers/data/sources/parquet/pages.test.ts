import { brotliCompressSync } from 'node:zlib';
import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { deltaBinaryPack } from 'hyparquet-writer/src/delta.js';
import { expect, it } from 'vitest';
import { hybrid } from './hybrid';
import { type Page, partsOf } from './pages';
import type { ParquetColumn } from './schema';

type Written = Parameters<typeof deltaBinaryPack>[0];

const DOUBLES: ParquetColumn = {
  ...{ name: 'y', path: 'y', element: { name: 'y' }, meaning: { is: 'number' }, list: false },
  ...{ definition: 1, repetition: 0, listAt: 0, utc: false, category: false },
};

/** A chunk of one page, as it says that it is and as it is. */
function chunk(header: Partial<PageHeader>, body: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  const sizes = { uncompressed_page_size: body.length, compressed_page_size: body.length };
  writePageHeader(writer as unknown as Written, { type: 'DATA_PAGE_V2', ...sizes, ...header } as PageHeader);
  writer.appendBytes(body);
  return new Uint8Array(writer.getBuffer());
}

function parts(bytes: Uint8Array, meta: Partial<ColumnMetaData>, column: Partial<ParquetColumn> = {}, rows = 10) {
  const all = { codec: 'UNCOMPRESSED', type: 'DOUBLE', ...meta } as ColumnMetaData;
  return Array.from(partsOf(bytes, all, { ...DOUBLES, ...column }, rows));
}

const second = (values: number, encoding: string, more: object = {}): Partial<PageHeader> => ({
  data_page_header_v2: {
    ...{ num_values: values, num_nulls: 0, num_rows: values, encoding: encoding as 'PLAIN' },
    ...{ definition_levels_byte_length: 0, repetition_levels_byte_length: 0, is_compressed: true, ...more },
  },
});

const doubles = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
const REQUIRED = { definition: 0 };

it('a page of numbers is read, and one that ends before they do is damaged', () => {
  const [part] = parts(chunk(second(2, 'PLAIN'), doubles(1.5, -2)), {}, REQUIRED);
  expect(Array.from((part as { page: Page }).page.values as ArrayLike<number>)).toEqual([1.5, -2]);
  expect(() => parts(chunk(second(3, 'PLAIN'), doubles(1.5, -2)), {}, REQUIRED)).toThrow('the bytes end too early');
});

it('levels that are no part of the page leave no room of their own', () => {
  // The levels of a page stand before what is packed; it cannot say that they are longer than the page.
  const body = Uint8Array.of(2, 1, ...doubles(7));
  const told = second(1, 'PLAIN', { definition_levels_byte_length: 2 });
  const [part] = parts(chunk(told, body), {});
  expect(Array.from((part as { page: Page }).page.values as ArrayLike<number>)).toEqual([7]);
  expect(() => parts(chunk(second(1, 'PLAIN', { definition_levels_byte_length: body.length + 1 }), body), {})).toThrow('a size is wrong');
  // Nor shorter than nothing without them.
  expect(() => parts(chunk({ ...told, uncompressed_page_size: 1 }, body), { codec: 'SNAPPY' })).toThrow('a size is wrong');
});

it('a page is unpacked to the length that it says, unless that is a thousand times its own', () => {
  const packed = new Uint8Array(brotliCompressSync(doubles(1, 2)));
  const [part] = parts(chunk({ ...second(2, 'PLAIN'), uncompressed_page_size: 16 }, packed), { codec: 'BROTLI' }, REQUIRED);
  expect(Array.from((part as { page: Page }).page.values as ArrayLike<number>)).toEqual([1, 2]);
  const bomb = chunk({ ...second(2, 'PLAIN'), uncompressed_page_size: 1 << 30 }, packed);
  expect(() => parts(bomb, { codec: 'BROTLI' }, REQUIRED)).toThrow('more than a hundred times its size');
});

it('a page of few bytes cannot hold the lists of millions of values', () => {
  const lists = { list: true, repetition: 1, definition: 2, listAt: 1 };
  expect(() => parts(chunk(second(2 ** 23, 'PLAIN'), new Uint8Array(16)), {}, lists)).toThrow(
    'a page of few bytes says that it has millions of values',
  );
});

it('texts that go on from the one before begin within it, and do not multiply', () => {
  const page = (prefixes: number[], suffixes: string[]): Uint8Array => {
    const writer = new ByteWriter();
    deltaBinaryPack(writer as unknown as Written, prefixes, 'INT32');
    deltaBinaryPack(
      writer as unknown as Written,
      suffixes.map((text) => text.length),
      'INT32',
    );
    writer.appendBytes(new TextEncoder().encode(suffixes.join('')));
    return new Uint8Array(writer.getBuffer());
  };
  const texts = (bytes: Uint8Array, count: number): string[] => {
    const [part] = parts(
      chunk(second(count, 'DELTA_BYTE_ARRAY'), bytes),
      { type: 'BYTE_ARRAY' },
      { ...REQUIRED, meaning: { is: 'text', sure: true } },
      count,
    );
    return ((part as { page: Page }).page.values as Uint8Array[]).map((text) => new TextDecoder().decode(text));
  };
  expect(texts(page([0, 3, 1], ['east', 'ern', 'x']), 3)).toEqual(['east', 'easern', 'ex']);
  expect(() => texts(page([0, 5], ['east', 'ern']), 2)).toThrow('the length of a text is wrong');
  const long = 'a'.repeat(40_000);
  const count = 2000;
  const many = Array.from({ length: count }, (_, i) => (i === 0 ? long : ''));
  expect(() =>
    texts(
      page(
        many.map((_, i) => (i === 0 ? 0 : long.length)),
        many,
      ),
      count,
    ),
  ).toThrow('more than a hundred times their bytes');
});

it('a group of packed numbers of which not all are asked for is passed over whole', () => {
  // Eight numbers of 3 bits of which five are asked for; the run after them begins behind the group.
  const cursor = { bytes: Uint8Array.of(3, 0b10001000, 0b11000110, 0b11111010, 99), at: 0 };
  expect(Array.from(hybrid(cursor, 3, 5))).toEqual([0, 1, 2, 3, 4]);
  expect(cursor.at).toBe(4);
});
