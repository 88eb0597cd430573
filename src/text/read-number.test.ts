import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactly, fixed, MINUS, measured, scientific, threeFigures, value, whole } from './numbers';
import { pointedThousands, pointQuestion, readNumber } from './read-number';

describe('numbers as people type them', () => {
  it('have a point or a comma before their decimals', () => {
    expect(['9', ' 0.5 ', '0,5', '2,5', '0,001', '0,125', '-1,25', '−2', '+.5', '1e3', '1,5e-3'].map(readNumber)).toEqual([
      ...[9, 0.5, 0.5, 2.5, 0.001, 0.125, -1.25, -2, 0.5, 1000, 0.0015],
    ]);
  });

  it('have their thousands in groups, by commas or by spaces', () => {
    expect(['25,000', '1,331', '1,000.5', '−1,000,331', '25 000', '1 000 331,5', '1 234.5'].map(readNumber)).toEqual([
      ...[25_000, 1331, 1000.5, -1_000_331, 25_000, 1_000_331.5, 1234.5],
    ]);
  });

  it('may have points between their thousands, and are asked about', () => {
    expect(['25.000', '-1.000', '100.000.000', ' 1.500 ', '1.2345', '0.125', '12.50', '1000.000', '25,000', '3'].map(pointedThousands)).toEqual([
      ...[25_000, -1000, 100_000_000, 1500, null, null, null, null, null, null],
    ]);
    expect(pointQuestion('50.000', true)).toBe('Is "50.000" 50,000 or 50? Write 50000 or 50.');
    expect(pointQuestion('1.500', true)).toBe('Is "1.500" 1,500? Write 1500.');
    expect(pointQuestion('100.000.000', true)).toBe('Is "100.000.000" 100,000,000? Write 100000000.');
    expect(pointQuestion('13.651', false)).toBe('Is "13.651" 13,651 or 13.651? Write 13651 or 13.6510.');
    expect(readNumber('13.6510')).toBe(13.651);
    expect(pointQuestion('12.5', true)).toBeNull();
  });

  it('are nothing else', () => {
    const texts = ['', ' ', '9 rows', 'Infinity', 'NaN', '0x10', '1,2,3', '12,345,6', '1.000,5', '1 2', '1,', ',5', '2 × 10', '1e999'];
    expect(texts.filter((text) => readNumber(text) !== null)).toEqual([]);
  });

  it('are read back from what the page writes, to the digits that it shows', () => {
    const number = fc.double({ min: -1e307, max: 1e307, noNaN: true });
    fc.assert(fc.property(fc.maxSafeInteger(), (integer) => void expect(readNumber(whole(integer))).toBe(integer === 0 ? 0 : integer)));
    fc.assert(fc.property(number, (x) => void expect(readNumber(exactly(x))).toBe(x === 0 ? 0 : x)));
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 8 }), (units, decimals) => {
        const x = Number(`${units}e-${decimals}`);
        expect(readNumber(fixed(x, decimals))).toBe(x === 0 ? 0 : x);
      }),
    );
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 8 }), (x, decimals) => {
        expect(readNumber(scientific(x))).toBe(Number(x.toExponential(2)) || 0);
        for (const text of [measured(x, decimals), value(x), threeFigures(x)]) {
          const read = readNumber(text);
          // Half a unit of two figures, or of the decimals.
          expect(Math.abs((read ?? Number.NaN) - x), text).toBeLessThanOrEqual(Math.max(0.051 * Math.abs(x), 0.51 * 10 ** -decimals));
        }
      }),
    );
    expect(readNumber(`${MINUS}4.90 × 10⁻³`)).toBe(-0.0049);
  });
});
