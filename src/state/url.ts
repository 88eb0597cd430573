import type { LabError } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { decodeSpec, encodeSpec } from '../../workers/spec/share';
import { usePageView } from './page-view';
import { useSpec } from './spec';
import { useView } from './view';

/** Keys of the hash: the experiment, and how the page is shown. */
const SPEC = 's';
const VIEW = 'v';
const WRITE_DELAY_MS = 250;

const isDefault = (spec: unknown): boolean => JSON.stringify(spec) === JSON.stringify(DEFAULT_PRESET);

/** The texts that were last read or written, so that the page's own writing is not read back. */
const known = { spec: '', view: '' };

const hashText = (key: string): string | null => new URLSearchParams(location.hash.slice(1)).get(key);

/** The hash of an address with these texts; empty texts are left out. */
export const hashOf = (spec: string, view: string): string => {
  const parts = [spec && `${SPEC}=${spec}`, view && `${VIEW}=${view}`].filter(Boolean);
  return parts.length > 0 ? `#${parts.join('&')}` : '';
};

/** The folder of the lab in an address: that of the page, whichever of its names it was opened by. */
export const labFolder = (page: string): string => new URL('./', page).href;

const write = (): void => history.replaceState(null, '', hashOf(known.spec, known.view) || `${location.pathname}${location.search}`);

/**
 * Takes how the page is shown; what cannot be taken is said, and what was locked stays so. Its schema comes
 * with the first address that asks for it.
 */
async function readView(text: string): Promise<string[]> {
  if (text === known.view) return [];
  const before = usePageView.getState().view;
  if (text === '') {
    known.view = '';
    usePageView.getState().setView(null);
    return [];
  }
  const [{ decodeView }, { LESSON_STEPS }] = await Promise.all([import('../../workers/spec/view/link'), import('../../workers/spec/lessons')]);
  const { view, said, readable } = await decodeView(text, LESSON_STEPS);
  if (!readable && before !== null) {
    write();
    return ['How this link shows the page cannot be read, so that stays as it was.'];
  }
  known.view = text;
  usePageView.getState().setView(view);
  useView.getState().setPace(view.pace);
  useView.getState().setTraining(view.trainingCurve);
  return said;
}

/** Whether an address names its experiment by leaving it out; an anchor of the page names none. */
const isOfDefault = (): boolean => location.hash.length < 2 || hashText(VIEW) !== null;

/** Counts addresses, because one that is still being read may be followed by the next. */
let readings = 0;

/** @param standing an experiment is on the page: a bad link leaves it, and the address is its own again */
async function readSpec(text: string | null, standing: boolean): Promise<LabError | null> {
  const reading = ++readings;
  if (text === null || text === known.spec) return null;
  const decoded = await decodeSpec(text);
  if (reading !== readings) return null;
  const refused = decoded.ok ? useSpec.getState().change(() => decoded.spec) : null;
  if (decoded.ok && refused === null) {
    known.spec = text;
    return null;
  }
  // The address is that of what stands here again: a reload, or a copy of it, is not the bad link.
  if (standing) write();
  const error = decoded.ok
    ? { code: 'link-invalid', message: `The settings in this link cannot be used: ${refused}.`, hint: 'Choose the settings yourself.' }
    : decoded.error;
  const instead = standing ? 'The settings on this page stay as they were.' : 'The default comparison is shown instead.';
  return { ...error, hint: `${instead} ${error.hint}` };
}

/** What was said of a view, as one message; null for nothing. */
function told([first, ...rest]: string[]): LabError | null {
  return first === undefined
    ? null
    : { code: 'link-view', message: first, hint: rest.join(' ') || 'Ask for the link again if something is missing.' };
}

/** Takes how the URL shows the page, and leaves its spec: that of a lesson is its own. */
export const readUrlView = async (): Promise<LabError | null> => told(await readView(hashText(VIEW) ?? ''));

/**
 * Takes the spec of the URL and how it shows the page, if it has them. Returns what is wrong with them; what
 * stood on the page then stays.
 */
export async function readUrl(standing = false): Promise<LabError | null> {
  const said = await readView(hashText(VIEW) ?? '');
  const error = await readSpec(hashText(SPEC), standing);
  // Undo goes no further back than the link: what it locks would come back as it was before.
  if (known.view !== '') useSpec.setState({ past: [], future: [] });
  return said.length === 0 ? error : told([...said, ...(error ? [`${error.message} ${error.hint}`] : [])]);
}

/**
 * Keeps the address in step with the spec: no hash for the default, no entry in the browser's history.
 *
 * @param tell what is wrong with an address that was opened on the page; null where nothing is
 */
export function followSpec(tell: (error: LabError | null) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = async (): Promise<void> => {
    const { spec } = useSpec.getState();
    const text = isDefault(spec) ? '' : await encodeSpec(spec);
    if (spec !== useSpec.getState().spec) return;
    known.spec = text;
    write();
  };
  useSpec.subscribe((state, before) => {
    if (state.spec === before.spec) return;
    clearTimeout(timer);
    timer = setTimeout(follow, WRITE_DELAY_MS);
  });
  addEventListener('hashchange', async () => {
    // Back to an address without a hash is back to the default; Undo brings back what stood here.
    if (hashText(SPEC) === null && known.spec !== '' && isOfDefault()) {
      known.spec = '';
      useSpec.getState().change(() => DEFAULT_PRESET);
    }
    const isLink = hashText(SPEC) !== null || isOfDefault();
    const error = await readUrl(true);
    if (error || isLink) tell(error);
  });
}
