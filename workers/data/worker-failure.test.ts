import { expect, it } from 'vitest';
import { onWorkerFailure } from './worker-failure';

it('a failure of a worker is told once, with its reason, and goes no further', () => {
  const worker = {} as Worker;
  const told: string[] = [];
  onWorkerFailure(worker, (reason) => told.push(reason));
  for (const message of ['out of memory', '']) {
    const event = Object.assign(new Event('error', { cancelable: true }), { message }) as ErrorEvent;
    worker.onerror?.call(worker, event);
    expect(event.defaultPrevented).toBe(true);
  }
  expect(told).toEqual(['out of memory', 'its script does not load']);
});
