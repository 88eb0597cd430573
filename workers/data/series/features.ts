import { columnOf } from '../as-role';
import type { TagColumn } from '../dataset';
import { LabFailure } from '../failure';
import { placeOf } from '../place';
import { quote } from '../refusals';
import { type ColumnChoice, missingPolicySchema } from '../schema';
import { MISSING, type Table } from '../table';
import { encodeTags, tableTags } from '../tags/table-tags';

const SHOWN = 5;

/** A cell without a tag is the empty set. */
const EMPTY_SET = missingPolicySchema.parse({});

/** "“a”, “b” and 3 more". */
function some(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(quote);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/**
 * Columns of tags of the series, from a table with a row a series: rows are matched by the name in the column
 * with the role key. A series without a row has no tags, and is named in a warning; so is a row without a
 * series.
 *
 * @throws LabFailure 'no-name-column', 'name-missing', 'name-twice', 'names-unmatched', 'no-tags', and those
 * of columns of tags
 */
export function seriesTags(
  table: Table,
  choices: readonly ColumnChoice[],
  names: readonly string[],
): { tags: TagColumn[]; warnings: { code: string; message: string }[] } {
  const rows = rowsOfNames(table, choices);
  const places = names.map((name) => rows.get(name.trim()) ?? -1);
  const lost = names.filter((_, f) => places[f] < 0);
  if (lost.length === names.length)
    throw new LabFailure(
      'names-unmatched',
      `No series is named in ${table.name}: the series are ${some(names)}, the rows ${some([...rows.keys()])}.`,
      'Name in its key column the columns of the long table as they are written there, or choose another key column.',
    );
  const sources = tableTags(table, choices);
  if (sources.length === 0)
    throw new LabFailure('no-tags', `No column of ${table.name} has the role tags.`, 'Give it to a column of labels, or to a block of 0/1 columns.');
  const kept = new Uint8Array(table.rows);
  for (const row of places) if (row >= 0) kept[row] = 1;
  const unused = [...rows].filter(([, row]) => kept[row] === 0).map(([name]) => name);
  const warnings: { code: string; message: string }[] = [];
  if (lost.length > 0)
    warnings.push({
      code: 'series-without-tags',
      message: `${lost.length === 1 ? 'A series has' : `${lost.length} series have`} no row in ${table.name}, and so no tags: ${some(lost)}.`,
    });
  if (unused.length > 0)
    warnings.push({
      code: 'tags-without-series',
      message: `${unused.length === 1 ? 'A row' : `${unused.length} rows`} of ${table.name} ${unused.length === 1 ? 'names' : 'name'} no series: ${some(unused)}.`,
    });
  return { tags: sources.map((source) => ofSeries(encodeTags(source, EMPTY_SET, kept), places)), warnings };
}

/** The row of each name. */
function rowsOfNames(table: Table, choices: readonly ColumnChoice[]): Map<string, number> {
  const keys = choices.filter(({ role }) => role === 'key');
  if (keys.length !== 1)
    throw new LabFailure(
      'no-name-column',
      `${keys.length === 0 ? 'No column' : 'More than one column'} of ${table.name} is the key that names the series.`,
      'Give one column the role key: its cells are names of columns of the long table.',
    );
  const { name, codes, dictionary } = columnOf(table, keys[0].name);
  const rows = new Map<string, number>();
  for (let row = 0; row < table.rows; row++) {
    const place = placeOf(table, row);
    if (codes[row] === MISSING)
      throw new LabFailure('name-missing', `${table.name}: the name in ${quote(name)} is empty on ${place}.`, 'Fill it in, or delete the row.');
    const own = dictionary[codes[row]].trim();
    if (rows.has(own))
      throw new LabFailure(
        'name-twice',
        `${table.name}: ${quote(own)} on ${place} is named a second time; a series has one row.`,
        'Put all its tags into one cell, or delete a row.',
      );
    rows.set(own, row);
  }
  return rows;
}

/** A column of tags whose set f is that of row `places[f]`; the empty set for −1. */
function ofSeries(column: TagColumn, places: readonly number[]): TagColumn {
  const { offsets, ids, labels, parents, name } = column;
  const sets = places.map((row) => (row < 0 ? new Int32Array(0) : ids.subarray(offsets[row], offsets[row + 1])));
  const begins = new Uint32Array(places.length + 1);
  sets.forEach((set, f) => {
    begins[f + 1] = begins[f] + set.length;
  });
  const own = new Int32Array(begins[places.length]);
  sets.forEach((set, f) => {
    own.set(set, begins[f]);
  });
  return { name, labels, parents, offsets: begins, ids: own };
}
