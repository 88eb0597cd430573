const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Texts one after the other, each from an offset to the next. */
export interface TextBytes {
  bytes: Uint8Array;
  /** Their places in `bytes`, and the end of the last (size + 1). */
  offsets: Uint32Array;
  size: number;
  /** No byte is 0x80 or above. */
  ascii: boolean;
}

export const textAt = ({ bytes, offsets }: TextBytes, code: number): string => decoder.decode(bytes.subarray(offsets[code], offsets[code + 1]));

/** All texts as strings. */
export function allTexts(all: TextBytes): string[] {
  const { bytes, offsets, size, ascii } = all;
  const texts: string[] = [];
  if (!ascii) {
    for (let code = 0; code < size; code++) texts.push(textAt(all, code));
    return texts;
  }
  // Of bytes that are characters each, stretches of a thousand texts are decoded at once.
  for (let first = 0; first < size; first += 1024) {
    const from = offsets[first];
    const last = Math.min(size, first + 1024);
    const stretch = decoder.decode(bytes.subarray(from, offsets[last]));
    for (let code = first; code < last; code++) texts.push(stretch.slice(offsets[code] - from, offsets[code + 1] - from));
  }
  return texts;
}

/** What `read` makes of the bytes of each text, from one to another. */
export function mapTexts(
  { bytes, offsets, size }: TextBytes,
  read: (bytes: Uint8Array, start: number, end: number) => number,
  first = 0,
  last = size,
): Float64Array {
  const values = new Float64Array(last - first);
  for (let code = first; code < last; code++) values[code - first] = read(bytes, offsets[code], offsets[code + 1]);
  return values;
}

/** The same, with nothing beyond their end. */
export const copied = ({ bytes, offsets, size, ascii }: TextBytes): TextBytes => ({
  bytes: bytes.slice(0, offsets[size]),
  offsets: offsets.slice(0, size + 1),
  size,
  ascii,
});
