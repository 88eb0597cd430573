import { pcg4d } from '../../random/random';
import { fingerprint64 } from './farmhash';

/**
 * Where the levels 0 … q−1 of a feature go in a table of fewer rows. Each function gives the row of every
 * level (q numbers below `rows`).
 */

/**
 * Unsalted, as published: Fingerprint64 of the level's decimal number, moved by `shift` rows (docs/methods.md
 * A5, A8).
 */
export function fingerprintRows(q: number, rows: number, shift = 0): Int32Array {
  const modulus = BigInt(rows);
  return Int32Array.from({ length: q }, (_, level) => Number((fingerprint64(String(level)) + BigInt(shift)) % modulus));
}

/**
 * Keyed: pcg4d of (level, feature, chunk, salt), so that two features or two chunks collide independently of
 * each other.
 */
export function saltedRows(q: number, rows: number, key: { feature: number; chunk: number; salt: number }): Int32Array {
  const words = new Uint32Array(4);
  return Int32Array.from({ length: q }, (_, level) => {
    pcg4d(level, key.feature, key.chunk, key.salt, words);
    return words[0] % rows;
  });
}

/** Signs ±1 of the levels from the same keyed hash, from a word that `saltedRows` does not use. */
export function saltedSigns(q: number, key: { feature: number; chunk: number; salt: number }): Float32Array {
  const words = new Uint32Array(4);
  return Float32Array.from({ length: q }, (_, level) => {
    pcg4d(level, key.feature, key.chunk, key.salt, words);
    return words[1] & 1 ? 1 : -1;
  });
}

/** The Mersenne prime 2³¹ − 1 of the universal hash. */
export const UNIVERSAL_PRIME = 2147483647;

/**
 * Carter–Wegman: ((a x + b) mod prime) mod rows with x = first + level (docs/methods.md A16); a in 1 …
 * prime−1, b in 0 … prime−1.
 */
export function universalRows(q: number, rows: number, { a, b }: { a: number; b: number }, first = 0): Int32Array {
  const factor = BigInt(a);
  const offset = BigInt(b);
  const prime = BigInt(UNIVERSAL_PRIME);
  const modulus = BigInt(rows);
  return Int32Array.from({ length: q }, (_, level) => Number(((factor * BigInt(first + level) + offset) % prime) % modulus));
}
