import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabEvent } from '../../workers/protocol';
import { EventBatch } from './event-batch';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const event = (type: LabEvent['type'], run: number, epoch = 0) => ({ type, run, progress: { epoch } }) as LabEvent;

describe('events of the worker', () => {
  it('go on at once when the last are long ago, then together after the interval', () => {
    const seen: number[] = [];
    const batch = new EventBatch((one) => seen.push((one as { run: number }).run), 100);
    batch.add(event('curves', 1));
    expect(seen).toEqual([1]);
    for (const run of [2, 3, 4]) batch.add(event(run === 3 ? 'lanes' : 'curves', run));
    vi.advanceTimersByTime(99);
    expect(seen).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('do not wait when one is a status or a result, and stay in order', () => {
    const seen: number[] = [];
    const batch = new EventBatch((one) => seen.push((one as { run: number }).run), 100);
    batch.add(event('lanes', 1));
    batch.add(event('curves', 2));
    batch.add(event('result', 3));
    expect(seen).toEqual([1, 2, 3]);
    // The lanes that follow a pause say where it paused.
    batch.add(event('lanes', 4));
    expect(seen).toEqual([1, 2, 3, 4]);
    batch.add(event('lanes', 5));
    expect(seen).toEqual([1, 2, 3, 4]);
    vi.advanceTimersByTime(1000);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('hand on the first epoch of a run at once, and no later one', () => {
    const seen: number[] = [];
    const batch = new EventBatch((one) => seen.push((one as { run: number }).run), 100);
    batch.add(event('status', 1));
    batch.add(event('lanes', 2));
    batch.add(event('curves', 3));
    expect(seen).toEqual([1, 2]);
    batch.add(event('lanes', 4, 1));
    expect(seen).toEqual([1, 2, 3, 4]);
    batch.add(event('lanes', 5, 2));
    expect(seen).toEqual([1, 2, 3, 4]);
    vi.advanceTimersByTime(100);
    // The next run begins at 0 again.
    batch.add(event('lanes', 6));
    vi.advanceTimersByTime(100);
    batch.add(event('lanes', 7));
    batch.add(event('lanes', 8, 1));
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('none is lost, doubled or moved, in at most one task an interval and two for each event that cannot wait', () => {
    const events = fc.array(fc.record({ type: fc.constantFrom('curves', 'lanes', 'embedding', 'status', 'result'), after: fc.nat(60) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(events, (list) => {
        const seen: number[] = [];
        const times = new Set<number>();
        const batch = new EventBatch((one) => {
          seen.push((one as { run: number }).run);
          times.add(performance.now());
        }, 100);
        const began = performance.now();
        list.forEach(({ type, after }, i) => {
          vi.advanceTimersByTime(after);
          batch.add(event(type as LabEvent['type'], i));
        });
        vi.advanceTimersByTime(100);
        expect(seen).toEqual(list.map((_, i) => i));
        const urgent = list.filter(({ type }) => type === 'status' || type === 'result').length;
        expect(times.size).toBeLessThanOrEqual(1 + Math.floor((performance.now() - began) / 100) + 2 * urgent);
      }),
    );
  });
});
