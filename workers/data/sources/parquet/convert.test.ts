import { expect, it } from 'vitest';
import { decimalText, timeText } from '../cell-texts';
import { cellsOf } from './convert';

it('whole numbers of 64 and 32 bits, with a sign and without, are what they are, or their digits', () => {
  const long = (values: ArrayLike<bigint>, signed: boolean, names = false) => cellsOf(values, { is: 'long', signed }, names);
  for (const values of [BigInt64Array.of(-1n, 2n ** 33n + 5n), [-1n, 2n ** 33n + 5n]]) {
    expect(Array.from(long(values, true).cells as ArrayLike<number>)).toEqual([-1, 8589934597]);
    expect(long(values, false)).toEqual({ cells: ['18446744073709551615', '8589934597'], beyond: true });
    expect(long(values, true, true).cells).toEqual(['-1', '8589934597']);
  }
  expect(long(BigInt64Array.of(-(2n ** 53n)), true)).toEqual({ cells: ['-9007199254740992'], beyond: true });
  expect(Array.from(cellsOf(Int32Array.of(-1, 7), { is: 'unsigned' }, false).cells as ArrayLike<number>)).toEqual([4294967295, 7]);
});

/** IEEE 754 binary16: subnormal, normal, and what is no number. */
it('numbers of 16 bits', () => {
  const bits = [0x0001, 0x03ff, 0x0400, 0x3c00, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
  const bytes = bits.map((two) => Uint8Array.of(two & 255, two >> 8));
  expect(Array.from(cellsOf(bytes, { is: 'half' }, false).cells as ArrayLike<number>)).toEqual([
    ...[2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, -2, 65504],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
  ]);
});

it('decimals in bytes have a sign; whole ones beyond 2⁵³ keep their digits, others are the nearest number', () => {
  const decimal = (values: Parameters<typeof cellsOf>[0], scale: number) => cellsOf(values, { is: 'decimal', scale }, false);
  expect(Array.from(decimal([Uint8Array.of(0xff, 0x85), Uint8Array.of(0, 123)], 2).cells as ArrayLike<number>)).toEqual([-1.23, 1.23]);
  expect(decimal([9007199254740993n, 1n], 0)).toMatchObject({ cells: ['9007199254740993', '1'], beyond: true });
  expect(decimal([1n, 12345678901234567n], 10)).toEqual({ cells: Float64Array.of(1e-10, 1234567.8901234567), rounded: new Set([1]) });
  const written: [bigint, number][] = [
    [5n, 2],
    [-5n, 1],
    [12300n, 2],
    [-0n, 3],
    [7n, -2],
  ];
  expect(written.map(([unscaled, scale]) => decimalText(unscaled, scale))).toEqual(['0.05', '-0.5', '123', '0', '700']);
});

it('times before 1970, parts of seconds, and years that no date has', () => {
  expect(timeText(-1n, 1_000n)).toBe('1969-12-31 23:59:59.999');
  expect(timeText(1_500_000n, 1_000_000n)).toBe('1970-01-01 00:00:01.5');
  expect(timeText(BigInt(Date.UTC(9999, 11, 31)), 1_000n)).toBe('9999-12-31');
  expect(timeText(BigInt(Date.UTC(10_000, 0, 1)), 1_000n)).toBe('2932897 days');
});
