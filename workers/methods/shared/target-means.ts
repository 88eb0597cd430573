import { type Dataset, severalClasses } from '../../data/dataset';
import { allTrainingRows } from './training-rows';

/** Rows of prior weight m that the overall mean counts for in a level's mean; 'estimated' from the data. */
export type Smoothing = number | 'estimated';

/**
 * Which rows a row's mean is of. Out of fold: none of it is from a row that the mean is asked for. The other
 * two leak, and are there to be taught with (docs/methods.md A3b).
 */
export type MeansOf = 'out-of-fold' | 'leaking-for-teaching' | 'leaking-before-the-split';

/** Rows, sums and the sum of squares of responses by level. */
interface Sums {
  counts: Float64Array;
  sums: Float64Array;
  rows: number;
  sum: number;
  squares: number;
}

/** Of rows in folds (row t is in fold t mod `folds`), those of all folds but one. */
interface OtherFolds {
  folds: number;
  without: number;
}

/** Counted in their order, without a list of them: there may be ten million rows. */
function sumsOf(codes: Int32Array, y: Float32Array, q: number, rows: Uint32Array, { folds, without }: OtherFolds = { folds: 1, without: -1 }): Sums {
  const counts = new Float64Array(q);
  const sums = new Float64Array(q);
  let [taken, sum, squares] = [0, 0, 0];
  for (let t = 0; t < rows.length; t++) {
    if (t % folds === without) continue;
    const row = rows[t];
    const value = y[row];
    counts[codes[row]]++;
    sums[codes[row]] += value;
    taken++;
    sum += value;
    squares += value * value;
  }
  return { counts, sums, rows: taken, sum, squares };
}

/** All rows of the data: those that train, that validate and that test. */
function everyRow(split: Dataset['split']): Uint32Array {
  const learned = allTrainingRows({ split });
  const rows = new Uint32Array(learned.length + split.test.length);
  rows.set(learned);
  rows.set(split.test, learned.length);
  return rows;
}

/**
 * Weight m = σ²_within / σ²_between by the method of moments of a one-way random-effects analysis of variance
 * (Searle, Casella & McCulloch 1992, §3.6). Infinite when levels differ by no more than their rows would by
 * chance; 1 when no level has a second row, where the two cannot be told apart.
 */
function estimatedWeight({ counts, sums, rows, sum, squares }: Sums): number {
  let levels = 0;
  let explained = 0;
  let squaredCounts = 0;
  for (let level = 0; level < counts.length; level++) {
    if (counts[level] === 0) continue;
    levels++;
    explained += sums[level] ** 2 / counts[level];
    squaredCounts += counts[level] ** 2;
  }
  if (levels < 2) return Number.POSITIVE_INFINITY;
  if (rows === levels) return 1;
  const within = Math.max(0, squares - explained) / (rows - levels);
  const perLevel = (rows - squaredCounts / rows) / (levels - 1);
  const between = ((explained - sum ** 2 / rows) / (levels - 1) - within) / perLevel;
  return between > 0 ? within / between : Number.POSITIVE_INFINITY;
}

/**
 * Smoothed mean response of each level: (sum of its responses + m · overall mean) / (its rows + m). A level
 * without rows gets the overall mean.
 */
function smoothedMeans(all: Sums, smoothing: Smoothing): Float64Array {
  const overall = all.sum / all.rows;
  const m = smoothing === 'estimated' ? estimatedWeight(all) : smoothing;
  return all.counts.map((count, level) => (count === 0 || m === Number.POSITIVE_INFINITY ? overall : (all.sums[level] + m * overall) / (count + m)));
}

/**
 * Responses that are averaged, one column each: the response itself, or of several classes an indicator of
 * each.
 */
export function averagedResponses(dataset: Pick<Dataset, 'y' | 'task' | 'classLabels'>): Float32Array[] {
  const { y } = dataset;
  const classes = severalClasses(dataset);
  if (classes === undefined) return [y];
  return Array.from({ length: classes }, (_, c) => y.map((value) => (value === c ? 1 : 0)));
}

/**
 * What each level becomes in rows that are predicted, with the mean of a level that no data have after them
 * (q + 1): of all training rows, or of all rows of the data where they leak.
 */
export function levelTargets(
  { y, split, categorical }: Pick<Dataset, 'y' | 'split' | 'categorical'>,
  feature: number,
  smoothing: Smoothing,
  means: MeansOf,
): Float32Array {
  const { codes, cardinality } = categorical[feature];
  const rows = means === 'leaking-before-the-split' ? everyRow(split) : allTrainingRows({ split });
  return Float32Array.from(smoothedMeans(sumsOf(codes, y, cardinality + 1, rows), smoothing));
}

/**
 * Target encoding of one feature for every row of a dataset, none of it from the row's own response: a row
 * that trains is encoded by the other folds (row t of the training order is in fold t mod `folds`), a
 * validation row by the rows that train, a test row by all training rows.
 *
 * Leaking for teaching, a row that trains is encoded by all that train, itself among them. Leaking before the
 * split, every row is encoded by all rows of the data, test rows too, as if the column had been replaced
 * before the rows were divided.
 */
export function targetEncoding(
  dataset: Pick<Dataset, 'y' | 'split' | 'rows' | 'categorical'>,
  feature: number,
  smoothing: Smoothing,
  folds: number,
  means: MeansOf = 'out-of-fold',
): Float32Array {
  const { y, split, rows } = dataset;
  const { codes, cardinality } = dataset.categorical[feature];
  const encoded = new Float32Array(rows);
  const encode = (targets: Uint32Array, sources: Uint32Array): void => {
    const ofLevels = smoothedMeans(sumsOf(codes, y, cardinality, sources), smoothing);
    for (let i = 0; i < targets.length; i++) encoded[targets[i]] = ofLevels[codes[targets[i]]];
  };
  if (means === 'leaking-before-the-split') {
    const all = everyRow(split);
    encode(all, all);
    return encoded;
  }
  encode(split.test, allTrainingRows({ split }));
  encode(split.validation, split.train);
  if (means === 'leaking-for-teaching') {
    encode(split.train, split.train);
    return encoded;
  }
  const { train } = split;
  const used = Math.min(folds, train.length);
  for (let fold = 0; fold < used; fold++) {
    const ofLevels = smoothedMeans(sumsOf(codes, y, cardinality, train, { folds: used, without: fold }), smoothing);
    for (let t = fold; t < train.length; t += used) encoded[train[t]] = ofLevels[codes[train[t]]];
  }
  return encoded;
}
