/**
 * Tables in other forms than text, spoiled: bytes changed, cut, moved or said to be more than they are. Each
 * begins as a whole file of an independent writer (cases/formats).
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { NamedBytes } from './files';

const FOLDER = new URL('../../cases/formats/', import.meta.url);

/** Whole files with this ending. */
export const wholeFiles = (ending: string): NamedBytes[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, bytes: readFileSync(new URL(name, FOLDER)) }));

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
