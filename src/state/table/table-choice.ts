import type { ColumnChoice, ColumnRole, MissingPolicy, Scaling, TableDataset, TableSample, Task, UnseenTags } from '../../../workers/data/schema';
import type { ColumnPreview, RoleCheck, TablePreview } from '../../../workers/protocol';
import { ownDivision, type TableDivision } from '../../../workers/spec/division';
import type { ExperimentSpec } from '../../../workers/spec/experiment';
import { positiveValue, type TableShape, tableShape, withoutTarget, withRole } from './roles';

/**
 * How the cells of a column are taken in its role: nested in another column, as labels or a 0 or 1 of tags.
 */
export type ColumnTake = Omit<ColumnChoice, 'name' | 'role'>;

/** A file and everything chosen for it. */
export interface TableChoice {
  fileName: string;
  bytes: number;
  preview: TablePreview | null;
  /** Fingerprints of the table in every way that it was read for this choice: each has one of its own. */
  readings: string[];
  /** One per column of the preview. */
  roles: ColumnRole[];
  /**
   * How the cells of each column are taken in its role, as long as the preview's columns; empty where there
   * is nothing to say.
   */
  takes: ColumnTake[];
  missing: MissingPolicy;
  scaling: Scaling;
  /** What becomes of tags that only test rows have. */
  unseenTags: UnseenTags;
  /** Share of all rows kept for the test. */
  testFraction: number;
  /** The part of the table that is used; null: all of it. */
  sample: TableSample | null;
  task: Task;
  /** True once the person picked the task; a new target takes it back. */
  taskChosen: boolean;
  /** The value of a binary target that counts as 1; null for regression. */
  positive: string | null;
  /** The order of an ordinal target's classes that the person gave; null: by size or alphabet. */
  classOrder: string[] | null;
  /** The newest answer of the worker to the roles; null before the first. */
  check: RoleCheck | null;
  /** Numeric features and levels under the roles, for the parameter counts; null without a preview. */
  problem: TableShape | null;
}

export const NO_TABLE: TableChoice = {
  fileName: '',
  bytes: 0,
  preview: null,
  readings: [],
  roles: [],
  takes: [],
  missing: { numeric: 'mean', categorical: 'own-level' },
  scaling: 'standardized',
  unseenTags: 'drop',
  testFraction: 0.2,
  sample: null,
  task: 'regression',
  taskChosen: false,
  positive: null,
  classOrder: null,
  check: null,
  problem: null,
};

export function choiceOf(state: TableChoice): TableChoice {
  const { fileName, bytes, preview, readings, roles, takes, missing, scaling, unseenTags, testFraction, sample } = state;
  const { task, taskChosen, positive, classOrder, check, problem } = state;
  return {
    fileName,
    bytes,
    preview,
    readings,
    roles,
    takes,
    missing,
    scaling,
    unseenTags,
    testFraction,
    sample,
    task,
    taskChosen,
    positive,
    classOrder,
    check,
    problem,
  };
}

/** Role and reading of every column, as the experiment holds them. */
export function choicesOf(preview: TablePreview, roles: ColumnRole[], takes: ColumnTake[]): ColumnChoice[] {
  return preview.columns.map(({ name }, index) => {
    const role = roles[index];
    return { name, role, ...takeIn(role, takes[index] ?? {}) };
  });
}

/** Whether there are edges between the levels of a column. */
export const hasEdges = (columns: readonly Pick<ColumnChoice, 'role' | 'edges' | 'block'>[]): boolean =>
  columns.some(({ role, edges, block }) => role === 'categorical' && edges !== undefined && block === undefined);

/** What of a column's settings counts in its role. */
function takeIn(role: ColumnRole, { nestedIn, edges, tagSeparator, hierarchy, block }: ColumnTake): ColumnTake {
  const together = block === undefined ? {} : { block };
  if (role === 'categorical') return block === undefined ? { ...(nestedIn !== undefined && { nestedIn }), ...(edges && { edges }) } : together;
  if (role !== 'tags') return {};
  return { ...together, ...(tagSeparator !== undefined && { tagSeparator }), ...(hierarchy !== undefined && { hierarchy }) };
}

/** Words by which a column says where a row belongs. */
const PARTS = /^(train|training|test|testing|val|valid|validation|dev|holdout|eval)$/i;

/**
 * How rows are divided: as in the experiment when it is of this very table, in whatever reading; else as a
 * column asks that says which part a row belongs to, or that the person made the time or the group of the
 * rows; else at random.
 */
export function divisionOf(
  { roles, task, readings }: Pick<TableChoice, 'roles' | 'task' | 'readings'>,
  preview: TablePreview,
  spec: ExperimentSpec,
): TableDivision & Pick<TableDataset, 'fold'> {
  const { dataset } = spec;
  const has = (name: string | null) => name === null || preview.columns.some((column) => column.name === name);
  const own = ownDivision(task);
  if (dataset.kind === 'table' && readings.includes(dataset.fingerprint) && has(dataset.splitColumn)) {
    const { split, validation, splitFeature, splitColumn, testValue, fold } = dataset;
    // Of all this only the shares of the classes are about what is predicted.
    const { stratify } = dataset.task === task ? dataset : own;
    return { split, validation, splitFeature, splitColumn, testValue, stratify, ...(fold && { fold }) };
  }
  const named = (role: ColumnRole) =>
    preview.columns.findIndex((column, index) => roles[index] === role && (role === 'fold' || column.role !== role));
  const [fold, key, time] = [named('fold'), named('key'), named('time')];
  if (fold >= 0) {
    // All values of the column, as the form lists them: the first rows of a sorted file have one alone.
    const values = preview.columns[fold].fewValues ?? preview.head.flatMap((row) => row[fold] ?? []);
    const last = [...new Set(values)].sort((x, y) => Number(x) - Number(y)).at(-1) ?? null;
    return {
      ...own,
      stratify: false,
      split: 'by-column',
      splitColumn: preview.columns[fold].name,
      testValue: values.every((value) => PARTS.test(value.trim())) ? null : last,
    };
  }
  if (key >= 0) return { ...own, stratify: false, split: 'by-group', splitColumn: preview.columns[key].name };
  return time >= 0 ? { ...own, stratify: false, split: 'by-time', splitColumn: preview.columns[time].name } : own;
}

/** The table as the dataset of an experiment, in the roles chosen. */
export function datasetOf(choice: TableChoice, preview: TablePreview, spec: ExperimentSpec): TableDataset {
  const { roles, takes, task, positive, classOrder, missing, scaling, unseenTags, testFraction, sample } = choice;
  return {
    kind: 'table',
    name: preview.name.slice(0, 200),
    fingerprint: preview.fingerprint,
    task,
    columns: choicesOf(preview, roles, takes),
    reading: preview.steps.map(({ step }) => step),
    missing,
    scaling,
    testFraction,
    ...divisionOf(choice, preview, spec),
    ...(sample && { sample }),
    ...(unseenTags !== 'drop' && roles.includes('tags') && { unseenTags }),
    ...(task === 'binary' && positive !== null ? { positive } : {}),
    ...(task === 'ordinal' && classOrder !== null && { classOrder: [...classOrder] }),
  };
}

/** What goes with the guessed role of a column. */
const guessedTake = ({ tagSeparator }: ColumnPreview): ColumnTake => (tagSeparator === undefined ? {} : { tagSeparator });

/**
 * The first choice for a table just read: the worker's guesses, or those of the experiment when it was made
 * for this very table.
 */
export function firstChoice(preview: TablePreview, spec: ExperimentSpec): TableChoice {
  const { dataset } = spec;
  const known = dataset.kind === 'table' && dataset.fingerprint === preview.fingerprint ? dataset : null;
  const choices = preview.columns.map(({ name }) => known?.columns.find((column) => column.name === name));
  const roles = preview.columns.map(({ role }, index) => choices[index]?.role ?? role);
  const takes = choices.map((choice, index): ColumnTake => {
    if (!choice) return guessedTake(preview.columns[index]);
    const { name: _name, role: _role, ...take } = choice;
    return take;
  });
  const missing = known?.missing ?? NO_TABLE.missing;
  return {
    ...NO_TABLE,
    fileName: preview.name,
    bytes: preview.bytes,
    preview,
    readings: [preview.fingerprint],
    roles,
    takes,
    missing,
    scaling: known?.scaling ?? NO_TABLE.scaling,
    unseenTags: known?.unseenTags ?? NO_TABLE.unseenTags,
    testFraction: known?.testFraction ?? NO_TABLE.testFraction,
    sample: known?.sample ?? null,
    task: known?.task ?? preview.task,
    taskChosen: known !== null,
    positive: known?.positive ?? positiveValue(preview, roles),
    classOrder: known?.classOrder ?? null,
    problem: tableShape(preview, roles, missing),
  };
}

/**
 * The choice for the same table read in another way: what the person chose stays with its column, other
 * columns are guessed anew. The target stays while its column is there, unless it was an unsure guess and
 * there is a better one now.
 */
export function carriedChoice(choice: TableChoice, next: TablePreview): TableChoice {
  const { preview, roles, takes } = choice;
  if (!preview) return choice;
  const place = new Map(preview.columns.map(({ name }, index) => [name, index]));
  const was = preview.columns[roles.indexOf('target')];
  const guess = next.columns.find(({ role }) => role === 'target');
  const stays = was && next.columns.some(({ name }) => name === was.name) && !(was.role === 'target' && was.unsure && guess && !guess.unsure);
  const target = stays ? was.name : guess?.name;
  const carried = next.columns.map((column): ColumnRole => {
    if (column.name === target) return 'target';
    const index = place.get(column.name);
    const chosen = index !== undefined && roles[index] !== preview.columns[index].role && roles[index] !== 'target' ? roles[index] : column.role;
    return chosen === 'target' ? withoutTarget(column) : chosen;
  });
  const sameTarget = was !== undefined && target === was.name;
  return {
    ...choice,
    preview: next,
    readings: [...new Set([...choice.readings, next.fingerprint])],
    roles: carried,
    takes: next.columns.map((column) => {
      const { name } = column;
      const take = takes[place.get(name) ?? -1] ?? guessedTake(column);
      if (take.nestedIn === undefined || next.columns.some((other) => other.name === take.nestedIn)) return take;
      const { nestedIn: _gone, ...rest } = take;
      return rest;
    }),
    taskChosen: choice.taskChosen && sameTarget,
    positive: sameTarget && targetValues(next, carried)?.includes(choice.positive ?? '') ? choice.positive : positiveValue(next, carried),
    classOrder: sameTarget ? choice.classOrder : null,
    problem: tableShape(next, carried, choice.missing),
  };
}

/** The first choice for a table, with the roles that were chosen by its first rows while it was read. */
export function begunChoice(beginning: { preview: TablePreview; roles: ColumnRole[] } | null, first: TableChoice): TableChoice {
  const { preview } = first;
  if (!beginning || !preview) return first;
  const guessed = beginning.preview.columns;
  const chosen = new Map(beginning.roles.flatMap((role, index) => (role === guessed[index].role ? [] : [[guessed[index].name, role]])));
  if (chosen.size === 0) return first;
  const roles = preview.columns.reduce((roles, { name }, index) => {
    const role = chosen.get(name);
    return role ? withRole(preview, roles, [index], role) : roles;
  }, first.roles);
  const sameTarget = roles.indexOf('target') === first.roles.indexOf('target');
  return {
    ...first,
    roles,
    takes: first.takes.map((take, index) => (take.block !== undefined && chosen.has(preview.columns[index].name) ? {} : take)),
    ...(!sameTarget && { taskChosen: false, classOrder: null, positive: positiveValue(preview, roles) }),
    problem: tableShape(preview, roles, first.missing),
  };
}

const targetValues = (preview: TablePreview, roles: ColumnRole[]): string[] | null => preview.columns[roles.indexOf('target')]?.values ?? null;

/**
 * The classes of an ordinal target in the order of the person, new ones at the end; [] before the worker
 * knows them.
 */
export function orderedClasses({ check, classOrder }: Pick<TableChoice, 'check' | 'classOrder'>): string[] {
  const classes = check?.classes ?? [];
  const asked = (classOrder ?? []).filter((label) => classes.includes(label));
  return [...asked, ...classes.filter((label) => !asked.includes(label))];
}
