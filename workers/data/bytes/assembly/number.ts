// Decimal numbers from their digits, as `numberIn` of number.ts reads them: rounded once, or left to the
// host.

import { quotient } from './quotient';

const POWERS: StaticArray<f64> = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/** Digits of which a double holds every whole number. */
const EXACT_DIGITS = 15;
/** Digits that 64 bits hold. */
const MOST_DIGITS = 19;
const SAFE: f64 = 9007199254740991;

/** The number was written with a point. */
export let pointed: bool = false;
export let value: f64 = 0;

/**
 * Reads a number into `value`. False for what the host must look at: no number, one that may be a name, many
 * digits.
 */
export function read(at: usize, end: usize): bool {
  const negative = load<u8>(at) == 45;
  if (negative || load<u8>(at) == 43) at++;
  const begin = at;
  let digits: u64 = 0;
  let point: usize = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 48;
    if (digit <= 9) digits = digits * 10 + digit;
    else if (digit == <u32>-2 && point == 0) point = at;
    else break;
  }
  const signs = at - begin;
  const seen = signs - (point != 0 ? 1 : 0);
  if (seen == 0) return false;
  // Zeros in front are no digits, and make a whole number a name.
  let leading: usize = 0;
  if (load<u8>(begin) == 48) {
    if (point == 0 && signs > 1) return false;
    let first = begin;
    for (; first < at && (load<u8>(first) == 48 || first == point); first++) if (first != point) leading++;
  }
  const count = <i32>(seen - leading);
  if (count > MOST_DIGITS) return false;
  let power = point != 0 ? -(<i32>(at - point) - 1) : 0;
  const plain = at == end;
  if (!plain) {
    if ((load<u8>(at) | 32) != 101) return false;
    at++;
    const less = load<u8>(at) == 45;
    if (less || load<u8>(at) == 43) at++;
    if (at >= end || end - at > 4) return false;
    let exponent = 0;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 48;
      if (digit > 9) return false;
      exponent = exponent * 10 + digit;
    }
    power += less ? -exponent : exponent;
  }
  if (power > 22 || power < -22) return false;
  let number: f64;
  if (count <= EXACT_DIGITS) {
    number = power < 0 ? <f64>digits / unchecked(POWERS[-power]) : <f64>digits * unchecked(POWERS[power]);
  } else {
    if (power > 0) return false;
    const scale: u64 = count == 16 ? 10 : count == 17 ? 100 : count == 18 ? 1000 : 10000;
    number = quotient(<f64>(digits / scale), <f64>scale, <f64>(digits % scale), unchecked(POWERS[-power]));
    if (isNaN(number)) return false;
  }
  if (plain && point == 0 && number > SAFE) return false;
  if (point != 0) pointed = true;
  value = negative ? -number : number;
  return true;
}

export function forgetPoint(): void {
  pointed = false;
}
