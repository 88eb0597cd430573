/** JSON as a short text that stands in an address or a message: base64url of its bytes under raw deflate. */

/** What is packed here is a few kilobytes; anything that unpacks to more is not ours. */
const MOST_BYTES = 1_000_000;

/**
 * What is packed into an address or a message is shorter; a longer text is refused before it is looked at.
 */
export const MOST_LETTERS = 200_000;

async function pipe(bytes: Uint8Array, through: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const reader = new Blob([bytes as BlobPart])
    .stream()
    .pipeThrough(through as ReadableWritablePair<Uint8Array, Uint8Array>)
    .getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > MOST_BYTES) throw new Error('unpacks to more than it can be');
  }
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new Error('has characters that do not belong to it');
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
}

export async function packed(value: unknown): Promise<string> {
  return toBase64Url(await pipe(new TextEncoder().encode(JSON.stringify(value)), new CompressionStream('deflate-raw')));
}

/** Reads what `packed` wrote, or plain JSON in base64url. Rejects for every other text. */
export async function unpacked(text: string): Promise<unknown> {
  if (text.length > MOST_LETTERS) throw new Error('is longer than it can be');
  const bytes = fromBase64Url(text);
  // Deflated JSON never begins with the byte '{': a fixed block whose first literal is '{' begins with 0xAB,
  // a dynamic one has other low bits.
  const plain = bytes[0] === 0x7b ? bytes : await pipe(bytes, new DecompressionStream('deflate-raw'));
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
}
