/** Words for no and yes, in pairs, lower case. Short ones count only together with their partner. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['false', 'true'],
  ['no', 'yes'],
  ['f', 't'],
  ['n', 'y'],
  ['off', 'on'],
  ['nein', 'ja'],
  ['falsch', 'wahr'],
  ['non', 'oui'],
  ['faux', 'vrai'],
  ['no', 'si'],
  ['no', 'sí'],
];

/** Spellings of two words: more than these are no booleans. */
export const MOST_BOOLEANS = 16;

/**
 * Words that say yes, or no, without their partner: not the letters, nor what means both or something else.
 */
const ALONE = PAIRS.filter(([no, yes]) => no.length > 1 && yes.length > 1 && yes !== 'on');

/**
 * The same of a column that is known to say yes or no and has one side only: 1 for each text where all say
 * yes, 0 where all say no, else null.
 */
export function oneSided(dictionary: readonly string[]): Float64Array | null {
  const cells = dictionary.map(wordOf);
  const side = [0, 1].find((which) => cells.length > 0 && cells.every((cell) => ALONE.some((words) => words[which] === cell)));
  return side === undefined ? null : new Float64Array(cells.length).fill(side);
}

/**
 * 0 or 1 for each text of a column that says yes or no in one pair of words, whatever the case: yes and no,
 * TRUE and FALSE, T and F, ja and nein. Null for any other column, also where only one of the two words
 * occurs. M and F are no such pair.
 */
export function booleanValues(dictionary: readonly string[]): Float64Array | null {
  const pair = booleanPair(dictionary);
  return pair && valuesOfPair(dictionary, pair);
}

/** The pair of words, lower case, that `booleanValues` goes by. */
export function booleanPair(dictionary: readonly string[]): readonly [no: string, yes: string] | null {
  if (dictionary.length < 2 || dictionary.length > MOST_BOOLEANS) return null;
  const cells = dictionary.map(wordOf);
  return PAIRS.find((words) => cells.every((cell) => words.includes(cell)) && words.every((word) => cells.includes(word))) ?? null;
}

/** 0 or 1 for each text, by a pair of words that is known; null where a text is neither of them. */
export function valuesOfPair(dictionary: readonly string[], [no, yes]: readonly [no: string, yes: string]): Float64Array | null {
  const cells = dictionary.map(wordOf);
  return cells.every((cell) => cell === no || cell === yes) ? Float64Array.from(cells, (cell) => Number(cell === yes)) : null;
}

const wordOf = (text: string): string => text.trim().toLowerCase();
