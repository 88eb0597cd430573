/**
 * What the Levels room asks of the worker and gets: types alone. A level is known by its number 0 … q − 1 in
 * its feature; features are in the order of `vectorFeatures` (categorical columns, then columns of tags).
 * NaN stands for a number that does not exist.
 */

import type { Task } from '../data/schema';
import type { EmbeddingView } from '../metrics/embedding-view';
import type { ScoreKey, TestMetrics } from '../metrics/scores';
import type { PredictionView } from '../training/lane';

/** One feature as one finished method of the run sees it. */
export interface LevelsOf {
  /** Id of a finished method. */
  method: string;
  /** Index in `LevelsOverview.features`. */
  feature: number;
}

/** What there is to ask for, once a run has results. */
export interface LevelsOverview {
  features: {
    name: string;
    kind: 'levels' | 'tags';
    /** Levels q, or tags K. */
    levels: number;
    /** Of them in training rows (validation included). */
    seen: number;
  }[];
  /** Finished methods, in the order of the experiment. */
  methods: {
    method: string;
    /** Numbers in a level's vector, per feature; 0 where the method has no vectors of it. */
    widths: number[];
    /** Whether it has a posterior of the vectors, per feature. */
    posterior: boolean[];
    /** Pictures of its vectors kept while it trained. */
    snapshots: number;
  }[];
  /** Numeric columns to colour by. */
  numeric: string[];
  /** Categorical columns to colour by. */
  categorical: string[];
  /** Numbers in a true effect; 0 where nothing is known of the truth. */
  trueWidth: number;
  task: Task;
  targetName: string;
}

/**
 * Labels of all levels in one piece, so that a million cross in a moment (decoder: `ignoreBOM`). Label j is
 * the text `bytes[offsets[j]] … bytes[offsets[j + 1] − 1]`.
 */
export interface LevelLabels {
  bytes: Uint8Array;
  /** q + 1. */
  offsets: Uint32Array;
}

/**
 * What `effect` is: an effect in the response's own unit (log-odds for a binary response), as linear mixed
 * models and LMMNN have it; the vector's only number; or the vector's length after centring.
 */
export type EffectKind = 'effect' | 'number' | 'length';

/** Everything the list shows of a feature's levels: arrays have q numbers. */
export interface LevelTableView extends LevelsOf {
  featureName: string;
  kind: 'levels' | 'tags';
  levels: number;
  /** Numbers in a level's vector; 0 for a method without vectors of this feature. */
  width: number;
  /** Null where the labels are the numbers 0 … q − 1. */
  labels: LevelLabels | null;
  /** Training rows (validation included). */
  rows: Uint32Array;
  testRows: Uint32Array;
  /** Mean response of the training rows in its own unit; the share of the second class for a binary one. */
  meanResponse: Float64Array;
  /** Mean of response − prediction over the level's test rows. */
  meanResidual: Float64Array;
  /** Null for a method without vectors. */
  effect: { kind: EffectKind; values: Float64Array } | null;
  /**
   * Posterior standard deviation in the unit of `effect`; of a vector of several numbers, the root of its
   * mean variance. Null without a posterior.
   */
  posteriorSd: Float64Array | null;
  /**
   * Expected rank of the effect among the levels of training rows: 1 has the least. Null for vectors of
   * several numbers, which have no order.
   */
  rank: LevelRanks | null;
  /**
   * What each finished method predicts for the level in a typical row (numeric features at their mean, other
   * features at their most frequent level), in the response's own unit or as a probability; of more than
   * 100,000 levels, for those of most rows. [] for windows of series.
   */
  typical: { method: string; values: Float64Array }[];
}

export interface LevelRanks {
  /** E[rank] = 1 + Σ P(θ_j < θ_i) for independent normal posteriors; a plain rank without one. */
  expected: Float64Array;
  /** 95 % interval of the rank; null without a posterior. */
  low: Float64Array | null;
  high: Float64Array | null;
}

/** A column of the list that it can be sorted by. `typical` is that of the method `of`. */
export type LevelSort =
  | { by: 'order' | 'label' | 'rows' | 'testRows' | 'meanResponse' | 'meanResidual' | 'effect' | 'posteriorSd' | 'rank'; descending: boolean }
  | { by: 'typical'; of: string; descending: boolean };

export interface LevelQuery extends LevelsOf {
  /** Found anywhere in a label, whatever the case and the accents; '' finds all. */
  text: string;
  /** Levels that do not exist are put last, ties are in the order of levels. */
  sort: LevelSort;
  filter?: {
    /** In training rows, or in none; absent: both. */
    seen?: boolean;
    leastRows?: number;
    mostRows?: number;
    /** Only among these levels (a selection), in any order. */
    among?: Uint32Array;
  };
}

export interface LevelsFound {
  /** Levels in the order asked for. */
  levels: Uint32Array;
  milliseconds: number;
}

export type LevelMapKind =
  /** Principal components (0 is the first). */
  | { kind: 'pca'; dimensions: [number, number] }
  /** Two numbers of the vectors as they are. */
  | { kind: 'numbers'; dimensions: [number, number] }
  /**
   * Two dimensions of the truth, each beside its least-squares fit on the vectors; simulations alone. With
   * one true dimension: the fit against the truth.
   */
  | { kind: 'truth'; dimensions: [number, number] }
  | { kind: 'tsne'; seed: number /** Absent: min(30, (n − 1) / 3). */; perplexity?: number /** Absent: 1,000. */; steps?: number }
  | {
      kind: 'umap';
      seed: number /** Absent: 15. */;
      neighbours?: number /** Absent: 0.1. */;
      minDist?: number /** Absent: by size. */;
      steps?: number;
    };

export interface LevelMapRequest extends LevelsOf {
  /** Chosen by the page: steps and the cancellation name it. A later job ends an earlier one. */
  job: number;
  view: LevelMapKind;
  /**
   * Most levels of the map; more are sampled, stratified by rows. Absent: 20,000, of which t-SNE fits 2,000
   * and UMAP 5,000.
   */
  limit?: number;
  /**
   * Puts all other levels in too, up to 10⁶ points: exactly where the map is linear, else by their nearest
   * neighbours.
   */
  rest?: boolean;
}

/** An axis of a map. */
export interface MapAxis {
  /** Index of the dimension; null where an axis means nothing by itself (t-SNE, UMAP). */
  dimension: number | null;
  /** Share of the variance of the vectors on it; null where it is no component. */
  share: number | null;
  /** R² of the least-squares fit of the true dimension on the vectors; null elsewhere. */
  r2: number | null;
}

export interface LevelMap extends LevelsOf {
  job: number;
  view: LevelMapKind;
  /** Level of each point. */
  levels: Uint32Array;
  x: Float32Array;
  y: Float32Array;
  /** In a map 'truth' of several true dimensions: where the truth has each point; null elsewhere. */
  truth: { x: Float32Array; y: Float32Array } | null;
  axes: [MapAxis, MapAxis];
  /**
   * What each axis has of the vectors' numbers (2 × width), so that a posterior can be drawn in it; null
   * where an axis is no linear map of them.
   */
  directions: Float32Array | null;
  /** Points from here on were put in by their nearest neighbours, not by the map's own method. */
  projectedFrom: number;
  /** Levels of the feature, of which `levels` is a sample or all. */
  of: number;
  /** Levels of the sample, which t-SNE and UMAP laid out. */
  sampled: number;
  /**
   * Levels of the sample whose vector another has exactly: t-SNE and UMAP fit one of them and put the others
   * on it.
   */
  duplicates: number;
  milliseconds: number;
}

/** A job of the map is this far. Points come at most five times a second, those of `levels` in order. */
export interface LevelMapStep {
  job: number;
  phase: 'neighbours' | 'layout' | 'rest';
  step: number;
  of: number;
  /** Null where nothing new is to be drawn. */
  points: { levels: Uint32Array; x: Float32Array; y: Float32Array } | null;
}

/** Mahalanobis: differences over the root of both levels' posterior variances; needs a posterior. */
export type LevelDistance = 'euclidean' | 'cosine' | 'mahalanobis';

export interface NeighboursRequest extends LevelsOf {
  level: number;
  distance: LevelDistance;
  /** How many; at most 1,000. */
  count: number;
}

export interface LevelNeighbours {
  /** Nearest first, the level itself left out. */
  levels: Uint32Array;
  /** Cosine: 1 − cos, 0 … 2. */
  distances: Float64Array;
  milliseconds: number;
}

/** What stands on the card of a level. */
export interface LevelCard extends LevelsOf {
  level: number;
  label: string;
  rows: number;
  testRows: number;
  meanResponse: number;
  /** Responses of its training rows in their own unit: all, or a seeded sample of 400. */
  responses: Float64Array;
  /** Its vector, its posterior variances and its counts. [] without. */
  vector: Float32Array;
  variances: Float32Array | null;
  trueEffect: Float32Array | null;
  /** Its parent in a hierarchy of tags, and its children; absent where there is none. */
  parent?: number;
  children?: Uint32Array;
  /** Per finished method that predicted a typical row. */
  predictions: {
    method: string;
    value: number;
    /** 95 % interval of a new row's response; null for a binary response or where the method knows none. */
    interval: { low: number; high: number; from: 'posterior' | 'validation' } | null;
  }[];
}

/** Vectors of a method: those of the run, or kept ones by their id. */
export type LevelSource = { method: string } | { kept: number };

/** Vectors that were kept for a comparison with a later run. */
export interface KeptLevels {
  id: number;
  method: string;
  featureName: string;
  levels: number;
  width: number;
  weightSeed: number;
  /** Bytes it takes. */
  bytes: number;
}

export interface LevelComparisonRequest {
  feature: number;
  first: LevelSource;
  /** Rotated onto the first. */
  second: LevelSource;
  /** The second may also be stretched as a whole. */
  scale: boolean;
}

export interface LevelComparison {
  /** Levels that both have (matched by label), by their number in the run's feature. */
  levels: Uint32Array;
  /** Levels of the feature, and of them compared: those in training rows of both. */
  of: number;
  /** First and second after the rotation, on the two main components of the first. */
  first: { x: Float32Array; y: Float32Array };
  second: { x: Float32Array; y: Float32Array };
  /** Share of the variance of the first on both axes. */
  shares: [number, number];
  /** 1 − ‖A − sBQ‖² / ‖A‖² of the centred vectors: 1 where a rotation makes them equal. */
  r2: number;
  /** R² if nothing were rotated: what single coordinates have in common. */
  r2Unrotated: number;
  scale: number;
  /** Mean share of a level's ten nearest that are its nearest in both, and what chance would give. */
  common: { share: number; byChance: number; neighbours: number /** Levels it was computed for. */; levels: number };
  /** Distance between both vectors of each of `levels`, in the unit of the first. */
  moved: Float32Array;
  /** Places in `levels`, those that moved most first; at most 50. */
  most: Uint32Array;
}

export type LevelColour =
  | { by: 'rows' | 'posteriorSd' | 'meanResponse' | 'meanResidual' | 'seen' | 'effect' }
  /** Mean of a numeric column (index in `LevelsOverview.numeric`) over the training rows, in its own unit. */
  | { by: 'numeric'; column: number }
  /** Most frequent level of another categorical column (index in `LevelsOverview.categorical`). */
  | { by: 'categorical'; column: number }
  | { by: 'trueEffect'; dimension: number }
  | { by: 'typical'; of: string };

/** A colour value of each level. */
export type LevelColours =
  | { kind: 'number'; values: Float32Array /** Positive and skewed: better seen on a log scale. */; log: boolean }
  /** Index of its name for each level: at most ten names, then 'Other', then 'No rows', where they occur. */
  | { kind: 'category'; codes: Uint8Array; names: string[] };

export interface LevelHistoryRequest extends LevelsOf {
  /** Its vectors alone too; absent: the picture alone. */
  level?: number;
}

/** Level vectors over the epochs, every picture rotated onto the last (orthogonal Procrustes). */
export interface LevelHistory extends LevelsOf {
  /** Of each picture (at most 30), rising; the last is of the weights that results use. */
  epochs: Uint32Array;
  /** The levels kept: at most 2,000, stratified by rows. */
  levels: Uint32Array;
  /** pictures × levels × 2: on the two main components of the last picture. */
  frames: Float32Array;
  shares: [number, number];
  /** Share of the last picture's variance that each picture has in common with it. */
  r2: Float32Array;
  /**
   * pictures × width: the vector of `level`, rotated likewise. Null where it was not kept or not asked for.
   */
  path: Float32Array | null;
  width: number;
  /** Bytes the pictures of this method take, all features together. */
  bytes: number;
}

/** Which epochs of a finished run can be looked at again. */
export interface EpochOverview {
  /** Epochs after which methods were kept, rising (at most 30), before `last`. */
  epochs: Uint32Array;
  /** The latest epoch that results are taken from: there every method is what its results are. */
  last: number;
  /** Finished methods: the epoch of their results, and whether they have no epochs and stand there. */
  methods: { method: string; last: number; stands: boolean }[];
  /** Bytes of all that is kept. */
  bytes: number;
  /** Levels kept of each feature with vectors. */
  levels: number[];
  /** Test rows that scores of a snapshot are of; 0 where none are predicted. */
  testRows: number;
}

export interface EpochRequest {
  epoch: number;
  /** Index of the feature whose levels are looked at. */
  feature: number;
}

/** A finished method after an epoch. */
export interface MethodFrame {
  method: string;
  /** The epoch that it is shown at. */
  epoch: number;
  /** Snapshot: as it was then. Final: its results come from here or before. Stands: it has no epochs. */
  kind: 'snapshot' | 'final' | 'stands';
  /** Of a snapshot, where it has vectors: turned onto those of the results. */
  embedding: EmbeddingView | null;
  /** Of a snapshot, where it predicted: with the level vectors of the training part. */
  prediction: { view: PredictionView; metrics: Pick<TestMetrics, ScoreKey>; scoredRows: number } | null;
}

export interface EpochFrame {
  epoch: number;
  methods: MethodFrame[];
}

export interface LevelExportRequest extends LevelsOf {
  /**
   * `vectors`: label, rows, vector and posterior deviations as CSV. `table`: what the list shows as CSV.
   * `projector`: vectors.tsv and metadata.tsv for the Embedding Projector.
   */
  what: 'vectors' | 'table' | 'projector';
  /** Only these, in this order; absent: all. */
  levels?: Uint32Array;
}

/** A file for the person to keep: UTF-8 text, transferred. */
export interface LevelFile {
  name: string;
  bytes: Uint8Array;
}

/**
 * Calls of the Levels room, part of `LabApi`. Code 'no-results' before a method has results, and
 * 'no-level-vectors' where the method has no vectors of the feature.
 */
export interface LevelsApi {
  levelsOverview(): Promise<LevelsOverview>;
  levelsTable(of: LevelsOf): Promise<LevelTableView>;
  levelsSearch(query: LevelQuery): Promise<LevelsFound>;
  /** Progress comes as events 'levels-map'; rejects with code 'cancelled' after `levelsCancelMap`. */
  levelsMap(request: LevelMapRequest): Promise<LevelMap>;
  levelsCancelMap(job: number): void;
  levelsNeighbours(request: NeighboursRequest): Promise<LevelNeighbours>;
  levelsCard(of: LevelsOf & { level: number }): Promise<LevelCard>;
  levelsCompare(request: LevelComparisonRequest): Promise<LevelComparison>;
  /** Keeps the vectors of a method for a comparison with a later run; of ten, the oldest go. */
  levelsKeep(of: LevelsOf): Promise<KeptLevels>;
  levelsKept(): Promise<KeptLevels[]>;
  levelsForget(id: number): Promise<void>;
  levelsColour(of: LevelsOf & { colour: LevelColour }): Promise<LevelColours>;
  levelsHistory(request: LevelHistoryRequest): Promise<LevelHistory>;
  epochOverview(): Promise<EpochOverview>;
  epochFrame(request: EpochRequest): Promise<EpochFrame>;
  levelsExport(request: LevelExportRequest): Promise<LevelFile[]>;
  /** Frees what the room holds besides the run itself: orders, indices, a map in progress. */
  levelsClose(): Promise<void>;
}
