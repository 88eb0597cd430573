/**
 * Several files as one: an uncompressed tar archive whose parts are the files themselves, so that nothing is
 * copied. They stand in the order of their names, whatever the order in which they were chosen.
 */
export function severalFiles(files: readonly File[]): File {
  if (files.length === 1) return files[0];
  const ordered = [...files].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  const parts = ordered.flatMap((file): BlobPart[] => [...headOf(file.name, file.size), file, padding(file.size)]);
  const more = ordered.length - 1;
  return new File([...parts, new Uint8Array(2 * BLOCK)], `${ordered[0].name} and ${more.toLocaleString('en')} more ${more === 1 ? 'file' : 'files'}`);
}

const BLOCK = 512;
const encoder = new TextEncoder();

const padding = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** The heads of a file in the archive: its name in one of its own where it is long (POSIX pax). */
function headOf(name: string, size: number): Uint8Array<ArrayBuffer>[] {
  const own = encoder.encode(name);
  if (own.length <= 100) return [block(own, size, '0')];
  // The length of a record counts its own digits.
  const rest = encoder.encode(` path=${name}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  const record = new Uint8Array(length + padding(length).length);
  record.set(encoder.encode(String(length)));
  record.set(rest, String(length).length);
  return [block(encoder.encode('path'), length, 'x'), record, block(own.subarray(0, 100), size, '0')];
}

function block(name: Uint8Array, size: number, type: string): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => head.set(encoder.encode(text), at);
  head.set(name);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${size.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put(' '.repeat(8), 148);
  put(type, 156);
  put('ustar\0', 257);
  put('00', 263);
  const sum = head.reduce((all, byte) => all + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}
