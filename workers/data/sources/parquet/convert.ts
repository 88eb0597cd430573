import { dateText, decimalText, timeText } from '../cell-texts';
import type { Values } from './pages';
import type { Meaning } from './schema';

/**
 * Values as cells: numbers, or texts. A number beyond what a double holds is a text of its digits, and so is
 * every cell of a column whose cells are names.
 */
export type Cells = ArrayLike<number> | readonly string[] | readonly Uint8Array[];

/** Beyond these digits a decimal may be rounded when it becomes a number. */
const EXACT_DIGITS = 10n ** 15n;

const DAY_1970 = 2_440_588n;
const NANOS_OF_DAY = 86_400_000_000_000n;

export interface Converted {
  cells: Cells;
  /** Decimals with more digits than a number tells apart: which of the values. */
  rounded?: ReadonlySet<number>;
  /** Some whole number is beyond what a double holds; the cells are its digits all the same. */
  beyond?: boolean;
}

/** @param names the cells are names, whatever they look like */
export function cellsOf(values: Values, meaning: Meaning, names: boolean): Converted {
  const texts = (text: (value: never) => string): Converted => ({ cells: Array.from(values as ArrayLike<never>, text) });
  switch (meaning.is) {
    case 'number':
      return { cells: values as ArrayLike<number> };
    case 'unsigned':
      return { cells: Uint32Array.from(values as ArrayLike<number>) };
    case 'long':
      return longs(values as ArrayLike<bigint>, meaning.signed, names);
    case 'half':
      return { cells: Float64Array.from(values as readonly Uint8Array[], halfFloat) };
    case 'decimal':
      return decimals(values, meaning.scale, names);
    case 'boolean':
      return texts((value: boolean) => String(value));
    case 'text':
      return { cells: values as readonly Uint8Array[] };
    case 'uuid':
      return texts(uuid);
    case 'date':
      return texts((days: number) => dateText(days));
    case 'time':
      return texts((time: bigint) => timeText(BigInt(time), meaning.perSecond));
    case 'clock':
      return texts((time: bigint | number) => timeText(BigInt(time), meaning.perSecond).replace(/^1970-01-01 ?/, '') || '00:00:00');
    case 'int96':
      return texts((value: bigint) =>
        timeText((BigInt.asIntN(32, value >> 64n) - DAY_1970) * NANOS_OF_DAY + BigInt.asUintN(64, value), 1_000_000_000n),
      );
  }
}

const halves = (values: BigInt64Array): Int32Array => new Int32Array(values.buffer, values.byteOffset, 2 * values.length);

/** Whole numbers of 64 bits; a double holds those of 53. */
function longs(values: ArrayLike<bigint>, signed: boolean, names: boolean): Converted {
  const digits = (): readonly string[] => Array.from(values, (value) => String(signed ? value : BigInt.asUintN(64, value)));
  if (names) return { cells: digits() };
  const numbers = new Float64Array(values.length);
  if (values instanceof BigInt64Array) {
    const words = halves(values);
    for (let i = 0; i < numbers.length; i++) {
      const high = signed ? words[2 * i + 1] : words[2 * i + 1] >>> 0;
      numbers[i] = high * 2 ** 32 + (words[2 * i] >>> 0);
      if (!Number.isSafeInteger(numbers[i])) return { cells: digits(), beyond: true };
    }
    return { cells: numbers };
  }
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = Number(signed ? values[i] : BigInt.asUintN(64, values[i]));
    if (!Number.isSafeInteger(numbers[i])) return { cells: digits(), beyond: true };
  }
  return { cells: numbers };
}

/** Decimals as the numbers that their digits are. */
function decimals(values: Values, scale: number, names: boolean): Converted {
  const rounded = new Set<number>();
  let beyond = false;
  const unscaled = Array.from(values as ArrayLike<bigint | number | Uint8Array>, (value, i) => {
    const whole = value instanceof Uint8Array ? bigEndian(value) : BigInt(value);
    if (whole > EXACT_DIGITS || whole < -EXACT_DIGITS) {
      if (scale <= 0) beyond ||= !Number.isSafeInteger(Number(whole) * 10 ** -scale);
      else rounded.add(i);
    }
    return whole;
  });
  const digits = unscaled.map((whole) => decimalText(whole, scale));
  if (names || beyond) return { cells: digits, beyond };
  return { cells: Float64Array.from(digits, Number), rounded };
}

/** A signed whole number, its first byte the greatest. */
function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

function halfFloat(bytes: Uint8Array): number {
  const bits = bytes[0] | (bytes[1] << 8);
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, (bits & 1023) / 1024];
  if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

function uuid(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
