import { codesWhere, textOf } from '../bytes/utf8-texts';
import type { TableColumn } from '../table';

type OfTexts = Pick<TableColumn, 'dictionary' | 'counts' | 'utf8'>;

const ZERO = 48;
const WHOLE = /^[+-]?\d+$/;
const LEADING_ZEROS = /^0\d+$/;

/** A name that looks like a number: with zeros before it, or more digits than a double tells apart. */
export function likeName(text: string, value: number): boolean {
  const bare = text.trim();
  return LEADING_ZEROS.test(bare) || (Math.abs(value) > Number.MAX_SAFE_INTEGER && WHOLE.test(bare));
}

/**
 * True where a column holds whole numbers that double precision cannot tell apart: more than 2⁵³, as 64-bit
 * identifiers are. Such cells are names, and stay the text they are.
 */
export function hasLongNumbers(column: OfTexts & Pick<TableColumn, 'numbers'>): boolean {
  const { numbers } = column;
  for (let code = 0; code < numbers.length; code++) {
    if (Math.abs(numbers[code]) > Number.MAX_SAFE_INTEGER && WHOLE.test(textOf(column, code).trim())) return true;
  }
  return false;
}

/**
 * True where whole numbers are written with leading zeros, as postcodes and item codes are: 01067 is no
 * amount.
 */
export function hasLeadingZeros(column: OfTexts): boolean {
  // What begins with another digit, or a sign, has none.
  const codes = codesWhere(column, (bytes, start, end) => bytes[start] <= 32 || bytes[start] >= 0x80 || (bytes[start] === ZERO && end - start > 1));
  for (const code of codes) if (LEADING_ZEROS.test(textOf(column, code).trim())) return true;
  return false;
}
