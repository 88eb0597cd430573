import type { DECIMALS, THOUSANDS } from './steps';

/** How the numbers of a column are written. */
export interface NumberFormat {
  decimal: (typeof DECIMALS)[number];
  thousands: (typeof THOUSANDS)[number];
  /** A sign before or after every number, left out. */
  affix?: string;
}

export const PLAIN: NumberFormat = { decimal: '.', thousands: '' };

export const isPlain = ({ decimal, thousands, affix }: NumberFormat): boolean => decimal === '.' && thousands === '' && !affix;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number a cell stands for: decimal, with an optional exponent, the minus also as U+2212. NaN for
 * anything else; Infinity for what is too large for a double.
 */
export function plainNumber(cell: string): number {
  const text = cell.trim();
  if (NUMBER.test(text)) return Number(text);
  return text.charCodeAt(0) === 0x2212 && NUMBER.test(text.slice(1)) && !/^[+-]/.test(text.slice(1)) ? -Number(text.slice(1)) : Number.NaN;
}

const escaped = (sign: string): string => `\\${sign}`;
/**
 * Spaces between thousands: ordinary, no-break, thin and narrow no-break; apostrophes straight and curved.
 */
const GROUPS: Record<string, string> = { ' ': '[ \\u00a0\\u2009\\u202f]', "'": "['’]", ',': ',', '.': '\\.' };

/**
 * Reads cells of one format: groups of exactly three digits after one to three that do not begin with 0, a
 * minus also as U+2212. NaN for any other cell.
 */
export function numberReader({ decimal, thousands, affix }: NumberFormat): (cell: string) => number {
  const sign = decimal === '.' ? '\\.' : ',';
  const group = thousands === '' ? null : GROUPS[thousands];
  const digits = group ? `(?:[1-9]\\d{0,2}(?:${group}\\d{3})+|\\d+)` : '\\d+';
  const shape = new RegExp(`^[+-]?(?:${digits}(?:${sign}\\d*)?|${sign}\\d+)(?:[eE][+-]?\\d+)?$`);
  const groups = group ? new RegExp(group, 'g') : null;
  const before = affix ? new RegExp(`^([+-]?)\\s*${[...affix].map(escapedSign).join('')}\\s*(?=[+\\-\\d.,])`) : null;
  const after = affix ? new RegExp(`\\s*${[...affix].map(escapedSign).join('')}$`) : null;
  return (cell) => {
    let text = cell.trim();
    if (text.includes('\u2212')) text = text.replace('\u2212', '-');
    if (before && after) {
      const bare = text.replace(before, '$1').replace(after, '');
      if (bare === text) return Number.NaN;
      text = bare.trim();
    }
    if (!shape.test(text)) return Number.NaN;
    if (groups) text = text.replace(groups, '');
    return Number(decimal === ',' ? text.replace(',', '.') : text);
  };
}

const escapedSign = (character: string): string => (/[a-zA-Z0-9]/.test(character) ? character : escaped(character));

const AFFIX =
  /^[+\-\u2212]?\s*([$€£¥₹%‰]|EUR|USD|CHF|GBP|Fr\.|kr|zł)?\s*[+\-\u2212]?[\d.,][\d.,'’ \u00a0\u2009\u202f]*(?:[eE][+-]?\d+)?\s*([$€£¥₹%‰]|EUR|USD|CHF|GBP|Fr\.|kr|zł)?$/;

/**
 * The sign of a unit that a cell has before or after its number: "$" of "$3.50", "%" of "12 %"; null without
 * one.
 */
export function affixOf(cell: string): string | null {
  const match = AFFIX.exec(cell.trim());
  return match ? (match[1] ?? match[2] ?? null) : null;
}
