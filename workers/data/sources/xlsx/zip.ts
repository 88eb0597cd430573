import { packedPieces, tooFull } from '../../byte-stream';
import type { NamedBlob } from '../../named-blob';
import { refuse } from '../../refusals';

/** A file of an archive: where it lies, packed. */
interface Entry {
  method: number;
  packed: number;
  /** Of its own head. */
  offset: number;
}

/** Bytes in which the end of the list of files stands. */
const END = 22;
const LONGEST_COMMENT = 1 << 16;
const MOST_LIST = 16 * 2 ** 20;

const [STORED, DEFLATED] = [0, 8];

/** Files of a zip archive by their names, from the list at its end; null where there is no such list. */
export async function entriesOf(file: NamedBlob): Promise<ReadonlyMap<string, Entry> | null> {
  const from = Math.max(0, file.size - END - LONGEST_COMMENT);
  const tail = new DataView(await file.slice(from).arrayBuffer());
  for (let at = tail.byteLength - END; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    const [size, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
    if (offset + size > file.size || size > MOST_LIST) return null;
    return listOf(new DataView(await file.slice(offset, offset + size).arrayBuffer()));
  }
  return null;
}

function listOf(view: DataView): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (let at = 0; at + 46 <= view.byteLength && view.getUint32(at, true) === 0x02014b50; ) {
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const bytes = new Uint8Array(view.buffer, at + 46, Math.min(name, view.byteLength - at - 46));
    entries.set(new TextDecoder().decode(bytes), {
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/**
 * The text of a file of an archive, piece by piece.
 *
 * @param onBytes hears how many packed bytes were taken
 * @throws LabFailure 'csv-bomb'; any other error where the bytes are damaged
 */
export async function* textOf(file: NamedBlob, { method, packed, offset }: Entry, onBytes: (read: number) => void): AsyncGenerator<string> {
  const head = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  if (head.getUint32(0, true) !== 0x04034b50 || (method !== STORED && method !== DEFLATED)) throw new Error('no file of the archive is there');
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  let [read, unpacked] = [0, 0];
  const counted = packedPieces(file.slice(start, start + packed), (bytes) => {
    read = bytes;
    onBytes(bytes);
  });
  const pieces = method === STORED ? counted : counted.pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = pieces.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      unpacked += value?.length ?? 0;
      if (tooFull(unpacked, read)) throw refuse.bomb(file.name, unpacked, read);
      const text = decoder.decode(value, { stream: !done });
      if (text !== '') yield text;
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
