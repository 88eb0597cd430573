import { NumberColumn } from './bytes/number-column';
import { booleanValues, oneSided } from './facts/booleans';
import { LabFailure } from './failure';
import { quote } from './refusals';
import type { ColumnChoice } from './schema';
import { MISSING, type Table, type TableColumn } from './table';

/** Between the label of the outer level and that of the inner one. */
const BETWEEN = ':';

/**
 * A column as its choice takes it: labels joined to those of the column they are nested in, yes and no as 1
 * and 0 in a numeric column. The table itself stays as it was read; a column that needs none of this is given
 * back as it is.
 *
 * @throws LabFailure 'no-column' for an unknown name, 'nested-circle'
 */
export function columnAs(table: Table, choice: ColumnChoice, choices: readonly ColumnChoice[]): TableColumn {
  const column = columnOf(table, choice.name);
  if (choice.role === 'numeric' || choice.role === 'event') return numericColumn(column, choice.role);
  if (choice.role !== 'categorical' || choice.nestedIn === undefined) return column;
  return nested(table, column, choice, choices);
}

/** @throws LabFailure 'no-column' */
export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (!column) throw new LabFailure('no-column', `${table.name} has no column ${quote(name)}.`, 'Open the file again and set the roles anew.');
  return column;
}

function numericColumn(column: TableColumn, role: 'numeric' | 'event'): TableColumn {
  if (column.textLevels === 0 || column instanceof NumberColumn) return column;
  // Of an event it is known that yes stands against no, also where every event was seen.
  const numbers = booleanValues(column.dictionary) ?? (role === 'event' ? oneSided(column.dictionary) : null);
  return numbers ? { ...column, numbers, textLevels: 0 } : column;
}

/**
 * Levels "outer:inner" in order of first appearance; missing where either is. The outer column may itself be
 * nested.
 */
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
  const width = inner.counts.length;
  const codes = inner.codes.map((code, row) => {
    if (code === MISSING || outer.codes[row] === MISSING) return MISSING;
    const cell = outer.codes[row] * width + code;
    const known = index.get(cell);
    if (known !== undefined) return known;
    index.set(cell, dictionary.length);
    return dictionary.push(`${outer.dictionary[outer.codes[row]]}${BETWEEN}${inner.dictionary[code]}`) - 1;
  });
  const counts = new Uint32Array(dictionary.length);
  let missing = 0;
  for (const code of codes) {
    if (code === MISSING) missing++;
    else counts[code]++;
  }
  const numbers = new Float64Array(dictionary.length).fill(Number.NaN);
  return { name: inner.name, codes, dictionary, numbers, counts, missing, textLevels: dictionary.length };
}
