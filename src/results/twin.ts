import { csvField, guarded } from '../../workers/data/csv-field';
import { shortened } from '../../workers/data/shown-text';
import { measured, scientific } from '../text/numbers';

/** The numbers of a chart as a table: for screen readers, for Show as table and for the CSV file. */
export interface Twin {
  caption: string;
  columns: string[];
  /** Null is an empty cell. */
  rows: (string | number | null)[][];
  /** Said under the table when it leaves rows out. */
  note?: string;
}

/** A longer text is cut in a table on the page; the files have all of it. */
const MOST_LETTERS = 200;

/** A cell on the page: texts as they can be shown, whole numbers whole, others to about four figures. */
export function cellText(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return shortened(cell, MOST_LETTERS);
  if (!Number.isFinite(cell)) return 'not a number';
  if (Number.isInteger(cell)) return measured(cell, 0);
  const size = Math.abs(cell);
  if (size < 1e-6) return scientific(cell, 4);
  return measured(cell, size >= 1000 ? 1 : size >= 100 ? 2 : size >= 0.1 ? 4 : Math.min(10, 3 - Math.floor(Math.log10(size))));
}

/**
 * A number of a file: whole ones as they are, others to six significant digits, which is what single
 * precision is good for. Large ones in double precision are responses and predictions with an offset: their
 * last digits are what they are about.
 */
export function fileNumber(value: number): string {
  if (!Number.isFinite(value)) return 'NaN';
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) < 1e5) return String(Number(value.toPrecision(6)));
  return String(Math.fround(value) === value ? Math.round(value) : Number(value.toPrecision(15)));
}

/** A column's name in a file: programs that read it stumble over R². */
const fileName = (column: string): string => column.replace(/R²/g, 'R2');

/** A cell as files hold it. */
const shown = (cell: string | number | null): string | null => (typeof cell === 'number' ? fileNumber(cell) : cell);

/** The table as CSV. */
export function toCsv(twin: Pick<Twin, 'columns' | 'rows'>): string {
  return `${[twin.columns.map(fileName), ...twin.rows].map((row) => row.map((cell) => csvField(shown(cell))).join(',')).join('\r\n')}\r\n`;
}

/** The table as tab-separated text, for the clipboard and a spreadsheet. */
export function toTsv(twin: Pick<Twin, 'columns' | 'rows'>): string {
  const clean = (cell: string | number | null) => guarded(shown(cell) ?? '').replace(/[\t\r\n]+/g, ' ');
  return [twin.columns.map(fileName), ...twin.rows].map((row) => row.map(clean).join('\t')).join('\n');
}
