import type { ColumnRole } from '../../../workers/data/schema';
import { shortened } from '../../../workers/data/shown-text';
import type { ColumnPreview, RoleCheck, TableProgress } from '../../../workers/protocol';
import { bytes, count, plural } from '../../ui/format';

export const ROLE_LABELS: Record<ColumnRole, string> = {
  target: 'Target',
  categorical: 'Categorical',
  numeric: 'Numeric',
  tags: 'Tags',
  event: 'Event',
  key: 'Key',
  time: 'Time',
  fold: 'Fold',
  ignore: 'Ignore',
};

/** A value of a column, short enough for a cell: three significant digits, a real minus sign. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  const text =
    size >= 1e7 || (size > 0 && size < 1e-3)
      ? value.toExponential(1).replace('e+', 'e')
      : value.toLocaleString('en-US', Number.isInteger(value) || size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
  return text.replaceAll('-', '\u2212');
}

/** Share of rows in per cent: one decimal below 10, never 0 for something. */
export function share(part: number, whole: number): string {
  const percent = (100 * part) / Math.max(1, whole);
  if (part > 0 && percent < 0.1) return 'under 0.1\u00a0%';
  return `${percent < 10 && part > 0 ? percent.toFixed(1) : Math.round(percent)}\u00a0%`;
}

/**
 * A value of the file in a sentence: long ones are cut, and spaces at its ends can be seen by the quotes
 * around it.
 */
export const quoted = (text: string): string => `“${shortened(text, 32)}”`;

/** 'a', 'a and b', 'a, b and 3 more'. */
export function names(list: string[], shown = 3): string {
  const head = list.length > shown ? [...list.slice(0, shown - 1), `${count(list.length - shown + 1)} more`] : list;
  return head.length < 2 ? head.join('') : `${head.slice(0, -1).join(', ')} and ${head.at(-1)}`;
}

/** The line under a column's name. */
export function kindWords(column: ColumnPreview): string {
  if (column.longNumbers) return 'long number';
  if (column.kind !== 'two values' || column.values?.length !== 2) return column.kind;
  const words = [...column.values].sort().join(' or ');
  return words.length <= 14 ? words : column.kind;
}

/** The line under the number of levels; `warn` when it is a reason to look again. */
export function levelWords(column: ColumnPreview, role: ColumnRole, rows: number): { text: string; warn: boolean } {
  if (column.identifier && role !== 'target' && role !== 'tags') return { text: 'looks like an ID', warn: true };
  if (column.levels < 2) return { text: column.levels === 0 ? 'no value' : 'the same in every row', warn: role !== 'ignore' };
  if (role === 'categorical') {
    const each = (rows - column.missing) / Math.max(1, column.labels);
    return { text: each < 9.95 ? `${figure(Number(each.toFixed(1)))} rows each` : `${count(each)} rows each`, warn: false };
  }
  const { min, max, mean } = column;
  if (min === null || max === null) return { text: column.values && column.values.length === 2 ? 'two values' : 'text', warn: false };
  if (min === 0 && max === 1 && column.levels === 2 && mean !== null) return { text: `${share(mean, 1)} are 1`, warn: false };
  if (role === 'target' && mean !== null)
    return { text: `${figure(min)} to ${figure(max)}, mean ${figure(Math.abs(mean) < 10 ? Number(mean.toPrecision(2)) : mean)}`, warn: false };
  return { text: `${figure(min)} to ${figure(max)}`, warn: false };
}

/** '73,421 rows: 52,862 to train, 5,874 to validate, 14,685 to test'; where a column divides them, that. */
export function rowWords(rows: number, check: RoleCheck | null, dividedBy: string | null = null): string {
  if (!check || check.error) return plural(rows, 'row');
  const { train, validation, test, dropped } = check.rows;
  const used = train + validation + test + dropped;
  if (used < rows) {
    const parts =
      dividedBy === null ? `: ${count(train)} to train, ${count(validation)} to validate, ${count(test)} to test` : `, divided by ${dividedBy}`;
    return `${plural(used, 'row')} drawn from ${count(rows)}${parts}${dropped ? `, ${count(dropped)} left out` : ''}`;
  }
  if (dividedBy !== null) return `${plural(rows, 'row')}, divided by ${dividedBy}${dropped ? `, ${count(dropped)} left out` : ''}`;
  return `${plural(rows, 'row')}: ${count(train)} to train, ${count(validation)} to validate, ${count(test)} to test${dropped ? `, ${count(dropped)} left out` : ''}`;
}

/** '1.2 MB of 2.1 MB, 35,000 rows', and after half a second how fast and how long. */
export function progressWords(progress: TableProgress | null): string {
  if (!progress) return 'Starting';
  const { bytesRead, bytesTotal, rows, seconds = 0 } = progress;
  const words = `${bytes(bytesRead)} of ${bytes(bytesTotal)}, ${plural(rows, 'row')}`;
  // What the first half second says of the rest is no promise.
  if (seconds < 0.5 || bytesRead === 0 || bytesRead >= bytesTotal) return words;
  const left = (seconds * (bytesTotal - bytesRead)) / bytesRead;
  return `${words}, ${count(Math.round(rows / seconds / 1000) * 1000)} a second, ${left < 1 ? 'less than a second' : plural(Math.ceil(left), 'second')} left`;
}
