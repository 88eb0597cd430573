import { booleanValues } from './facts/booleans';
import { DAY, type Dates, datesOf } from './facts/dates';
import { LabFailure } from './failure';
import { quote } from './refusals';
import type { ColumnChoice, DatePart } from './schema';
import { MISSING, type Table, type TableColumn } from './table';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Between the label of the outer level and that of the inner one. */
const BETWEEN = ':';

/**
 * A column as its choice takes it: labels joined to those of the column they are nested in, dates as days or a part of each date, yes and no as 1 and 0 in
 * a numeric column. The table itself stays as it was read; a column that needs none of this is given back as it is.
 *
 * @throws LabFailure 'no-column' for an unknown name, 'nested-circle', 'not-dates' where a part of dates is asked of other cells
 */
export function columnAs(table: Table, choice: ColumnChoice, choices: readonly ColumnChoice[]): TableColumn {
  const column = columnOf(table, choice.name);
  if (choice.role === 'numeric') return numericColumn(table, column, choice);
  if (choice.role !== 'categorical') return column;
  const levels = choice.dates ? datesAs(table, column, choice, choice.dates) : column;
  return choice.nestedIn === undefined ? levels : nested(table, levels, choice, choices);
}

/** @throws LabFailure 'no-column' */
export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw new LabFailure('no-column', `${table.name} has no column ${quote(name)}.`, 'Open the file again and set the roles anew.');
  return column;
}

function numericColumn(table: Table, column: TableColumn, choice: ColumnChoice): TableColumn {
  if (choice.dates) return datesAs(table, column, choice, choice.dates);
  if (column.textLevels === 0) return column;
  const numbers = booleanValues(column.dictionary);
  if (numbers) return { ...column, numbers, textLevels: 0 };
  return datesOf(column.dictionary, choice.dayFirst) ? datesAs(table, column, choice, 'days') : column;
}

function datesAs(table: Table, column: TableColumn, choice: ColumnChoice, part: DatePart): TableColumn {
  const dates = datesOf(column.dictionary, choice.dayFirst);
  if (!dates) {
    throw new LabFailure(
      'not-dates',
      `Not every cell of ${quote(column.name)} in ${table.name} is a date.`,
      'Take the column as it is, or correct the cells that are no date.',
    );
  }
  const numbers = partOf(dates, part);
  if (choice.role === 'numeric') return { ...column, numbers, textLevels: 0 };
  return recoded(column, (code) => (part === 'weekday' ? WEEKDAYS[numbers[code]] : String(numbers[code])));
}

const PARTS: Record<Exclude<DatePart, 'days'>, (date: Date) => number> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  weekday: (date) => date.getUTCDay(),
  hour: (date) => date.getUTCHours(),
};

/** Days since the first date; year; month 1 … 12; weekday 0 (Sunday) … 6; hour 0 … 23. */
function partOf({ times }: Dates, part: DatePart): Float64Array {
  if (part !== 'days') return times.map((time) => PARTS[part](new Date(time)));
  const first = Math.floor(times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY) / DAY) * DAY;
  return times.map((time) => (time - first) / DAY);
}

/** The column with another label for each of its texts; texts of one label become one level, in order of first appearance. */
function recoded(column: TableColumn, label: (code: number) => string): TableColumn {
  const index = new Map<string, number>();
  const to = Int32Array.from(column.dictionary, (_, code) => {
    const text = label(code);
    const known = index.get(text);
    if (known !== undefined) return known;
    index.set(text, index.size);
    return index.size - 1;
  });
  return levelsOf(
    column,
    [...index.keys()],
    column.codes.map((code) => (code === MISSING ? MISSING : to[code])),
  );
}

function levelsOf(column: TableColumn, dictionary: string[], codes: Int32Array): TableColumn {
  const counts = new Uint32Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code === MISSING) missing++;
    else counts[code]++;
  }
  const numbers = new Float64Array(dictionary.length).fill(Number.NaN);
  return { name: column.name, codes, dictionary, numbers, counts, missing, textLevels: dictionary.length };
}

/** Levels "outer:inner" in order of first appearance; missing where either is. The outer column may itself be nested. */
function nested(table: Table, inner: TableColumn, choice: ColumnChoice, choices: readonly ColumnChoice[]): TableColumn {
  const chain: string[] = [choice.name];
  let outer: TableColumn[] = [];
  for (let name = choice.nestedIn; name !== undefined; ) {
    if (chain.includes(name)) {
      throw new LabFailure(
        'nested-circle',
        `${quote(choice.name)} is nested in itself: ${[...chain, name].map(quote).join(' in ')}.`,
        'Nest the finer column in the coarser one, and not the other way round.',
      );
    }
    chain.push(name);
    outer = [columnOf(table, name), ...outer];
    const next = choices.find((other) => other.name === name);
    name = next?.role === 'categorical' ? next.nestedIn : undefined;
  }
  return outer.reduceRight((joined, column) => pair(column, joined), inner);
}

function pair(outer: TableColumn, inner: TableColumn): TableColumn {
  const index = new Map<number, number>();
  const dictionary: string[] = [];
  const width = inner.dictionary.length;
  const codes = inner.codes.map((code, row) => {
    if (code === MISSING || outer.codes[row] === MISSING) return MISSING;
    const cell = outer.codes[row] * width + code;
    const known = index.get(cell);
    if (known !== undefined) return known;
    index.set(cell, dictionary.length);
    return dictionary.push(`${outer.dictionary[outer.codes[row]]}${BETWEEN}${inner.dictionary[code]}`) - 1;
  });
  return levelsOf(inner, dictionary, codes);
}
