/**
 * Tables in other forms than text, spoiled: bytes changed, cut, moved or said to be more than they are. Each
 * begins as a whole file of an independent writer (cases/formats).
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import type { NamedBytes } from './files';

export const CASES = new URL('../../cases/', import.meta.url);
const FOLDER = new URL('formats/', CASES);

/** Whole files with this ending. */
export const wholeFiles = (ending: string, folder = FOLDER): NamedBytes[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, bytes: readFileSync(new URL(name, folder)) }));

/** Records with lists in them, in both forms. */
export const LISTS: NamedBytes[] = [
  {
    name: 'lists.jsonl',
    bytes: Buffer.from(Array.from({ length: 30 }, (_, i) => `{"y": ${i}.5, "tags": ["a", "b${i % 3}", ${i}], "id": 900719925474099${i}}`).join('\n')),
  },
  {
    name: 'lists.json',
    bytes: Buffer.from(
      `[${Array.from({ length: 30 }, (_, i) => `{"y": ${i}, "g": "ä${i % 4}", "tags": ${i % 5 === 0 ? '[]' : '["\\"x\\";", null, true]'}}`).join(',\n')}]`,
    ),
  },
];

/** Records of every kind of value, in one of the forms; some are nested deeper than any reader goes. */
export const RECORD_FILES: fc.Arbitrary<NamedBytes> = fc.oneof(
  fc
    .record({
      records: fc.array(
        fc.dictionary(
          fc.oneof(fc.constantFrom('y', 'g', 'tags', '__proto__', 'constructor', ' y'), fc.string({ maxLength: 4 })),
          fc.jsonValue({ maxDepth: 2 }),
        ),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      lines: fc.boolean(),
    })
    .map(({ records, lines }) => ({
      name: lines ? 'a.jsonl' : 'a.json',
      bytes: Buffer.from(lines ? records.map((record) => JSON.stringify(record)).join('\n') : JSON.stringify(records)),
    })),
  fc
    .record({ deep: fc.constantFrom(10, 1_000, 200_000), open: fc.constantFrom('[', '{"a":', '[{"a":', '{"__proto__":'), closed: fc.boolean() })
    .map(({ deep, open, closed }) => ({
      name: 'a.jsonl',
      bytes: Buffer.from(`{"y": 1, "x": ${open.repeat(deep)}1${closed ? (open.endsWith(':') ? '}' : ']').repeat(deep) : ''}}\n{"y": 2, "x": 3}`),
    })),
);

/**
 * What is done to a file, at a place of it: the end of a file says what is in the rest, so it is hit more
 * often.
 */
const CHANGE = fc.record({
  how: fc.constantFrom('byte', 'byte', 'byte', 'bit', 'bit', 'large', 'remove', 'insert', 'copy', 'zero'),
  at: fc.nat(),
  nearEnd: fc.boolean(),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
  length: fc.integer({ min: 1, max: 64 }),
  from: fc.nat(),
});
type Change = typeof CHANGE extends fc.Arbitrary<infer T> ? T : never;

const FOOTER = 1500;

function changed(bytes: Uint8Array, { how, at, nearEnd, value, length, from }: Change): Uint8Array {
  if (bytes.length < 2) return bytes;
  const place = nearEnd ? Math.max(0, bytes.length - 1 - (at % FOOTER)) : at % bytes.length;
  const copy = Uint8Array.from(bytes);
  if (how === 'byte') copy[place] = value;
  else if (how === 'bit') copy[place] ^= 1 << (value & 7);
  // Sizes of any width become as large as they can be.
  else if (how === 'large') copy.fill(0xff, place, place + (length % 9));
  else if (how === 'zero') copy.fill(0, place, place + length);
  else if (how === 'copy') copy.copyWithin(place, from % bytes.length, (from % bytes.length) + length);
  else if (how === 'remove') return new Uint8Array([...bytes.subarray(0, place), ...bytes.subarray(place + length)]);
  else return new Uint8Array([...bytes.subarray(0, place), ...new Uint8Array(length).fill(value), ...bytes.subarray(place)]);
  return copy;
}

/** Files of these, spoiled in up to six places, and cut. */
export function spoiledFiles(whole: readonly NamedBytes[]): fc.Arbitrary<NamedBytes> {
  return fc
    .record({
      file: fc.constantFrom(...whole),
      changes: fc.array(CHANGE, { minLength: 1, maxLength: 6 }),
      cut: fc.option(fc.nat(), { freq: 9, nil: null }),
    })
    .map(({ file: { name, bytes }, changes, cut }) => {
      const spoilt = changes.reduce<Uint8Array>(changed, bytes);
      return { name, bytes: cut === null ? spoilt : spoilt.subarray(0, cut % spoilt.length) };
    });
}

/** Put into the XML of a workbook. */
const WORD = fc.constantFrom(
  '',
  '9',
  '-1',
  '1048577',
  'ZZZZZ1',
  '"',
  '<',
  '&',
  '&#x110000;',
  '&amp;',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  ']]>',
  '<![CDATA[',
  '<!--',
  '__proto__',
  'x'.repeat(40_000),
  '1e999',
  's" t="s',
  '\0',
);

/** Workbooks of which a part is spoiled, in an archive that is whole. */
export function spoiledBooks(whole: readonly NamedBytes[]): fc.Arbitrary<NamedBytes> {
  const books = whole.map(({ name, bytes }) => ({
    name,
    parts: Object.entries(unzipSync(bytes)).filter(([part]) => /sheet|workbook|styles|Strings/.test(part)),
  }));
  return fc
    .record({
      book: fc.constantFrom(...books),
      part: fc.nat(),
      changes: fc.array(CHANGE, { minLength: 1, maxLength: 4 }),
      words: fc.array(fc.tuple(fc.constantFrom('r="', 't="', 's="', '<v>', '</row>', '<c ', '</c>', 'name="', 'Target="', '<f>'), fc.nat(), WORD), {
        maxLength: 3,
      }),
    })
    .map(({ book: { name, parts }, part, changes, words }) => {
      const entries = Object.fromEntries(parts);
      const [key, bytes] = parts[part % parts.length];
      const text = words.reduce((all, [word, at, put]) => {
        const places = all.split(word);
        const place = 1 + (at % Math.max(1, places.length - 1));
        return places.length < 2 ? all : `${places.slice(0, place).join(word)}${word}${put}${places.slice(place).join(word)}`;
      }, Buffer.from(bytes).toString('latin1'));
      const spoilt = words.length > 0 ? Buffer.from(text, 'latin1') : changes.reduce<Uint8Array>(changed, bytes);
      return { name, bytes: zipSync({ ...entries, [key]: spoilt }) };
    });
}
