import { LabFailure } from '../data/failure';

/**
 * Plain data (numbers, texts, booleans, null, arrays, objects, maps, typed arrays) in one buffer: a message
 * that is given away costs nothing to send, and what is stored is there whole or is known to be damaged.
 *
 * Layout, little-endian: 4 words [magic, version, hash of all that follows, bytes of the text], the text
 * (JSON, padded to 8 bytes), then the typed arrays, each padded to 8 bytes. In the text an array is `{"$":
 * [type, first byte, length]}`, a map `{"$map": [[key, value], …]}`, a number that JSON does not have `{"$n":
 * "NaN"}`.
 */
const MAGIC = 0x424d4d4c;
const VERSION = 1;
const HEADER = 16;

const TYPES = { Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array } as const;
type TypeName = keyof typeof TYPES;
type Packed = InstanceType<(typeof TYPES)[TypeName]>;

const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** What refusals say of what is unpacked. */
export interface PackedWords {
  /** Begins the sentence: 'a.mmlab', 'What was kept of a run'. */
  what: string;
  hint: string;
  newer: { message: string; hint: string };
}

const OF_A_RUN: PackedWords = {
  what: 'What was kept of a run',
  hint: 'The settings are in the address; press Train to run again.',
  newer: { message: 'A newer version of the lab kept this run.', hint: 'Reload the page to get that version; the record stays as it is.' },
};

/** Nothing that the lab packs is nested so deep. */
const MOST_DEPTH = 64;

/** A hash of 32 bits of whole words: tells a torn or changed record, and is no secret. */
export function hashOf(words: Uint32Array): number {
  // Four lanes, so that the multiplications overlap.
  let [a, b, c, d] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];
  const whole = words.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    a = Math.imul(a ^ words[i], 0x01000193);
    b = Math.imul(b ^ words[i + 1], 0x01000193);
    c = Math.imul(c ^ words[i + 2], 0x01000193);
    d = Math.imul(d ^ words[i + 3], 0x01000193);
    a ^= a >>> 15;
    b ^= b >>> 15;
    c ^= c >>> 15;
    d ^= d >>> 15;
  }
  for (let i = whole; i < words.length; i++) a = Math.imul(a ^ words[i], 0x01000193);
  for (const lane of [b, c, d, words.length]) a = Math.imul((a ^ lane) >>> 0, 0x85ebca6b) ^ (a >>> 13);
  return a >>> 0;
}

/** One buffer of plain data. Throws for what is no plain data (functions, classes, other views). */
export function pack(value: unknown): ArrayBuffer {
  const arrays: { array: Packed; at: number }[] = [];
  let bytes = 0;
  const described = (inner: unknown): unknown => {
    if (typeof inner === 'number')
      return Number.isFinite(inner) && !Object.is(inner, -0) ? inner : { $n: Object.is(inner, -0) ? '-0' : String(inner) };
    if (inner === null || typeof inner === 'string' || typeof inner === 'boolean') return inner;
    if (ArrayBuffer.isView(inner)) {
      const type = inner.constructor.name as TypeName;
      if (!Object.hasOwn(TYPES, type)) throw new Error(`a ${type} is not packed`);
      const array = inner as Packed;
      arrays.push({ array, at: bytes });
      const place = { $: [type, bytes, array.length] };
      bytes += aligned(array.byteLength);
      return place;
    }
    if (Array.isArray(inner)) return Array.from(inner, (one) => described(one ?? null));
    if (inner instanceof Map) return { $map: [...inner].map(([key, one]) => [described(key), described(one)]) };
    if (typeof inner === 'object' && Object.getPrototypeOf(inner) === Object.prototype)
      return Object.fromEntries(Object.entries(inner).flatMap(([key, one]) => (one === undefined ? [] : [[key, described(one)]])));
    throw new Error(`a ${typeof inner} is not packed`);
  };
  const text = new TextEncoder().encode(JSON.stringify(described(value)));
  const first = HEADER + aligned(text.length);
  const buffer = new ArrayBuffer(first + bytes);
  const into = new Uint8Array(buffer);
  into.set(text, HEADER);
  for (const { array, at } of arrays) into.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), first + at);
  const words = new Uint32Array(buffer);
  words[0] = MAGIC;
  words[1] = VERSION;
  words[3] = text.length;
  words[2] = hashOf(words.subarray(3));
  return buffer;
}

/**
 * The plain data of `pack`, as copies.
 *
 * @throws LabFailure 'record-damaged' for anything else, and 'record-newer' for a later version
 */
export function unpack(buffer: ArrayBuffer, { what, hint, newer } = OF_A_RUN): unknown {
  const damaged = (why: string): LabFailure => new LabFailure('record-damaged', `${what} cannot be read: ${why}.`, hint);
  if (buffer.byteLength < HEADER || buffer.byteLength % 8 !== 0) throw damaged('it is too short');
  const words = new Uint32Array(buffer);
  if (words[0] !== MAGIC) throw damaged('it is no record of the lab');
  if (words[1] > VERSION) throw new LabFailure('record-newer', newer.message, newer.hint);
  if (words[1] < 1) throw damaged('it has no version');
  if (words[2] !== hashOf(words.subarray(3))) throw damaged('it was not written to its end, or was changed');
  const first = HEADER + aligned(words[3]);
  if (first > buffer.byteLength) throw damaged('its text is too long');
  let taken = 0;
  const restored = (inner: unknown, depth = 0): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner;
    if (depth > MOST_DEPTH) throw damaged('it is nested too deep');
    if (Array.isArray(inner)) return inner.map((one) => restored(one, depth + 1));
    const { $, $map, $n } = inner as { $?: unknown; $map?: unknown; $n?: unknown };
    if ($n !== undefined) return Number($n);
    if (Array.isArray($map)) return new Map($map.map((pair) => pairOf(pair, depth + 1)));
    if (Array.isArray($)) return arrayAt($);
    // Own properties without a setter of the prototype's: no name is special.
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, restored(one, depth + 1)]));
  };
  const pairOf = (pair: unknown, depth: number): [unknown, unknown] => {
    if (!Array.isArray(pair)) throw damaged('a pair of it is none');
    return [restored(pair[0], depth), restored(pair[1], depth)];
  };
  const arrayAt = ([type, at, length]: unknown[]): Packed => {
    const made = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type as TypeName] : null;
    if (!made || !Number.isInteger(at) || !Number.isInteger(length)) throw damaged('it names an unknown kind of numbers');
    const from = first + (at as number);
    const bytes = made.BYTES_PER_ELEMENT * (length as number);
    if ((at as number) < 0 || (at as number) % 8 !== 0 || (length as number) < 0 || from + bytes > buffer.byteLength)
      throw damaged('its numbers lie beyond its end');
    // Numbers that are named twice would be copied as often as somebody likes.
    taken += bytes;
    if (taken > buffer.byteLength) throw damaged('its numbers overlap');
    return new made(buffer.slice(from, from + bytes));
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(buffer, HEADER, words[3])));
  } catch {
    throw damaged('its text is not JSON');
  }
  return restored(parsed);
}
