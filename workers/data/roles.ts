import { columnAs } from './as-role';
import { cellIn, firstTextRow, missingIn, textsIn } from './cells';
import { isCount } from './counts';
import type { CategoricalColumn, Dataset, TagColumn } from './dataset';
import { eventsOf, oneEventColumn } from './events';
import { LabFailure } from './failure';
import { tooLarge } from './large-numbers';
import { encodeLevels, usedLevels } from './levels';
import { noticesOf } from './notices';
import { placeOf } from './place';
import type { RoleCheck } from './preview';
import { quote } from './refusals';
import type { ColumnChoice, ColumnRole, MissingPolicy, TableDataset, Task } from './schema';
import { sequenceOf } from './sequence';
import { testShare, trainingShare } from './split';
import { splitTable } from './split-table';
import type { Table, TableColumn } from './table';
import { numericColumns, responseValues } from './table-numbers';
import { categoryOf } from './tags/category';
import { roleFeatures } from './tags/features';
import { encodeTags, type TableTags, tableTags, tagFacts } from './tags/table-tags';
import { dropUnseenTags } from './tags/unseen';
import { distinctValues, type Target, targetOf } from './target';
import { TASK_KINDS, TASKS } from './tasks';
import { countWarnings, type DataCounts, singleRows } from './warnings';
import { atOnce, type Work } from './work';

/** Fewer rows than this cannot be divided into training, validation and test. */
const FEWEST_ROWS = 20;

/** Columns by role, checked. */
interface Roles {
  target: TableColumn;
  numeric: TableColumn[];
  categorical: TableColumn[];
  tags: { source: TableTags; column: TagColumn }[];
  /** Says whether the event of the target, a time, was seen; null where the target is no such time. */
  event: TableColumn | null;
  /** 1 for each row that is used. */
  kept: Uint8Array;
  keptCount: number;
  /** The column with the most missing values, of those whose missing values drop rows; null: none has any. */
  emptiest: string | null;
}

/**
 * Re-examines a table under other roles: what is wrong with the choice, if anything, and what would be
 * trained on. `error` is about the task that the target suggests; `refusals` about each task. Row counts do
 * not depend on seeds.
 */
export function checkRoles(table: Table, asked: readonly ColumnChoice[], missing: MissingPolicy, testFraction: number): RoleCheck {
  const targets = table.columns.filter(({ name }) => asked.some((choice) => choice.name === name && choice.role === 'target'));
  const guessed = targets.length === 1 ? suggestedTask(targets[0]) : 'regression';
  const none = { rows: { train: 0, validation: 0, test: 0, dropped: 0 }, p: 0, levels: [] };
  try {
    const checked = assign(table, asked, missing);
    const as = (task: Task) => targetOf(table, checked.target, task, checked.kept);
    const responses = byTask(as);
    const refusals = byTask((task) => {
      const found = responses[task];
      return found instanceof LabFailure ? found.toJSON() : null;
    });
    const response = responses[guessed];
    const { classes } = responses;
    const numbers = responses.regression instanceof LabFailure ? null : responses.regression;
    const { event, kept } = checked;
    if (event && guessed === 'regression' && numbers) eventsOf(table, event, checked.target, kept, numbers.numberOf);
    const test = testShare(checked.keptCount, testFraction);
    const train = trainingShare(checked.keptCount - test);
    return {
      error: refusals[guessed] ?? tooFewRows(checked, testFraction, table.rows)?.toJSON() ?? null,
      refusals,
      task: guessed,
      ...(!(classes instanceof LabFailure) && classes.classLabels && { classes: [...classes.classLabels] }),
      rows: { train, validation: checked.keptCount - test - train, test, dropped: table.rows - checked.keptCount },
      p: checked.numeric.length,
      levels: checked.categorical.map((column) => usedLevels(column, missing, checked.kept).cardinality),
      ...(event ? { events: true } : numbers && countsOnly(numbers, kept) && { counts: true }),
      ...(checked.tags.length > 0 && { tags: checked.tags.map(({ source, column }) => tagFacts(source, column, checked.kept)) }),
      warnings: response instanceof LabFailure ? [] : countWarnings(countsOf(checked, response, test)),
      notices: response instanceof LabFailure ? [] : noticesOf(checked, response),
    };
  } catch (error) {
    if (!(error instanceof LabFailure)) throw error;
    return {
      error: error.toJSON(),
      refusals: byTask(() => error.toJSON()),
      task: guessed,
      warnings: [],
      notices: [],
      ...none,
    };
  }
}

/**
 * A table with roles as a dataset. Rows keep their place in the file; those dropped by the missing policy or
 * without a target are in no part of the split. Numeric columns and a regression target are standardised by
 * the training rows (validation included) unless the spec leaves them as they are; levels are coded in order
 * of first appearance, all levels of the rows that are used counting.
 *
 * @throws LabFailure naming column, line and value, and those of `splitTable`
 */
export const tableDataset = (table: Table, spec: TableDataset, seeds: { split: number }): Dataset => atOnce(preparingTable(table, spec, seeds));

/** As `tableDataset`. */
export function* preparingTable(table: Table, spec: TableDataset, seeds: { split: number }): Work<Dataset> {
  const roles = assign(table, spec.columns, spec.missing);
  const { target, numeric, categorical, tags, event, kept, keptCount } = roles;
  const response = targetOf(table, target, spec.task, kept, spec);
  if (response instanceof LabFailure) throw response;
  const few = tooFewRows(roles, spec.testFraction, table.rows);
  if (few) throw few;
  yield;
  const events = event && timesOnly(spec.task, event) && eventsOf(table, event, target, kept, response.numberOf);
  const rows = keptRows(kept, keptCount);
  const encoded: CategoricalColumn[] = [];
  for (const column of categorical) {
    encoded.push(encodeLevels(column, spec.missing, kept));
    yield;
  }
  const classes = response.classLabels && { count: response.classLabels.length, of: response.numberOf };
  const sets = tags.map(({ column }) => column);
  const split = splitTable({ table, rows, categorical: encoded, tags: sets, classes }, spec, seeds.split);
  yield;
  const { exactX, ...features } = yield* numericColumns(table, numeric, split, spec.scaling);
  const sequence = sequenceOf(table, spec.columns);
  const { exactY, ...values } = responseValues(table, target, response, { ...spec, fromZero: events !== null }, split, kept);
  return {
    task: spec.task,
    rows: table.rows,
    ...features,
    p: numeric.length,
    categorical: encoded,
    ...(sets.length > 0 && { tags: spec.unseenTags === 'as-published' ? sets : dropUnseenTags(sets, split, spec.validation === 'by-tag') }),
    ...values,
    targetName: target.name,
    ...(events && { events }),
    classLabels: response.classLabels,
    split,
    truth: null,
    exact: { x: exactX, y: exactY },
    ...(sequence && { sequence }),
    ...(table.fileRows && { fileRows: table.fileRows }),
    fingerprint: table.fingerprint,
  };
}

/** An event column goes with a target that is a time. @throws LabFailure 'event-of-classes' */
function timesOnly(task: Task, { name }: TableColumn): true {
  if (task === 'regression') return true;
  throw new LabFailure(
    'event-of-classes',
    `The column ${quote(name)} says whether the event of a time was seen, and the target is ${TASK_KINDS[task].words}.`,
    `Choose regression with a time as the target, or give ${quote(name)} another role.`,
  );
}

/** Numbers of the rows that are used. */
function keptRows(kept: Uint8Array, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0, i = 0; row < kept.length; row++) if (kept[row]) rows[i++] = row;
  return rows;
}

/** What is known for warnings before the rows are divided: a class has its share of the test rows. */
function countsOf({ numeric, categorical, tags, kept, keptCount }: Roles, { numberOf, classLabels }: Target, testRows: number): DataCounts {
  const rows = [keptRows(kept, keptCount)];
  // Missing cells may be a level of many rows.
  const single = ({ codes, counts, missing }: TableColumn): boolean => missing === 0 && singleRows({ codes, cardinality: counts.length }, rows);
  const ofClass = new Array<number>(classLabels?.length ?? 0).fill(0);
  if (classLabels) for (const row of rows[0]) ofClass[numberOf(row)]++;
  return {
    trainingRows: keptCount - testRows,
    testRows,
    p: numeric.length,
    constant: numeric.filter((column) => textsIn(column) === 1 && column.missing === 0).map(({ name }) => name),
    categorical: categorical.map((column) => ({ name: column.name, single: single(column) })),
    tags: tags.map(({ column: { name, told } }) => ({ name, empty: told?.empty ?? 0, cut: told?.cut ?? 0 })),
    classes:
      classLabels?.map((label, i) => {
        const all = ofClass[i];
        const test = (all * testRows) / keptCount;
        return { label, training: all - test, test };
      }) ?? null,
  };
}

/** The same asked of every task. */
const byTask = <T>(of: (task: Task) => T): Record<Task, T> => Object.fromEntries(TASKS.map((task) => [task, of(task)])) as Record<Task, T>;

/** Whether every row that is used has a count (workers/data/counts.ts), and some row one above 1. */
function countsOnly({ numberOf }: Target, kept: Uint8Array): boolean {
  let several = false;
  for (let row = 0; row < kept.length; row++) {
    if (!kept[row]) continue;
    const value = numberOf(row);
    if (!isCount(value)) return false;
    several ||= value > 1;
  }
  return several;
}

/** Two values (0 and 0.0 are one), or nothing but text, ask for classes; numbers for regression. */
function suggestedTask(column: TableColumn): Task {
  const { textLevels } = column;
  if (distinctValues(column) === 2) return 'binary';
  return textLevels > 0 && textLevels === textsIn(column) ? 'classes' : 'regression';
}

/** Sorts columns into their roles and marks the rows that are used. */
function assign(table: Table, asked: readonly ColumnChoice[], missing: MissingPolicy): Roles {
  const withRole = (role: ColumnRole) => asked.filter((choice) => choice.role === role).map((choice) => columnAs(table, choice, asked));
  const targets = withRole('target');
  if (targets.length === 0) throw new LabFailure('no-target', 'No column is the target.', 'Give one column the role target: the one to predict.');
  if (targets.length > 1) {
    throw new LabFailure(
      'several-targets',
      `${targets.length} columns are targets: ${targets.map(({ name }) => quote(name)).join(', ')}.`,
      'Keep one target.',
    );
  }
  const numeric = withRole('numeric');
  const categorical = roleFeatures(asked, 'categorical').map((feature) => categoryOf(table, feature, asked));
  const sources = tableTags(table, asked);
  if (numeric.length + categorical.length + sources.length === 0) {
    throw new LabFailure(
      'no-features',
      'No column is numeric, categorical or of tags, so there is nothing to predict from.',
      'Give at least one column the role categorical, numeric or tags.',
    );
  }
  for (const column of numeric) refuseText(table, column);
  const event = oneEventColumn(withRole('event'));
  const kept = new Uint8Array(table.rows).fill(1);
  const columns = [
    targets[0],
    ...(missing.numeric === 'drop-rows' ? numeric : []),
    ...(missing.categorical === 'drop-rows' ? categorical : []),
    // Whether it was seen is known of every row that is used.
    ...(event ? [event] : []),
  ];
  const dropping = [
    ...columns.filter((column) => column.missing > 0).map((column) => ({ name: column.name, isMissing: missingIn(column) })),
    ...(missing.tags === 'drop-rows' ? sources.map(({ cells }) => ({ name: cells.name, isMissing: (row: number) => cells.isMissing(row) })) : []),
  ];
  let emptiest: { name: string; missing: number } | null = null;
  for (const { name, isMissing } of dropping) {
    let count = 0;
    for (let row = 0; row < table.rows; row++) {
      if (!isMissing(row)) continue;
      kept[row] = 0;
      count++;
    }
    if (count > (emptiest?.missing ?? 0)) emptiest = { name, missing: count };
  }
  let keptCount = 0;
  // By their places: an iterator makes an object of each until the loop is compiled.
  for (let row = 0; row < kept.length; row++) keptCount += kept[row];
  for (const column of categorical) {
    const { cardinality, labels } = usedLevels(column, missing, kept);
    if (cardinality >= 2 || keptCount === 0) continue;
    const where = keptCount < table.rows ? ' in the rows that are used' : '';
    const only = column.counts.length === 0 ? 'is empty' : `has one level${where}, ${quote(labels()[0])}`;
    throw new LabFailure('one-level', `The categorical column ${quote(column.name)} ${only}.`, 'Ignore this column.');
  }
  // Of no rows at all that is the complaint, not that they have no tags.
  const tags = keptCount === 0 ? [] : sources.map((source) => ({ source, column: encodeTags(source, missing, kept) }));
  return { target: targets[0], numeric, categorical, tags, event, kept, keptCount, emptiest: emptiest?.name ?? null };
}

/** @throws LabFailure where a column that the table has holds a text that is no number */
export function refuseTextIn(table: Table, name: string): void {
  const column = table.columns.find((one) => one.name === name);
  if (column) refuseText(table, column);
}

function refuseText(table: Table, column: TableColumn): void {
  const name = quote(column.name);
  if (textsIn(column) === 0) throw new LabFailure('numeric-empty', `The numeric column ${name} has no value.`, 'Ignore this column.');
  if (column.textLevels === 0) {
    const failure = tooLarge(table, column, 'numeric column');
    if (failure) throw failure;
    return;
  }
  const row = firstTextRow(column);
  const value = quote(cellIn(column, row) ?? '');
  throw new LabFailure(
    'numeric-text',
    `The numeric column ${name} holds ${value} on ${placeOf(table, row)}, which is not a number.`,
    'Make the column categorical, ignore it, or correct the cell.',
  );
}

function tooFewRows({ keptCount: kept, emptiest }: Roles, testFraction: number, all: number): LabFailure | null {
  const training = kept - testShare(kept, testFraction);
  if (kept >= FEWEST_ROWS && training >= 2) return null;
  const where = emptiest === null ? '' : ` (column ${quote(emptiest)} has the most)`;
  const dropped = all > kept ? ` after ${(all - kept).toLocaleString('en')} with missing values${where} were dropped` : '';
  return new LabFailure(
    'too-few-rows',
    `${kept} rows can be used${dropped}; at least ${FEWEST_ROWS} are needed.`,
    'Use a longer table, or another policy for missing values.',
  );
}
