import { beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '../../workers/protocol';
import { DEFAULT_PRESET } from '../../workers/spec/presets';
import { useRun } from './run';

const status = (run: number, to: 'running' | 'paused' | 'stopped' | 'idle') =>
  useRun.getState().receive({ type: 'status', run, status: to, preparing: null, error: null });

describe('a stop that takes its time', () => {
  let run = 0;
  beforeEach(() => {
    run = useRun.getState().begin(DEFAULT_PRESET);
    status(run, 'running');
  });

  it('is said from the press until the run has ended, also when it was paused in between', () => {
    status(run, 'paused');
    useRun.getState().markStopping();
    status(run, 'running');
    expect(useRun.getState().stopping).toBe(true);
    status(run, 'stopped');
    expect(useRun.getState().stopping).toBe(false);
  });

  it('ends with a failure and does not outlive its run', () => {
    useRun.getState().markStopping();
    useRun.getState().fail({ code: 'engine-hung', message: 'The engine stopped answering.', hint: 'Restart the engine.' });
    expect(useRun.getState().stopping).toBe(false);
    useRun.getState().markStopping();
    expect(useRun.getState().stopping).toBe(false);
  });
});

describe('a step of a paused run', () => {
  const lanes = (...epochs: number[]) => useRun.setState({ lanes: epochs.map((epoch) => ({ epoch, status: 'training' }) as Lane) });

  it('levels methods that were paused within an epoch, and is a whole epoch otherwise', () => {
    useRun.getState().begin(DEFAULT_PRESET);
    lanes(80, 79);
    useRun.getState().markResumed(true);
    expect(useRun.getState().levelling).toBe(true);
    lanes(80, 80);
    useRun.getState().markResumed(true);
    expect(useRun.getState().levelling).toBe(false);
    lanes(81, 80);
    useRun.getState().markResumed(false);
    expect(useRun.getState().levelling).toBe(false);
  });
});
