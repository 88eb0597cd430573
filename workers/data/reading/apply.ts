import type { ByteKernel } from '../bytes/kernel';
import { NumberColumn } from '../bytes/number-column';
import { missingIn } from '../cells';
import type { RawTable, Table, TableColumn } from '../table';
import { fingerprinting } from '../table-fingerprint';
import { atOnce, type Work } from '../work';
import { finite, interpret, interpreting } from './interpret';
import { FORMER_MISSING_WORDS } from './missing';
import { numberReader } from './numbers';
import { type ColumnStep, columnsOf, isFileStep, type Step } from './steps';
import type { Found } from './words';

const columnSteps = (steps: readonly Step[]): ColumnStep[] => steps.filter((step): step is ColumnStep => !isFileStep(step));

/** A file that has been read, as these steps of columns read it. */
export function* tableOf(
  facts: Pick<Table, 'name' | 'bytes' | 'rows' | 'line' | 'unit' | 'raw'>,
  steps: readonly ColumnStep[],
  kernel?: ByteKernel | null,
): Work<Table> {
  return {
    ...facts,
    columns: yield* interpreting(facts.raw.columns, steps),
    fingerprint: yield* fingerprinting(yield* formerWords(facts.raw), kernel),
    steps: [...facts.raw.steps.map(({ step }) => step), ...steps],
  };
}

/** Whether steps differ from those of a table in columns only, so that the file need not be read again. */
export function sameFile(table: Table, steps: readonly Step[]): boolean {
  return JSON.stringify(steps.filter(isFileStep)) === JSON.stringify(table.raw.steps.map(({ step }) => step));
}

/**
 * An open table under other steps of columns; steps of the file, which its fingerprint holds, stay.
 * `undefined`: as versions without steps read it, for links of that time.
 *
 * @throws LabFailure of `interpret`
 */
export function withSteps(table: Table, steps: readonly Step[] | undefined): Table {
  if (steps === undefined) return { ...table, columns: formerColumns(table.raw), steps: [] };
  const asked = columnSteps(steps);
  if (JSON.stringify(asked) === JSON.stringify(columnSteps(table.steps))) return table;
  return { ...table, columns: interpret(table.raw.columns, asked), steps: [...table.raw.steps.map(({ step }) => step), ...asked] };
}

/** Columns with the fixed missing words of earlier versions, as fingerprints have them. */
function formerWords({ columns }: RawTable): Work<TableColumn[]> {
  return interpreting(columns, [{ kind: 'missing-words', columns: columns.map(({ name }) => name), words: [...FORMER_MISSING_WORDS] }]);
}

/** As `formerWords`, and in a file of semicolons numbers with either decimal sign. */
function formerColumns(raw: RawTable): TableColumn[] {
  const former = atOnce(formerWords(raw));
  if (raw.separator !== ';') return former;
  const comma = numberReader({ decimal: ',', thousands: '' });
  return former.map((column) => {
    if (column.textLevels === 0 || column instanceof NumberColumn) return column;
    const numbers = finite(column.numbers.map((value, code) => (Number.isNaN(value) ? comma(column.dictionary[code]) : value)));
    let textLevels = 0;
    for (const value of numbers) if (Number.isNaN(value)) textLevels++;
    return { ...column, numbers, textLevels };
  });
}

/**
 * Where each step of a table was needed, as its sentence tells it. Steps of columns are counted by the cells
 * whose meaning they change.
 */
export const stepFindings = (table: Table): StepFinding[] => atOnce(findingSteps(table));

interface StepFinding {
  step: Step;
  columns: string[];
  found?: Found;
}

/** As `stepFindings`. */
export function* findingSteps(table: Table): Work<StepFinding[]> {
  const before: Step[] = table.raw.steps.map(({ step }) => step);
  const findings: StepFinding[] = table.raw.steps.map(({ step, found }) => ({ step, columns: columnsOf(step), found }));
  for (const step of columnSteps(table.steps)) {
    const found = step.kind === 'missing-words' || step.kind === 'bad-cells' ? yield* newlyMissing(table, before, step) : undefined;
    before.push(step);
    findings.push({ step, columns: columnsOf(step), found });
  }
  return findings;
}

/** Cells that a step makes missing, over all its columns. */
function* newlyMissing(table: Table, before: readonly Step[], step: ColumnStep): Work<Found | undefined> {
  const names = new Set(columnsOf(step));
  const earlier = yield* interpreting(table.raw.columns, columnSteps(before));
  const later = yield* interpreting(table.raw.columns, [...columnSteps(before), step]);
  let [count, row] = [0, table.rows];
  for (const [j, column] of earlier.entries()) {
    if (!names.has(column.name) || later[j].missing === column.missing) continue;
    count += later[j].missing - column.missing;
    const [was, is] = [missingIn(column), missingIn(later[j])];
    for (let at = 0; at < row; at++) if (!was(at) && is(at)) row = at;
    yield;
  }
  return count > 0 ? { count, line: table.line(row), ...(table.unit && { unit: table.unit }) } : undefined;
}
