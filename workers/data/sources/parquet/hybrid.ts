/** Bytes that are not what they should be; the message says why. */
export class Damaged extends Error {}

/** Bytes that are read one after the other. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** @throws Damaged at the end of the bytes */
function byteOf(cursor: Cursor): number {
  if (cursor.at >= cursor.bytes.length) throw new Damaged('the bytes end too early');
  return cursor.bytes[cursor.at++];
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = byteOf(cursor);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  throw new Damaged('a number has too many bytes');
}

/**
 * The first `count` numbers of runs and packed groups (Parquet's RLE/bit-packing hybrid), each of `width`
 * bits. What the file says of the length of a run is not believed beyond `count`.
 *
 * @throws Damaged where the bytes end before
 */
export function hybrid(cursor: Cursor, width: number, count: number): Int32Array {
  if (width < 0 || width > 32) throw new Damaged(`numbers of ${width} bits`);
  const values = new Int32Array(count);
  if (width === 0) return values;
  const bytesOfOne = (width + 7) >> 3;
  const mask = width === 32 ? 0xffffffff : 2 ** width - 1;
  for (let seen = 0; seen < count; ) {
    const head = varint(cursor);
    const length = head >>> 1;
    if ((head & 1) === 0) {
      let value = 0;
      for (let i = 0; i < bytesOfOne; i++) value += byteOf(cursor) * 2 ** (8 * i);
      const end = Math.min(count, seen + length);
      // A run of nothing, over and over, would end with the bytes only.
      values.fill(value | 0, seen, end);
      seen = end;
      continue;
    }
    // Groups of eight; the last may be cut where no value needs it.
    let [bits, left] = [0, 0];
    const end = Math.min(count, seen + 8 * length);
    const after = cursor.at + length * width;
    while (seen < end) {
      while (left < width && left <= 24) {
        bits = (bits | (byteOf(cursor) << left)) >>> 0;
        left += 8;
      }
      if (left >= width) {
        values[seen++] = (bits & mask) | 0;
        bits = width === 32 ? 0 : bits >>> width;
        left -= width;
      } else {
        // More than 24 bits need a fifth byte.
        const next = byteOf(cursor);
        values[seen++] = ((bits + (next & (2 ** (width - left) - 1)) * 2 ** left) & mask) | 0;
        bits = next >>> (width - left);
        left = 8 - (width - left);
      }
    }
    cursor.at = after;
  }
  return values;
}

/** Bits that the numbers 0 … `most` need. */
export const widthOf = (most: number): number => 32 - Math.clz32(most);
