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
    if ((numbers && !Number.isNaN(numbers[code])) || text.length >= 24) return;
    const word = wordOf(text);
    if (MISSING_WORDS.has(word)) found.set(word, found.get(word) ?? text.trim());
    else if (isSign(word)) signs = true;
  });
  return [...found].filter(([word]) => !(signs && isSign(word))).map(([, text]) => text);
}

const isSign = (word: string): boolean => !/[\p{L}\p{N}]/u.test(word);

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
