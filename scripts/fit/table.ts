import { previewTable } from '../../workers/data/columns';
import { openTable, type Table } from '../../workers/data/csv';
import { LabFailure } from '../../workers/data/failure';
import { withSteps } from '../../workers/data/reading/apply';
import { checkRoles } from '../../workers/data/roles';
import { sampledTable } from '../../workers/data/sample';
import {
  type ColumnChoice,
  type ColumnRole,
  type MissingPolicy,
  type TableDataset,
  type TableSample,
  type Task,
  tableSchema,
} from '../../workers/data/schema';
import type { ColumnPreview, ReadingQuestion, RoleCheck, TablePreview } from '../../workers/protocol';
import { ownDivision } from '../../workers/spec/division';
import { isFileStep, type Step } from '../../workers/spec/reading';
import { TASK_KINDS, TASKS } from '../../workers/spec/scores';
import { roleFeatures } from '../../workers/spec/tags';
import { fileFrom, list, share, whole } from '../cli';
import { groupedColumns } from './mixed-settings';
import { oneOf, pairs, text, USAGE, type Values } from './options';
import { fileSteps, withOptions } from './reading';
import { tagOptions } from './tags';

/** A file with everything that was chosen for it. */
export interface ReadTable {
  table: Table;
  preview: TablePreview;
  dataset: TableDataset;
  check: RoleCheck;
}

/**
 * Columns that the reader can take as dates, by its own steps and its questions: whether the day comes first.
 */
function dateColumns({ steps, questions }: TablePreview): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const look = (list: readonly Step[]): void => {
    for (const step of list)
      if ((step.kind === 'date' || step.kind === 'date-part') && !found.has(step.column)) found.set(step.column, step.dayFirst);
  };
  look(steps.map(({ step }) => step));
  for (const { answers } of questions) for (const { steps: proposed } of answers) look(proposed);
  return found;
}

/** Opens a file (`fileFrom`), and reads it again where the options ask for it. */
export async function read(path: string, values: Values, folder?: string): Promise<{ table: Table; preview: TablePreview }> {
  const file = await fileFrom(path, folder);
  const given = fileSteps(values);
  const first = await openTable(file, { given });
  const preview = previewTable(first);
  const steps = withOptions(first.steps, values, dateColumns(preview));
  const fileStepsDiffer = JSON.stringify(steps.filter(isFileStep)) !== JSON.stringify(first.steps.filter(isFileStep));
  const table = fileStepsDiffer ? await openTable(file, { steps }) : withSteps(first, steps);
  return { table, preview: previewTable(table) };
}

export function known(preview: TablePreview, names: readonly string[]): void {
  const all = new Set(preview.columns.map(({ name }) => name));
  for (const name of names)
    if (!all.has(name)) throw new LabFailure('no-column', `The table has no column "${name}".`, `Its columns are ${[...all].join(', ')}.`);
}

/**
 * The role of every column: as named, else as guessed; with both lists given, what is not named is left out.
 */
async function rolesOf(preview: TablePreview, values: Values): Promise<ColumnChoice[]> {
  const grouped = groupedColumns(values);
  const [categorical, numeric, ignored] = [text(values, 'categorical'), text(values, 'numeric'), text(values, 'ignore')];
  const [key, time, event] = [text(values, 'key'), text(values, 'time'), text(values, 'event')];
  const tags = await tagOptions(preview, values);
  const named = (name: string): ColumnRole | null =>
    tags.named.has(name)
      ? 'tags'
      : list(categorical).includes(name) || grouped.includes(name)
        ? 'categorical'
        : list(numeric).includes(name)
          ? 'numeric'
          : list(ignored).includes(name)
            ? 'ignore'
            : name === key
              ? 'key'
              : name === time
                ? 'time'
                : name === event
                  ? 'event'
                  : null;
  const target = text(values, 'target') ?? preview.columns.find(({ role }) => role === 'target')?.name;
  if (target === undefined)
    throw new LabFailure('bad-option', 'No column of the table is clearly what to predict.', `Name it with --target.\n\n${USAGE}`);
  const nested = new Map(pairs(values, 'nested'));
  known(preview, [
    target,
    ...list(categorical),
    ...grouped,
    ...list(numeric),
    ...list(ignored),
    ...(key ? [key] : []),
    ...(time ? [time] : []),
    ...(event ? [event] : []),
    ...tags.named.keys(),
    ...nested.keys(),
    ...nested.values(),
  ]);
  const role = (column: ColumnPreview): ColumnRole => {
    if (column.name === target) return 'target';
    const own = named(column.name);
    if (own) return own;
    if (categorical !== undefined && numeric !== undefined) return 'ignore';
    // A column of numbers that would have been the target is numeric when another is; other guesses count
    // where their list was not given.
    const guess = column.role === 'target' ? (column.kind === 'number' || column.kind === 'whole number' ? 'numeric' : 'ignore') : column.role;
    if (guess === 'categorical' && categorical !== undefined) return 'ignore';
    if (guess === 'tags' && tags.named.size > 0) return 'ignore';
    return guess === 'numeric' && numeric !== undefined ? 'ignore' : guess;
  };
  return preview.columns.map((column): ColumnChoice => {
    const { name, tagSeparator } = column;
    const choice = { name, role: role(column), ...(nested.has(name) && { nestedIn: nested.get(name) }) };
    return choice.role === 'tags' ? { ...choice, ...(tagSeparator && { tagSeparator }), ...(tags.named.get(name) ?? tags.all) } : choice;
  });
}

const SPLITS = ['rows', 'by-level', 'by-group', 'by-time', 'by-column', 'by-tag', 'by-combination'] as const;

/** "by-time:date" and its like as fields of the table. */
function divisionOf(values: Values, task: Task, columns: readonly ColumnChoice[]): Partial<TableDataset> {
  const own = ownDivision(task);
  const stratify = oneOf(values, 'stratify', ['yes', 'no'] as const, own.stratify ? 'yes' : 'no') === 'yes';
  const validation = oneOf(values, 'validation', ['rows', 'by-level', 'by-tag'] as const, 'rows');
  const given = text(values, 'split') ?? 'rows';
  const [kind, ...rest] = given.split(':');
  const of = rest.join(':');
  const split = SPLITS.find((candidate) => candidate === kind);
  if (!split)
    throw new LabFailure(
      'bad-option',
      `--split is "${given}".`,
      `Choose one of ${SPLITS.join(', ')}; groups, time and marked rows with a column: by-time:date.`,
    );
  const common = { ...own, stratify, validation, split };
  if (split === 'rows') return common;
  if (split === 'by-level' || split === 'by-tag' || split === 'by-combination') {
    const ofLevels = split === 'by-level';
    const features = roleFeatures(columns, ofLevels ? 'categorical' : 'tags').map(({ name }) => name);
    if (of !== '' && !features.includes(of)) {
      const message = `--split ${split}: "${of}" is no ${ofLevels ? 'categorical column' : 'column of tags'}.`;
      throw new LabFailure('bad-option', message, features.length > 0 ? `Choose one of ${features.join(', ')}.` : 'Name such a column with --tags.');
    }
    return { ...common, splitFeature: of === '' ? null : features.indexOf(of) + 1 };
  }
  const at = split === 'by-column' ? of.lastIndexOf('=') : -1;
  const column = at > 0 ? of.slice(0, at) : of;
  if (!columns.some(({ name }) => name === column))
    throw new LabFailure(
      'bad-option',
      `--split ${split} asks for a column, and there is none called "${column}".`,
      `Write for example --split ${split}:${columns[0].name}.`,
    );
  return { ...common, splitColumn: column, testValue: at > 0 ? of.slice(at + 1) : null };
}

const pressing = (questions: readonly ReadingQuestion[], columns: readonly ColumnChoice[]): ReadingQuestion[] =>
  questions.filter(
    ({ pressing: open, column }) =>
      open && (column === null || columns.some(({ name, role }) => name === column && (role === 'numeric' || role === 'target'))),
  );

/** @throws LabFailure 'question' where the reader must know first how a column is meant */
export function askPressing(table: Table, { questions }: TablePreview, columns: readonly ColumnChoice[]): void {
  const [question] = pressing(questions, columns);
  if (!question) return;
  const answers = question.answers.map(({ label, steps }) => {
    const added = steps.filter((step) => !table.steps.some((taken) => JSON.stringify(taken) === JSON.stringify(step)));
    return `${label}: ${added.map((step) => `--step '${JSON.stringify(step)}'`).join(' ')}`;
  });
  throw new LabFailure('question', question.text, answers.join('\n'));
}

/** The part of the table that the options ask for; undefined: all of it. */
function sampleOf(values: Values, preview: TablePreview): TableSample | undefined {
  const [rows, levels] = [text(values, 'sample-rows'), text(values, 'sample-levels')];
  if (rows !== undefined && levels !== undefined)
    throw new LabFailure('bad-option', '--sample-rows and --sample-levels ask for two samples.', 'Choose one of them.');
  if (rows !== undefined) return { rows: whole('sample-rows', rows, 0, 20) };
  if (levels === undefined) return undefined;
  const [, number, of] = /^(\d+):(.+)$/.exec(levels) ?? [];
  if (of === undefined) throw new LabFailure('bad-option', `--sample-levels is "${levels}".`, 'Write for example --sample-levels 1000:user.');
  known(preview, [of]);
  return { levels: whole('sample-levels', number, 0, 2), of };
}

/**
 * The order of classes that was asked for. @throws LabFailure for one that the target does not have, and for
 * a target without order
 */
function orderOf(values: Values, task: Task, classes: readonly string[]): string[] {
  const order = list(text(values, 'class-order'));
  if (order.length > 0 && task !== 'ordinal')
    throw new LabFailure('bad-option', `--class-order is of an ordinal target, and this one is ${TASK_KINDS[task].words}.`, 'Add --task ordinal.');
  const unknown = order.find((label) => !classes.includes(label));
  if (unknown !== undefined)
    throw new LabFailure('bad-option', `--class-order has "${unknown}", which is no class of the target.`, `Its classes are ${classes.join(', ')}.`);
  return order;
}

/**
 * A table of one's own as the page would take it: the same reader, guesses and policies, changed by the
 * options.
 *
 * @param folder where a relative path begins
 * @throws LabFailure for options that do not fit, a refused file, roles that cannot be used, and a question
 * that must be answered first
 */
export async function readTable(path: string, values: Values, folder?: string): Promise<ReadTable> {
  const { table, preview } = await read(path, values, folder);
  const columns = await rolesOf(preview, values);
  askPressing(table, preview, columns);
  const missing: MissingPolicy = {
    numeric: oneOf(values, 'missing-numeric', ['mean', 'drop-rows'] as const, 'mean'),
    categorical: oneOf(values, 'missing-categorical', ['own-level', 'drop-rows'] as const, 'own-level'),
    ...(values['missing-tags'] !== undefined && { tags: oneOf(values, 'missing-tags', ['empty-set', 'own-tag', 'drop-rows'] as const, 'empty-set') }),
  };
  const unseenTags = oneOf(values, 'unseen-tags', ['drop', 'as-published'] as const, undefined);
  const testFraction = share('test', text(values, 'test'), 0.2, 0.01, 0.9);
  const sample = sampleOf(values, preview);
  const check = checkRoles(sampledTable(table, sample, whole('seed', text(values, 'seed'), 1, 1)), columns, missing, testFraction);
  const task = oneOf(values, 'task', TASKS, check.task);
  const refusal = check.refusals[task] ?? (task === check.task ? check.error : null);
  if (refusal) throw new LabFailure(refusal.code, refusal.message, refusal.hint);
  const positive = text(values, 'positive');
  const classOrder = orderOf(values, task, check.classes ?? []);
  const dataset = tableSchema.parse({
    kind: 'table',
    name: preview.name.slice(0, 200),
    fingerprint: table.fingerprint,
    task,
    columns,
    missing,
    scaling: oneOf(values, 'scaling', ['standardized', 'as-is'] as const, 'standardized'),
    testFraction,
    reading: table.steps,
    ...(sample && { sample }),
    ...(positive !== undefined && { positive }),
    ...(classOrder.length > 0 && { classOrder }),
    ...(unseenTags !== undefined && { unseenTags }),
    ...divisionOf(values, task, columns),
  });
  return { table, preview, dataset, check };
}
