/** Numbers as people type them, and as the page itself writes them (numbers.ts). */

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
