import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useEngine } from '../state/engine';
import { useRun } from '../state/run';
import { followSite } from './site-version';

const known = vi.fn<() => Promise<object | undefined>>();
const register = vi.fn(async () => null);
/** What waits goes on, and so much time has passed. */
const later = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: known, register } });
  vi.stubGlobal('document', { baseURI: 'https://lab.example/' });
  known.mockResolvedValue(undefined);
  register.mockClear();
  useEngine.setState({ status: 'loading' });
  useRun.setState({ status: 'idle' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('fetches the first copy of the site when the engine stands and no run has trained for three seconds', async () => {
  void followSite(true);
  await later(60_000);
  useEngine.setState({ status: 'ready' });
  await later(2_900);
  useRun.setState({ status: 'running' });
  await later(60_000);
  expect(register).not.toHaveBeenCalled();
  useRun.setState({ status: 'done' });
  await later(2_900);
  expect(register).not.toHaveBeenCalled();
  await later(200);
  expect(register).toHaveBeenCalledOnce();
});

it('asks for a newer copy at once where there is one, also while a run trains', async () => {
  known.mockResolvedValue({});
  useEngine.setState({ status: 'ready' });
  useRun.setState({ status: 'running' });
  void followSite(true);
  await later(0);
  expect(register).toHaveBeenCalledOnce();
});
