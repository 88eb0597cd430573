import { cellIn, numbersOf, textsIn } from './cells';
import type { Dataset } from './dataset';
import { LabFailure } from './failure';
import { placeOf } from './place';
import { quote } from './refusals';
import type { Table, TableColumn } from './table';

/**
 * The column that says whether the event of a time was seen, and the times themselves, checked over the rows
 * that are used (docs/methods.md F10).
 *
 * @param kept 1 for the rows that are used
 * @param timeOf the target of a row
 * @throws LabFailure 'event-not-binary', 'no-event', 'time-not-positive', each naming column, place and value
 */
export function eventsOf(
  table: Table,
  column: TableColumn,
  target: TableColumn,
  kept: Uint8Array,
  timeOf: (row: number) => number,
): NonNullable<Dataset['events']> {
  const seen = new Float32Array(kept.length);
  const name = quote(column.name);
  const seenOf = numbersOf(column);
  let events = 0;
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    seen[row] = seenOf(row);
    if (seen[row] !== 0 && seen[row] !== 1)
      throw new LabFailure(
        'event-not-binary',
        `The event column ${name} holds ${quote(cellIn(column, row) ?? '')} on ${placeOf(table, row)}; it must be 1 where the event was seen and 0 where the row is censored.`,
        'Write 1 and 0, or yes and no, or give the column another role.',
      );
    events += seen[row];
    if (!(timeOf(row) > 0))
      throw new LabFailure(
        'time-not-positive',
        `The target ${quote(target.name)} is ${quote(cellIn(target, row) ?? '')} on ${placeOf(table, row)}; next to an event column it is a time, and times are above 0.`,
        `Correct the time or leave the row out, or give ${name} another role.`,
      );
  }
  if (events === 0)
    throw new LabFailure(
      'no-event',
      `The event column ${name} is 0 in every row: no event was seen.`,
      'Check which of its values means that the event was seen.',
    );
  return { name: column.name, seen };
}

/** The column of events of these roles, or null. @throws LabFailure 'several-events', 'event-missing' */
export function oneEventColumn(columns: readonly TableColumn[]): TableColumn | null {
  if (columns.length > 1)
    throw new LabFailure(
      'several-events',
      `${columns.length} columns say whether the event was seen: ${columns.map(({ name }) => quote(name)).join(', ')}.`,
      'Keep one event column.',
    );
  const [column = null] = columns;
  if (column && textsIn(column) === 0)
    throw new LabFailure('event-missing', `The event column ${quote(column.name)} has no value.`, 'Ignore this column.');
  return column;
}
