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

/** Bytes looked at to tell what a file is. */
const BEGINNING = 1024;

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
}

/** The first bytes of a file. */
export async function firstBytes(file: NamedBlob): Promise<Uint8Array> {
  return new Uint8Array(await readable(file, () => file.slice(0, 4).arrayBuffer()));
}

export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/**
 * Yields the text of a file piece by piece: gunzipped when it begins with the gzip magic number, or unzipped,
 * decoded strictly without its byte order mark, with every line end as \n.
 *
 * @throws LabFailure 'csv-not-gzip', 'csv-not-text' (with a question where Windows-1252 is likely),
 * 'csv-unreadable', 'csv-bomb', 'cancelled'
 */
export async function* textOf(file: NamedBlob, { onBytes, onEncoding, encoding: asked, entry, limit, signal }: TextOptions): AsyncGenerator<string> {
  const magic = await firstBytes(file);
  const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
  if (!gzip && /\.gz$/i.test(file.name)) throw refuse.notGzip(file.name, 'it does not begin like a gzip file');
  const packed = gzip || entry !== null;
  const most = packed ? PACKED_PIECE : PIECE;
  let read = 0;
  let unpacked = 0;
  const pieces = file
    .stream()
    .pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          // A file held in memory may come in one chunk.
          for (let at = 0; at < chunk.byteLength; at += most) controller.enqueue(chunk.subarray(at, at + most));
        },
      }),
    )
    .pipeThrough(
      // Counted where the next stage takes them, one by one.
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          read += piece.byteLength;
          onBytes(read);
          controller.enqueue(piece);
        },
      }),
    );
  const bytes = gzip
    ? pieces.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    : entry !== null
      ? pieces.pipeThrough(unzipped(entry))
      : pieces;
  const reader = bytes.getReader();
  let encoding: Encoding | null = null;
  let decoder = new TextDecoder('utf-8', { fatal: true });
  let beginning: Uint8Array = new Uint8Array();
  let carriage = false;
  let lines = 0;
  /** Bytes of a character that the piece before has cut. */
  let pending = new Uint8Array();
  try {
    for (;;) {
      if (signal?.aborted) throw refuse.cancelled(file.name);
      const { done, value: piece } = await reader.read();
      let value = piece;
      unpacked += piece?.byteLength ?? 0;
      if (packed && unpacked > Math.min(RATIO_FROM, limit) && unpacked > MOST_RATIO * read) throw refuse.bomb(file.name, unpacked, read);
      if (encoding === null) {
        // What the file is shows in its first bytes, however small the pieces are in which they come.
        beginning = joined(beginning, piece);
        if (!done && beginning.length < BEGINNING) continue;
        const kind = kindOf(beginning);
        if (kind) throw refuse.notText(file.name, kind);
        encoding = asked ?? encodingOf(beginning);
        if (encoding !== 'utf-8') decoder = new TextDecoder(encoding, { fatal: true });
        onEncoding?.(encoding);
        value = beginning;
      }
      let text: string;
      try {
        text = decoder.decode(value, { stream: !done });
      } catch {
        const bytes = joined(pending, value);
        if (bytes.includes(0)) throw refuse.notText(file.name, ZEROS);
        if (encoding !== 'utf-8') throw refuse.notText(file.name, `it ends in the middle of a character of ${encoding.toUpperCase()}`);
        const good = (carriage ? '\r' : '') + validPrefix(bytes);
        throw refuse.notUtf8(file.name, lines + 1 + lineEnds(plainEnds(good)), lineIn(bytes, good));
      }
      if (encoding === 'utf-8') pending = cutCharacter(joined(pending, value));
      if (encoding === 'windows-1252') text = windows1252(text);
      if (text.includes('\0')) throw refuse.notText(file.name, ZEROS);
      // A line end may be cut in two: keep a last \r for the next piece.
      if (carriage) text = `\r${text}`;
      carriage = !done && text.endsWith('\r');
      if (carriage) text = text.slice(0, -1);
      text = plainEnds(text);
      lines += lineEnds(text);
      if (text) yield text;
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

function joined(before: Uint8Array, piece: Uint8Array | undefined): Uint8Array {
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
