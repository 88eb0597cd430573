import type { ColumnKind } from '../protocol';
import type { ColumnRole } from './schema';

/** What a guess looks at. */
export interface ColumnFacts {
  name: string;
  kind: ColumnKind;
  /** Every non-missing value is a number. */
  numeric: boolean;
  whole: boolean;
  levels: number;
  present: number;
  min: number | null;
  max: number | null;
  mean: number | null;
}

export interface RoleGuess {
  role: ColumnRole;
  reason: string;
  /** A target by its place alone: no column has a telling name. */
  unsure: boolean;
}

/** Names that say "this is what to predict", the clearest first. */
const TARGET_NAMES = [
  'y',
  'target',
  'label',
  'response',
  'outcome',
  'class',
  'score',
  'rating',
  'clicked',
  'click',
  'bought',
  'purchased',
  'converted',
  'survived',
  'churned',
  'churn',
  'default',
  'price',
  'sales',
  'revenue',
];

const CODE_WORDS = new Set([
  ...['id', 'ids', 'code', 'codes', 'zip', 'zipcode', 'postcode', 'postal', 'sku', 'key', 'idx', 'uid', 'guid', 'dept', 'department', 'user', 'item'],
  ...['product', 'store', 'shop', 'customer', 'client', 'student', 'teacher', 'lecturer', 'school', 'hospital', 'patient', 'subject', 'category'],
  ...['group', 'cluster', 'brand', 'seller', 'author', 'artist', 'album', 'city', 'county', 'country', 'region', 'district', 'tree'],
]);

const MEASURE_WORDS = new Set([
  ...[
    'age',
    'year',
    'years',
    'month',
    'months',
    'day',
    'days',
    'hour',
    'hours',
    'minute',
    'minutes',
    'second',
    'seconds',
    'duration',
    'time',
    'count',
  ],
  ...[
    'number',
    'num',
    'amount',
    'total',
    'price',
    'cost',
    'income',
    'size',
    'length',
    'width',
    'height',
    'weight',
    'distance',
    'votes',
    'score',
    'rating',
  ],
]);

/** 'userId', 'user_id' and 'User ID' all become user, id. */
function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

const namesCode = (name: string) => words(name).some((word) => CODE_WORDS.has(word));
const namesMeasure = (name: string) => words(name).some((word) => MEASURE_WORDS.has(word));

/** Different in every row, and not a measurement that merely never repeats. */
export function looksLikeIdentifier(facts: ColumnFacts): boolean {
  return facts.levels > 2 && facts.levels === facts.present && (facts.whole || !facts.numeric) && !namesMeasure(facts.name);
}

/**
 * Guesses the role of every column from its type, cardinality and name: one target (a telling name, else the last column where it has two values, else
 * the last column that could be one), text and number codes categorical, other numbers numeric, constants and identifiers ignored. Each guess says why.
 * A column called like a target, or the last one where none is suitable, is guessed even if it is constant or has several classes: the check of the
 * roles then says what is wrong with it.
 */
export function guessRoles(columns: readonly ColumnFacts[]): RoleGuess[] {
  const target = guessTarget(columns);
  return columns.map((facts, j) =>
    target?.index === j ? { role: 'target', reason: target.reason, unsure: target.unsure } : { ...guessRole(facts), unsure: false },
  );
}

/** Numbers, or two values. */
const suitable = ({ levels, numeric }: ColumnFacts): boolean => levels >= 2 && (numeric || levels === 2);

/** More values than this are not the classes of a target. */
const MOST_CLASSES = 20;

interface TargetGuess {
  index: number;
  reason: string;
  unsure: boolean;
}

function guessTarget(columns: readonly ColumnFacts[]): TargetGuess | null {
  const guess = (index: number, reason: string, unsure: boolean): TargetGuess | null => (index >= 0 ? { index, reason, unsure } : null);
  const called = (could: (facts: ColumnFacts) => boolean): TargetGuess | null => {
    for (const name of TARGET_NAMES) {
      const index = columns.findIndex((facts) => facts.name.toLowerCase() === name && could(facts));
      if (index >= 0) return { index, reason: `called "${columns[index].name}"`, unsure: false };
    }
    return null;
  };
  const holding = (): TargetGuess | null => {
    for (const name of TARGET_NAMES.slice(1)) {
      const index = columns.findIndex((facts) => words(facts.name).includes(name) && suitable(facts) && !namesCode(facts.name));
      if (index >= 0) return { index, reason: `its name holds "${name}"`, unsure: false };
    }
    return null;
  };
  const last = columns.length - 1;
  return (
    called(suitable) ??
    holding() ??
    (columns[last]?.levels === 2 ? guess(last, 'the last column, with two values', true) : null) ??
    // One value or several classes: a target by its name, though none that can be trained on. Better refused by name than passed over.
    called(({ levels }) => levels > 0 && levels <= MOST_CLASSES) ??
    guess(
      columns.findLastIndex((facts) => suitable(facts) && !looksLikeIdentifier(facts) && guessRole(facts).role === 'numeric'),
      'the last column of numbers',
      true,
    ) ??
    guess(
      columns.findLastIndex(({ levels }) => levels === 2),
      'the last column with two values',
      true,
    ) ??
    (columns[last]?.levels > 0 && !looksLikeIdentifier(columns[last]) ? guess(last, 'the last column', true) : null)
  );
}

function guessRole(facts: ColumnFacts): Omit<RoleGuess, 'unsure'> {
  const { levels, present } = facts;
  if (levels === 0) return { role: 'ignore', reason: 'every cell is missing' };
  if (levels === 1) return { role: 'ignore', reason: 'the same in every row' };
  if (looksLikeIdentifier(facts)) return { role: 'ignore', reason: 'different in every row, like an identifier' };
  const levelCount = `${levels.toLocaleString('en')} ${levels === 1 ? 'level' : 'levels'}`;
  if (!facts.numeric) return { role: 'categorical', reason: `text with ${levelCount}` };
  if (!facts.whole) return { role: 'numeric', reason: 'decimal numbers' };
  if (namesCode(facts.name)) return { role: 'categorical', reason: `whole numbers, and the name suggests codes: ${levelCount}` };
  if (namesMeasure(facts.name)) return { role: 'numeric', reason: 'whole numbers, and the name suggests a measurement' };
  if (levels <= 20) return { role: 'numeric', reason: `whole numbers with ${levels} distinct values` };
  if (looksLikeCodes(facts))
    return { role: 'categorical', reason: `whole numbers that look like codes: ${levelCount}, ${(present / levels).toFixed(1)} rows each` };
  return { role: 'numeric', reason: 'whole numbers' };
}

/** Many values, each repeated, filling their range evenly from near zero: running numbers of something, not amounts. */
function looksLikeCodes({ levels, present, min, max, mean }: ColumnFacts): boolean {
  if (min === null || max === null || mean === null || levels < 50 || min < 0 || present < 2 * levels) return false;
  const range = max - min + 1;
  return levels >= 0.4 * range && Math.abs(mean - (min + max) / 2) < 0.25 * range;
}
