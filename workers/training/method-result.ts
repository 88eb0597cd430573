/** What a method came to. */
import type { Estimate } from '../methods/method';
import type { LevelShares } from '../metrics/level-shares';
import type { MirroredMetrics, ScoreKey, Scores, TestMetrics } from '../metrics/scores';
import type { MeanLoss } from '../metrics/tag-effects';
import type { FormulaFit } from '../mixed/formula/result';
import type { Variogram } from '../mixed/variogram';
import type { BestEpochs } from './lane';

/** Test rows whose level has so many training rows (validation included), and how well they are predicted. */
export interface CountBin {
  /** Fewest training rows of a level in the bin; 0: unseen levels. */
  least: number;
  /** Most training rows; null: no limit. */
  most: number | null;
  /** Test rows in the bin, and of how many levels. */
  rows: number;
  levels: number;
  /** Mean over its rows of the squared error or the negative log likelihood; null without rows. */
  loss: number | null;
  /** Standard error of that mean over the rows; null with fewer than two. */
  standardError: number | null;
}

/** One metric of the methods of a run, compared on the same test rows. */
export interface MetricComparison {
  metric: ScoreKey;
  /** The method with the best value. */
  best: string;
  /** Every other method: its value minus the best one. */
  differences: {
    method: string;
    difference: number;
    /** Standard error of the difference over test rows, paired. */
    standardError: number;
    /**
     * The same with the rows of a level, or of one set of tags, taken together (cluster-robust), the largest
     * over the features; null where no feature has test rows that share a level, or fewer than ten levels.
     */
    byLevel: number | null;
  }[];
}

/** A mean squared error over windows, with its standard error; null for a single window. */
export interface WindowScore {
  value: number;
  standardError: number | null;
}

/** Squared errors of windows of series (docs/methods.md F4), in the unit of results squared. */
export interface SeriesScores {
  task: 'next-step' | 'regression' | 'forecast';
  /** Steps that a window is asked for. */
  steps: number;
  /**
   * Variance of what no past tells of the next value; null where it is not known. No method that looks only
   * back has a smaller mean in the long run.
   */
  innovationVariance: number | null;
  /** Series that trained, then new ones, where there are windows of them. */
  groups: {
    known: boolean;
    series: number;
    windows: number;
    /** Over all steps. */
    mean: WindowScore;
    first: WindowScore;
    last: WindowScore;
    /** By step of the window. */
    bySteps: number[];
  }[];
}

/** How a forecast attends to the other series (docs/methods.md F5): means over test windows and blocks. */
export interface SeriesAttention {
  windows: number;
  series: {
    name: string;
    tags: string[];
    /** Weight that each head gives; 1 in sum over the series. */
    heads: number[];
  }[];
}

export interface MethodResult {
  method: string;
  parameters: number;
  metrics: TestMetrics;
  /** Test metrics before post-training; null where there is none. */
  beforePostTraining: TestMetrics | null;
  postTrainingEpochs: number | null;
  epochs: number;
  bestEpoch: number;
  /** Which epoch's weights the results use. */
  weightsFrom: number;
  /** Mean over dimensions and features of the variance of the level vectors; null without level vectors. */
  levelVariance: number | null;
  /** Wall seconds of the epochs up to the stop, of extraction, post-training and test prediction together. */
  seconds: { epochs: number; finishing: number };
  /**
   * Levels on which pairwise distances were computed, and of how many. Null without truth or level vectors.
   */
  distanceLevels: { sampled: number; of: number } | null;
  /** Of a random-effects method, in the response's own unit; [] for others. */
  estimates: Estimate[];
  /**
   * Its settings show it answers that it was asked for, to teach with: it is compared with no other method.
   */
  leaks?: true;
  /** Where settings were grid-searched. */
  search?: GridSearch;
  /** Best epochs of both validation losses. Absent in results of earlier versions, as are the next two. */
  best?: BestEpochs;
  /** What the method was trained with, where the spec left it to a rule or to the data. */
  chosen?: ChosenTraining;
  /**
   * Whether post-training was kept, where the protocol asks whether it lowers the predictive validation loss.
   */
  postTraining?: KeptPostTraining;
  /**
   * Standard errors of `metrics` over the test rows of this one fit: of means of losses by row, of R² by the
   * delta method, of AUC by DeLong. Null where the metric has none. Absent in results of earlier versions.
   */
  standardErrors?: Scores;
  /**
   * Binary responses. A binary result without it is of an earlier version, whose `metrics` are the mirrored
   * ones themselves.
   */
  mirrored?: { metrics: MirroredMetrics; beforePostTraining: MirroredMetrics | null };
  /**
   * Per categorical feature: test rows by the training rows of their level, unseen levels first. Then per
   * column of tags: by those of their rarest tag, rows without tags left out. Absent in results of earlier
   * versions.
   */
  byCount?: CountBin[][];
  /** Of several classes: how the test rows were told apart. Absent for every other response. */
  classes?: ClassResult;
  /**
   * What it explains of the test rows without levels and with them. Absent for windows of series, for data
   * without levels, and in results of earlier versions.
   */
  levelShares?: LevelShares;
  /** For each column of tags what they do to the predictions; absent for a method that does not see tags. */
  tagEffects?: TagEffects[];
  /** For each column of tags; absent where there are none. */
  tagErrors?: TagErrors[];
  /** What a mixed model by its formula says of itself; single levels are asked for. */
  mixed?: FormulaFit;
  /** Of a field over places: how unlike their mean residuals are, in the response's own unit squared. */
  variogram?: Variogram;
  /** Of times to an event, by a method that estimates a Weibull curve. */
  survival?: SurvivalCurves;
  /** Of windows of series; absent for rows of a table. */
  series?: SeriesScores;
  /** Of a forecast by a method that attends to other series. */
  seriesAttention?: SeriesAttention;
}

/** Test rows of several classes by what they are and what they were taken for. */
export interface ClassResult {
  /** Of the classes C, in their order. */
  labels: string[];
  /** C × C rows, row-major: own class by row, predicted class (the most probable one) by column. */
  counts: number[];
  /**
   * Area under the ROC curve of each class against all others; null for one that no test row has, or every
   * one.
   */
  auc: (number | null)[];
}

/** Shares of the test rows that have not had their event by each of these times, in the times' own unit. */
export interface SurvivalCurves {
  times: number[];
  /** Kaplan and Meier's estimate. */
  observed: number[];
  /** As the method predicts them, the mean over the test rows. */
  mean: number[];
  /** Of a row with the middle prediction, were its level's frailty this quantile of all. */
  frailties: { share: number; frailty: number; survival: number[] }[];
}

/** The change of a prediction when a tag is switched on, mean over the rows, in the response's own unit. */
export interface TagEffect {
  tag: number;
  label: string;
  /** Training rows with the tag, validation included. */
  trainingRows: number;
  effect: number;
  /** Standard deviation of the change over the rows. */
  sd: number;
  /** The same mean change of the response as it was simulated; null where it was not. */
  truth: number | null;
}

/** What two tags do together beyond what each does alone: the second difference of the predictions. */
export interface PairEffect extends Pick<TagEffect, 'effect' | 'sd' | 'truth'> {
  tags: [number, number];
  labels: [string, string];
  /** Training rows that have both. */
  trainingRows: number;
}

/** How a method that attends to tags weighs those of one row. */
export interface AttendedRow {
  /** Row number in the data, from 0. */
  row: number;
  labels: string[];
  /** The weight of each tag, for each head; what they lack to 1 went to tags that the row does not have. */
  heads: number[][];
}

/** One column of tags and the predictions of a method (docs/methods.md F2). */
export interface TagEffects {
  feature: string;
  /** Tags that there are; `tags` are the most frequent of them, at most 64. */
  of: number;
  /** Test rows in which tags were switched. */
  rows: number;
  tags: TagEffect[];
  /** Correlation of the effects with the true ones over the tags shown; null without truth. */
  r: number | null;
  /** The pairs of these tags that meet in most training rows. */
  pairs: PairEffect[];
  pairR: number | null;
  /** Of some test rows, for a method that attends to tags. */
  attention?: AttendedRow[];
}

/** Errors of test rows by their sets of tags. */
export interface TagErrors {
  feature: string;
  /** By the number of tags of a row, the last one possibly "or more"; only numbers that some row has. */
  bySize: ({ tags: number; orMore: boolean } & MeanLoss)[];
  /** Rows whose set a training or validation row has too, and rows whose set none has. */
  seen: MeanLoss;
  unseen: MeanLoss;
}

/** Which protocol a method was trained by, and the numbers that it came to. */
export interface ChosenTraining {
  protocol: 'published' | 'recommended';
  batchSize: number;
  /** Null: never stops early. */
  patience: number | null;
  /** Null for an algorithm of its own, which takes no gradient steps. */
  learningRate: number | null;
  /** Numbers in a level's vector; null for a method without that setting, and where a rule gives widths. */
  d: number | null;
  /**
   * Learning rates tried, each with the least predictive validation loss it reached (null: diverged) in
   * `epochs` epochs; null where none was searched.
   */
  rates: { tried: { learningRate: number; loss: number | null }[]; epochs: number; seconds: number } | null;
}

/**
 * Predictive validation loss (level vectors of the training part) before post-training and at its best epoch;
 * kept only where it fell.
 */
export interface KeptPostTraining {
  kept: boolean;
  before: number;
  after: number;
  bestEpoch: number;
}

/**
 * Candidates of a grid search with the predictive validation loss each ended with (null: diverged), and the
 * index of the one taken.
 */
export interface GridSearch {
  tried: { title: string; loss: number | null }[];
  chosen: number;
}
