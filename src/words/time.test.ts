import { describe, expect, it } from 'vitest';
import { duration, needBasis, needWords } from './time';

describe('the time of a run in words', () => {
  it('has two digits at most', () => {
    expect([0.4, 1.4, 12.3, 99.4, 99.6, 180, 5_960, 6_000, 86_400].map(duration)).toEqual([
      'under 1 s',
      '1 s',
      '12 s',
      '99 s',
      '2 min',
      '3 min',
      '99 min',
      '2 h',
      '24 h',
    ]);
  });
  it('says whether it is a bound, what is not counted, and what it rests on', () => {
    expect(needWords({ seconds: 12, atMost: false, without: [] })).toBe('about 12 s');
    expect(needWords({ seconds: 12, atMost: true, without: ['lmm'] })).toBe('at most about 12 s and more');
    expect(needWords({ seconds: 0.2, atMost: true, without: [] })).toBe('under 1 s');
    expect(needBasis({ seconds: 12, atMost: true, without: ['lmm'] }, 300, 0.25, (id) => id.toUpperCase())).toBe(
      'Timed on this device just now: one epoch of each method, on 25 % of the training rows, times 300 epochs. Early stopping may end it sooner. Preparing and the results of the test rows come on top. Not counted, because one epoch does not tell: LMM.',
    );
  });
});
