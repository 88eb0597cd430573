import { LabFailure } from './failure';
import { refuse } from './refusals';

/** Most bytes taken at once. */
const PIECE = 1 << 18;

/** A file, in a browser or in Node. */
export type NamedBlob = Blob & { name: string };

/**
 * Yields the text of a file piece by piece: gunzipped when it begins with the gzip magic number, decoded strictly as UTF-8 without its byte order
 * mark, with every line end as \n. `onBytes` hears how many bytes of the file were read.
 *
 * @throws LabFailure 'csv-not-gzip', 'csv-not-text', 'csv-unreadable', 'cancelled'
 */
export async function* textOf(file: NamedBlob, onBytes: (read: number) => void, signal?: AbortSignal): AsyncGenerator<string> {
  const magic = new Uint8Array(await readable(file, () => file.slice(0, 4).arrayBuffer()));
  const gzip = magic[0] === 0x1f && magic[1] === 0x8b;
  if (!gzip && /\.gz$/i.test(file.name)) throw refuse.notGzip(file.name, 'it does not begin like a gzip file');
  if (magic[0] === 0x50 && magic[1] === 0x4b) throw refuse.notText(file.name, 'it is a zip archive or a spreadsheet');
  let read = 0;
  const pieces = file
    .stream()
    .pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          // A file held in memory may come in one chunk.
          for (let at = 0; at < chunk.byteLength; at += PIECE) controller.enqueue(chunk.subarray(at, at + PIECE));
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
  const bytes = gzip ? pieces.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>) : pieces;
  const reader = bytes.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let carriage = false;
  let decoded = 0;
  try {
    for (;;) {
      if (signal?.aborted) throw refuse.cancelled(file.name);
      const { done, value } = await reader.read();
      let text: string;
      try {
        text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      } catch {
        throw refuse.notText(
          file.name,
          `bytes ${decoded.toLocaleString('en')} to ${(decoded + (value?.byteLength ?? 0)).toLocaleString('en')} are not UTF-8`,
        );
      }
      decoded += value?.byteLength ?? 0;
      if (text.includes('\0')) throw refuse.notText(file.name, 'it contains zero bytes');
      // A line end may be cut in two: keep a last \r for the next piece.
      if (carriage) text = `\r${text}`;
      carriage = !done && text.endsWith('\r');
      if (carriage) text = text.slice(0, -1);
      if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
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
