import { describe, expect, it } from 'vitest';
import { timeNeed } from './time-need';

const TRAINING = { epochs: 300, patience: 10, drawPastStop: true };
const timed = (...milliseconds: (number | null)[]) => ({
  share: 1,
  methods: milliseconds.map((epochMilliseconds, i) => ({ id: `m${i}`, epochMilliseconds, bytes: null })),
});

describe('the time a run will take', () => {
  it('is that of all epochs of all methods that were timed', () => {
    // (10 + 30 ms) × 300 = 12 s, by hand.
    expect(timeNeed(timed(10, 30), TRAINING)).toEqual({ seconds: 12, atMost: false, without: [] });
    expect(timeNeed(timed(10, null, 30), { ...TRAINING, epochs: 100 })).toEqual({ seconds: 4, atMost: false, without: ['m1'] });
    expect(timeNeed(timed(null), TRAINING)).toBeNull();
  });
  it('is an upper bound only where a stop ends a method before its last epoch', () => {
    const bound = (over: { drawPastStop?: boolean; patience?: null }) => timeNeed(timed(1), { ...TRAINING, ...over })?.atMost;
    expect(bound({ drawPastStop: false })).toBe(true);
    expect(bound({ drawPastStop: false, patience: null })).toBe(false);
    expect(bound({})).toBe(false);
  });
});
