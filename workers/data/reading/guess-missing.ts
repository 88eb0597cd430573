import { NumberColumn } from '../bytes/number-column';
import type { RawColumn } from '../table';
import { MISSING_WORDS, wordOf } from './missing';
import type { ColumnStep } from './steps';

/**
 * Texts of a column that are words for missing, as they are spelled in the file; the words "-", "?" and the
 * like only where no other text is a bare sign, as in "+" and "-".
 */
export function missingWordsIn(column: RawColumn): string[] {
  const [texts, numbers] = column instanceof NumberColumn ? [column.cells.others.texts, null] : [column.texts, column.numbers];
  const found = new Map<string, string>();
  let signs = false;
  texts.forEach((text, code) => {
    if ((numbers && !Number.isNaN(numbers[code])) || text.length >= 24 || isNoMark(text)) return;
    const word = wordOf(text);
    if (MISSING_WORDS.has(word)) found.set(word, found.get(word) ?? text.trim());
    else if (isSign(word)) signs = true;
  });
  return [...found].filter(([word]) => !(signs && isSign(word))).map(([, text]) => text);
}

const isSign = (word: string): boolean => !/[\p{L}\p{N}]/u.test(word);

/**
 * Begins with a letter or a digit of ASCII with which no word for missing does: most of a million different
 * texts are told by that.
 */
function isNoMark(text: string): boolean {
  const first = text.charCodeAt(0);
  return first < 0x80 && PLAIN[first] === 1 && BEGINNINGS[first | 32] === 0;
}

const PLAIN = Uint8Array.from({ length: 0x80 }, (_, code) => (/[a-z0-9]/i.test(String.fromCharCode(code)) ? 1 : 0));
const BEGINNINGS = new Uint8Array(0x80);
for (const word of MISSING_WORDS) if (word.charCodeAt(0) < 0x80) BEGINNINGS[word.charCodeAt(0) | 32] = 1;

/** One step for all columns that have the same words. */
export function guessMissing(columns: readonly RawColumn[], settled: ReadonlySet<string>): ColumnStep[] {
  const byWords = new Map<string, { columns: string[]; words: string[] }>();
  for (const column of columns) {
    if (settled.has(column.name)) continue;
    const words = missingWordsIn(column);
    if (words.length === 0) continue;
    const key = JSON.stringify([...words].sort());
    const group = byWords.get(key);
    if (group) group.columns.push(column.name);
    else byWords.set(key, { columns: [column.name], words });
  }
  return [...byWords.values()].map((group) => ({ kind: 'missing-words', ...group }));
}
