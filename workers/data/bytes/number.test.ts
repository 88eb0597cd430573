import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainNumber } from '../reading/numbers';
import { numberIn } from './number';

const encoder = new TextEncoder();
const read = (text: string) => {
  const bytes = encoder.encode(`x${text},`);
  return numberIn(bytes, 1, bytes.length - 1);
};
const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

describe('a number from its bytes', () => {
  const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: most });
  const written = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits(24),
      fc.constantFrom('', '.'),
      digits(24),
      fc.constantFrom('', 'e', 'E'),
      fc.integer({ min: -330, max: 330 }),
    )
    .map(([sign, whole, point, fraction, e, exponent]) => `${sign}${whole}${point}${fraction}${e}${e ? exponent : ''}`);

  test('digits of any number, point and exponent: what Number makes of the text, bit for bit', () => {
    fc.assert(
      fc.property(written, (text) => {
        expect(read(text)).toBe(finite(plainNumber(text)));
      }),
      { numRuns: 4000 },
    );
  });

  test('doubles as programs write them, in as many digits as they have', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 1, max: 21 }), (value, places) => {
        for (const text of [String(value), value.toPrecision(places), Math.abs(value) < 1e15 ? value.toFixed(places - 1) : '0'])
          expect(read(text)).toBe(finite(Number(text)));
      }),
      { numRuns: 4000 },
    );
  });

  test('halves between two doubles, and their neighbours in the last digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 0, max: 9 }), (a, b, last) => {
        // 2⁵³ + odd lies in the middle of two doubles.
        const whole = 2n ** 53n + BigInt(a) * 2n ** 21n + BigInt(b) * 2n + 1n;
        for (const text of [String(whole), `${whole}.0`, `${String(whole).slice(0, 8)}.${String(whole).slice(8)}${last}`, `0.000${whole}${last}`])
          expect(read(text)).toBe(Number(text));
      }),
      { numRuns: 4000 },
    );
  });

  test.each([
    '',
    '-',
    '+',
    '.',
    'e5',
    '1e',
    '1e+',
    '--1',
    '1.2.3',
    '0x10',
    'Infinity',
    'NaN',
    '1e400',
    '-1e400',
    '1,5',
    '1_000',
    ' ',
    'abc',
    '1 2',
    '−',
    '−-1',
  ])('"%s" is none', (text) => {
    expect(read(text)).toBeNaN();
    // Whatever follows it.
    const bytes = encoder.encode(`${text}-5`);
    expect(numberIn(bytes, 0, bytes.length - 2)).toBeNaN();
  });

  test.each([
    [' 12 ', 12],
    ['\t-1.5', -1.5],
    ['−2.5', -2.5],
    ['\u00a07', 7],
    ['1.', 1],
    ['.5', 0.5],
    ['+3', 3],
    ['007', 7],
    ['-0', -0],
    ['1e-400', 0],
    ['123456789012345678901234567890', 1.2345678901234568e29],
  ])('"%s" is one', (text, value) => {
    expect(read(text)).toBe(value);
  });
});
