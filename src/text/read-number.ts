/** Numbers as people type them, and as the page itself writes them (numbers.ts). */

import { exactly } from './numbers';

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Spaces between groups of three digits, the kinds without a break among them. */
const SPACED = /^([+-]?[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+)((?:[.,]\d+)?)$/;
/** Comma groups, as the page writes them: 25,000 and 1,234.5, and never 0,125. */
const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/;
/** One comma between digits that groups nothing is a decimal sign: 0,001. */
const DECIMAL_COMMA = /^([+-]?\d+),(\d+(?:e[+-]?\d+)?)$/i;
/** 3.10 × 10⁻⁸, without its spaces. */
const POWER = /^(.+)×10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/;

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const lowered = (power: string): string => power.replace(/./g, (sign) => (sign === '⁻' ? '-' : String(RAISED.indexOf(sign))));

/** The number that a text is, or null where it is none. */
export function readNumber(text: string): number | null {
  const plain = text
    .trim()
    .replace(/\u2212/g, '-')
    .replace(/\s*×\s*10/, '×10')
    .replace(POWER, (_, mantissa: string, power: string) => `${mantissa}e${lowered(power)}`)
    .replace(SPACED, (_, integer: string, rest: string) => `${integer.replace(/\s/g, '')}${rest.replace(',', '.')}`);
  const ungrouped = GROUPED.test(plain) ? plain.replaceAll(',', '') : plain.replace(DECIMAL_COMMA, '$1.$2');
  const value = PLAIN.test(ungrouped) ? Number(ungrouped) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** Points between groups of three digits, as many countries write thousands, and never 0.125. */
const POINTED = /^[+\u2212-]?[1-9]\d{0,2}(\.\d{3})+$/;

/**
 * The number that a text is where its points group thousands: 25,000 of 25.000. Null where they cannot. A
 * single point is a decimal sign to `readNumber`, so a text that has both meanings is to be asked about.
 */
export function pointedThousands(text: string): number | null {
  const typed = text.trim();
  return POINTED.test(typed) ? readNumber(typed.replaceAll('.', '')) : null;
}

/** The question about such a text. Where only whole numbers can be, 1.500 has one meaning alone. */
export function pointQuestion(text: string, whole: boolean): string | null {
  const [typed, thousands] = [text.trim(), pointedThousands(text)];
  if (thousands === null) return null;
  const decimal = readNumber(typed);
  if (decimal === null || (whole && !Number.isInteger(decimal))) return `Is "${typed}" ${exactly(thousands)}? Write ${thousands}.`;
  const written = Number.isInteger(decimal) ? decimal : `${typed}0`;
  return `Is "${typed}" ${exactly(thousands)} or ${exactly(decimal)}? Write ${thousands} or ${written}.`;
}
