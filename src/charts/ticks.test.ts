import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkup } from './escape';
import { epochTicks, linearTicks, logTicks } from './ticks';

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
  it('of very small and very large numbers are told apart', () => {
    expect(linearTicks(0, 3.2e-18, 4).map((tick) => tick.text)).toEqual(['0', '1 × 10⁻¹⁸', '2 × 10⁻¹⁸', '3 × 10⁻¹⁸']);
    expect(linearTicks(9.95e15, 1.015e16, 4).map((tick) => tick.text)).toEqual([
      '9.95 × 10¹⁵',
      '1.000 × 10¹⁶',
      '1.005 × 10¹⁶',
      '1.010 × 10¹⁶',
      '1.015 × 10¹⁶',
    ]);
    expect(logTicks(1e-9, 1e-5).map((tick) => tick.text)).toEqual(['1 × 10⁻⁹', '1 × 10⁻⁸', '1 × 10⁻⁷', '0.000001', '0.00001']);
    fc.assert(
      fc.property(fc.double({ min: -25, max: 25, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }), (power, shift) => {
        const span = 10 ** power;
        const texts = linearTicks(shift * span, (shift + 1) * span, 5).map((tick) => tick.text);
        // Two where the axis begins just above a tick.
        expect(texts.length).toBeGreaterThan(1);
        expect(new Set(texts).size).toBe(texts.length);
      }),
    );
  });

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
