import type { LabError } from '../data/failure';
import { type ExperimentSpec, experimentSchema } from './experiment';
import { packed, unpacked } from './packed';

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
    error: { code, message, hint: 'The default comparison is shown instead. Ask for the link again, or choose the settings yourself.' },
  });
  let json: unknown;
  try {
    json = await unpacked(text);
  } catch {
    return refuse('link-unreadable', 'The settings in this link cannot be read: the link is cut off or mistyped.');
  }
  const parsed = experimentSchema.safeParse(json);
  if (parsed.success) return { ok: true, spec: parsed.data };
  const { path, message } = parsed.error.issues[0];
  const where = path.length > 0 ? ` at ${path.join('.')}` : '';
  return refuse('link-invalid', `The settings in this link do not fit this version of the lab: ${message.replace(/\.$/, '')}${where}.`);
}
