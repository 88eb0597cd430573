import { LabFailure } from './failure';
import type { NamedBlob } from './named-blob';
import { unzipped } from './reading/archive';
import { type Encoding, encodingOf, kindOf, windows1252 } from './reading/kinds';
import { refuse } from './refusals';

/** Most bytes taken at once. */
const PIECE = 1 << 18;

/** The same of compressed bytes: each may stand for a thousand, and they are unpacked together. */
const PACKED_PIECE = 1 << 14;

/**
 * Text that repeats itself packs a thousand times smaller; tables of measured things do not reach a tenth of
 * that, and one that does can be unpacked by hand. From these many unpacked bytes on, more is a file made to
 * fill the memory.
 */
const MOST_RATIO = 100;
const RATIO_FROM = 64 * 2 ** 20;

/** Whether so many bytes cannot have come out of so few. */
export const tooFull = (unpacked: number, packed: number): boolean => unpacked > RATIO_FROM && unpacked > MOST_RATIO * packed;

/** Bytes looked at to tell what a file is. */
const BEGINNING = 1024;

const [LINE, CARRIAGE] = [10, 13];

const ZEROS = 'it contains zero bytes';

export interface TextOptions {
  /** Hears how many bytes of the file were read. */
  onBytes: (read: number) => void;
  /** Hears the encoding before the first text. */
  onEncoding?: (encoding: Encoding) => void;
  /** Null: by its byte order mark, else UTF-8. */
  encoding: Encoding | null;
  /** The file of a zip archive that holds the text; null where the file itself does. */
  entry: string | null;
  /** Largest file, in bytes. */
  limit: number;
  signal?: AbortSignal;
  /** Most bytes taken at once; of compressed bytes fewer. */
  piece?: number;
}

/** The first bytes of a file. */
export async function firstBytes(file: NamedBlob): Promise<Uint8Array> {
  return new Uint8Array(await readable(file, () => file.slice(0, 4).arrayBuffer()));
}

/** A gzip file, by its magic number. */
export async function isGzip(file: NamedBlob): Promise<boolean> {
  const [first, second] = await firstBytes(file);
  return first === 0x1f && second === 0x8b;
}

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/**
 * Yields a text file piece by piece, in UTF-8: gunzipped when it begins with the gzip magic number, or
 * unzipped, checked strictly, without its byte order mark, with every line end as \n. A character may be cut
 * in two by the end of a piece, a line end never.
 *
 * @throws LabFailure 'csv-not-gzip', 'csv-not-text' (with a question where Windows-1252 is likely),
 * 'csv-unreadable', 'csv-bomb', 'cancelled'
 */
export async function* bytesOf(file: NamedBlob, options: TextOptions): AsyncGenerator<Uint8Array> {
  const { onBytes, onEncoding, encoding: asked, entry, limit, signal, piece: most = PIECE } = options;
  const gzip = await isGzip(file);
  if (!gzip && /\.gz$/i.test(file.name)) throw refuse.notGzip(file.name, 'it does not begin like a gzip file');
  const packed = gzip || entry !== null;
  let read = 0;
  let unpacked = 0;
  const reader = unpackedOf(file, gzip, entry, packed ? Math.min(most, PACKED_PIECE) : most, (bytes) => {
    read = bytes;
    onBytes(bytes);
  });
  let encoding: Encoding | null = null;
  let decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const ends = new LineEnds();
  let beginning: Uint8Array = new Uint8Array();
  /** Bytes of a character that the piece before has cut. */
  let pending = new Uint8Array();
  try {
    for (;;) {
      if (signal?.aborted) throw refuse.cancelled(file.name);
      let signs = RETURN;
      const { done, value: piece } = await reader.read();
      let value = piece ?? new Uint8Array();
      unpacked += value.byteLength;
      if (packed && unpacked > Math.min(RATIO_FROM, limit) && unpacked > MOST_RATIO * read) throw refuse.bomb(file.name, unpacked, read);
      if (encoding === null) {
        // What the file is shows in its first bytes, however small the pieces are in which they come.
        beginning = joined(beginning, value);
        if (!done && beginning.length < BEGINNING) continue;
        const kind = kindOf(beginning);
        if (kind) throw refuse.notText(file.name, kind);
        encoding = asked ?? encodingOf(beginning);
        if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
        onEncoding?.(encoding);
        value = beginning;
        if (encoding === 'utf-8' && value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf) value = value.subarray(3);
      }
      if (encoding === 'utf-8') {
        signs = signsIn(value);
        if (signs & ZERO) throw refuse.notText(file.name, ZEROS);
        if (pending.length > 0 || signs & HIGH) {
          try {
            decoder.decode(value, { stream: !done });
          } catch {
            const broken = joined(pending, value);
            const good = (ends.carriage ? '\r' : '') + validPrefix(broken);
            const line = (await linesBefore(file, options, unpacked - value.length)) + 1 + lineEnds(plainEnds(good));
            throw refuse.notUtf8(file.name, line, lineIn(broken, good));
          }
          pending = cutCharacter(joined(pending, value));
        }
      } else value = encoder.encode(decoded(value, decoder, encoding, done, file.name));
      const plain = ends.plain(value, done, (signs & RETURN) !== 0);
      if (plain.length > 0) yield plain;
      if (done) return;
    }
  } catch (error) {
    if (error instanceof LabFailure) throw error;
    const why = error instanceof Error && error.message ? error.message : 'the stream broke';
    throw gzip ? refuse.notGzip(file.name, `the gzip data are damaged or cut short (${why})`) : refuse.unreadable(file.name, why);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** What gives the bytes of a file piece by piece. */
interface Pieces {
  read(): Promise<{ done: boolean; value?: Uint8Array }>;
  cancel(): Promise<unknown>;
}

/**
 * The text of a file in pieces: of at most `most` bytes of the file; `onBytes` hears what has been taken, one
 * by one.
 */
function unpackedOf(file: NamedBlob, gzip: boolean, entry: string | null, most: number, onBytes: (read: number) => void): Pieces {
  if (!gzip && entry === null) return new Slices(file, most, onBytes);
  const pieces = packedPieces(file, onBytes, most);
  return pieces
    .pipeThrough(gzip ? (new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>) : unzipped(entry ?? ''))
    .getReader();
}

/**
 * A file slice by slice, the next one on its way while one is read: a stream hands over smaller pieces, each
 * through several hands, at ten times the cost.
 */
class Slices implements Pieces {
  #at = 0;
  #next: Promise<ArrayBuffer> | null;

  constructor(
    readonly file: NamedBlob,
    readonly most: number,
    readonly onBytes: (read: number) => void,
  ) {
    this.#next = this.#slice();
  }

  #slice(): Promise<ArrayBuffer> | null {
    if (this.#at >= this.file.size) return null;
    const next = this.file.slice(this.#at, this.#at + this.most).arrayBuffer();
    // Heard where it is waited for.
    next.catch(() => undefined);
    return next;
  }

  async read(): Promise<{ done: boolean; value?: Uint8Array }> {
    if (this.#next === null) return { done: true };
    const value = new Uint8Array(await this.#next);
    this.#at += value.length;
    // A file that has become shorter.
    if (value.length === 0) throw new Error('the file ends early');
    this.#next = this.#slice();
    this.onBytes(this.#at);
    return { done: false, value };
  }

  async cancel(): Promise<void> {
    this.#next = null;
  }
}

/** Compressed bytes in pieces of at most `most`; `onBytes` hears what has been taken, one by one. */
export function packedPieces(packed: Blob, onBytes: (read: number) => void, most = PACKED_PIECE): ReadableStream<Uint8Array<ArrayBuffer>> {
  let read = 0;
  return packed
    .stream()
    .pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          // A file held in memory may come in one chunk.
          for (let at = 0; at < chunk.byteLength; at += most) controller.enqueue(chunk.subarray(at, at + most));
        },
      }),
    )
    .pipeThrough(
      // Counted where the next stage takes them.
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(piece, controller) {
          read += piece.byteLength;
          onBytes(read);
          controller.enqueue(piece);
        },
      }),
    );
}

/** A piece of text in another encoding. */
function decoded(value: Uint8Array, decoder: TextDecoder, encoding: Encoding, done: boolean, name: string): string {
  let text: string;
  try {
    text = decoder.decode(value, { stream: !done });
  } catch {
    throw refuse.notText(name, value.includes(0) ? ZEROS : `it ends in the middle of a character of ${encoding.toUpperCase()}`);
  }
  if (text.includes('\0')) throw refuse.notText(name, ZEROS);
  return encoding === 'windows-1252' ? windows1252(text) : text;
}

/** Line ends of any kind become \n; a piece that ends in \r waits for the next one. */
class LineEnds {
  /** The piece before ended in \r. */
  carriage = false;

  /** `some`: a \r may be among them. */
  plain(bytes: Uint8Array, last: boolean, some = true): Uint8Array {
    if (!this.carriage && !(some && bytes.includes(CARRIAGE))) return bytes;
    const plain = new Uint8Array(bytes.length + 1);
    let length = 0;
    if (this.carriage && (bytes.length > 0 || last)) {
      this.carriage = false;
      if (bytes[0] !== LINE) plain[length++] = LINE;
    }
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte !== CARRIAGE) plain[length++] = byte;
      else if (i + 1 === bytes.length && !last) this.carriage = true;
      else if (bytes[i + 1] !== LINE) plain[length++] = LINE;
    }
    return plain.subarray(0, length);
  }
}

/** Kinds of bytes that some piece has. */
const [ZERO, HIGH, RETURN] = [1, 2, 4];

const signOf = (byte: number): number => (byte === 0 ? ZERO : byte >= 0x80 ? HIGH : byte === CARRIAGE ? RETURN : 0);

/** Which of 0, 0x80 and above, and \r are among these bytes: four at a time. */
export function signsIn(bytes: Uint8Array): number {
  let at = 0;
  let signs = 0;
  for (; at < bytes.length && (bytes.byteOffset + at) % 4 !== 0; at++) signs |= signOf(bytes[at]);
  // None where the bytes end before the first whole word begins.
  const words = at < bytes.length ? new Int32Array(bytes.buffer, bytes.byteOffset + at, (bytes.length - at) >>> 2) : new Int32Array();
  // A byte of a word is 0 where taking 1 from each borrows from its highest bit.
  let [zero, high, carriage] = [0, 0, 0];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    const other = word ^ 0x0d0d0d0d;
    high |= word;
    zero |= (word - 0x01010101) & ~word;
    carriage |= (other - 0x01010101) & ~other;
  }
  for (at += words.length * 4; at < bytes.length; at++) signs |= signOf(bytes[at]);
  const some = (marks: number, sign: number): number => ((marks & 0x80808080) === 0 ? 0 : sign);
  return signs | some(zero, ZERO) | some(high, HIGH) | some(carriage, RETURN);
}

/**
 * Line ends in the first `length` bytes of an unpacked file, which are known to be UTF-8: it is read again.
 */
async function linesBefore(file: NamedBlob, options: TextOptions, length: number): Promise<number> {
  let [lines, left] = [0, length];
  const whole = new LineEnds();
  const reader = unpackedOf(file, await isGzip(file), options.entry, options.piece ?? PIECE, () => undefined);
  while (left > 0) {
    const { done, value } = await reader.read();
    if (done || !value) break;
    const counted = value.subarray(0, left);
    left -= counted.length;
    for (const byte of whole.plain(counted, false)) if (byte === LINE) lines++;
  }
  reader.cancel().catch(() => undefined);
  return lines;
}

/** The same as strings. */
export async function* textOf(file: NamedBlob, options: TextOptions): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const piece of bytesOf(file, options)) yield decoder.decode(piece, { stream: true });
}

async function readable<T>(file: NamedBlob, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw refuse.unreadable(file.name, error instanceof Error ? error.message : 'the browser gives no reason');
  }
}

/** Every line end as \n. */
const plainEnds = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/**
 * The line of a byte that is not UTF-8, as Windows-1252 has it. `good`: the text before that byte, all of
 * this piece.
 */
function lineIn(bytes: Uint8Array, good: string): string {
  const start = new TextEncoder().encode(good.slice(Math.max(good.lastIndexOf('\n'), good.lastIndexOf('\r')) + 1)).length;
  const at = new TextEncoder().encode(good.replace(/^\r/, '')).length;
  const text = new TextDecoder('windows-1252').decode(bytes.subarray(Math.max(0, at - start), at + 80));
  return windows1252(text).split(/[\r\n]/)[0];
}

/** Bytes one after the other. */
export function joined(before: Uint8Array, piece: Uint8Array | undefined): Uint8Array {
  if (before.length === 0 || !piece) return piece ?? before;
  const both = new Uint8Array(before.length + piece.length);
  both.set(before);
  both.set(piece, before.length);
  return both;
}

/** The last bytes of a piece when they are the beginning of a UTF-8 character. */
function cutCharacter(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const byte = bytes[bytes.length - length];
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return whole > length ? (bytes.slice(-length) as Uint8Array<ArrayBuffer>) : new Uint8Array();
  }
  return new Uint8Array();
}

/** The text before the first byte that is not UTF-8. */
function validPrefix(bytes: Uint8Array): string {
  const decode = (length: number): string | null => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
    } catch {
      return null;
    }
  };
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(middle) === null) bad = middle;
    else good = middle;
  }
  return decode(good) ?? '';
}
