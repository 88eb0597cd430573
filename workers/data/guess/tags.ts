import type { TableColumn } from '../table';
import { SEPARATOR_WORDS, TAG_SEPARATORS, type TagSeparator } from '../tags/cells';
import { ENOUGH, parsedTags, shareWith } from '../tags/parsed';
import { words } from './names';

/** Names of columns that hold several labels: half as many cells need a separator. */
const NAMES = new Set(['tags', 'genres', 'labels', 'keywords', 'categories', 'topics', 'ingredients', 'skills']);

/** Labels a cell on average, from which on a column holds sets. */
const FEWEST_A_CELL = 1.2;
/** How often each label occurs at least, on average. */
const OFTEN = 5;
/** More words in one cell are a text. */
const MOST_WORDS = 20;

export interface TagGuess {
  separator: TagSeparator;
  /** In words that follow "Guessed tags:". */
  reason: string;
}

const isNamed = (name: string): boolean => words(name).some((word) => NAMES.has(word));

/** Share of cells from which on a separator is taken for one, by the name of the column. */
export const enoughFor = (name: string): number => (isNamed(name) ? ENOUGH / 2 : ENOUGH);

/**
 * Whether a column of text holds several labels a cell, and what separates them (docs/methods.md F1): enough
 * cells with the separator, several labels a cell, and labels that occur again and again.
 */
export function guessTags(column: TableColumn): TagGuess | null {
  const enough = enoughFor(column.name);
  for (const separator of TAG_SEPARATORS) {
    if (shareWith(column, separator) < enough || (separator === ' ' && isText(column))) continue;
    const { labels, offsets } = parsedTags(column, separator);
    let occurrences = 0;
    let cells = 0;
    column.counts.forEach((count, code) => {
      cells += count;
      occurrences += count * (offsets[code + 1] - offsets[code]);
    });
    const mean = occurrences / Math.max(1, cells);
    // Few phrases share words too, as answers do: "good", "very good". Sets make many cells of few labels.
    const phrases = separator === ' ' && !isNamed(column.name) && labels.length > column.dictionary.length / 2;
    if (phrases || mean < FEWEST_A_CELL || labels.length > column.dictionary.length || labels.length * OFTEN > occurrences) continue;
    const reason = `${labels.length.toLocaleString('en')} labels, ${mean.toFixed(1)} a cell, separated by ${SEPARATOR_WORDS[separator]}`;
    return { separator, reason };
  }
  return null;
}

/** A cell has more words than labels would be. */
const isText = ({ dictionary }: TableColumn): boolean =>
  dictionary.some((text) => text.length > 2 * MOST_WORDS && text.trim().split(/\s+/).length > MOST_WORDS);
