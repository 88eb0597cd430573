import { NumberColumn } from '../bytes/number-column';
import { codesWhere, textOf } from '../bytes/utf8-texts';
import type { RawColumn } from '../table';
import type { Work } from '../work';
import { Beginnings } from './beginnings';
import { MISSING_WORDS, wordOf } from './missing';
import type { ColumnStep } from './steps';

/**
 * Texts of a column that are words for missing, as they are spelled in the file; the words "-", "?" and the
 * like only where no other text is a bare sign, as in "+" and "-".
 */
export function missingWordsIn(column: RawColumn): string[] {
  const found = new Map<string, string>();
  let signs = false;
  const look = (text: string): void => {
    if (text.length >= 24 || (LETTERS[text.charCodeAt(0)] === 1 && !WORDS.mayBeText(text))) return;
    const word = wordOf(text);
    if (MISSING_WORDS.has(word)) found.set(word, found.get(word) ?? text.trim());
    else if (isSign(word)) signs = true;
  };
  if (column instanceof NumberColumn) for (const text of column.cells.others.texts) look(text);
  else for (const code of codesWhere(column, mayBeMark)) if (Number.isNaN(column.numbers[code])) look(textOf(column, code));
  return [...found].filter(([word]) => !(signs && isSign(word))).map(([, text]) => text);
}

const isSign = (word: string): boolean => !/[\p{L}\p{N}]/u.test(word);

const WORDS = new Beginnings(MISSING_WORDS);
const LETTERS = Uint8Array.from({ length: 256 }, (_, byte) => (/[a-z0-9]/i.test(String.fromCharCode(byte)) && byte < 0x80 ? 1 : 0));

/** Begins with a sign, or like a word for missing. */
const mayBeMark = (bytes: Uint8Array, start: number, end: number): boolean => LETTERS[bytes[start]] === 0 || WORDS.mayBe(bytes, start, end);

/** One step for all columns that have the same words. */
export function* guessMissing(columns: readonly RawColumn[], settled: ReadonlySet<string>): Work<ColumnStep[]> {
  const byWords = new Map<string, { columns: string[]; words: string[] }>();
  for (const column of columns) {
    if (settled.has(column.name)) continue;
    const words = missingWordsIn(column);
    yield;
    if (words.length === 0) continue;
    const key = JSON.stringify([...words].sort());
    const group = byWords.get(key);
    if (group) group.columns.push(column.name);
    else byWords.set(key, { columns: [column.name], words });
  }
  return [...byWords.values()].map((group) => ({ kind: 'missing-words', ...group }));
}
