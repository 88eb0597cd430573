import { NumberColumn } from '../data/bytes/number-column';
import { csvField } from '../data/csv-field';
import { MISSING, type RawColumn, type Table } from '../data/table';
import { predictedClasses } from '../metrics/classes';
import type { TablePredictions } from './predict-table';

/** Rows of a piece of text. */
export const PIECE = 16_384;

/** Predictions are computed in single precision; nine digits tell all of them apart. */
const written = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(9))) : '');

/** The field of a row's cell. */
function fieldsOf(column: RawColumn): (row: number) => string {
  if (column instanceof NumberColumn) {
    const { values } = column.cells;
    return (row) => (Number.isNaN(values[row]) ? csvField(column.cell(row)) : String(values[row]));
  }
  const { codes } = column;
  // A text is quoted once, and not in every row that has it.
  const fields = column.texts.map(csvField);
  return (row) => (codes[row] === MISSING ? '' : fields[codes[row]]);
}

/** A column that is added: its name, and its field in a row. */
type Added = [name: string, field: (row: number) => string];

function ofClasses(fitted: Float64Array, classes: readonly string[]): Added[] {
  const width = classes.length;
  const predicted = predictedClasses(fitted, width);
  return [
    ['.fitted', (row) => csvField(classes[predicted[row]] ?? '')],
    ...classes.map((label, c): Added => [`.fitted: ${label}`, (row) => written(fitted[row * width + c])]),
  ];
}

/**
 * The file with its predictions, in pieces of UTF-8 text: its own columns as they were written (numbers that
 * are held row by row in the fewest digits that tell them apart), then .fitted, .lower, .upper, .unseen (1: a
 * level of the row has no training rows) and .rows (training rows of its rarest level). Of several classes
 * .fitted is the most probable one, and .fitted: and its label the probability of each. A column that has one
 * of these names already is left out.
 */
export function* predictedCsv(table: Table, { fitted, classes, lower, upper, unseen, rows }: TablePredictions): Generator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const added: Added[] = [
    ...(classes ? ofClasses(fitted, classes) : [['.fitted', (row: number) => written(fitted[row])] as Added]),
    ['.lower', (row) => (lower ? written(lower[row]) : '')],
    ['.upper', (row) => (upper ? written(upper[row]) : '')],
    ['.unseen', (row) => (unseen ? String(unseen[row]) : '')],
    ['.rows', (row) => (rows ? String(rows[row]) : '')],
  ];
  const names = new Set(added.map(([name]) => name));
  const own = table.raw.columns.filter(({ name }) => !names.has(name)).map((column) => ({ name: column.name, field: fieldsOf(column) }));
  let lines = [[...own.map(({ name }) => csvField(name)), ...Array.from(names, csvField)].join(',')];
  for (let row = 0; row < table.rows; row++) {
    const cells = own.map(({ field }) => field(row));
    for (const [, cell] of added) cells.push(cell(row));
    lines.push(cells.join(','));
    if (lines.length < PIECE) continue;
    yield encoder.encode(`${lines.join('\n')}\n`);
    lines = [];
  }
  if (lines.length > 0) yield encoder.encode(`${lines.join('\n')}\n`);
}
