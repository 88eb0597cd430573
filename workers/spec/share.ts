import type { LabError } from '../data/failure';
import { shortened } from '../data/shown-text';
import { type ExperimentSpec, experimentSchema } from './experiment';
import { firstFault } from './fault';
import { MOST_LETTERS, packed, unpacked } from './packed';

/** What a shared text turned out to be. */
export type Decoded = { ok: true; spec: ExperimentSpec } | { ok: false; error: LabError };

/** The whole spec as a short text for a URL: base64url of its JSON under raw deflate. */
export const encodeSpec = (spec: ExperimentSpec): Promise<string> => packed(spec);

/**
 * Reads what `encodeSpec` wrote, or plain JSON in base64url. Never throws: a bad text comes back as what is
 * wrong with it.
 */
export async function decodeSpec(text: string): Promise<Decoded> {
  const refuse = (code: string, message: string): Decoded => ({
    ok: false,
    error: { code, message, hint: 'Ask for the link again, or choose the settings yourself.' },
  });
  if (text.length > MOST_LETTERS) {
    const [has, may] = [text.length, MOST_LETTERS].map((letters) => letters.toLocaleString('en'));
    return refuse('link-too-long', `The settings in this link have ${has} characters, and no link of the lab has more than ${may}.`);
  }
  let json: unknown;
  try {
    json = await unpacked(text);
  } catch {
    return refuse('link-unreadable', 'The settings in this link cannot be read: the link is cut off or mistyped.');
  }
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : 1;
  if (version !== 1) {
    const which = shortened(String(JSON.stringify(version)), 20);
    return refuse('link-version', `The settings in this link are of version ${which}, and this version of the lab reads version 1.`);
  }
  const parsed = experimentSchema.safeParse(json);
  if (parsed.success) return { ok: true, spec: parsed.data };
  const { where, what } = firstFault(parsed.error);
  return refuse('link-invalid', `The settings in this link do not fit this version of the lab: ${what}${where && ` at ${where}`}.`);
}
