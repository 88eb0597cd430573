import { describe, expect, it } from 'vitest';
import { clock, count, inWords, measure, plural, rate, shortCount } from './format';

describe('numbers in words', () => {
  it('groups by comma and uses the minus sign', () => {
    expect(count(1_000_331)).toBe('1,000,331');
    expect(count(-12)).toBe('\u221212');
  });
  it('shortens cardinalities only where nothing is lost', () => {
    expect([100, 1_000, 10_000, 100_000, 1_000_000, 1_234].map(shortCount)).toEqual(['100', '1k', '10k', '100k', '1M', '1,234']);
  });
  it('writes times as a clock, rounded up', () => {
    expect([0, 0.2, 23, 59.1, 3_723].map(clock)).toEqual(['0:00', '0:01', '0:23', '1:00', '1:02:03']);
  });
  it('writes losses with as many places as they need', () => {
    expect([3.3583, 0.4123, 512.4, 1326.2, 1.04e10, 0.000012, -1.5, Number.NaN].map(measure)).toEqual([
      '3.36',
      '0.412',
      '512',
      '1,326',
      '1.0e10',
      '1.2e\u22125',
      '\u22121.50',
      'not a number',
    ]);
  });
  it('rounds rates so that they do not flicker', () => {
    expect([391_482, 87, 0].map(rate)).toEqual(['391,000 rows/s', '87 rows/s', '']);
  });
  it('counts in words', () => {
    expect([inWords(2), inWords(11), plural(1, 'method'), plural(5, 'method'), plural(9, 'batch')]).toEqual([
      'two',
      '11',
      '1 method',
      '5 methods',
      '9 batches',
    ]);
  });
});
