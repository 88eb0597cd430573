import type { ColumnRole } from '../schema';
import type { ColumnFacts } from './facts';
import { namesFold, namesGroup, namesMeasure, seriesOf } from './names';
import { guessTarget } from './target';

export interface RoleGuess {
  role: ColumnRole;
  reason: string;
  /**
   * Of a target: by its place, or one of several that could be meant. Of a column of numbers: they may be
   * codes.
   */
  unsure: boolean;
}

/** Different in every row, and not a measurement that merely never repeats. */
export function looksLikeIdentifier(facts: ColumnFacts): boolean {
  if (facts.levels <= 2 || facts.levels < facts.present || facts.dates !== null) return false;
  return facts.numeric ? facts.whole && (namesGroup(facts.name) || !namesMeasure(facts.name)) : true;
}

const levelWords = ({ levels }: ColumnFacts) => `${levels.toLocaleString('en')} ${levels === 1 ? 'level' : 'levels'}`;

/**
 * How the role of a column is guessed. A guess gives its reason, or null; the first rule that gives one
 * decides, so narrow rules come before wide ones. The target is guessed apart, over all columns (target.ts).
 */
interface Rule {
  role: ColumnRole;
  /** The reason, in words that follow "Guessed …:", or null where the rule says nothing. */
  reason(facts: ColumnFacts, inSeries: boolean): string | null;
  unsure?: boolean;
}

/** Whole numbers up to here in a row of alike columns are answers, not codes. */
const LONGEST_SCALE = 11;

const RULES: readonly Rule[] = [
  { role: 'ignore', reason: ({ levels }) => (levels === 0 ? 'every cell is missing' : null) },
  { role: 'ignore', reason: ({ levels }) => (levels === 1 ? 'the same in every row' : null) },
  { role: 'tags', reason: ({ tags }) => tags?.reason ?? null },
  { role: 'ignore', reason: (facts) => (looksLikeIdentifier(facts) ? 'different in every row, like an identifier' : null) },
  {
    role: 'fold',
    reason: ({ name, values, whole, levels, min }) => {
      if (!namesFold(name, values)) return null;
      const numbered = whole && levels <= 50 && (min === 0 || min === 1);
      return numbered || (values !== null && !whole) ? 'it says which part of the rows a row belongs to' : null;
    },
  },
  { role: 'numeric', reason: ({ boolean }) => (boolean ? 'yes or no, which counts as 1 or 0' : null) },
  {
    role: 'time',
    reason: ({ dates, numeric }) => (dates && !numeric ? 'dates, which divide rows into past and future until they are made numbers' : null),
  },
  { role: 'numeric', reason: ({ dates }) => (dates === 'numbers' ? 'dates, as days since the first' : null) },
  { role: 'categorical', reason: (facts) => (facts.long ? `numbers too long to compute with are names: ${levelWords(facts)}` : null) },
  {
    role: 'ignore',
    reason: ({ numeric, levels, present, characters }) =>
      !numeric && levels > 20 && levels > 0.7 * present && characters > 30 ? 'free text, hardly ever the same' : null,
  },
  { role: 'categorical', reason: (facts) => (facts.numeric ? null : `text with ${levelWords(facts)}`) },
  { role: 'numeric', reason: ({ whole }) => (whole ? null : 'decimal numbers') },
  { role: 'numeric', reason: ({ levels, min, max }) => (levels === 2 && min === 0 && max === 1 ? '0 or 1' : null) },
  {
    role: 'numeric',
    reason: ({ levels, min, max }, inSeries) =>
      inSeries && levels <= LONGEST_SCALE && min !== null && max !== null && min >= 0 && max <= LONGEST_SCALE - 1
        ? 'one of several columns with a number, like answers on a scale'
        : null,
  },
  { role: 'categorical', reason: (facts) => (namesGroup(facts.name) ? `whole numbers, and the name suggests codes: ${levelWords(facts)}` : null) },
  { role: 'numeric', reason: ({ name }) => (namesMeasure(name) ? 'whole numbers, and the name suggests a measurement' : null) },
  {
    role: 'categorical',
    unsure: true,
    reason: (facts) =>
      looksLikeCodes(facts)
        ? `whole numbers that look like codes: ${levelWords(facts)}, ${(facts.present / facts.levels).toFixed(1)} rows each`
        : null,
  },
  {
    role: 'numeric',
    unsure: true,
    reason: (facts) => (mayBeCodes(facts) ? `whole numbers without gaps, ${levelWords(facts)} of about as many rows` : null),
  },
  { role: 'numeric', reason: ({ levels }) => (levels <= 20 ? `whole numbers with ${levels} distinct values` : 'whole numbers') },
];

/**
 * Guesses the role of every column from its type, its values and its name: one target, text and number codes
 * categorical, other numbers numeric, constants and identifiers ignored, columns of parts and dates for
 * dividing rows. Each guess says why.
 */
export function guessRoles(columns: readonly ColumnFacts[]): RoleGuess[] {
  const series = new Map<string, number>();
  for (const { name } of columns) {
    const stem = seriesOf(name);
    if (stem !== null) series.set(stem, (series.get(stem) ?? 0) + 1);
  }
  const guesses = columns.map((facts) => guessRole(facts, (series.get(seriesOf(facts.name) ?? '') ?? 0) >= 3));
  const target = guessTarget(
    columns,
    (index) => guesses[index].role,
    (index) => looksLikeIdentifier(columns[index]),
  );
  return guesses.map((guess, index) => (target?.index === index ? { role: 'target', reason: target.reason, unsure: target.unsure } : guess));
}

function guessRole(facts: ColumnFacts, inSeries: boolean): RoleGuess {
  for (const { role, reason, unsure = false } of RULES) {
    const why = reason(facts, inSeries);
    if (why !== null) return { role, reason: why, unsure };
  }
  return { role: 'ignore', reason: 'nothing is known of it', unsure: true };
}

/** Every whole number from the least to the greatest occurs. */
const gapless = ({ levels, min, max }: ColumnFacts): boolean => min !== null && max !== null && levels === max - min + 1;

const nearZero = ({ min }: ColumnFacts): boolean => min === 0 || min === 1;

/**
 * Running numbers of something, not amounts: many values from 0 or 1 on, each repeated about as often, that
 * fill their range evenly.
 */
function looksLikeCodes(facts: ColumnFacts): boolean {
  const { levels, present, min, max, mean, unevenness } = facts;
  if (min === null || max === null || mean === null || !nearZero(facts) || present < 2 * levels) return false;
  if (gapless(facts) && levels > LONGEST_SCALE && present >= 3 * levels && unevenness < 0.5) return true;
  const range = max - min + 1;
  return levels >= 50 && levels >= 0.4 * range && Math.abs(mean - (min + max) / 2) < 0.25 * range;
}

/**
 * Values without gaps and of nearly as many rows each, as a design or running numbers give them; answers and
 * counts have their middle or their beginning. Few values must be more alike than many.
 */
function mayBeCodes(facts: ColumnFacts): boolean {
  const { name, levels, present, unevenness } = facts;
  // x and t are numbers in every textbook.
  return (
    !/^[xtz]\d*$/i.test(name) &&
    gapless(facts) &&
    levels > 2 &&
    present >= 3 * levels &&
    unevenness < (levels > LONGEST_SCALE ? 0.5 : nearZero(facts) ? 0.25 : 0)
  );
}
