const WHOLE = /^[+-]?\d+$/;

/**
 * True where a column holds whole numbers that double precision cannot tell apart: more than 2⁵³, as 64-bit
 * identifiers are. Such cells are names, and stay the text they are.
 */
export function hasLongNumbers(dictionary: readonly string[], numbers: ArrayLike<number>): boolean {
  for (let code = 0; code < dictionary.length; code++) {
    if (Math.abs(numbers[code]) > Number.MAX_SAFE_INTEGER && WHOLE.test(dictionary[code].trim())) return true;
  }
  return false;
}

/**
 * True where whole numbers are written with leading zeros, as postcodes and item codes are: 01067 is no
 * amount.
 */
export function hasLeadingZeros(dictionary: readonly string[]): boolean {
  return dictionary.some((text) => /^0\d+$/.test(text.trim()));
}
