import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_PRESET, PRESETS } from '../../workers/spec/presets';
import { encodeSpec } from '../../workers/spec/share';
import { useSpec } from './spec';
import { followSpec } from './url';

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
});
