import { factsOfNumbers, NumberColumn } from './bytes/number-column';
import { cellIn, firstTextRow, numbersOf, textsIn } from './cells';
import { LabFailure } from './failure';
import { tooLarge } from './large-numbers';
import { placeOf } from './place';
import { quote } from './refusals';
import type { Task } from './schema';
import { MISSING, type Table, type TableColumn } from './table';

/** The response of a table under one task. */
export interface Target {
  /** Value of a row that has one: the number, or 0/1. */
  numberOf(row: number): number;
  classLabels: [string, string] | null;
}

/** With more texts than this a column has more than two values, however they are spelled. */
const MOST_SPELLINGS = 10_000;

/**
 * Code of the shortest text with the same value as each text: 0 and 0.0 are one value where all texts are
 * numbers.
 */
function valueCodes({ dictionary, numbers, textLevels }: TableColumn): Int32Array {
  if (textLevels > 0 || dictionary.length > MOST_SPELLINGS) return Int32Array.from(dictionary.keys());
  const shortest = new Map<number, number>();
  numbers.forEach((value, code) => {
    const known = shortest.get(value);
    if (known === undefined || dictionary[code].length < dictionary[known].length) shortest.set(value, code);
  });
  return Int32Array.from(numbers, (value, code) => shortest.get(value) ?? code);
}

/**
 * Distinct values of a column: numbers where all its texts are numbers, else (and where they are very many)
 * texts.
 */
export function distinctValues(column: TableColumn): number {
  if (column instanceof NumberColumn) return textsIn(column);
  const { dictionary, numbers, textLevels } = column;
  return textLevels > 0 || dictionary.length > MOST_SPELLINGS ? dictionary.length : new Set(numbers).size;
}

/** Codes of the values that occur in rows which are kept, each by the shortest text that stands for it. */
function codesIn(column: TableColumn, kept: Uint8Array): number[] {
  const values = valueCodes(column);
  const seen = new Uint8Array(column.dictionary.length);
  for (let row = 0; row < kept.length; row++) if (kept[row] && column.codes[row] !== MISSING) seen[values[column.codes[row]]] = 1;
  const codes: number[] = [];
  for (let code = 0; code < seen.length; code++) if (seen[code]) codes.push(code);
  return codes;
}

/**
 * The target of a task, or the reason why this column cannot be it. A binary target has exactly two values
 * among the rows that are kept; 1 is `positive`, or else the greater number or the later text in alphabetical
 * order.
 *
 * @param kept 1 for the rows that are used
 */
export function targetOf(table: Table, column: TableColumn, task: Task, kept: Uint8Array, positive?: string): Target | LabFailure {
  const many = manyNumbers(column, kept);
  if (many) return task === 'regression' ? regressionTarget(table, column, many) : severalClasses(column, many);
  const codes = codesIn(column, kept);
  const name = quote(column.name);
  if (codes.length === 0) {
    return new LabFailure(
      'target-missing-values',
      `The target ${name} has no value in any row that is used.`,
      'Choose another target, or another policy for missing values.',
    );
  }
  if (codes.length === 1) {
    return new LabFailure(
      'target-constant',
      `The target ${name} is ${quote(column.dictionary[codes[0]])} in every row: there is nothing to predict.`,
      'Choose another target.',
    );
  }
  const values = { count: codes.length, first: codes.slice(0, 3).map((code) => column.dictionary[code]) };
  if (task === 'regression') return regressionTarget(table, column, values);
  return codes.length > 2 ? severalClasses(column, values) : binaryTarget(column, codes, positive);
}

/** How many values occur, and three of them. */
interface Values {
  count: number;
  first: string[];
}

/**
 * Of a column that holds its numbers row by row: its values in rows that are kept; null where they are no
 * three.
 */
function manyNumbers(column: TableColumn, kept: Uint8Array): Values | null {
  if (!(column instanceof NumberColumn)) return null;
  const { values } = column.cells;
  const used = kept.includes(0) ? values.filter((_, row) => kept[row] === 1) : values;
  const first = new Set<number>();
  for (let i = 0; i < used.length && first.size < 3; i++) if (!Number.isNaN(used[i])) first.add(used[i]);
  if (first.size < 3) return null;
  const count = (used === values ? column.facts : factsOfNumbers(used)).distinct;
  return { count: count + column.textLevels, first: [...first].map(String) };
}

/** A target that is a class and has too many of them. */
function severalClasses(column: TableColumn, { count, first }: Values): LabFailure {
  const list = first.map(quote).join(', ') + (count > 3 ? ', …' : '');
  return new LabFailure(
    'target-classes',
    `The target ${quote(column.name)} has ${count.toLocaleString('en')} classes: ${list}. Supported are two classes, or numbers for regression.`,
    column.textLevels === 0 ? 'Choose regression, or a target with two values.' : 'Choose another target, or keep the rows of two classes.',
  );
}

function regressionTarget(table: Table, column: TableColumn, values: Values): Target | LabFailure {
  if (column.textLevels === 0) return tooLarge(table, column, 'target') ?? { numberOf: numbersOf(column), classLabels: null };
  if (values.count > 2 && column.textLevels === textsIn(column)) return severalClasses(column, values);
  const row = firstTextRow(column);
  const classes = distinctValues(column);
  return new LabFailure(
    'target-not-numeric',
    `The target ${quote(column.name)} is not a number on ${placeOf(table, row)}: ${quote(cellIn(column, row) ?? '')}.`,
    classes === 2
      ? 'Choose binary, or a numeric target for regression.'
      : 'Choose a target with numbers for regression, or one with exactly two values for binary.',
  );
}

function binaryTarget(column: TableColumn, codes: number[], positive?: string): Target | LabFailure {
  const [first, second] = codes.sort((a, b) => order(column, a, b));
  const values = valueCodes(column);
  const asked = positive === undefined ? second : column.dictionary.indexOf(positive);
  const chosen = asked < 0 ? asked : values[asked];
  if (chosen !== first && chosen !== second) {
    return new LabFailure(
      'positive-not-found',
      `The target ${quote(column.name)} has no value ${quote(positive ?? '')} to count as 1.`,
      'Choose one of its two values.',
    );
  }
  const [zero, one] = chosen === first ? [second, first] : [first, second];
  const { codes: places } = column;
  return { numberOf: (row) => (values[places[row]] === one ? 1 : 0), classLabels: [column.dictionary[zero], column.dictionary[one]] };
}

function order(column: TableColumn, a: number, b: number): number {
  if (column.textLevels === 0) return column.numbers[a] - column.numbers[b];
  return column.dictionary[a] < column.dictionary[b] ? -1 : 1;
}
