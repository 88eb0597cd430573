/**
 * Inputs that mean no good, for `npm run fuzz` and for the tests: what somebody may put into a link, a table
 * or a stored record. Files of other kinds are in files.ts.
 */
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { PRESETS } from '../../workers/spec/presets';
import { encodeSpec } from '../../workers/spec/share';
import { hashOf, pack } from '../../workers/store/pack';
import type { SessionRun } from '../../workers/store/session/limits';
import { writeSession } from '../../workers/store/session/session';

/** Values in the place of a right one. */
const WRONG = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', '__proto__', 'constructor', '\u202e\u001b[2J', '<img src=x onerror=alert(1)>', '=1+1', 'x'.repeat(10_000)),
  fc.constantFrom<unknown>(-1, 0, 0.5, 1e308, -1e308, 2 ** 53, Number.MAX_VALUE, 1e9, [], {}, [[]], ['__proto__']),
  fc.jsonValue({ maxDepth: 2 }),
);

type Place = Record<string, unknown> | unknown[];

/** Every object and list in a value. */
function placesOf(value: unknown): Place[] {
  // Arrays of numbers are replaced as a whole.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return [value as Place, ...Object.values(value).flatMap(placesOf)];
}

/** A value with one to three of its entries replaced, removed, or joined by unknown ones. */
export function spoiled(whole: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    place: fc.nat(),
    entry: fc.nat(),
    value: WRONG,
    how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add'),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy: unknown = structuredClone(whole);
    for (const { place, entry, value: wrong, how } of changes) {
      // Lists and objects of one input are no other's.
      const value = structuredClone(wrong);
      const places = placesOf(copy);
      if (places.length === 0) continue;
      const at = places[place % places.length] as Record<string, unknown>;
      const keys = Object.keys(at);
      const key = keys[entry % Math.max(1, keys.length)];
      if (how === 'add')
        Object.defineProperty(at, ['__proto__', 'constructor', 'unknown'][entry % 3], {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      else if (key === undefined) continue;
      else if (how === 'remove') delete at[key];
      else at[key] = value;
    }
    return copy;
  });
}

export const base64Url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');

/** What may stand after #s= or #v=. */
export const LINKS: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map(base64Url),
  fc.jsonValue().map((value) => base64Url(JSON.stringify(value))),
  fc
    .constantFrom(...PRESETS.values())
    .chain(spoiled)
    .map((value) => base64Url(deflateRawSync(JSON.stringify(value) ?? ''))),
  fc
    .constantFrom(...PRESETS.values())
    .chain(spoiled)
    .map((value) => base64Url(JSON.stringify(value) ?? '')),
  fc.integer({ min: 1, max: 4 }).map((mega) => base64Url(deflateRawSync(Buffer.alloc(mega * 1_000_000, '[')))),
  fc.integer({ min: 100_000, max: 400_000 }).map((letters) => 'A'.repeat(letters)),
);

/** A shared text cut, with letters changed. */
export const CUT_LINKS = fc
  .record({ preset: fc.nat(), at: fc.nat(), letter: fc.constantFrom('A', '_', '-', 'z', '%', '\u0000'), cut: fc.boolean() })
  .map(({ preset, at, letter, cut }) => async (): Promise<string> => {
    const all = [...PRESETS.values()];
    const text = await encodeSpec(all[preset % all.length]);
    const place = at % text.length;
    return cut ? text.slice(0, place) : text.slice(0, place) + letter + text.slice(place + 1);
  });

export const CELL = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '-1.5',
    '1e3',
    '1,5',
    'NaN',
    'NA',
    'a',
    '"',
    '""',
    '"a',
    'a"b',
    '=1+1',
    '\u202ex',
    '\u001b[2J',
    '2020-01-01',
    '__proto__',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer().map(String),
);
export const NAME = fc.oneof(
  fc.constantFrom('y', 'x', 'g', '__proto__', 'constructor', 'toString', '', ' y', 'x'.repeat(10_000)),
  fc.string({ maxLength: 8 }),
);

const DELIMITED = fc
  .record({
    names: fc.array(NAME, { minLength: 1, maxLength: 5 }),
    rows: fc.array(fc.array(CELL, { minLength: 0, maxLength: 6 }), { maxLength: 30 }),
    separator: fc.constantFrom(',', ';', '\t', '|', ' '),
    end: fc.constantFrom('\n', '\r\n', '\r'),
  })
  .map(({ names, rows, separator, end }) => [names, ...rows].map((cells) => cells.join(separator)).join(end));
/** Rows of one width, so that more than the first lines is read. */
export const EVEN = fc.integer({ min: 2, max: 4 }).chain((width) =>
  fc
    .record({
      names: fc.array(NAME, { minLength: width, maxLength: width }),
      rows: fc.array(fc.array(CELL, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }),
    })
    .map(({ names, rows }) => [names, ...rows].map((cells) => cells.map((cell) => `"${cell.replace(/"/g, '""')}"`).join(',')).join('\n')),
);
const RECORDS = fc.array(fc.dictionary(NAME, fc.oneof(CELL, fc.jsonValue({ maxDepth: 1 })), { maxKeys: 4 }), { maxLength: 20 });
const TEXT = fc.oneof(
  DELIMITED,
  EVEN,
  EVEN,
  RECORDS.map((records) => JSON.stringify(records)),
  RECORDS.map((records) => records.map((record) => JSON.stringify(record)).join('\n')),
);

/** Files that somebody may choose, with their names. */
export const FILES: fc.Arbitrary<{ name: string; bytes: Uint8Array }> = fc.oneof(
  TEXT.map((text) => ({ name: 'a.csv', bytes: Buffer.from(text) })),
  TEXT.map((text) => ({ name: 'a.csv', bytes: Buffer.from(text, 'utf16le') })),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => ({ name: 'a.csv', bytes })),
  fc.record({ text: TEXT, cut: fc.nat(), flip: fc.boolean() }).map(({ text, cut, flip }) => {
    const bytes = gzipSync(text);
    const at = cut % bytes.length;
    if (flip) bytes[at] ^= 1 + (cut % 255);
    return { name: 'a\u202e.csv.gz', bytes: flip ? bytes : bytes.subarray(0, at) };
  }),
  fc
    .record({ text: TEXT, entry: fc.constantFrom('a.csv', '../../a.csv', 'constructor', 'b/c.csv'), cut: fc.nat(), whole: fc.boolean() })
    .map(({ text, entry, cut, whole }) => {
      const bytes = zipSync(Object.fromEntries([[entry, Buffer.from(text)]]));
      return { name: 'a.zip', bytes: whole ? bytes : bytes.subarray(0, cut % bytes.length) };
    }),
);

/** A session file of one run, with what is in it or its bytes changed. `state`: what its checkpoint holds. */
export function sessionFiles(run: SessionRun, state: unknown): fc.Arbitrary<ArrayBuffer> {
  const whole = { kind: 'mmbeddings-lab-session', version: 1, lab: '1', made: run.begun, runs: [{ ...run, checkpoint: null }], tables: [] };
  const bytes = (changed: unknown, checkpoint: unknown): ArrayBuffer => {
    const { runs } = (changed ?? {}) as { runs?: Record<string, unknown>[] };
    if (Array.isArray(runs) && typeof runs[0] === 'object' && runs[0] !== null) runs[0].checkpoint = new Uint8Array(pack(checkpoint ?? null));
    return pack(changed ?? null);
  };
  const good = new Uint8Array(writeSession({ lab: '1', made: run.begun, runs: [run], tables: [] }));
  return fc.oneof(
    { weight: 4, arbitrary: spoiled(whole).map((changed) => bytes(changed, state)) },
    { weight: 3, arbitrary: spoiled(state).map((changed) => bytes(structuredClone(whole), changed)) },
    fc.record({ at: fc.nat(good.length - 1), by: fc.integer({ min: 1, max: 255 }), cut: fc.boolean() }).map(({ at, by, cut }) => {
      const copy = good.slice(0, cut ? at : undefined);
      if (!cut) copy[at] ^= by;
      return copy.buffer;
    }),
    fc.uint8Array({ maxLength: 200 }).map((some) => new Uint8Array(some).buffer),
    fc.jsonValue().map((value) => pack(JSON.parse(JSON.stringify(value)))),
    fc.integer({ min: 100, max: 100_000 }).map((depth) => packedText('['.repeat(depth) + ']'.repeat(depth))),
    // The same numbers named many times over.
    fc.integer({ min: 2, max: 10_000 }).map((times) => packedText(`[${Array(times).fill('{"$":["Float64Array",0,1]}').join()}]        `)),
    fc.constantFrom('{"$map":[1]}', '{"$":["constructor",0,1]}', '{"$":["Float32Array",-8,1]}', '{"$":["Float32Array",0,1e300]}').map(packedText),
  );
}

/** The text of a packed value, as nobody's `pack` would write it, with its right hash. */
function packedText(text: string): ArrayBuffer {
  const bytes = Buffer.from(text);
  const buffer = new ArrayBuffer(16 + Math.ceil(bytes.length / 8) * 8);
  new Uint8Array(buffer).set(bytes, 16);
  const words = new Uint32Array(buffer);
  words.set([new Uint32Array(pack(null))[0], 1, 0, bytes.length]);
  words[2] = hashOf(words.subarray(3));
  return buffer;
}
