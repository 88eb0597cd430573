import { factsOfNumbers, NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { cellIn, firstTextRow, numbersOf, textsIn } from './cells';
import { booleanValues } from './facts/booleans';
import { LabFailure } from './failure';
import { tooLarge } from './large-numbers';
import { placeOf } from './place';
import { quote } from './refusals';
import { MOST_CLASSES, type Task } from './schema';
import { MISSING, type Table, type TableColumn } from './table';
import { hasSeveralClasses, TASK_KINDS } from './tasks';

/** The response of a table under one task. */
export interface Target {
  /** Value of a row that has one: the number, 0/1, or the number of its class. */
  numberOf(row: number): number;
  classLabels: readonly string[] | null;
}

/** With more texts than this a column has more than two values, however they are spelled. */
const MOST_SPELLINGS = 10_000;

/**
 * Code of the shortest text with the same value as each text: 0 and 0.0 are one value where all texts are
 * numbers.
 */
function valueCodes(column: TableColumn): Int32Array {
  const { counts, numbers, textLevels } = column;
  if (textLevels > 0 || counts.length > MOST_SPELLINGS) return Int32Array.from(counts.keys());
  const { dictionary } = column;
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
  const { counts, numbers, textLevels } = column;
  return textLevels > 0 || counts.length > MOST_SPELLINGS ? counts.length : new Set(numbers).size;
}

/** Codes of the values that occur in rows which are kept, each by the shortest text that stands for it. */
function codesIn(column: TableColumn, kept: Uint8Array): number[] {
  const values = valueCodes(column);
  const seen = new Uint8Array(column.counts.length);
  for (let row = 0; row < kept.length; row++) if (kept[row] && column.codes[row] !== MISSING) seen[values[column.codes[row]]] = 1;
  const codes: number[] = [];
  for (let code = 0; code < seen.length; code++) if (seen[code]) codes.push(code);
  return codes;
}

/** What a person says of the classes of a target. */
export interface ClassChoice {
  /** Of two classes: the value that counts as 1; left out: the greater number, or the later text. */
  positive?: string;
  /** Of several: their order, as in the spec; left out: by size or alphabet. */
  classOrder?: readonly string[];
}

/**
 * The target of a task, or the reason why this column cannot be it. A binary target has exactly two values
 * among the rows that are kept, one of several classes three to `MOST_CLASSES`.
 *
 * @param kept 1 for the rows that are used
 */
export function targetOf(table: Table, column: TableColumn, task: Task, kept: Uint8Array, choice: ClassChoice = {}): Target | LabFailure {
  const many = manyNumbers(column, kept);
  if (many) return task === 'regression' ? regressionTarget(table, column) : notOfTask(column, many, task);
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
      `The target ${name} is ${quote(textOf(column, codes[0]))} in every row: there is nothing to predict.`,
      'Choose another target.',
    );
  }
  const values = { count: codes.length, first: codes.slice(0, 3).map((code) => textOf(column, code)) };
  if (task === 'regression') return regressionTarget(table, column);
  if (task === 'binary') return codes.length > 2 ? notOfTask(column, values, task) : binaryTarget(column, codes, choice.positive);
  return codes.length > 2 && codes.length <= MOST_CLASSES ? severalClasses(column, codes, choice.classOrder ?? []) : notOfTask(column, values, task);
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

/** A column whose values are too many, or too few, for the classes of a task. */
function notOfTask(column: TableColumn, { count, first }: Values, task: Task): LabFailure {
  const list = first.map(quote).join(', ') + (count > 3 ? ', …' : '');
  const several = hasSeveralClasses(task);
  const supported = several ? `three to ${MOST_CLASSES} classes` : 'two classes';
  const fits = several ? count === 2 : count > 2 && count <= MOST_CLASSES;
  const instead = several ? 'Choose binary' : 'Choose classes or ordinal';
  const otherwise = column.textLevels === 0 ? 'regression, or a target with fewer values' : 'another target, or keep the rows of fewer classes';
  return new LabFailure(
    'target-classes',
    `The target ${quote(column.name)} has ${count.toLocaleString('en')} classes: ${list}. ${TASK_KINDS[task].label} ${task === 'classes' ? 'need' : 'needs'} ${supported}.`,
    fits ? `${instead}.` : `Choose ${otherwise}.`,
  );
}

/** Classes in the order that was asked for, then the others by size or alphabet. */
function severalClasses(column: TableColumn, codes: number[], asked: readonly string[]): Target {
  const values = valueCodes(column);
  const ordered = codes.sort((a, b) => order(column, a, b));
  const first = new Set(
    asked.flatMap((label) => {
      const code = column.dictionary.indexOf(label);
      return code >= 0 && ordered.includes(values[code]) ? [values[code]] : [];
    }),
  );
  const classes = [...first, ...ordered.filter((code) => !first.has(code))];
  const place = new Map(classes.map((code, c) => [code, c]));
  const { codes: places } = column;
  return {
    numberOf: (row) => place.get(values[places[row]]) ?? Number.NaN,
    classLabels: classes.map((code) => column.dictionary[code]),
  };
}

function regressionTarget(table: Table, column: TableColumn): Target | LabFailure {
  if (column.textLevels === 0) return tooLarge(table, column, 'target') ?? { numberOf: numbersOf(column), classLabels: null };
  const row = firstTextRow(column);
  const classes = distinctValues(column);
  return new LabFailure(
    'target-not-numeric',
    `The target ${quote(column.name)} is not a number on ${placeOf(table, row)}: ${quote(cellIn(column, row) ?? '')}.`,
    classes === 2
      ? 'Choose binary, or a numeric target for regression.'
      : classes <= MOST_CLASSES
        ? 'Choose classes or ordinal, or a numeric target for regression.'
        : 'Choose a target with numbers for regression, or one with fewer values for classes.',
  );
}

function binaryTarget(column: TableColumn, codes: number[], positive?: string): Target | LabFailure {
  const [first, second] = codes.sort((a, b) => order(column, a, b));
  const values = valueCodes(column);
  const chosen = positive === undefined ? (yesOf(column, codes) ?? second) : codeOf(column, values, positive);
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

/** Code of a value: of its text, or where all are numbers, of the same number written in another way. */
function codeOf(column: TableColumn, values: Int32Array, text: string): number {
  const code = column.dictionary.indexOf(text);
  if (code >= 0) return values[code];
  // What a page or a link calls 1 may stand as 1.0 or 1,0 in the file.
  return column.textLevels === 0 ? column.numbers.findIndex((number, other) => values[other] === other && number === Number(text)) : -1;
}

/** Of two codes that say no and yes, in any language the lab knows, that of yes. */
function yesOf({ dictionary, textLevels }: TableColumn, codes: readonly number[]): number | undefined {
  const said = textLevels > 0 ? booleanValues(codes.map((code) => dictionary[code])) : null;
  return said ? codes[said.indexOf(1)] : undefined;
}

function order(column: TableColumn, a: number, b: number): number {
  if (column.textLevels === 0) return column.numbers[a] - column.numbers[b];
  return column.dictionary[a] < column.dictionary[b] ? -1 : 1;
}
