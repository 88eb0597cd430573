import { plainNumber } from '../reading/numbers';
import { quotient } from './assembly/quotient';

const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Digits of which a double holds every whole number. */
const EXACT_DIGITS = 15;

/** Digits of the part before and the part after them; more are left to the language. */
const MOST_DIGITS = 21;

const [POINT, PLUS, MINUS, ZERO] = [46, 43, 45, 48];

/**
 * The number that bytes `start` … `end` − 1 of a text in UTF-8 stand for: bit for bit what `plainNumber`
 * makes of it, which is `Number(text)` of every plain decimal; NaN for anything else and for what is too
 * large.
 *
 * Up to 15 digits are a whole number that a double holds, and a power of ten up to 22 another: their quotient
 * or product is rounded once (Clinger 1990). Up to 21 digits are two such numbers, divided with the remainder
 * kept (Dekker 1971); where the remainder does not tell on which side of a half the quotient lies, and for
 * all other texts, the language reads them.
 */
export function numberIn(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const first = bytes[at];
  // Most texts that are no numbers begin with a letter.
  if (first > 57 && first < 0x80) return Number.NaN;
  const negative = first === MINUS;
  if (negative || first === PLUS) at++;
  // The first 15 digits that count, the others, and how many of all stand after the point.
  let [high, low, digits, seen, point] = [0, 0, 0, 0, -1];
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      seen++;
      if (digits < EXACT_DIGITS) high = high * 10 + digit;
      else low = low * 10 + digit;
      if (digits > 0 || digit > 0) digits++;
    } else if (digit === POINT - ZERO && point < 0) point = seen;
    else break;
  }
  if (seen === 0) return slowly(bytes, start, end);
  let power = point < 0 ? 0 : point - seen;
  if (at < end) {
    if ((bytes[at] | 32) !== 101) return slowly(bytes, start, end);
    const exponent = exponentIn(bytes, at + 1, end);
    if (Number.isNaN(exponent)) return slowly(bytes, start, end);
    power += exponent;
  }
  if (digits > MOST_DIGITS || power > 22 || power < -22) return slowly(bytes, start, end);
  let value: number;
  if (digits <= EXACT_DIGITS) value = power < 0 ? high / POWERS[-power] : high * POWERS[power];
  else if (power > 0) return slowly(bytes, start, end);
  else {
    value = quotient(high, POWERS[digits - EXACT_DIGITS], low, POWERS[-power]);
    if (Number.isNaN(value)) return slowly(bytes, start, end);
  }
  return negative ? -value : value;
}

/** The whole number of an exponent with up to four digits; NaN for anything else. */
function exponentIn(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  if (at >= end || end - at > 4) return Number.NaN;
  let exponent = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    exponent = exponent * 10 + digit;
  }
  return negative ? -exponent : exponent;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** White space around it, a minus of another kind, many digits, large powers: as the language reads them. */
function slowly(bytes: Uint8Array, start: number, end: number): number {
  // Most texts that are no numbers begin like none.
  const first = bytes[start];
  if (!((first >= 43 && first <= 57) || first <= 32 || first >= 0x80) || end - start > 400) return Number.NaN;
  const value = plainNumber(decoder.decode(bytes.subarray(start, end)));
  return Number.isFinite(value) ? value : Number.NaN;
}
