import type { NamedBlob } from '../named-blob';

const BLOCK = 512;
const MOST_NAME = 1 << 16;

const decoder = new TextDecoder();
const textIn = (bytes: Uint8Array): string => decoder.decode(bytes).replace(/\0.*$/s, '');

/** Bytes of a file's head that say that it is a tar archive. */
export async function isTar(file: NamedBlob): Promise<boolean> {
  return file.size >= BLOCK && textIn(new Uint8Array(await file.slice(257, 262).arrayBuffer())) === 'ustar';
}

/**
 * The files of a tar archive (ustar, with the long names of pax and GNU), as parts of it; folders and what
 * macOS adds are left out. Null where the archive is damaged.
 */
export async function filesOfTar(file: NamedBlob): Promise<NamedBlob[] | null> {
  const files: NamedBlob[] = [];
  let long: string | null = null;
  for (let at = 0; at + BLOCK <= file.size; ) {
    const head = new Uint8Array(await file.slice(at, at + BLOCK).arrayBuffer());
    if (head.every((byte) => byte === 0)) return files;
    const size = Number.parseInt(textIn(head.subarray(124, 136)).trim(), 8);
    if (textIn(head.subarray(257, 262)) !== 'ustar' || !(size >= 0) || at + BLOCK + size > file.size) return null;
    const type = String.fromCharCode(head[156]);
    const body = file.slice(at + BLOCK, at + BLOCK + size);
    if (type === 'x' || type === 'L') {
      if (size > MOST_NAME) return null;
      const text = decoder.decode(await body.arrayBuffer());
      long = type === 'L' ? text.replace(/\0.*$/s, '') : (/^\d+ path=(.*)$/m.exec(text)?.[1] ?? long);
    } else {
      const prefix = textIn(head.subarray(345, 500));
      const short = textIn(head.subarray(0, 100));
      const path = long ?? (prefix === '' ? short : `${prefix}/${short}`);
      const name = path.slice(path.lastIndexOf('/') + 1);
      if ((type === '0' || type === '\0') && name !== '' && !/(^|\/)(\._|__MACOSX\/)/.test(path)) files.push(Object.assign(body, { name }));
      long = null;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (at === file.size) return files;
  }
  return null;
}
