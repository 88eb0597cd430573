import { type CategoricalColumn, type Dataset, type VectorFeature, vectorFeatures } from './dataset';
import { edgesWords } from './edges/level-graph';
import { leavesNoResidual } from './no-residual';
import { quote } from './refusals';
import type { DataWarning } from './summary';
import { MOST_TAGS } from './tag-rows';
import { unseenTagRows } from './tags/unseen';
import type { GivenVectors } from './vectors/vector-file';

/** What warnings are computed from: rows that are used, by part once they are divided. */
export interface DataCounts {
  /** Training and validation rows. */
  trainingRows: number;
  testRows: number;
  /** Numeric columns, and which of them have one value in all rows that are used. */
  p: number;
  constant: string[];
  /** Whether each level of a categorical column has a single row. */
  categorical: { name: string; single: boolean }[];
  /** Columns of tags: rows without a tag, and rows cut to the most that a row may have. */
  tags: { name: string; empty: number; cut: number; unseen?: UnseenTags }[];
  /** Of a response of classes; `test` is the number expected while the rows are not divided. */
  classes: { label: string; training: number; test: number }[] | null;
}

/** Test rows with tags that no training or validation row has. */
interface UnseenTags {
  rows: number;
  /** Of these, rows that have no other tag. */
  bare: number;
  /** These tags are taken out of the test rows. */
  dropped: boolean;
}

/** With fewer test rows than this in a class, one or two rows decide a comparison. */
const FEW = 5;

const count = (number: number, noun: string): string => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;

/**
 * What a person should know of such data before training: each thing in a sentence or two. [] where there is
 * nothing.
 */
export function countWarnings({ trainingRows, testRows, p, constant, categorical, tags, classes }: DataCounts): DataWarning[] {
  const warnings: DataWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  if (categorical.length + tags.length === 0) {
    warn(
      'no-categorical',
      'No column is categorical: only methods that need no levels can be trained. Give a column that names groups, such as a shop or a person, the role categorical.',
    );
  }
  for (const { name, single } of categorical) {
    if (!single) continue;
    warn(
      'singletons',
      `Every level of ${quote(name)} has one row: its variance cannot be separated from the residual variance, and what is learned about a level helps no other row.`,
    );
  }
  for (const column of tags) for (const { code, message } of tagWarnings(column)) warn(code, message);
  if (p >= trainingRows) {
    warn(
      'more-columns-than-rows',
      `There are more numeric columns than training rows (${p.toLocaleString('en')} and ${trainingRows.toLocaleString('en')}): a linear fit is exact on the training rows and says little about other rows.`,
    );
  }
  for (const name of constant)
    warn('constant-column', `The numeric column ${quote(name)} has the same value in every row: no method learns from it.`);
  for (const { code, message } of classWarnings(classes ?? [], trainingRows, testRows)) warn(code, message);
  return warnings;
}

/** Classes of which there are too few rows to learn from, or to compare methods by. */
function classWarnings(classes: NonNullable<DataCounts['classes']>, trainingRows: number, testRows: number): DataWarning[] {
  const warnings: DataWarning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const few: string[] = [];
  for (const [i, { label, training, test }] of classes.entries()) {
    const other = classes.length === 2 ? quote(classes[1 - i].label) : null;
    if (training === 0) {
      const are =
        other === null ? 'No training row is' : `All ${count(trainingRows, 'training row')} are ${other}: no method can learn what makes a row`;
      warn('training-one-class', other === null ? `${are} ${quote(label)}: no method can learn what makes one.` : `${are} ${quote(label)}.`);
    } else if (test === 0 && other !== null) {
      warn(
        'test-one-class',
        `The test rows hold one class only, ${other}: so accuracy says nothing, and there is no AUC. Divide the rows by class, or with another seed.`,
      );
    } else if (test < FEW && other !== null) {
      const rows = Math.max(1, Math.round(test));
      warn('rare-class', `Of ${count(testRows, 'test row')} about ${rows} ${rows === 1 ? 'is' : 'are'} ${quote(label)}: too few to compare methods.`);
    } else if (test < FEW) {
      few.push(quote(label));
    }
  }
  if (few.length > 0) {
    const named = few.length > 3 ? `${few.length} classes have` : `${few.join(', ')} ${few.length === 1 ? 'has' : 'have'}`;
    warn(
      'rare-class',
      `${named} fewer than ${FEW} of ${count(testRows, 'test row')}: too few to say how well a method knows ${few.length === 1 ? 'it' : 'them'}.`,
    );
  }
  return warnings;
}

/** How far the vectors of a file reach. */
function givenWords({ file, d, matched, missing, unused }: GivenVectors, { name, kind, cardinality }: VectorFeature): string {
  const what = kind === 'tags' ? 'tag' : 'level';
  const all = missing === 0 ? `all ${count(cardinality, what)}` : `${matched.toLocaleString('en')} of the ${count(cardinality, what)}`;
  const others = unused > 0 ? ` It has vectors of ${unused.toLocaleString('en')} more that the data do not have.` : '';
  return `${file} has vectors of ${count(d, 'number')} for ${all} of ${quote(name)}.${others}`;
}

const verb = (number: number, one: string, several: string): string => (number === 1 ? one : several);

function tagWarnings({ name, empty, cut, unseen }: DataCounts['tags'][number]): DataWarning[] {
  const warnings: DataWarning[] = [];
  const column = quote(name);
  if (cut > 0) {
    const has = verb(cut, 'has', 'have');
    warnings.push({
      code: 'tags-cut',
      message: `${count(cut, 'row')} ${has} more than ${MOST_TAGS} tags in ${column}: only the first ${MOST_TAGS} count.`,
    });
  }
  if (empty > 0)
    warnings.push({
      code: 'tags-empty',
      message: `${count(empty, 'row')} ${verb(empty, 'has', 'have')} no tag in ${column}: the set is empty there.`,
    });
  if (unseen && unseen.rows > 0) {
    const { rows, bare, dropped } = unseen;
    const what = dropped
      ? `They are left out there${bare > 0 ? `, and ${count(bare, 'row')} then ${verb(bare, 'has', 'have')} no tag left` : ''}.`
      : 'They take part with the vectors they began with.';
    const message = `${count(rows, 'test row')} ${verb(rows, 'has', 'have')} tags in ${column} that no training row has. ${what}`;
    warnings.push({ code: 'tags-unseen', message });
  }
  return warnings;
}

/** `countWarnings` of prepared data, and whether a linear fit leaves no residual. */
export function dataWarnings(dataset: Dataset): DataWarning[] {
  if (dataset.series) return [...(dataset.series.warnings ?? [])];
  const { split, p, categorical, classLabels, y } = dataset;
  const training = [split.train, split.validation];
  const of = (rows: readonly Uint32Array[], label: number): number =>
    rows.reduce((sum, part) => sum + part.reduce((inner, row) => inner + (y[row] === label ? 1 : 0), 0), 0);
  const warnings = countWarnings({
    trainingRows: split.train.length + split.validation.length,
    testRows: split.test.length,
    p,
    constant: dataset.xNames?.filter((_, j) => isConstant(dataset, j)) ?? [],
    categorical: categorical.map((column) => ({ name: column.name, single: singleRows(column, training) })),
    tags: dataset.series ? [] : tagCounts(dataset),
    classes: classLabels?.map((label, i) => ({ label, training: of(training, i), test: of([split.test], i) })) ?? null,
  });
  for (const [k, one] of (dataset.given ?? []).entries())
    if (one) warnings.push({ code: 'vectors-given', message: givenWords(one, vectorFeatures(dataset)[k]) });
  const { graph } = dataset;
  if (graph?.file) warnings.push({ code: 'edges-given', message: edgesWords(graph, dataset.categorical[graph.feature]) });
  // A simulation says itself whether it has noise, so only tables are checked.
  const factor = dataset.truth ? null : leavesNoResidual(dataset);
  if (factor !== null) {
    warnings.push({
      code: 'no-residual',
      message: `The numeric columns and the levels of ${quote(categorical[factor].name)} give ${quote(dataset.targetName)} exactly in every training row: no residual is left. Check whether a column was computed from the target.`,
    });
  }
  return warnings;
}

function tagCounts(dataset: Dataset): DataCounts['tags'] {
  const unseen = unseenTagRows(dataset);
  return (dataset.tags ?? []).map(({ name, offsets, told, unseenRows }, i) => {
    const rows = unseen[i].test;
    const bare = rows.reduce((sum, row) => sum + (offsets[row + 1] === offsets[row] ? 1 : 0), 0);
    return { name, empty: told?.empty ?? 0, cut: told?.cut ?? 0, unseen: { rows: rows.length, bare, dropped: unseenRows !== undefined } };
  });
}

function isConstant({ x, p, split }: Dataset, j: number): boolean {
  const first = x[split.train[0] * p + j];
  return [split.train, split.validation, split.test].every((rows) => rows.every((row) => x[row * p + j] === first));
}

/** Whether no level has two of these rows. */
export function singleRows({ codes, cardinality }: Pick<CategoricalColumn, 'codes' | 'cardinality'>, rows: readonly Uint32Array[]): boolean {
  // Each row needs its own level.
  if (cardinality < rows.reduce((sum, part) => sum + part.length, 0)) return false;
  const seen = new Uint8Array(cardinality);
  for (const part of rows) {
    for (let i = 0; i < part.length; i++) {
      const level = codes[part[i]];
      if (seen[level]) return false;
      seen[level] = 1;
    }
  }
  return true;
}
