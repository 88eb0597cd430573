import { codesWhere, textOf } from '../bytes/utf8-texts';
import { plainNumber } from '../reading/numbers';
import type { TableColumn } from '../table';
import { atOnce, type Work } from '../work';

/** Spellings of one level. */
export interface Spelling {
  /** The spelling that stays: the most frequent one. */
  into: string;
  /** The others, most frequent first. */
  from: string[];
  /** Texts of the column that are one level: one more than `from` where `into` is one of them. */
  of: number;
}

/** Texts between two rests: each becomes a string, and its plain spelling another. */
const REST_SPELLINGS = 1 << 12;

/** Texts that are spelled plainly at first sight. */
const PLAIN = /^[a-z][a-z0-9]*(?:[ _/:-][a-z0-9]+)*$/;

/** 1: a letter, 2: a digit, 3: a sign between two of them. */
const SIGNS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  return /[a-z]/.test(sign) ? 1 : /[0-9]/.test(sign) ? 2 : /[ _/:-]/.test(sign) ? 3 : 0;
});

/** As `PLAIN` of the text that these bytes are. */
function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end || SIGNS[bytes[start]] !== 1) return false;
  for (let i = start, before = 1; i < end; i++) {
    const sign = SIGNS[bytes[i]];
    if (sign === 0 || (sign === 3 && (before === 3 || i + 1 === end))) return false;
    before = sign;
  }
  return true;
}

/**
 * What two spellings of one level share: no case, no outer or repeated spaces, one form of quotes, hyphens
 * and composed letters, and a number without its form (1, 1.0 and 01 are one). Long whole numbers stay text.
 * 007 and 7 may yet be two codes: spellings are offered to be merged, and stay as they are until a person
 * says so.
 */
export function plainSpelling(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018\u2019\u00b4`]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim()
    .toLowerCase();
  const number = plainNumber(plain);
  return Number.isNaN(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER ? plain : String(number + 0);
}

/**
 * Levels that differ in spelling only, each group with what it would become. Groups of one are left out; the
 * order is that of first appearance.
 */
export const spellingsOf = (column: OfTexts): Spelling[] => atOnce(findingSpellings(column));

type OfTexts = Pick<TableColumn, 'dictionary' | 'counts' | 'utf8'>;

/** As `spellingsOf`. */
export function* findingSpellings(column: OfTexts): Work<Spelling[]> {
  const { counts } = column;
  // Texts that are their own plain spelling differ from one another: only the others can have company.
  const groups = new Map<string, number[]>();
  const changed = new Set<number>();
  let looked = 0;
  for (const code of codesWhere(column, (bytes, start, end) => !isPlain(bytes, start, end))) {
    if (looked++ % REST_SPELLINGS === 0) yield;
    const text = textOf(column, code);
    if (PLAIN.test(text)) continue;
    const plain = plainSpelling(text);
    if (plain !== text) {
      changed.add(code);
      groups.set(plain, []);
    }
  }
  if (changed.size === 0) return [];
  const { dictionary } = column;
  for (let code = 0; code < dictionary.length; code++) {
    if (code % REST_SPELLINGS === 0) yield;
    groups.get(changed.has(code) ? plainSpelling(dictionary[code]) : dictionary[code])?.push(code);
  }
  const spellings: Spelling[] = [];
  const first = [...groups.values()].filter((codes) => codes.length > 1).sort((a, b) => a[0] - b[0]);
  for (const codes of first) {
    codes.sort((a, b) => counts[b] - counts[a] || dictionary[a].length - dictionary[b].length || a - b);
    const into = dictionary[codes[0]].trim();
    spellings.push({ into, from: codes.map((code) => dictionary[code]).filter((text) => text !== into), of: codes.length });
  }
  return spellings;
}
