/**
 * FarmHash Fingerprint64 of short keys (docs/methods.md A8): what TensorFlow calls
 * `strings.to_hash_bucket_fast`. 64-bit wrapping arithmetic.
 */

const K0 = 0xc3a5c85c97cb3127n;
const K2 = 0x9ae16a3b2f90404fn;
const wrap = (value: bigint): bigint => BigInt.asUintN(64, value);

function rotateRight(value: bigint, bits: bigint): bigint {
  return wrap((value >> bits) | (value << (64n - bits)));
}

function mix(u: bigint, v: bigint, multiplier: bigint): bigint {
  let a = wrap((u ^ v) * multiplier);
  a ^= a >> 47n;
  let b = wrap((v ^ a) * multiplier);
  b ^= b >> 47n;
  return wrap(b * multiplier);
}

/** Little-endian number of `size` characters from `from` on. */
function read(key: string, from: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(key.charCodeAt(from + i));
  return value;
}

/**
 * Fingerprint64 of an ASCII key.
 *
 * @throws RangeError for a key of more than 16 characters: the decimal number of a level never has as many
 */
export function fingerprint64(key: string): bigint {
  const { length } = key;
  if (length > 16) throw new RangeError(`the key "${key}" has more than 16 characters`);
  const multiplier = wrap(K2 + 2n * BigInt(length));
  if (length >= 8) {
    const a = wrap(read(key, 0, 8) + K2);
    const b = read(key, length - 8, 8);
    const c = wrap(rotateRight(b, 37n) * multiplier + a);
    const d = wrap((rotateRight(a, 25n) + b) * multiplier);
    return mix(c, d, multiplier);
  }
  if (length >= 4) return mix(BigInt(length) + (read(key, 0, 4) << 3n), read(key, length - 4, 4), multiplier);
  if (length === 0) return K2;
  const y = BigInt(key.charCodeAt(0)) + (BigInt(key.charCodeAt(length >> 1)) << 8n);
  const z = BigInt(length) + (BigInt(key.charCodeAt(length - 1)) << 2n);
  const t = wrap(y * K2) ^ wrap(z * K0);
  return wrap((t ^ (t >> 47n)) * K2);
}
