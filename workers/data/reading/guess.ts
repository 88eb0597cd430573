import type { RawColumn } from '../table';
import { atOnce, type Work } from '../work';
import { guessDates } from './guess-dates';
import { guessMissing } from './guess-missing';
import { guessNumbers, type NumberGuess, signEverywhere } from './guess-numbers';
import { type Reading, readingColumns } from './interpret';
import { isPlain, type NumberFormat } from './numbers';
import type { ColumnStep, Step } from './steps';
import { withStep } from './with-step';

/** What the texts of a column could stand for. */
export interface Meaning {
  column: string;
  reading: Reading;
  numbers: NumberGuess | null;
  /** The likelier of several formats. */
  format: NumberFormat | null;
  dates: ReturnType<typeof guessDates>;
}

/** Steps of columns that a file asks for by itself, around those that a person has given. */
export const guessColumnSteps = (columns: readonly RawColumn[], separator: string, given: readonly ColumnStep[]): ColumnStep[] =>
  atOnce(guessingColumnSteps(columns, separator, given));

/** As `guessColumnSteps`. */
export function* guessingColumnSteps(columns: readonly RawColumn[], separator: string, given: readonly ColumnStep[]): Work<ColumnStep[]> {
  const words = new Set(given.flatMap((step) => (step.kind === 'missing-words' ? step.columns : [])));
  const meant = new Set(given.flatMap((step) => (step.kind === 'decimal' || step.kind === 'date' || step.kind === 'category' ? [step.column] : [])));
  const absent = [...(yield* guessMissing(columns, words)), ...given.filter((step) => step.kind === 'missing-words')];
  let steps: Step[] = absent;
  for (const { column, reading, format, dates } of yield* meanings(columns, absent, separator)) {
    if (meant.has(column)) continue;
    for (const merge of twoValues(reading)) steps = withStep(steps, merge);
    if (format && !isPlain(format)) steps = withStep(steps, { kind: 'decimal', column, ...format });
    if (dates) steps = withStep(steps, { kind: 'date', column, dayFirst: dates.dayFirst, as: 'days' });
  }
  // A column that is held as numbers would list them all for the asking.
  for (const column of columns)
    if (column.category && !meant.has(column.name) && column.numbers.some((value) => !Number.isNaN(value)))
      steps = withStep(steps, { kind: 'category', column: column.name });
  for (const step of given) if (step.kind !== 'missing-words') steps = withStep(steps, step);
  return steps as ColumnStep[];
}

/** What each column could be read as, once these cells are missing. */
export function* meanings(columns: readonly RawColumn[], absent: readonly ColumnStep[], separator: string): Work<Meaning[]> {
  const guesses: Omit<Meaning, 'format'>[] = [];
  for (const reading of yield* readingColumns(columns, absent)) {
    const numbers = guessNumbers(reading);
    guesses.push({ column: reading.name, reading, numbers, dates: numbers ? null : guessDates(reading) });
    yield;
  }
  // Columns that can be read in one way only tell how this file writes its numbers.
  let [points, commas] = [0, 0];
  for (const { numbers, reading } of guesses) {
    if (numbers?.formats.length !== 1) continue;
    const [{ decimal }] = numbers.formats;
    if (decimal === ',') commas++;
    else if (reading.held ? reading.held.cells.points : hasPoint(reading)) points++;
  }
  return guesses.map((guess) => ({ ...guess, ...chosen(guess.numbers, guess.reading, { points, commas, separator }) }));
}

const hasPoint = (reading: Reading): boolean => reading.utf8?.has(46) ?? reading.texts.some((text) => text.includes('.'));

interface Evidence {
  points: number;
  commas: number;
  separator: string;
}

/** The likelier format, and the guess without readings that nothing speaks for. */
function chosen(numbers: NumberGuess | null, reading: Reading, { points, commas, separator }: Evidence): Pick<Meaning, 'numbers' | 'format'> {
  if (!numbers) return { numbers, format: null };
  const [first] = numbers.formats;
  if (numbers.formats.length === 1) return { numbers, format: first };
  const comma = commas > points || (commas === points && separator === ';');
  // "6.328" means what it means everywhere, unless the file has decimal commas or could have.
  if (isPlain(first) && !comma) return { numbers: { ...numbers, formats: [first], example: '' }, format: first };
  const decimal = (sign: string) => numbers.formats.find((format) => format.decimal === sign);
  // A sum of dollars or pounds has a decimal point, unless other columns say otherwise.
  const dollars = numbers.formats.every(({ affix }) => affix !== undefined && /^[$£₹¥]$/.test(affix.trim()));
  if (dollars && commas <= points) return { numbers, format: decimal('.') ?? first };
  const likelier =
    commas !== points ? decimal(comma ? ',' : '.') : signEverywhere(reading, isPlain(first) ? '.' : ',') ? separateless(numbers) : grouped(numbers);
  return { numbers, format: likelier ?? first };
}

/** Every number has the sign: a measurement with so many decimals. */
const separateless = ({ formats }: NumberGuess) => formats.find(({ thousands }) => thousands === '');
/** The sign comes and goes: it stands between thousands. */
const grouped = ({ formats }: NumberGuess) => formats.find(({ thousands }) => thousands !== '');

/**
 * Where all numbers of a column are one of two values in several spellings (0, 0.0, 1, 1.0), these are
 * merged: it is a column of two values.
 */
function twoValues(reading: Reading): ColumnStep[] {
  if (reading.held) return [];
  const { name, numbers, gone } = reading;
  const spellings = new Map<number, string[]>();
  for (let code = 0; code < numbers.length; code++) {
    if (gone?.[code]) continue;
    if (Number.isNaN(numbers[code])) return [];
    const known = spellings.get(numbers[code]);
    if (known) known.push(reading.text(code));
    else if (spellings.size === 2) return [];
    else spellings.set(numbers[code], [reading.text(code)]);
  }
  if (spellings.size !== 2) return [];
  return [...spellings.values()].flatMap((several): ColumnStep[] => {
    if (several.length === 1) return [];
    const [into, ...from] = [...several].sort((a, b) => a.length - b.length);
    return [{ kind: 'merge-levels', column: name, from, into }];
  });
}
