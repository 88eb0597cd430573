import { mapped, numbersAt } from '../numbers/typed-arrays';
import type { Task } from './schema';
import { type Series, startsOf, windowResponses } from './series/series';
import type { Scale } from './standardize';
import { hasSeveralClasses } from './tasks';
import type { TextNumbers } from './text-numbers';
import type { GivenVectors } from './vectors/vector-file';

/** Edges between the levels of a categorical feature, without direction; each pair once. */
export interface LevelGraph {
  /** Which of the categorical features. */
  feature: number;
  /** Levels first, as they are numbered, then names that no level has but that edges go through. */
  nodes: number;
  /** Ends of each edge, and its weight, above 0. */
  from: Int32Array;
  to: Int32Array;
  weights: Float64Array;
  /** Levels without an edge. */
  alone: number;
  /** Of a graph from a file: its name, and its names that are no level. */
  file?: { name: string; others: number; firstOther: { name: string; line: number } | null };
}

/**
 * Row numbers of the three parts of a dataset. Validation rows are the last 10 % of the training rows, as in
 * Keras.
 */
export interface Split {
  train: Uint32Array;
  validation: Uint32Array;
  test: Uint32Array;
}

/**
 * One categorical column, encoded. Levels are all that the table or the simulation has, also those no
 * training row shows.
 */
export interface CategoricalColumn {
  name: string;
  /** Number of levels q. */
  cardinality: number;
  /** Level of each row (n), 0 … q−1. */
  codes: Int32Array;
  /** Label of each level, or null when the labels are the numbers 0 … q−1. */
  labels: string[] | null;
}

/**
 * A column with several levels in one cell: a set of tags for each row, as compressed sparse rows
 * (docs/methods.md F1).
 */
export interface TagColumn {
  name: string;
  /** Tags of row i are `ids[offsets[i]] … ids[offsets[i + 1] − 1]` (rows + 1 numbers). */
  offsets: Uint32Array;
  /** Tags of all rows one after the other, ascending and different within a row, each 0 … K − 1. */
  ids: Int32Array;
  /** Label of each tag (K): those of cells in order of first appearance, then ancestors that no cell has. */
  labels: string[];
  /** Parent of each tag (K) in the hierarchy, −1 for none; without circles. */
  parents: Int32Array;
  /**
   * Most tags a row can have, where that is known before the rows are; absent: as many as the fullest row
   * has.
   */
  most?: number;
  /**
   * Test rows, ascending, from which tags that no training or validation row has were taken; absent where
   * none are taken out.
   */
  unseenRows?: Uint32Array;
  /** The same of validation rows and tags that no training row has, where validation is by tag. */
  unseenValidation?: Uint32Array;
  /**
   * Of the rows that are used: those whose cell has no tag, and those cut to the most that a row may have.
   */
  told?: { empty: number; cut: number };
}

/** The numbers a simulation was drawn with, for estimates to be held against. All in the unit of y. */
export interface TrueComponents {
  /** Variance of the error; null where the response has none (binary). */
  noiseVariance: number | null;
  /** Per categorical feature: variance of each true dimension (d). */
  effectVariances: number[][];
  /** Fixed effects that have a name: the asymptote, midpoint and scale of a growth curve. */
  fixed: { name: string; value: number }[];
}

/** What was simulated and no method sees. */
export interface Truth {
  /** Per feature with level vectors (`vectorFeatures`): true effects B (q × d, row-major). */
  effects: Float32Array[];
  d: number;
  components: TrueComponents;
  /** Per categorical feature: binary labels of the downstream task (q), docs/methods.md B1.7. */
  labels: Uint8Array[];
  /**
   * Mean response of a row if its set of tags were this one (of the only column of tags); where tags were
   * simulated.
   */
  withTags?(row: number, tags: ArrayLike<number>): number;
}

/** The numbers of a dataset before they are rounded to single precision. */
export interface ExactValues {
  /** Numeric feature j of a row, centred and scaled as in `x`. */
  x(row: number, j: number): number;
  /** The response of a row in its own unit. */
  y(row: number): number;
}

/** A table ready for training: everything numeric, standardised where it came from a file. */
export interface Dataset {
  task: Task;
  rows: number;
  /** Numeric features X (n × p, row-major), standardised by the training rows when they came from a file. */
  x: Float32Array;
  p: number;
  /** Numeric feature j in its own unit = x · xScales[j].scale + xScales[j].mean; null where x already is. */
  xScales: readonly Scale[] | null;
  /** Names of the numeric features (p); absent where they have none but x1 … xp. */
  xNames?: readonly string[];
  /** How texts became the numbers of each numeric feature (p), where that must be told; of a table. */
  xTexts?: readonly (TextNumbers | null)[];
  categorical: CategoricalColumn[];
  /**
   * Columns of tags; absent where there are none. Where the rows are windows of series, the sets are those of
   * the series (`tagRow`).
   */
  tags?: readonly TagColumn[];
  /**
   * What the rows are windows of; absent where they are rows of a table. Then x, categorical and y are empty.
   */
  series?: Series;
  /** Response y (n): standardised regression response, 0/1, or the number of the class, 0 … C−1. */
  y: Float32Array;
  /** y in its own unit = y · targetScale + targetMean. 1 and 0 for simulations and for classes. */
  targetScale: number;
  targetMean: number;
  targetName: string;
  /**
   * Of a response that is a time to an event: the column that says so, and for each row (n) 1 where the event
   * was seen and 0 where the row is censored, so that its time is only known to be longer.
   */
  events?: { name: string; seen: Float32Array };
  /** Labels of the classes: [0, 1] of a binary response, C of several, ordered where the task is. */
  classLabels: readonly string[] | null;
  split: Split;
  truth: Truth | null;
  /** In double precision; absent where nothing was scaled, so that x and y are all there is. */
  exact?: ExactValues;
  /**
   * Vectors that were given for the levels of features with vectors, in the order of `vectorFeatures`; null
   * for a feature without a file. Absent where no file was given.
   */
  given?: readonly (GivenVectors | null)[];
  /** Edges between the levels of a categorical feature; absent where none were given or drawn. */
  graph?: LevelGraph;
  /**
   * Which rows follow one another: the same key, in this order (null: that of the rows). Of a table with a
   * key.
   */
  sequence?: { key: Int32Array; order: Float64Array | null };
  /** Row of the file (0-based) of each row, where the data are a sample of a table. */
  fileRows?: Uint32Array;
  /**
   * Sequences of levels without a response, for each categorical feature: those of sequence s are
   * `words[offsets[s]] … words[offsets[s + 1] − 1]`. Of a simulation of blocks of levels.
   */
  log?: readonly { offsets: Uint32Array; words: Int32Array }[];
  /** The response is a count for a method of this run: its Poisson deviance is a score of all methods. */
  asCounts?: true;
  /** 16 hexadecimal digits over the table's content: with a spec it reproduces a run. */
  fingerprint: string;
}

/** Numbers that a row is asked for: 1, or the outputs of a window. */
export const responseWidth = ({ series }: Pick<Dataset, 'series'>): number => series?.outputs ?? 1;

/** Classes C of a response of several; undefined for every other. */
export const severalClasses = ({ task, classLabels }: Pick<Dataset, 'task' | 'classLabels'>): number | undefined =>
  hasSeveralClasses(task) ? classLabels?.length : undefined;

/**
 * Numbers that a row's prediction has: the outputs of a window, a probability for each of several classes,
 * else 1.
 */
export const predictionWidth = (dataset: Pick<Dataset, 'series' | 'task' | 'classLabels'>): number =>
  severalClasses(dataset) ?? responseWidth(dataset);

/** The response of these rows as methods see it: rows × `responseWidth`. */
export const seenResponse = ({ series, y }: Pick<Dataset, 'series' | 'y'>, rows: Uint32Array): Float32Array =>
  series ? windowResponses(series, rows) : numbersAt(Float32Array, y, rows);

/** Which set of a column of tags belongs to a row: its own, or that of the series it is a window of. */
export function tagRow({ series }: Pick<Dataset, 'series'>): (row: number) => number {
  if (!series) return (row) => row;
  const starts = startsOf(series);
  return (row) => Math.floor(row / starts);
}

/**
 * The response of these rows in its own unit, in double precision, rows × `responseWidth`; 0 and 1 where it
 * is binary, the number of the class where there are several.
 */
export function ownResponse({ series, exact, y, targetScale, targetMean }: Dataset, rows: Uint32Array): Float64Array {
  if (series) return mapped(windowResponses(series, rows), (value) => value * targetScale + targetMean);
  return mapped(rows, exact ? (row) => exact.y(row) : (row) => y[row] * targetScale + targetMean);
}

/** The name of numeric feature j: its column's, or x1, x2, … */
export const featureName = ({ xNames }: Pick<Dataset, 'xNames'>, j: number): string => xNames?.[j] ?? `x${j + 1}`;

/** A feature whose levels have vectors: a categorical column, or a column of tags. */
export interface VectorFeature {
  name: string;
  kind: 'levels' | 'tags';
  /** Levels q, or tags K. */
  cardinality: number;
  labels: string[] | null;
}

/**
 * All features whose levels have vectors, in the order of level vectors everywhere: categorical columns, then
 * columns of tags.
 */
export const vectorFeatures = ({ categorical, tags = [] }: Pick<Dataset, 'categorical' | 'tags'>): VectorFeature[] => [
  ...categorical.map(({ name, cardinality, labels }): VectorFeature => ({ name, kind: 'levels', cardinality, labels })),
  ...tags.map(({ name, labels }): VectorFeature => ({ name, kind: 'tags', cardinality: labels.length, labels })),
];
