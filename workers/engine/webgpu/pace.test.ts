import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_STEPS, Pace } from './pace';

/** A queue that takes `perStep` milliseconds a step and looks up every `poll`. */
class Queue {
  busyUntil = 0;
  constructor(
    readonly perStep: number,
    readonly poll: number,
  ) {}

  add(steps: number): void {
    this.busyUntil = Math.max(this.busyUntil, performance.now()) + steps * this.perStep;
  }

  onSubmittedWorkDone(): Promise<undefined> {
    const done = Math.ceil(Math.max(this.busyUntil, performance.now() + 0.01) / this.poll) * this.poll;
    return new Promise((resolve) => setTimeout(() => resolve(undefined), done - performance.now()));
  }
}

async function settle(perStep: number, poll: number): Promise<Pace> {
  const queue = new Queue(perStep, poll);
  const pace = new Pace(queue);
  await pace.calibrate();
  for (let i = 0; i < 30; i++) {
    queue.add(pace.steps);
    await pace.submitted(pace.steps);
  }
  return pace;
}

describe('Pace', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    // Time goes on by itself.
    vi.setTimerTickMode('nextTimerAsync');
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('begins with one step', () => {
    expect(new Pace(new Queue(1, 1)).steps).toBe(1);
  });

  it.each([
    [0.5, 20, 30],
    [3, 3, 5],
    [40, 1, 1],
    [0.001, MOST_STEPS, MOST_STEPS],
  ])('fills 10 to 20 ms with steps of %d ms', async (perStep, least, most) => {
    const pace = await settle(perStep, 0.1);
    expect(pace.steps).toBeGreaterThanOrEqual(least);
    expect(pace.steps).toBeLessThanOrEqual(most);
  });

  it('is not held back by a queue that looks up every 100 ms', async () => {
    const pace = await settle(1, 100);
    expect(pace.steps).toBeGreaterThan(30);
  });
});
