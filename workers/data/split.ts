import { filled } from '../numbers/typed-arrays';
import { RandomStream } from '../random/random';
import type { CategoricalColumn, Split, TagColumn } from './dataset';
import { LabFailure } from './failure';
import type { SplitChoice, TagSplitChoice } from './schema';
import type { Groups, Parted } from './split-groups';
import { combinations, splitTags, withoutTags } from './split-tags';

/** Share of the training rows that train; the rest validates. */
export const TRAINING_SHARE = 0.9;

/**
 * Random train/test split, as scikit-learn's train_test_split: the rows are permuted, the first `testRows`
 * test and the others train in their permuted order. Validation is the last 10 % of those (from floor(0.9 n)
 * on), as in Keras (docs/methods.md A0).
 *
 * @param rows row numbers to divide, or how many there are (0 … rows−1); an array is left as it is
 * @param seed the split seed of the experiment
 */
export function randomSplit(rows: number | Uint32Array, testRows: number, seed: number): Split {
  const order = permuted(rows, seed);
  if (!(testRows >= 0 && testRows <= order.length)) throw new RangeError(`cannot take ${testRows} test rows of ${order.length}`);
  return { test: order.slice(0, testRows), ...tail(order.subarray(testRows)) };
}

/**
 * A fold of cross-validation: the rows are permuted by the split seed and cut in `of` parts whose sizes
 * differ by one row at most; part `index` (from 1) tests, the others train in their permuted order. Folds of
 * one seed are disjoint and cover all rows.
 */
export function foldSplit(rows: Uint32Array, { index, of }: { index: number; of: number }, seed: number): Split {
  if (of > rows.length) throw new LabFailure('too-many-folds', `${rows.length} rows cannot be cut in ${of} folds.`, 'Ask for fewer folds.');
  const order = permuted(rows, seed);
  const from = Math.floor((order.length * (index - 1)) / of);
  const to = Math.floor((order.length * index) / of);
  const rest = new Uint32Array(order.length - (to - from));
  rest.set(order.subarray(0, from));
  rest.set(order.subarray(to), from);
  return { test: order.slice(from, to), ...tail(rest) };
}

/** The rows in the random order of a split seed. */
export function permuted(rows: number | Uint32Array, seed: number): Uint32Array {
  const order = typeof rows === 'number' ? filled(new Uint32Array(rows), (i) => i) : rows.slice();
  new RandomStream(seed, 'split').shuffle(order);
  return order;
}

/** The first 90 % of the rows train, the others validate. */
export function tail(order: Uint32Array): Pick<Split, 'train' | 'validation'> {
  const cut = trainingShare(order.length);
  return { train: order.slice(0, cut), validation: order.slice(cut) };
}

/**
 * The split an experiment asks for. By level, all rows of some levels of one feature test, so that no
 * training row has the level of a test row (the published code's pred_unknown_clusters; docs/methods.md
 * B1.6). The share of rows becomes a share of the levels that occur: the next whole number above it, drawn
 * without regard to their rows, so the number of test rows is about what was asked for. Validation by level
 * takes 10 % of the levels left. By tag and by combination (split-tags.ts) test rows have tags, or sets of
 * them, that no other row has; validation by tag takes rows of further tags, which no training row has.
 *
 * @param rows row numbers to divide, or how many there are
 * @throws LabFailure 'split-feature' when there is no such feature, 'split-levels' when it has too few
 * levels, 'split-rows' when the part that trains would be too small, and those of split-tags.ts
 */
export function splitRows(
  rows: number | Uint32Array,
  testRows: number,
  seed: number,
  choice: TagSplitChoice,
  categorical: readonly CategoricalColumn[],
  tags: readonly TagColumn[] = [],
): Split {
  if (choice.split === 'rows' && choice.validation === 'rows') return randomSplit(rows, testRows, seed);
  refuseTagValidation(choice);
  const levels = (): CategoricalColumn => levelColumn(levelChoice(choice), categorical);
  const count = typeof rows === 'number' ? rows : rows.length;
  const order = permuted(rows, seed);
  const random = new RandomStream(seed, 'split/levels');
  const taken = () => {
    switch (choice.split) {
      case 'rows':
        return { held: order.slice(0, testRows), rest: order.slice(testRows) };
      case 'by-level':
        return withoutLevels(order, levels(), testRows / count, random);
      case 'by-tag':
        return withoutTags(order, splitTags(choice, tags), testRows / count, random);
      case 'by-combination':
        return withoutLevels(order, combinations(splitTags(choice, tags)), testRows / count, random);
    }
  };
  const first = taken();
  const validated = (): Parted | null => {
    if (choice.validation === 'by-level') return withoutLevels(first.rest, levels(), 1 - TRAINING_SHARE, random);
    return choice.validation === 'by-tag' ? withoutTags(first.rest, splitTags(choice, tags), 1 - TRAINING_SHARE, random) : null;
  };
  const second = validated();
  const parts = second ? { train: second.rest, validation: second.held } : tail(first.rest);
  if (parts.train.length < 2 || parts.validation.length === 0) {
    throw new LabFailure(
      'split-rows',
      `A split ${SPLIT_NAMES[choice.split === 'rows' ? 'by-level' : choice.split]} leaves ${parts.train.length} rows to train and ${parts.validation.length} to validate.`,
      'Keep more training rows, divide another feature, or split by rows.',
    );
  }
  return { ...parts, test: first.held };
}

/** @throws LabFailure 'split-tags' where validation is by tag and the test is not */
export function refuseTagValidation({ split, validation }: { split: string; validation: string }): void {
  if (validation !== 'by-tag' || split === 'by-tag') return;
  throw new LabFailure(
    'split-tags',
    'Validation by tag goes with a test by tag, and the test rows are divided otherwise.',
    'Let test rows be by tag, or validate on rows.',
  );
}

const SPLIT_NAMES = { 'by-level': 'by levels', 'by-tag': 'by tags', 'by-combination': 'by combinations of tags' } as const;

/** What a choice says of levels: by tag and by combination, its feature is a column of tags. */
export const levelChoice = ({ split, splitFeature }: TagSplitChoice): Pick<SplitChoice, 'splitFeature'> => ({
  splitFeature: split === 'by-tag' || split === 'by-combination' ? null : splitFeature,
});

/** The feature whose levels are divided. */
export function levelColumn({ splitFeature }: Pick<SplitChoice, 'splitFeature'>, categorical: readonly CategoricalColumn[]): CategoricalColumn {
  const column =
    splitFeature === null
      ? categorical.reduce<CategoricalColumn | undefined>((most, next) => (most && most.cardinality >= next.cardinality ? most : next), undefined)
      : categorical[splitFeature - 1];
  if (column) return column;
  throw new LabFailure(
    'split-feature',
    splitFeature === null
      ? 'A split by level needs a categorical feature, and there is none.'
      : `There is no categorical feature number ${splitFeature} to divide by level; there ${categorical.length === 1 ? 'is' : 'are'} ${categorical.length}.`,
    categorical.length === 0 ? 'Make a column categorical, or split by rows.' : `Choose a number from 1 to ${categorical.length}, or leave it empty.`,
  );
}

/** Takes the rows of a share of the levels out of `order`; both parts keep its order. */
export function withoutLevels(order: Uint32Array, { name, codes, cardinality }: Groups, share: number, random: RandomStream) {
  const occurs = new Uint8Array(cardinality);
  for (const row of order) occurs[codes[row]] = 1;
  const levels: number[] = [];
  for (let level = 0; level < cardinality; level++) if (occurs[level]) levels.push(level);
  const taken = testShare(levels.length, share);
  if (taken < 1 || levels.length - taken < 1) {
    throw new LabFailure(
      'split-levels',
      `${name} has ${levels.length} ${levels.length === 1 ? 'level' : 'levels'} in the rows to divide: too few to keep ${taken} of them apart.`,
      'Divide a feature with more levels, or split by rows.',
    );
  }
  random.shuffle(levels);
  const held = new Uint8Array(cardinality);
  for (const level of levels.slice(0, taken)) held[level] = 1;
  return { held: order.filter((row) => held[codes[row]] === 1), rest: order.filter((row) => held[codes[row]] === 0) };
}

/** How many of `n` training rows train: floor(0.9 n). */
export function trainingShare(n: number): number {
  return Math.floor(n * TRAINING_SHARE);
}

/** How many of `n` rows (or levels) test: the next whole number above the share, as scikit-learn has it. */
export function testShare(n: number, fraction: number): number {
  // 1e-9 keeps 0.2 × 35 = 7.000000000000001 at 7.
  return Math.ceil(n * fraction - 1e-9);
}

/**
 * Rows of a part whose level of some feature is in none of the training rows, for each feature and for any.
 */
export interface UnseenRows {
  /** Those of any feature. */
  rows: Uint32Array;
  features: number[];
}

/** Counts the rows of `part` with a level that no row of `seen` has. */
export function unseenRows(categorical: readonly CategoricalColumn[], seen: readonly Uint32Array[], part: Uint32Array): UnseenRows {
  const unseen = new Uint8Array(part.length);
  // Rows of a part lie all over a table: marked first, they are then met in their order.
  const marked = new Uint8Array(categorical[0]?.codes.length ?? 0);
  for (const rows of seen) for (let i = 0; i < rows.length; i++) marked[rows[i]] = 1;
  const features = categorical.map(({ codes, cardinality }) => {
    const occurs = new Uint8Array(cardinality);
    for (let row = 0; row < marked.length; row++) if (marked[row] === 1) occurs[codes[row]] = 1;
    let count = 0;
    for (let i = 0; i < part.length; i++) {
      if (occurs[codes[part[i]]] === 1) continue;
      unseen[i] = 1;
      count++;
    }
    return count;
  });
  return { rows: part.filter((_, i) => unseen[i] === 1), features };
}
