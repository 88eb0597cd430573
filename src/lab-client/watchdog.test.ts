import { describe, expect, it } from 'vitest';
import { Watchdog } from './watchdog';

describe('watchdog', () => {
  it('asks again after an answer and never calls an answering worker hung', () => {
    const dog = new Watchdog(4_000, 15_000);
    for (let now = 0; now < 200_000; now += 4_000) {
      expect(dog.tick(now, false)).toBe('ask');
      dog.answered(7, now);
    }
  });

  it('calls a silent worker hung after its patience, a busy one within a minute', () => {
    const silence = (busy: boolean): number => {
      const dog = new Watchdog(4_000, 15_000);
      for (let now = 0; now < 1_000_000; now += 4_000) if (dog.tick(now, busy) === 'hung') return now;
      return Number.POSITIVE_INFINITY;
    };
    expect(silence(false)).toBe(16_000);
    // As it may have answered just after a tick: within a minute, whatever it reads.
    expect(silence(true) + 4_000).toBeLessThanOrEqual(60_000);
  });

  it('waits anew for the answer of a worker whose long task has ended, or that tells something', () => {
    const dog = new Watchdog(4_000, 15_000);
    for (let now = 0; now <= 24_000; now += 4_000) expect(dog.tick(now, true)).not.toBe('hung');
    for (let now = 28_000; now <= 40_000; now += 4_000) expect(dog.tick(now, false)).toBe('wait');
    expect(dog.tick(44_000, false)).toBe('hung');
    // Also where it was asked at the first tick of the task, which was its last.
    const short = new Watchdog(4_000, 15_000);
    short.tick(0, true);
    for (let now = 4_000; now <= 16_000; now += 4_000) expect(short.tick(now, false)).toBe('wait');
    expect(short.tick(20_000, false)).toBe('hung');
    const telling = new Watchdog(4_000, 15_000);
    for (let now = 0; now <= 100_000; now += 4_000) {
      expect(telling.tick(now, false)).not.toBe('hung');
      telling.heard(now + 10);
    }
  });

  it('calls a worker hung that answers, but tells nothing of its training for a minute', () => {
    const dog = new Watchdog(4_000, 15_000);
    const silence = (training: boolean, from: number): number => {
      for (let now = from; now < from + 200_000; now += 4_000) {
        if (dog.tick(now, false, training) === 'hung') return now - from;
        dog.answered(7, now);
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(silence(false, 0)).toBe(Number.POSITIVE_INFINITY);
    dog.heard(200_000);
    expect(silence(true, 200_000)).toBe(52_000);
    // What it did not tell before it trained does not count.
    const idle = new Watchdog(4_000, 15_000);
    idle.heard(0);
    for (let now = 0; now < 200_000; now += 4_000) {
      idle.tick(now, false);
      idle.answered(7, now);
    }
    expect(idle.tick(200_000, false, true)).toBe('ask');
  });

  it('hears work that has nothing to tell by its rests, and calls it hung when these end', () => {
    const dog = new Watchdog(4_000, 15_000);
    dog.heard(0);
    const resting = 600_000;
    for (let now = 0; now < 1_000_000; now += 4_000) {
      const verdict = dog.tick(now, false, true);
      if (verdict === 'hung') {
        // As long after the last rest as after the last word.
        expect(now - resting).toBe(52_000);
        return;
      }
      dog.answered(Math.min(now, resting), now);
    }
    expect.unreachable('a worker whose work had ended was not found');
  });

  it('does not blame the worker for a page that slept', () => {
    const dog = new Watchdog(4_000, 15_000);
    expect(dog.tick(0, false)).toBe('ask');
    expect(dog.tick(3_600_000, false)).toBe('wait');
    expect(dog.tick(3_604_000, false)).toBe('wait');
    expect(dog.tick(3_616_000, false)).toBe('hung');
    // Three ticks without one are a sleep, fewer are a page at work.
    const verdict = (gap: number) => {
      const asked = new Watchdog(4_000, 15_000);
      for (const now of [0, gap]) asked.tick(now, false);
      return asked.tick(gap + 4_000, false);
    };
    expect([verdict(12_000), verdict(12_001)]).toEqual(['hung', 'wait']);
    // Nor for what it did not tell of its training in that time.
    const training = new Watchdog(4_000, 15_000);
    training.heard(0);
    training.tick(0, false, true);
    training.answered(7, 0);
    expect(training.tick(3_600_000, false, true)).toBe('ask');
  });
});
