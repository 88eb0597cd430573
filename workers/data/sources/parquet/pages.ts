import type { ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { compressors, decompressZstd } from 'hyparquet-compressors';
import { tooFull } from '../../byte-stream';
import { type Cursor, Damaged, hybrid, widthOf } from './hybrid';
import type { ParquetColumn } from './schema';

/** More values of one page are no page. */
const MOST_VALUES = 1 << 26;

/** Entries of a list column that a page of few bytes may stand for. */
const FEW_VALUES = 1 << 22;

/** What a file may do and this reader does not. */
export class Unsupported extends Error {}

/** Something that the format has and that is not read here, or that is nothing at all. */
const known = (name: string | undefined, what: string): Error =>
  name === undefined ? new Damaged(`it has an unknown ${what}`) : new Unsupported(`the ${what} ${name}`);

/** Values of one kind, one after the other. */
export type Values = ArrayLike<number> | ArrayLike<bigint> | readonly boolean[] | readonly Uint8Array[];

/** A page of a column: its values that are there, and for each entry how much of it is. */
export interface Page {
  entries: number;
  /** Definition level of each entry; null: all are there. */
  definitions: Int32Array | null;
  /** Repetition level of each entry; null: each begins a row. */
  repetitions: Int32Array | null;
  /** The values, or where each is in the dictionary. */
  values: Values;
  coded: boolean;
}

export type Part = { dictionary: Values } | { page: Page };

/** Sizes as the file has them. @throws Damaged for what cannot be one */
function size(value: unknown, most: number): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > most) throw new Damaged('a size is wrong');
  return number;
}

function unpacked(bytes: Uint8Array, length: number, codec: ColumnMetaData['codec']): Uint8Array {
  if (codec === 'UNCOMPRESSED') return bytes;
  if (tooFull(length, bytes.length)) throw new Damaged('a page says that it unpacks to more than a hundred times its size');
  if (length === 0) return new Uint8Array();
  const unpack = codec === 'ZSTD' ? (input: Uint8Array) => decompressZstd(input, new Uint8Array(length)) : compressors[codec];
  if (!unpack) throw known(codec, 'compression');
  const page = unpack(bytes, length);
  if (page.length !== length) throw new Damaged('a page has another length than it says');
  return page;
}

/**
 * The parts of a column's bytes in one row group: a dictionary, perhaps, and pages.
 *
 * @param rows of the row group
 * @throws Unsupported, or any other error where the bytes are not what they should be
 */
export function* partsOf(bytes: Uint8Array, { codec, type }: ColumnMetaData, column: ParquetColumn, rows: number): Generator<Part> {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const length = size(header.compressed_page_size, bytes.length - reader.offset);
    const full = size(header.uncompressed_page_size, 2 ** 31);
    const body = bytes.subarray(reader.offset, reader.offset + length);
    reader.offset += length;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = size(header.dictionary_page_header?.num_values, MOST_VALUES);
      const page = unpacked(body, full, codec);
      yield { dictionary: plain({ bytes: page, at: 0 }, type, count, column.element.type_length) };
    } else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') yield { page: dataPage(header, body, full, codec, type, column, rows) };
    else if (header.type !== 'INDEX_PAGE') throw new Damaged('a page is of no known kind');
  }
}

type Header = ReturnType<typeof parquetHeader>;

function dataPage(
  header: Header,
  body: Uint8Array,
  full: number,
  codec: ColumnMetaData['codec'],
  type: ColumnMetaData['type'],
  column: ParquetColumn,
  rows: number,
): Page {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const own = first ?? second;
  if (!own) throw new Damaged('a page has no head');
  const entries = size(own.num_values, MOST_VALUES);
  // Before there is room made for them.
  if (!column.list && entries > rows) throw new Damaged('a page has more rows than its row group');
  if (column.list && entries > FEW_VALUES && entries > 1000 * body.length)
    throw new Damaged('a page of few bytes says that it has millions of values');
  let [repetitions, definitions]: (Int32Array | null)[] = [null, null];
  let cursor: Cursor;
  if (second && !first) {
    // Levels stand before what is compressed.
    const before = size(second.repetition_levels_byte_length, body.length);
    const levels = before + size(second.definition_levels_byte_length, body.length - before);
    if (column.repetition > 0) repetitions = hybrid({ bytes: body.subarray(0, before), at: 0 }, widthOf(column.repetition), entries);
    if (column.definition > 0) definitions = hybrid({ bytes: body.subarray(before, levels), at: 0 }, widthOf(column.definition), entries);
    const packed = body.subarray(levels);
    cursor = { bytes: second.is_compressed === false ? packed : unpacked(packed, size(full - levels, full), codec), at: 0 };
  } else {
    cursor = { bytes: unpacked(body, full, codec), at: 0 };
    if (column.repetition > 0) repetitions = levels(cursor, column.repetition, entries, first?.repetition_level_encoding);
    if (column.definition > 0) definitions = levels(cursor, column.definition, entries, first?.definition_level_encoding);
  }
  let there = entries;
  if (definitions) for (const level of definitions) if (level < column.definition) there--;
  if (there === entries && repetitions === null) definitions = null;
  const values = valuesIn(cursor, own.encoding, type, there, column);
  return { entries, definitions, repetitions, values, coded: own.encoding === 'PLAIN_DICTIONARY' || own.encoding === 'RLE_DICTIONARY' };
}

/** Levels with their length before them. */
function levels(cursor: Cursor, most: number, entries: number, encoding: string | undefined): Int32Array {
  if (encoding !== 'RLE') throw known(encoding, 'encoding of levels');
  const length = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset, cursor.bytes.byteLength).getUint32(cursor.at, true);
  const from = cursor.at + 4;
  cursor.at = from + size(length, cursor.bytes.length - from);
  return hybrid({ bytes: cursor.bytes.subarray(from, cursor.at), at: 0 }, widthOf(most), entries);
}

/** Bytes of a value at least; a text has its length before it. */
const LEAST: Readonly<Record<string, number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8, INT96: 12, BYTE_ARRAY: 4, BOOLEAN: 0.125 };

function plain(cursor: Cursor, type: ColumnMetaData['type'], count: number, fixed: number | undefined): Values {
  const each = type === 'FIXED_LEN_BYTE_ARRAY' ? size(fixed, 1 << 20) : LEAST[type];
  if (count * each > cursor.bytes.length - cursor.at) throw new Damaged('the bytes end too early');
  return readPlain(readerOf(cursor), type, count, fixed) as Values;
}

const readerOf = ({ bytes, at }: Cursor) => ({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: at });

function valuesIn(cursor: Cursor, encoding: string, type: ColumnMetaData['type'], count: number, column: ParquetColumn): Values {
  const fixed = column.element.type_length;
  switch (encoding) {
    case 'PLAIN':
      return plain(cursor, type, count, fixed);
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      if (count === 0) return [];
      const width = cursor.bytes[cursor.at++];
      return hybrid(cursor, width, count);
    }
    case 'RLE': {
      if (type !== 'BOOLEAN') break;
      cursor.at += 4;
      return Array.from(hybrid(cursor, 1, count), Boolean);
    }
    case 'BYTE_STREAM_SPLIT':
      if (count * (type === 'FIXED_LEN_BYTE_ARRAY' ? size(fixed, 1 << 20) : LEAST[type]) > cursor.bytes.length - cursor.at)
        throw new Damaged('the bytes end too early');
      return byteStreamSplit(readerOf(cursor), count, type, fixed) as Values;
    case 'DELTA_BINARY_PACKED': {
      if (type !== 'INT32' && type !== 'INT64') break;
      return numbers(readerOf(cursor), count, type === 'INT64');
    }
    case 'DELTA_LENGTH_BYTE_ARRAY':
      return deltaTexts(readerOf(cursor), count, false, cursor.bytes.length);
    case 'DELTA_BYTE_ARRAY':
      return deltaTexts(readerOf(cursor), count, true, cursor.bytes.length);
  }
  throw known(encoding, 'encoding');
}

type Reader = ReturnType<typeof readerOf>;

function numbers(reader: Reader, count: number, long: boolean): Int32Array | BigInt64Array {
  const values = long ? new BigInt64Array(count) : new Int32Array(count);
  if (count > 0) deltaBinaryUnpack(reader, count, values);
  return values;
}

/** Texts by their lengths; `shared`: each goes on from so many bytes of the one before. */
function deltaTexts(reader: Reader, count: number, shared: boolean, page: number): Uint8Array[] {
  const prefixes = shared ? numbers(reader, count, false) : null;
  const lengths = numbers(reader, count, false);
  const { view } = reader;
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  let at = reader.offset;
  let before = new Uint8Array();
  let copied = 0;
  return Array.from({ length: count }, (_, i) => {
    const [prefix, length] = [Number(prefixes?.[i] ?? 0), Number(lengths[i])];
    if (length < 0 || at + length > bytes.length || prefix < 0 || prefix > before.length) throw new Damaged('the length of a text is wrong');
    const own = bytes.subarray(at, at + length);
    at += length;
    if (prefix === 0) before = own as Uint8Array<ArrayBuffer>;
    else {
      copied += prefix;
      if (tooFull(copied, page)) throw new Damaged('texts unpack to more than a hundred times their bytes');
      const both = new Uint8Array(prefix + length);
      both.set(before.subarray(0, prefix));
      both.set(own, prefix);
      before = both;
    }
    return before;
  });
}
