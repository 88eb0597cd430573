/** Numbers as the page writes them: comma groups, U+2212 for minus, the response's own unit. */

const NONE = 'not a number';

export const MINUS = '\u2212';

const minus = (text: string): string => text.replace('-', MINUS);

/**
 * Rounded by the decimals as they are written, half away from zero, with comma groups. As `Intl` does, which
 * would take 30 ms of the page's start for its first number; it is left what has more digits than a number
 * holds.
 */
function grouped(value: number, decimals: number): string {
  const units = Math.round(Number(`${Math.abs(value)}e${decimals}`));
  if (!Number.isSafeInteger(units)) return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const digits = String(units).padStart(decimals + 1, '0');
  const integer = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${integer}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''}`;
}

/** A whole number with comma groups: 1,000,331. */
export function whole(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  return minus(grouped(Math.round(value), 0));
}

/** With every digit that it has: 25,000 and 0.0001. For the ends of a range, which no rounding may move. */
export const exactly = (value: number): string => (Number.isSafeInteger(value) ? whole(value) : minus(String(value)));

/** A fixed number of decimals, with comma groups. Never writes −0.00. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return NONE;
  const text = grouped(value, decimals);
  return minus(/^-[0.,]*$/.test(text) ? text.slice(1) : text);
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** In scientific form: 3.10 × 10⁻⁸. */
export function scientific(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return NONE;
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = [...String(Math.abs(Number(exponent)))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${minus(mantissa)} × 10${Number(exponent) < 0 ? '⁻' : ''}${power}`;
}

/** To three figures: 0.0123, 4.9, 12300, 1.2e7. */
export function threeFigures(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(1).replace('e+', 'e').replaceAll('-', MINUS);
  return minus(String(Number(value.toPrecision(3))));
}

/** From here on a number has more digits before its point than it knows. */
const HUGE = 1e15;

/** A number below this share of the largest in its group is negligible. */
const SMALL = 1e-6;

/**
 * As `fixed`, where a number that is not 0 never reads as 0: what the decimals do not show, and what has too
 * many digits, is in scientific form.
 */
export function measured(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  const hidden = value !== 0 && /^[0.,]*$/.test(text);
  return hidden || (Number.isFinite(value) && Math.abs(value) >= HUGE) ? scientific(value) : text;
}

/**
 * Decimals that show an error of this size to about three digits, at least two: 3.36, 0.0123, 12,345. One
 * choice serves a whole column.
 */
export function decimalsFor(values: number[]): number {
  const sizes = values.map(Math.abs).filter((value) => Number.isFinite(value) && value > 0);
  if (sizes.length === 0) return 2;
  // A negligible number is written in scientific form, so that it does not lengthen the others.
  const least = Math.min(...sizes.filter((value) => value >= SMALL * Math.max(...sizes)));
  if (least >= 1000) return 0;
  if (least >= 100) return 1;
  return Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(least)) - (least >= 0.1 ? 1 : 0)));
}

/** A value of a curve: as many decimals as its own size asks for. */
export const value = (number: number): string =>
  number !== 0 && Math.abs(number) < SMALL ? scientific(number) : measured(number, decimalsFor([number]));

/** Bytes in decimal units: 923 bytes, 41 kB, 2.1 MB. From `smallest` kB on: 0.9 kB. */
export function bytes(value: number, smallest: 'bytes' | 'kB' = 'bytes'): string {
  if (value < 1e3 && smallest === 'bytes') return `${value} bytes`;
  const [amount, unit] = value < 1e6 ? [value / 1e3, 'kB'] : value < 1e9 ? [value / 1e6, 'MB'] : [value / 1e9, 'GB'];
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${unit}`;
}

/** Bytes of so many 32-bit numbers: 0.9 kB, 41 kB, 4.0 MB. */
export const bytesOf = (numbers: number): string => bytes(numbers * 4, 'kB');

/** Short form for axes, switches and for q where nothing is lost: 100, 1k, 10k, 1M, and 2,972. */
export function short(number: number): string {
  if (number >= 1e6 && number % 1e5 === 0) return `${number / 1e6}M`;
  if (number >= 1e3 && number % 1e2 === 0 && number < 1e6) return `${number / 1e3}k`;
  return whole(number);
}

const WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A small count as a word: two, eleven as 11. */
export const inWords = (number: number): string => WORDS[number] ?? whole(number);

/** 'a, b and c'. */
export function listed(items: string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
