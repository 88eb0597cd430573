import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkup } from './escape';
import { bytesOf, decimalsFor, fixed, listed, short, value, whole } from './format';
import { epochTicks, linearTicks, logTicks } from './ticks';

describe('numbers', () => {
  it('writes the minus sign U+2212 and comma groups, never minus zero', () => {
    expect(fixed(-1234.5, 1)).toBe('\u22121,234.5');
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(whole(1_000_331)).toBe('1,000,331');
    expect(fixed(Number.NaN, 2)).toBe('not a number');
  });
  it('chooses decimals by size', () => {
    expect(value(3.3649)).toBe('3.36');
    expect(value(0.4567)).toBe('0.46');
    expect(value(0.01234)).toBe('0.0123');
    expect(value(12_345.6)).toBe('12,346');
    expect(decimalsFor([])).toBe(2);
  });
  it('writes bytes, short counts and lists', () => {
    expect(bytesOf(231)).toBe('0.9 kB');
    expect(bytesOf(13_651)).toBe('55 kB');
    expect(bytesOf(1_000_331)).toBe('4.0 MB');
    expect([100, 1000, 100_000, 1_000_000, 2972].map(short)).toEqual(['100', '1k', '100k', '1M', '2,972']);
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});

describe('escapeMarkup', () => {
  it('leaves no tag and no entity a person wrote', () => {
    expect(escapeMarkup('<b>x</b> & "y"')).toBe('&lt;b&gt;x&lt;/b&gt; &amp; "y"');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeMarkup(text, 1000)).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
      }),
    );
  });
  it('cuts long names', () => expect(escapeMarkup('a'.repeat(100), 10)).toBe(`${'a'.repeat(9)}…`));
});

describe('ticks', () => {
  it('lie within the axis and rise', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = linearTicks(low, low + span, 6);
        expect(ticks.length).toBeLessThan(20);
        ticks.forEach((tick, i) => {
          expect(tick.at).toBeGreaterThanOrEqual(low - span * 1e-6);
          expect(tick.at).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          if (i > 0) expect(tick.at).toBeGreaterThan(ticks[i - 1].at);
        });
      }),
    );
  });
  it('are round', () => {
    expect(linearTicks(3, 6, 6).map((tick) => tick.text)).toEqual(['3.0', '3.5', '4.0', '4.5', '5.0', '5.5', '6.0']);
    expect(epochTicks(300, 6).map((tick) => tick.text)).toEqual(['0', '50', '100', '150', '200', '250', '300']);
    expect(epochTicks(1, 6).map((tick) => tick.text)).toEqual(['0', '1']);
    expect(logTicks(1, 200_000).map((tick) => tick.text)).toEqual(['1', '10', '100', '1,000', '10k', '100k']);
  });
});
