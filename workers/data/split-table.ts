import { RandomStream } from '../random/random';
import { missingIn, numbersOf } from './cells';
import type { CategoricalColumn, Split, TagColumn } from './dataset';
import { datesOf } from './facts/dates';
import { LabFailure } from './failure';
import { placeOf } from './place';
import { quote } from './refusals';
import type { TableDataset } from './schema';
import {
  foldSplit,
  levelChoice,
  levelColumn,
  permuted,
  refuseTagValidation,
  splitRows,
  TRAINING_SHARE,
  tail,
  testShare,
  trainingShare,
  withoutLevels,
} from './split';
import type { Groups, Parted } from './split-groups';
import { foldRange, forwardFold, groupFold, latestPart, slicePart, stratifiedFold, stratifiedPart } from './split-parts';
import { combinations, splitTags, withoutTags } from './split-tags';
import { partOf, saysTrainAndTest } from './split-words';
import { MISSING, type Table, type TableColumn } from './table';

/** The classes of a target. */
export interface RowClasses {
  count: number;
  of(row: number): number;
}

/** What a table is divided by. */
export interface TableToSplit {
  table: Table;
  /** Numbers of the rows that are used. */
  rows: Uint32Array;
  categorical: readonly CategoricalColumn[];
  /** Columns of tags; left out where there are none. */
  tags?: readonly TagColumn[];
  /** How many classes the target has and the class of a row (from 0); null for a number. */
  classes: RowClasses | null;
}

export type TableSplitSpec = Pick<
  TableDataset,
  'columns' | 'split' | 'validation' | 'splitFeature' | 'splitColumn' | 'testValue' | 'stratify' | 'testFraction' | 'fold'
>;

/**
 * The rows of a table as training, validation and test rows, as its spec asks: at random, stratified by
 * class, by level, by tag or by sets of tags, by groups of a column, by time or as a column says; or one fold
 * of a cross-validation by any of these. The three are disjoint. They cover all rows, but for folds by time,
 * which leave the future of their test rows out. What has no seed in it (time, a column) is the same for
 * every split seed.
 *
 * Validation rows are the last 10 % of the permuted training rows as published; stratified with the classes;
 * by group whole groups; by time the latest.
 *
 * @throws LabFailure 'split-column', 'split-missing', 'split-time', 'split-value', 'split-rows',
 * 'split-tag-folds' and those of `splitRows` and `foldSplit`
 */
export function splitTable(data: TableToSplit, spec: TableSplitSpec, seed: number): Split {
  const { rows, categorical, classes } = data;
  const { split, fold } = spec;
  refuseTagValidation(spec);
  const stratify = spec.stratify && split === 'rows' && spec.validation === 'rows' ? classes : null;
  if (!stratify && split === 'rows' && spec.validation === 'rows' && fold) return foldSplit(rows, fold, seed);
  // By tag its validation goes with it; the other divisions take a share of levels, not of rows.
  if (!stratify && !fold && (split === 'rows' || split === 'by-tag')) {
    const { validation, splitFeature } = spec;
    return splitRows(rows, testShare(rows.length, spec.testFraction), seed, { split, validation, splitFeature }, categorical, data.tags);
  }
  if (fold && fold.of > rows.length) foldSplit(rows, fold, seed);
  const { test, validate } = dividerOf(data, spec, seed, stratify);
  const first = test(permuted(rows, seed));
  const second = validate(first.rest);
  const parts = { train: second.rest, validation: second.held, test: first.held };
  if (parts.train.length < 2 || parts.validation.length === 0 || parts.test.length === 0) {
    throw new LabFailure(
      'split-rows',
      `This division leaves ${parts.train.length} rows to train, ${parts.validation.length} to validate and ${parts.test.length} to test.`,
      'Keep more training rows, divide by another column, or divide rows at random.',
    );
  }
  return parts;
}

/** How test rows are taken from all, and validation rows from those left. */
interface Divider {
  test(order: Uint32Array): Parted;
  validate(rest: Uint32Array): Parted;
}

const validationShare = (rest: Uint32Array): number => rest.length - trainingShare(rest.length);

const lastTenth = (rest: Uint32Array): Parted => {
  const { train, validation } = tail(rest);
  return { held: validation, rest: train };
};

function dividerOf(data: TableToSplit, spec: TableSplitSpec, seed: number, classes: RowClasses | null): Divider {
  const { fold, testFraction } = spec;
  const random = new RandomStream(seed, 'split/levels');
  const share = (order: Uint32Array): number => testShare(order.length, testFraction);
  const ofGroups = (groups: Groups) => (order: Uint32Array) =>
    fold ? groupFold(order, groups, fold, random) : withoutLevels(order, groups, testFraction, random);
  const byLevel = (rest: Uint32Array): Parted => withoutLevels(rest, levelColumn(levelChoiceOf(spec), data.categorical), 1 - TRAINING_SHARE, random);
  const validate = spec.validation === 'by-level' ? byLevel : lastTenth;
  switch (spec.split) {
    case 'rows':
      if (classes) {
        return {
          test: (order) =>
            fold ? stratifiedFold(order, classes.of, classes.count, fold) : stratifiedPart(order, classes.of, classes.count, share(order)),
          validate: (rest) => stratifiedPart(rest, classes.of, classes.count, validationShare(rest)),
        };
      }
      return {
        test: (order) => {
          const [from, to] = fold ? foldRange(order.length, fold) : [0, share(order)];
          return slicePart(order, from, to);
        },
        validate,
      };
    case 'by-level':
      return { test: ofGroups(levelColumn(levelChoiceOf(spec), data.categorical)), validate };
    case 'by-tag':
      if (fold) throw tagFolds();
      return { test: (order) => withoutTags(order, splitTags(spec, data.tags ?? []), testFraction, random), validate };
    case 'by-combination':
      return { test: ofGroups(combinations(splitTags(spec, data.tags ?? []))), validate };
    case 'by-group': {
      const groups = groupsOf(columnOf(data.table, spec));
      return { test: ofGroups(groups), validate: (rest) => withoutLevels(rest, groups, 1 - TRAINING_SHARE, random) };
    }
    case 'by-time': {
      const column = columnOf(data.table, spec);
      const dayFirst = spec.columns.find(({ name }) => name === column.name)?.dayFirst;
      const time = timeOf(data.table, column, data.rows, dayFirst);
      return {
        test: (order) => (fold ? forwardFold(order, column.name, time, fold) : latestPart(order, column.name, time, share(order))),
        validate: (rest) => latestPart(rest, column.name, time, validationShare(rest)),
      };
    }
    case 'by-column':
      return markedRows(data, columnOf(data.table, spec), spec.testValue);
  }
}

/** Which feature's levels are divided: none is named where the number is that of a column of tags. */
const levelChoiceOf = ({ split, splitFeature, validation }: TableSplitSpec) =>
  levelChoice({ split: split === 'by-tag' || split === 'by-combination' ? split : 'by-level', splitFeature, validation });

const tagFolds = (): LabFailure =>
  new LabFailure(
    'split-tag-folds',
    'The rows cannot be cut in folds by tag: a row with two tags would belong to two folds.',
    'Cut them by combinations of tags, or repeat the division by tag with new seeds.',
  );

function columnOf(table: Table, { splitColumn }: TableSplitSpec): TableColumn {
  const column = table.columns.find(({ name }) => name === splitColumn);
  if (column) return column;
  throw new LabFailure(
    'split-column',
    splitColumn === null ? 'No column is chosen to divide the rows by.' : `${table.name} has no column ${quote(splitColumn)} to divide the rows by.`,
    'Choose a column, or divide rows at random.',
  );
}

/** Rows without a value are a group of their own. */
function groupsOf({ name, codes, counts }: TableColumn): Groups {
  return { name, codes: codes.map((code) => (code === MISSING ? counts.length : code)), cardinality: counts.length + 1 };
}

/** Values of a column as times: its numbers, or its dates. */
function timeOf(table: Table, column: TableColumn, rows: Uint32Array, dayFirst: boolean | undefined): (row: number) => number {
  refuseMissing(table, column, rows);
  if (column.textLevels === 0) return numbersOf(column);
  const { name, codes, dictionary } = column;
  const values = datesOf(dictionary, dayFirst)?.times;
  if (values) return (row) => values[codes[row]];
  const strange = rows.find((row) => datesOf(Array<string>(3).fill(dictionary[codes[row]]), dayFirst) === null) ?? rows[0];
  throw new LabFailure(
    'split-time',
    `${quote(dictionary[codes[strange]])} in ${quote(name)} on ${placeOf(table, strange)} is neither a number nor a date like the other values of the column.`,
    'Use numbers or dates like 2026-11-28, or divide by another column.',
  );
}

function refuseMissing(table: Table, column: TableColumn, rows: Uint32Array): void {
  const { name, missing } = column;
  const empty = missing > 0 ? rows.find(missingIn(column)) : undefined;
  if (empty === undefined) return;
  throw new LabFailure(
    'split-missing',
    `${quote(name)}, which divides the rows, is empty on ${placeOf(table, empty)}.`,
    'Fill it or delete the row, or divide by another column.',
  );
}

/** Test and validation rows as a column says: by one of its values, or by words. */
function markedRows({ table, rows }: TableToSplit, column: TableColumn, testValue: string | null): Divider {
  const { name, codes, dictionary } = column;
  refuseMissing(table, column, rows);
  const where = (code: (code: number) => boolean) => (order: Uint32Array) => {
    const marks = dictionary.map((_, index) => code(index));
    return { held: order.filter((row) => marks[codes[row]]), rest: order.filter((row) => !marks[codes[row]]) };
  };
  if (testValue !== null) {
    if (!dictionary.includes(testValue)) {
      throw new LabFailure(
        'split-value',
        `${quote(name)} has no value ${quote(testValue)} to test on.`,
        `Choose one of its values: ${dictionary.slice(0, 5).map(quote).join(', ')}${dictionary.length > 5 ? ', …' : ''}.`,
      );
    }
    return { test: where((code) => dictionary[code] === testValue), validate: lastTenth };
  }
  if (!saysTrainAndTest(dictionary)) {
    const strange = dictionary.find((value) => partOf(value) === null);
    throw new LabFailure(
      'split-value',
      strange === undefined
        ? `${quote(name)} marks no ${dictionary.some((value) => partOf(value) === 'test') ? 'training' : 'test'} rows.`
        : `${quote(strange)} in ${quote(name)} says neither train nor validation nor test.`,
      'Choose the value whose rows test.',
    );
  }
  const marked = where((code) => partOf(dictionary[code]) === 'validation');
  return {
    test: where((code) => partOf(dictionary[code]) === 'test'),
    validate: (rest) => (dictionary.some((value) => partOf(value) === 'validation') ? marked(rest) : lastTenth(rest)),
  };
}
