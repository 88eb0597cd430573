import type { LabError } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { decodeSpec, encodeSpec } from '../../workers/spec/share';
import { useSpec } from './spec';

const KEY = 's';
const WRITE_DELAY_MS = 250;

const isDefault = (spec: unknown): boolean => JSON.stringify(spec) === JSON.stringify(DEFAULT_PRESET);

/** The text that was last read or written, so that the page's own writing is not read back. */
let known = '';

/**
 * Takes the spec of the URL, if it has one. Returns what is wrong with it; the spec on the page then stays.
 */
export async function readUrl(): Promise<LabError | null> {
  const text = new URLSearchParams(location.hash.slice(1)).get(KEY);
  if (text === null || text === known) return null;
  known = text;
  const decoded = await decodeSpec(text);
  if (!decoded.ok) return decoded.error;
  const refused = useSpec.getState().change(() => decoded.spec);
  return refused === null
    ? null
    : { code: 'link-invalid', message: `The settings in this link cannot be used: ${refused}.`, hint: 'Choose the settings yourself.' };
}

/**
 * The address that holds the whole spec, whatever the address bar shows. A forced backend is of this device
 * and stays here.
 */
export async function shareUrl(): Promise<string> {
  return `${location.origin}${location.pathname}#${KEY}=${await encodeSpec(useSpec.getState().spec)}`;
}

/** Keeps the address in step with the spec: no hash for the default, no entry in the browser's history. */
export function followSpec(onBadLink: (error: LabError) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = async (): Promise<void> => {
    const { spec } = useSpec.getState();
    const text = isDefault(spec) ? '' : await encodeSpec(spec);
    if (spec !== useSpec.getState().spec) return;
    known = text;
    history.replaceState(null, '', text ? `#${KEY}=${text}` : `${location.pathname}${location.search}`);
  };
  useSpec.subscribe((state, before) => {
    if (state.spec === before.spec) return;
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_DELAY_MS);
  });
  addEventListener('hashchange', async () => {
    const error = await readUrl();
    if (error) onBadLink(error);
  });
}
