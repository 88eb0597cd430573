import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_PRESET, PRESETS } from '../../workers/spec/presets';
import { encodeSpec } from '../../workers/spec/share';
import { useNotice } from './notice';
import { useSpec } from './spec';
import { followSpec, readUrl } from './url';

const other = PRESETS.get('regression-100');
if (!other) throw new Error('no such preset');

const address = { hash: '', pathname: '/', search: '' };
let arrive: () => Promise<void> = async () => undefined;

/** As the browser does on a link within the page, and on Back. */
const go = async (hash: string) => {
  address.hash = hash;
  await arrive();
};
/** The page writes its address a moment later. */
const written = (hash: string) => vi.waitFor(() => expect(address.hash).toBe(hash), { timeout: 5000 });

beforeEach(() => {
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { replaceState: (_state: unknown, _title: string, to: string) => (address.hash = to.startsWith('#') ? to : '') });
  vi.stubGlobal('addEventListener', (_type: string, listener: () => Promise<void>) => {
    arrive = listener;
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('the address and the experiment', () => {
  it('go together when the browser goes back to an address without a hash, and Undo brings the other back', async () => {
    followSpec(() => undefined);
    const link = `#s=${await encodeSpec(other)}`;
    await go(link);
    expect(useSpec.getState().spec).toEqual(other);
    await go('');
    expect(useSpec.getState().spec).toEqual(DEFAULT_PRESET);
    await written('');
    useSpec.getState().undo();
    expect(useSpec.getState().spec).toEqual(other);
    await written(link);
    // An anchor of the page says nothing of the experiment.
    await go('#results');
    expect(useSpec.getState().spec).toEqual(other);
  });

  it('stay when a bad link is opened on the page, which says so, and the next good link takes that away', async () => {
    const { showLink, show } = useNotice.getState();
    followSpec(showLink);
    const good = `#s=${await encodeSpec(other)}`;
    await go(good);
    await go('#s=abcdbroken');
    expect(useSpec.getState().spec).toEqual(other);
    expect(address.hash).toBe(good);
    expect(useNotice.getState().notice).toMatchObject({
      code: 'link-unreadable',
      hint: 'The settings on this page stay as they were. Ask for the link again, or choose the settings yourself.',
    });
    // An anchor is no link, and what else is said stays.
    await go('#results');
    expect(useNotice.getState().notice).not.toBeNull();
    await go(`#s=${await encodeSpec({ ...other, training: { ...other.training, epochs: 7 } })}`);
    expect(useSpec.getState().spec.training.epochs).toBe(7);
    expect(useNotice.getState().notice).toBeNull();
    show({ code: 'part-missing', message: 'A part is missing.', hint: 'Reload.' });
    await go(good);
    expect(useNotice.getState().notice).toMatchObject({ code: 'part-missing' });
    // Also where the default stands, which has no address.
    await go('');
    await go('#s=abcdbroken');
    expect(address.hash).toBe('');
  });

  it('are those of the newest of two links that follow each other at once', async () => {
    followSpec(() => undefined);
    const spec = (epochs: number) => ({ ...other, training: { ...other.training, epochs } });
    // Unpacking takes the first link longer than the second, which is plain.
    const first = go(`#s=${await encodeSpec(spec(3))}`);
    await Promise.resolve().then(() => undefined);
    await go(`#s=${Buffer.from(JSON.stringify(spec(4))).toString('base64url')}`);
    await first;
    expect(useSpec.getState().spec.training.epochs).toBe(4);
  });

  it('say what is shown instead of a bad link that opens the page', async () => {
    address.hash = '#s=abcdbroken';
    expect((await readUrl())?.hint).toMatch(/^The default comparison is shown instead\. Ask/);
  });
});
