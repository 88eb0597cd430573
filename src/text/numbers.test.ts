import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, bytesOf, decimalsFor, fixed, listed, MINUS, measured, short, threeFigures, value, whole } from './numbers';

describe('numbers', () => {
  it('writes the minus sign U+2212 and comma groups, never minus zero', () => {
    expect(fixed(-1234.5, 1)).toBe('\u22121,234.5');
    expect(fixed(-0.001, 2)).toBe('0.00');
    expect(whole(1_000_331)).toBe('1,000,331');
    expect(fixed(Number.NaN, 2)).toBe('not a number');
  });
  it('rounds and groups as Intl does', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: -3, max: 9 }), fc.integer({ min: 0, max: 8 }), (units, scale, decimals) => {
        const value = Number(`${units}e${-scale}`);
        const intl = value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
        expect(fixed(value, decimals)).toBe((/^-[0.,]*$/.test(intl) ? intl.slice(1) : intl).replace('-', MINUS));
      }),
    );
    expect(fixed(1.005, 2)).toBe('1.01');
  });
  it('chooses decimals by size', () => {
    expect(value(3.3649)).toBe('3.36');
    expect(value(0.4567)).toBe('0.46');
    expect(value(0.01234)).toBe('0.0123');
    expect(value(12_345.6)).toBe('12,346');
    expect(decimalsFor([])).toBe(2);
  });
  it('writes three figures of any size', () => {
    expect([0, 12_345, 0.012345, 4.9, -2.5, 1.24e7, 3.1e-5, -3.1e-5].map(threeFigures)).toEqual([
      ...['0', '12300', '0.0123', '4.9', '\u22122.5', '1.2e7', '3.1e\u22125', '\u22123.1e\u22125'],
    ]);
    expect(threeFigures(Number.NaN)).toBe('not a number');
  });
  it('writes bytes, short counts and lists', () => {
    expect([12, 923, 41_324, 2_100_000, 42_000_000, 3.2e9].map((size) => bytes(size))).toEqual([
      '12 bytes',
      '923 bytes',
      '41 kB',
      '2.1 MB',
      '42 MB',
      '3.2 GB',
    ]);
    expect(bytesOf(231)).toBe('0.9 kB');
    expect(bytesOf(13_651)).toBe('55 kB');
    expect(bytesOf(1_000_331)).toBe('4.0 MB');
    expect([100, 1000, 100_000, 1_000_000, 2972].map(short)).toEqual(['100', '1k', '100k', '1M', '2,972']);
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});

describe('numbers next to nothing', () => {
  it('are in scientific form and never read as 0', () => {
    expect(measured(1e-7, 2)).toBe('1.00 × 10⁻⁷');
    expect(measured(-8.8e-8, 4)).toBe('\u22128.80 × 10⁻⁸');
    expect(measured(0, 3)).toBe('0.000');
    expect(measured(-0, 2)).toBe('0.00');
    expect(measured(0.005, 2)).toBe('0.01');
    expect(measured(0.0049, 2)).toBe('4.90 × 10⁻³');
    expect(measured(1.2345e21, 2)).toBe('1.23 × 10²¹');
    expect(measured(Number.NaN, 2)).toBe('not a number');
    expect(value(2.3127e-15)).toBe('2.31 × 10⁻¹⁵');
    expect(value(0)).toBe('0.00');
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 8 }), (number, decimals) => {
        for (const text of [measured(number, decimals), value(number)]) expect(/[1-9]/.test(text)).toBe(number !== 0);
      }),
    );
  });
  it('do not lengthen the numbers next to them', () => {
    expect(decimalsFor([2.3e-15, 0.3137])).toBe(2);
    expect(decimalsFor([0.0123, 3.3])).toBe(decimalsFor([0.0123]));
    expect(decimalsFor([2e-18, 3e-18])).toBe(8);
  });
});
