import { type Dataset, featureName } from '../../data/dataset';
import { LabFailure } from '../../data/failure';
import type { Cell } from './coding';
import type { Formula, Product } from './formula';
import { labelsOf } from './frame-of-dataset';
import type { FormulaModel } from './types';

/**
 * A part of the linear predictor: a number for the levels of some features, times some numeric features as
 * the dataset has them (docs/methods.md A23).
 */
export interface Piece {
  /** Categorical features, rising; none: one number. */
  over: readonly number[];
  /** Numeric features that are multiplied, rising; none: 1. */
  times: readonly number[];
  /** Of one feature: whether it is a random effect, whose unseen levels have 0. */
  random: boolean;
}

/** Numbers of a table of levels of several features together. */
const MOST_PLACES = 4e6;

/** What a formula's columns are in a dataset. */
export interface Columns {
  numeric(name: string): number;
  feature(name: string): number;
  isNumeric(name: string): boolean;
}

export function columnsOfDataset(dataset: Dataset): Columns {
  const numeric = new Map(Array.from({ length: dataset.p }, (_, j) => [featureName(dataset, j), j]));
  const features = new Map(dataset.categorical.map(({ name }, k) => [name, k]));
  return {
    numeric: (name) => numeric.get(name) as number,
    feature: (name) => features.get(name) as number,
    isNumeric: (name) => numeric.has(name),
  };
}

const rising = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((a, b) => a - b);

/** Subsets of some numbers, the empty one first. */
function subsets(all: readonly number[]): number[][] {
  const found: number[][] = [[]];
  for (const one of all) for (const some of found.slice()) found.push([...some, one]);
  return found;
}

const keyOf = ({ over, times, random }: Piece): string => `${over.join(',')}|${times.join(',')}|${over.length === 1 && random ? 'r' : 'f'}`;

/** Places of a table over some features: one for levels that no data have, then one a level, of each. */
export const placesOf = (dataset: Dataset, over: readonly number[]): number =>
  over.reduce((places, k) => places * (dataset.categorical[k].cardinality + 1), 1);

/** The numeric features that a product multiplies, and the categorical ones it is of. */
function times(product: Product, columns: Columns): { numbers: number[]; features: number[] } {
  return {
    numbers: product.filter(columns.isNumeric).map(columns.numeric),
    features: product.filter((name) => !columns.isNumeric(name)).map(columns.feature),
  };
}

/**
 * What a unit of the product of numeric features in their own units adds to the product of `some` of them as
 * the dataset has them, centred and scaled: scales of these, means of the others.
 */
export const shareOf = ({ xScales }: Pick<Dataset, 'xScales'>, all: readonly number[], some: readonly number[]): number =>
  all.reduce((product, j) => {
    const { mean, scale } = xScales?.[j] ?? { mean: 0, scale: 1 };
    return product * (some.includes(j) ? scale : mean);
  }, 1);

/**
 * The pieces that a formula's predictor is the sum of. The first is the intercept. @throws LabFailure where a
 * table of levels that meet would be too large
 */
export function piecesOf({ fixed, offsets, random }: Formula, dataset: Dataset): Piece[] {
  const columns = columnsOfDataset(dataset);
  const pieces = new Map<string, Piece>();
  const add = (over: number[], numbers: number[], isRandom: boolean): void => {
    for (const some of subsets(rising(numbers))) {
      const piece = { over: rising(over), times: some, random: isRandom };
      pieces.set(keyOf(piece), pieces.get(keyOf(piece)) ?? piece);
    }
  };
  add([], [], false);
  for (const product of [...fixed, ...offsets.map((name) => [name])]) {
    const { numbers, features } = times(product, columns);
    add(features, numbers, false);
    // What levels have on average goes to the piece without them.
    if (features.length === 1) add([], numbers, false);
  }
  for (const { slopes, intercept, group } of random)
    for (const product of [...(intercept ? [[]] : []), ...slopes]) {
      const { numbers, features } = times(product, columns);
      add([...group.map(columns.feature), ...features], numbers, true);
    }
  for (const { over } of pieces.values()) {
    if (over.length < 2 || placesOf(dataset, over) <= MOST_PLACES) continue;
    const names = over.map((k) => dataset.categorical[k].name);
    throw new LabFailure(
      'formula-too-wide',
      `The levels of ${names.join(', ')} together would be ${placesOf(dataset, over).toLocaleString('en')} places of a table, more than ${MOST_PLACES.toLocaleString('en')}.`,
      `Make one column of ${names.join(' and ')} in the table, and group by it.`,
    );
  }
  return [...pieces.values()];
}

/** What a fit says in the units of its columns. */
export interface Effects {
  /** Fixed effects (of `cells`), 0 where left out. */
  beta: ArrayLike<number>;
  /** Conditional modes of each term (levels × width). */
  modes: readonly ArrayLike<number>[];
}

/** Share of the rows that have each level of a feature. */
function shares(dataset: Dataset, rows: Uint32Array, k: number): Float64Array {
  const { codes, cardinality } = dataset.categorical[k];
  const found = new Float64Array(cardinality);
  for (const row of rows) found[codes[row]] += 1 / rows.length;
  return found;
}

/**
 * Numbers of the pieces on the dataset's own scale of x, by places (new levels first). A level without rows
 * has no random effect; as a fixed effect it is the mean of the others by their rows.
 *
 * @param rows of the dataset, those of the fit
 */
export function fillPieces(pieces: readonly Piece[], model: FormulaModel, effects: Effects, dataset: Dataset, rows: Uint32Array): Float64Array[] {
  const columns = columnsOfDataset(dataset);
  const own = new Map(pieces.map((piece, at) => [keyOf(piece), at]));
  const codeOf = dataset.categorical.map((column) => new Map(labelsOf(column).map((label, code) => [label, code])));
  const tables = pieces.map(({ over }) => ({ fixed: new Float64Array(placesOf(dataset, over)), random: new Float64Array(placesOf(dataset, over)) }));
  const strides = (over: readonly number[]): number[] => over.map((_, at) => placesOf(dataset, over.slice(at + 1)));

  /** Adds an effect of a cell, at the levels that it is of. */
  const add = ({ numeric }: Cell, levels: ReadonlyMap<number, number>, effect: number, random: boolean): void => {
    if (effect === 0) return;
    const over = rising(levels.keys());
    const all = numeric.map(columns.numeric);
    const steps = strides(over);
    const place = over.reduce((sum, k, at) => sum + ((levels.get(k) as number) + 1) * steps[at], 0);
    for (const some of subsets(rising(all))) {
      const at = own.get(keyOf({ over, times: some, random })) as number;
      tables[at][random ? 'random' : 'fixed'][place] += effect * shareOf(dataset, all, some);
    }
  };
  const levelsOf = ({ levels }: Cell): Map<number, number> =>
    new Map(levels.map(([column, label]) => [columns.feature(column), codeOf[columns.feature(column)].get(label) as number]));

  for (const [j, cell] of model.cells.entries()) add(cell, levelsOf(cell), effects.beta[j], false);
  for (const name of model.formula.offsets) add({ numeric: [name], levels: [] }, new Map(), 1, false);
  for (const [k, term] of model.terms.entries()) {
    const features = term.columns.map(columns.feature);
    const first = new Int32Array(term.levels).fill(-1);
    for (const [i, level] of term.codes.entries()) if (first[level] < 0) first[level] = rows[model.rows[i]];
    for (const [a, cell] of term.cells.entries()) {
      const own = levelsOf(cell);
      for (let level = 0; level < term.levels; level++) {
        const at = new Map(own);
        let clash = false;
        for (const feature of features) {
          const code = dataset.categorical[feature].codes[first[level]];
          if (own.has(feature) && own.get(feature) !== code) clash = true;
          at.set(feature, code);
        }
        if (!clash) add(cell, at, effects.modes[k][level * term.width + a], true);
      }
    }
  }
  return settle(pieces, tables, model, dataset, rows, columns);
}

/**
 * Puts what new and unseen levels have into the tables, and the means of fixed ones into the pieces without
 * them.
 */
function settle(
  pieces: readonly Piece[],
  tables: { fixed: Float64Array; random: Float64Array }[],
  { formula }: FormulaModel,
  dataset: Dataset,
  rows: Uint32Array,
  columns: Columns,
): Float64Array[] {
  const groups = new Set(formula.random.flatMap(({ group }) => group.map(columns.feature)));
  const sharesOf = new Map(rising(pieces.flatMap(({ over }) => over)).map((k) => [k, shares(dataset, rows, k)]));
  const numbers = pieces.map(({ over }, at) => {
    const { fixed, random } = tables[at];
    for (const [axis, k] of over.entries()) {
      average(fixed, dataset, over, axis, sharesOf.get(k) as Float64Array);
      // The slopes of a category's levels are averaged, the effects of a grouping factor are 0.
      if (!groups.has(k)) average(random, dataset, over, axis, sharesOf.get(k) as Float64Array);
    }
    return fixed.map((value, place) => value + random[place]);
  });
  for (const [at, piece] of pieces.entries()) {
    if (piece.over.length !== 1 || piece.random) continue;
    const mean = numbers[at][0];
    const alone = pieces.findIndex(({ over, times: own }) => over.length === 0 && own.join() === piece.times.join());
    numbers[alone][0] += mean;
    numbers[at] = numbers[at].map((value) => value - mean);
  }
  return numbers;
}

/**
 * Places without rows along an axis of a table, the new level's first, get the mean of the others by their
 * shares.
 */
function average(table: Float64Array, dataset: Dataset, over: readonly number[], axis: number, share: Float64Array): void {
  const size = dataset.categorical[over[axis]].cardinality + 1;
  const inner = placesOf(dataset, over.slice(axis + 1));
  const outer = table.length / size / inner;
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      const at = (place: number): number => (o * size + place) * inner + i;
      let mean = 0;
      for (let code = 0; code < size - 1; code++) mean += share[code] * table[at(code + 1)];
      table[at(0)] = mean;
      for (let code = 0; code < size - 1; code++) if (share[code] === 0) table[at(code + 1)] = mean;
    }
}
