import { numbersAt } from '../numbers/typed-arrays';
import { drawNumbers } from '../random/draw-numbers';
import { RandomStream } from '../random/random';
import { columnOf } from './as-role';
import { NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { LabFailure } from './failure';
import { quote } from './refusals';
import type { TableSample } from './schema';
import { MISSING, type Table, type TableColumn } from './table';

/**
 * A table of some rows of another, drawn at random: so many rows, or all rows of so many levels of a column.
 * Rows stay in their order and know their lines; fingerprint and steps are those of the whole file, so the
 * same seed draws the same rows again. The table itself where the sample asks for no less.
 *
 * @throws LabFailure 'no-column'; 'sample-empty' where the column has no level
 */
export function sampledTable(table: Table, sample: TableSample | undefined, seed: number): Table {
  if (!sample) return table;
  const random = new RandomStream(seed, 'table-sample');
  const rows = 'rows' in sample ? drawNumbers(table.rows, sample.rows, random) : rowsOfLevels(table, sample, random);
  if (rows.length === table.rows) return table;
  return {
    ...table,
    rows: rows.length,
    columns: table.columns.map((column) => taken(column, rows)),
    line: (row) => table.line(rows[row]),
    fileRows: rows,
  };
}

function rowsOfLevels(table: Table, { levels, of }: { levels: number; of: string }, random: RandomStream): Uint32Array {
  const { codes, counts } = columnOf(table, of);
  if (counts.length === 0)
    throw new LabFailure('sample-empty', `The column ${quote(of)} has no level to draw.`, 'Draw levels of another column, or rows.');
  const kept = new Uint8Array(counts.length);
  let rows = 0;
  for (const level of drawNumbers(counts.length, levels, random)) {
    kept[level] = 1;
    rows += counts[level];
  }
  const chosen = new Uint32Array(rows);
  for (let row = 0, at = 0; row < codes.length; row++) if (codes[row] !== MISSING && kept[codes[row]]) chosen[at++] = row;
  return chosen;
}

/** A column in these rows; texts that none of them has are no texts of it. */
function taken(column: TableColumn, rows: Uint32Array): TableColumn {
  if (column instanceof NumberColumn) return column.rows(rows);
  const { name, numbers } = column;
  const place = new Int32Array(column.counts.length).fill(MISSING);
  const used: number[] = [];
  const counts: number[] = [];
  let missing = 0;
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const code = column.codes[rows[i]];
    if (code === MISSING) missing++;
    else if (place[code] === MISSING) {
      place[code] = used.push(code) - 1;
      counts.push(0);
    }
    codes[i] = code === MISSING ? MISSING : place[code];
    if (code !== MISSING) counts[codes[i]]++;
  }
  const values = numbersAt(Float64Array, numbers, used);
  const textLevels = values.reduce((texts, value) => texts + (Number.isNaN(value) ? 1 : 0), 0);
  return {
    name,
    codes,
    dictionary: used.map((code) => textOf(column, code)),
    numbers: values,
    counts: Uint32Array.from(counts),
    missing,
    textLevels,
  };
}
