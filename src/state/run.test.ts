import { beforeEach, describe, expect, it } from 'vitest';
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
