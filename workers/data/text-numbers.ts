import { NumberColumn } from './bytes/number-column';
import { textOf } from './bytes/utf8-texts';
import { booleanPair } from './facts/booleans';
import { type DateStep, daysFrom } from './reading/dates';
import { currentName } from './reading/questions';
import type { Step } from './reading/steps';
import { partName } from './reading/words';
import type { Table } from './table';

/**
 * How the texts of a numeric feature became numbers, where other rows alone would not say it: the date that
 * days count from (ISO 8601), or the words, lower case, for 0 and 1.
 */
export interface TextNumbers {
  from?: string;
  says?: [no: string, yes: string];
}

/** Whether a step makes days of dates. */
export const isDays = (step: Step): step is DateStep => (step.kind === 'date' || step.kind === 'date-part') && step.as === 'days';

/** What the column that a step of dates makes is called in the end. */
export const madeColumn = ({ kind, column, as }: DateStep, steps: readonly Step[]): string =>
  currentName(steps, kind === 'date' ? column : partName(column, as));

/** Of a column of a table by its name; null where its numbers are as they are written. */
export function textNumbers(table: Table, name: string): TextNumbers | null {
  const column = table.columns.find((one) => one.name === name);
  if (!column || column instanceof NumberColumn) return null;
  if (column.textLevels > 0) {
    const says = booleanPair(column.dictionary);
    return says && { says: [...says] };
  }
  const made = table.steps.find((step): step is DateStep => isDays(step) && madeColumn(step, table.steps) === name);
  if (!made) return null;
  const code = column.numbers.findIndex((value) => !Number.isNaN(value));
  return code < 0 ? null : { from: daysFrom(textOf(column, code), column.numbers[code], made.dayFirst) };
}
