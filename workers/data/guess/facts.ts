import { NumberColumn } from '../bytes/number-column';
import { textOf } from '../bytes/utf8-texts';
import { booleanValues, MOST_BOOLEANS } from '../facts/booleans';
import { datesOf, mayBeDate } from '../facts/dates';
import { hasLeadingZeros, hasLongNumbers } from '../facts/long-numbers';
import type { ColumnKind } from '../preview';
import type { TableColumn } from '../table';
import { guessTags, type TagGuess } from './tags';

/** What a guess looks at. */
export interface ColumnFacts {
  name: string;
  kind: ColumnKind;
  /**
   * Every non-missing value is a number that can be computed with: long whole numbers and codes with leading
   * zeros are names.
   */
  numeric: boolean;
  whole: boolean;
  /** Yes and no in two words. */
  boolean: boolean;
  /**
   * Every value is a date: read as a number by a step ('numbers'), or still the text it is ('texts'; also
   * 20240131); null: no dates.
   */
  dates: 'numbers' | 'texts' | null;
  /** Whole numbers of more than 2⁵³. */
  long: boolean;
  /** Distinct values: of numbers as numbers, else as texts. */
  levels: number;
  present: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  /**
   * Standard deviation of the rows per value, as a share of their mean: 0 where every value has as many rows.
   */
  unevenness: number;
  /** Mean number of characters. */
  characters: number;
  /** The values of a column with few of them, in order of first appearance. */
  values: string[] | null;
  /** Several labels in one cell. */
  tags: TagGuess | null;
}

const FEW_VALUES = 8;

/**
 * @param mostly a column of numbers with a few bad cells: it is one of numbers until a person says otherwise
 */
export function factsOf(column: TableColumn, mostly = false): ColumnFacts {
  if (column instanceof NumberColumn && (column.textLevels === 0 || mostly)) return factsOfHeld(column);
  const { numbers, counts } = column;
  const texts = counts.length;
  const allNumbers = texts > 0 && (column.textLevels === 0 || mostly);
  const long = allNumbers && hasLongNumbers(column);
  const dates = datesIn(column);
  // A step has said what they stand for: written with a decimal comma, as dates or with zeros before them,
  // they are numbers.
  const numeric = allNumbers && !long && !(hasLeadingZeros(column) && plain(column)) && dates !== 'texts';
  let [min, max, sum, present, known, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0, numeric];
  const rows = new Map<number, number>();
  for (let code = 0; code < texts; code++) {
    present += counts[code];
    // Texts differ from one another already.
    if (!numeric) continue;
    const value = numbers[code];
    if (Number.isNaN(value)) continue;
    known += counts[code];
    min = Math.min(min, numbers[code]);
    max = Math.max(max, numbers[code]);
    sum += numbers[code] * counts[code];
    whole &&= Number.isInteger(numbers[code]);
    rows.set(value, (rows.get(value) ?? 0) + counts[code]);
  }
  if (!numeric) known = present;
  const levels = numeric ? rows.size : texts;
  const boolean = !numeric && texts <= MOST_BOOLEANS && booleanValues(column.dictionary) !== null;
  const kind: ColumnKind = levels === 2 ? 'two values' : dates !== null ? 'date' : !numeric ? 'text' : whole ? 'whole number' : 'number';
  const measured = numeric && known > 0;
  const each = known / Math.max(1, levels);
  let squares = 0;
  if (numeric) for (const count of rows.values()) squares += (count - each) ** 2;
  // By their places: an iterator makes an object of each until the loop is compiled.
  else for (let code = 0; code < texts; code++) squares += (counts[code] - each) ** 2;
  return {
    name: column.name,
    kind,
    numeric,
    whole,
    boolean,
    dates,
    long,
    levels,
    present,
    min: measured ? min : null,
    max: measured ? max : null,
    mean: measured ? sum / known : null,
    unevenness: levels > 0 ? Math.sqrt(squares / levels) / Math.max(1, each) : 0,
    characters: present > 0 && !numeric ? charactersIn(column) / present : 0,
    values: levels <= FEW_VALUES ? (numeric ? [...rows.keys()].map(String) : [...column.dictionary]) : null,
    tags: allNumbers || boolean || dates !== null ? null : guessTags(column),
  };
}

/** Characters of all cells. */
function charactersIn(column: TableColumn): number {
  const { counts, utf8 } = column;
  let characters = 0;
  if (utf8) for (let code = 0; code < counts.length; code++) characters += counts[code] * utf8.characters(code);
  else
    column.dictionary.forEach((text, code) => {
      characters += counts[code] * text.length;
    });
  return characters;
}

/** Of many numbers; those with zeros before them or too many digits are never held as numbers. */
function factsOfHeld(column: NumberColumn): ColumnFacts {
  const { present, min, max, mean, whole, distinct } = column.facts;
  const each = present / distinct;
  return {
    name: column.name,
    kind: whole ? 'whole number' : 'number',
    numeric: true,
    whole,
    boolean: false,
    dates: null,
    long: false,
    levels: distinct,
    present: present + column.cells.others.rows.length,
    min,
    max,
    mean,
    // Of decimal numbers no rule asks how evenly they are spread.
    unevenness: whole ? unevennessOf(column.counts.subarray(0, column.counts.length - column.textLevels), each) : 0,
    characters: 0,
    values: null,
    tags: null,
  };
}

function unevennessOf(counts: Uint32Array, each: number): number {
  let squares = 0;
  for (const count of counts) squares += (count - each) ** 2;
  return Math.sqrt(squares / counts.length) / Math.max(1, each);
}

/** The numbers are those that the texts say by themselves. */
const plain = (column: TableColumn): boolean => column.numbers[0] === Number(textOf(column, 0));

function datesIn(column: TableColumn): ColumnFacts['dates'] {
  if (column.counts.length === 0 || !mayBeDate(textOf(column, 0)) || datesOf(column.dictionary) === null) return null;
  return column.textLevels === 0 && !plain(column) ? 'numbers' : 'texts';
}
