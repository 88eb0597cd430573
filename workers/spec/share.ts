import type { LabError } from '../data/failure';
import { type ExperimentSpec, experimentSchema } from './experiment';

/** What a shared text turned out to be. */
export type Decoded = { ok: true; spec: ExperimentSpec } | { ok: false; error: LabError };

/** A spec is a few kilobytes; anything that unpacks to more is not one. */
const MOST_BYTES = 1_000_000;

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
    if (length > MOST_BYTES) throw new Error('unpacks to more than a spec can be');
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

/** The whole spec as a short text for a URL: base64url of its JSON under raw deflate. */
export async function encodeSpec(spec: ExperimentSpec): Promise<string> {
  return toBase64Url(await pipe(new TextEncoder().encode(JSON.stringify(spec)), new CompressionStream('deflate-raw')));
}

/**
 * Reads what `encodeSpec` wrote, or plain JSON in base64url. Never throws: a bad text comes back as what is
 * wrong with it.
 */
export async function decodeSpec(text: string): Promise<Decoded> {
  const refuse = (code: string, message: string): Decoded => ({
    ok: false,
    error: { code, message, hint: 'The default comparison is shown instead. Ask for the link again, or choose the settings yourself.' },
  });
  let json: unknown;
  try {
    const bytes = fromBase64Url(text);
    // Deflated JSON never begins with the byte '{': a fixed block whose first literal is '{' begins with
    // 0xAB, a dynamic one has other low bits.
    const plain = bytes[0] === 0x7b ? bytes : await pipe(bytes, new DecompressionStream('deflate-raw'));
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
  } catch {
    return refuse('link-unreadable', 'The settings in this link cannot be read: the link is cut off or mistyped.');
  }
  const parsed = experimentSchema.safeParse(json);
  if (parsed.success) return { ok: true, spec: parsed.data };
  const { path, message } = parsed.error.issues[0];
  const where = path.length > 0 ? ` at ${path.join('.')}` : '';
  return refuse('link-invalid', `The settings in this link do not fit this version of the lab: ${message.replace(/\.$/, '')}${where}.`);
}
