/** Types of the calls and events between the page and the worker. Types only: importing this file pulls in no code. */
import type { TrueComponents } from './data/dataset';
import type { ColumnChoice, ColumnRole, MissingPolicy, Step, Task } from './data/schema';
import type { UnitRecord } from './papers/types';
import type { ExperimentSpec } from './spec/experiment';
import type { Study } from './spec/study';

export type BackendId = 'webgpu' | 'wasm' | 'cpu';

/** Any refusal or failure as the page shows it: one line, and one thing to do about it. */
export interface LabError {
  /** Stable, kebab-case: 'csv-ragged-row', 'engine-hung', … */
  code: string;
  /** One sentence that names what is wrong and where. */
  message: string;
  /** One sentence that says what to do. */
  hint: string;
  /** Of a refused file that can be read after all once this is answered: its answers hold the steps for `openTable(file, { given })`. */
  question?: ReadingQuestion;
}

export interface EngineInfo {
  backend: BackendId;
  /** Adapter or build: 'Apple M2', 'SIMD, 2 threads'. */
  detail: string;
  /** Why this one, in a sentence: 'No hardware GPU: the only adapter is a software one.' */
  why: string;
  hardware: boolean;
  forced: boolean;
  selfTest: {
    /** Every rung of the ladder that was tried, in order, with the largest relative error of the small reference step. */
    tried: { backend: BackendId; ok: boolean; error: number | null; note: string }[];
    milliseconds: number;
  };
  threads: number;
}

/* ------------------------------------------------------------------ tables */

export type ColumnKind = 'number' | 'whole number' | 'date' | 'text' | 'two values';

export interface ColumnPreview {
  name: string;
  kind: ColumnKind;
  role: ColumnRole;
  /** Why this role was guessed, in words. */
  reason: string;
  /** A target guessed by its place, or one of several that could be meant; numbers that may be codes of categories. */
  unsure: boolean;
  /** Distinct non-missing values, of numbers as numbers (1 and 1.0 are one); exact. */
  levels: number;
  /** Distinct texts: the levels of the column where it is categorical. */
  labels: number;
  missing: number;
  /** Numbers: least, greatest, mean of the non-missing values. */
  min: number | null;
  max: number | null;
  mean: number | null;
  /** At most 24 heights in 0…1: a histogram for numbers, log rows per level in falling order for categories. */
  shape: { form: 'histogram' | 'levels'; heights: number[] };
  /** Levels with fewer than 10 rows. */
  rareLevels: number;
  /** Different in every row: looks like an identifier. */
  identifier: boolean;
  /** The values of a column with at most 2 of them, in order of first appearance. */
  values: string[] | null;
  /** The values of a column with at most 20 of them, in order of first appearance: it may say which rows test. Absent where there are more. */
  fewValues?: string[];
  /** The reader's own: row names or numbers, ignored unless a person gives them a role. */
  index: boolean;
  /**
   * A column of numbers with a few cells that are none, or are infinite: `numbers` cells of `numbers + count`, and the first bad one. Its guessed role is that
   * of a column of numbers, which is refused until the question about it is answered. Null for every other column.
   */
  badCells: { count: number; numbers: number; line: number; value: string } | null;
  /** Words found that count as missing, with their cells; empty cells are not among them. */
  missingWords: { word: string; count: number }[];
  /** Labels that differ in spelling only (case, spaces, 1 and 1.0), as they could be merged: `of` labels would be one. */
  spellings: { into: string; from: string[]; of: number }[];
  /** Every value is a date, and no step reads it as one: how the first one is written. */
  dates: { first: string } | null;
  /** Whole numbers with more digits than can be computed with. */
  longNumbers: boolean;
}

/** A step that was taken, with its sentence. To undo it: `reread` with the list without it. */
export interface TakenStep {
  step: Step;
  /** `stepWords` of the step, with how often and where it was needed. */
  words: string;
  /** Names of the columns it is about; [] for the file as a whole. */
  columns: string[];
}

/** Something about a file that can be read in more than one way. */
export interface ReadingQuestion {
  /** Stable for the same question about the same file, such as 'decimal:price'. */
  id: string;
  /** Null: about the file as a whole. */
  column: string | null;
  /** One or two sentences that name what is uncertain and where, with an example. */
  text: string;
  /** What can be meant, the likeliest first. */
  answers: ReadingAnswer[];
  /** No answer was taken, and the column or file cannot be used before there is one. */
  pressing: boolean;
}

export interface ReadingAnswer {
  /** On a button: 'Missing', 'Category', '1,234 is 1234'. */
  label: string;
  /** Of a table's question: the whole list of steps for `reread`. Of a refusal's: the steps for `openTable(file, { given })`. */
  steps: Step[];
  /** This is how the table is read now. */
  taken: boolean;
}

/** How a file is to be opened. Without options the reader finds the steps by itself. */
export interface ReadingOptions {
  /** Exactly these steps, such as those of a shared spec; what they do not allow for is refused. */
  steps?: Step[];
  /** These steps for certain, and what else the reader finds. */
  given?: Step[];
}

/** What the roles of a table make worth saying of a column. */
export type RoleNotice =
  /** The column gives the target away. */
  | { kind: 'leak'; column: string; how: 'copy' | 'monotone' | 'linear' | 'one-to-one' | 'decides' }
  /** Its labels begin anew within each level of another column; `evident`: the target says so too. */
  | { kind: 'nested'; column: string; outer: string; labels: number; pairs: number; evident: boolean }
  /** It has one value in the rows that are used, and several in the file. */
  | { kind: 'constant'; column: string; value: string }
  /** Labels that only occur in rows that are not used: they are no levels. */
  | { kind: 'unused-levels'; column: string; labels: number; used: number };

export interface TablePreview {
  /** The handle for `checkRoles` and for a spec of kind 'table'. */
  fingerprint: string;
  name: string;
  bytes: number;
  rows: number;
  columns: ColumnPreview[];
  /** The first rows as text; null is missing. */
  head: (string | null)[][];
  /** The task suggested by the target column. */
  task: Task;
  /** Everything done to the file, in order; `steps.map(({ step }) => step)` is the `reading` of a spec of kind 'table'. */
  steps: TakenStep[];
  /** What could be meant otherwise, the pressing ones first. */
  questions: ReadingQuestion[];
}

export interface TableProgress {
  bytesRead: number;
  bytesTotal: number;
  rows: number;
}

/* ------------------------------------------------------------------ data */

/** Something about the data that a person should know before training; nothing that keeps them from it. */
export interface DataWarning {
  /** Stable, kebab-case: 'singletons', 'test-one-class', … */
  code: string;
  /** One sentence, or two: what is so, and what follows from it. */
  message: string;
}

/** What the page may know of the data before training. */
export interface DatasetSummary {
  task: Task;
  trainRows: number;
  validationRows: number;
  testRows: number;
  p: number;
  /** unseenTestRows: test rows whose level of this feature no training or validation row has. */
  features: { name: string; levels: number; unseenTestRows: number }[];
  /** Rows with at least one level that no row has from which it could be learned: training rows, and for test rows also validation rows. */
  unseen: { testRows: number; validationRows: number };
  targetName: string;
  hasTruth: boolean;
  /** What a simulation was drawn with; null where nothing was simulated. */
  truth: TrueComponents | null;
  fingerprint: string;
  /** Absent in runs recorded by earlier versions. */
  warnings?: DataWarning[];
}

/* ------------------------------------------------------------------ run */

export type RunStatus = 'idle' | 'preparing' | 'running' | 'paused' | 'done' | 'stopped' | 'diverged' | 'failed';

/**
 * What a run prepares: its data (percent null before any is known), its place-th method of so many, that method's copy of the data on the GPU, or, where
 * a method's settings are grid-searched, the place-th candidate of so many.
 */
export type Preparing =
  | { kind: 'data'; percent: number | null }
  | { kind: 'method'; id: string; place: number; of: number }
  | { kind: 'upload'; id: string; percent: number }
  | { kind: 'search'; id: string; title: string; place: number; of: number; epoch: number };

export type LaneStatus = 'waiting' | 'training' | 'finishing' | 'stopped' | 'past-stop' | 'done' | 'diverged';

/** What computes the steps of a method. 'captured': its tfjs step, recorded once and replayed; 'own algorithm': it takes no gradient steps. */
export type StepEngine = 'fused WebGPU' | 'fused WASM' | 'captured WebGPU' | 'tfjs WebGPU' | 'tfjs WASM' | 'tfjs CPU' | 'own algorithm';

export interface EngineTrial<Kind extends StepEngine = StepEngine> {
  kind: Kind;
  millisecondsPerStep: number;
}

/** The engine of one method in a run. */
export interface LaneEngine {
  kind: StepEngine;
  /** Milliseconds of a training step in the newest epoch, pauses left out; before the first epoch from the trial, or null. */
  millisecondsPerStep: number | null;
  /** Where there was a choice: a step of this problem on each, before training, quickest first. */
  tried: EngineTrial[];
}

/** One method of a run, as its lane in the run bar shows it. */
export interface Lane {
  method: string;
  status: LaneStatus;
  /** Finished epochs. */
  epoch: number;
  /** Best epoch so far by the stopping rule (1-based), null before the first. */
  bestEpoch: number | null;
  /** Best epoch so far (1-based) by each of the two validation losses, whichever the stopping rule looks at; null before the first finite one. Absent in
   * runs recorded by earlier versions. */
  best?: BestEpochs;
  /** The epoch after which results are taken, once known. */
  stopEpoch: number | null;
  /** Why it stopped: 'patience' | 'last epoch' | 'converged' | 'by hand' | why it diverged, as a clause without the epoch. */
  stopReason: string | null;
  /** Newest predictive validation loss up to the stop; null before the first epoch. */
  predictive: number | null;
  parameters: number;
  /** Absent before the run has prepared it, and in runs recorded by earlier versions. */
  engine?: LaneEngine;
}

/** The epoch (1-based) up to the stop with the least validation loss of each kind; null where none was finite. */
export interface BestEpochs {
  objective: number | null;
  predictive: number | null;
}

/** Curves of one method: value e−1 belongs to epoch e. In the response's own unit (squared) or nats. */
export interface Curves {
  method: string;
  predictive: Float32Array;
  objective: Float32Array;
  training: Float32Array;
}

/** Level vectors beside the truth, or beside the level counts where there is none. Prepared for drawing. */
export interface EmbeddingView {
  method: string;
  epoch: number;
  /** Index of the categorical feature. */
  feature: number;
  featureName: string;
  levels: number;
  /** How many levels are drawn: a random sample above the cap. */
  drawn: number;
  labels: string[] | null;
  /** One per true dimension (docs/methods.md C11): the best-matching estimated dimension, its Pearson r with sign, and the R² of a least-squares fit on
   * all estimated dimensions. Null without truth. */
  truth: {
    dimensions: { match: number; r: number; r2: number }[];
    /** d_true × drawn, standardised. */
    actual: Float32Array;
    /** d_true × drawn: the matched dimension, standardised, sign of r taken out. */
    matched: Float32Array;
    /** d_true × drawn: the least-squares fit on all estimated dimensions, standardised like the truth. */
    aligned: Float32Array;
  } | null;
  /** Training rows of each drawn level. */
  counts: Float32Array;
  /** Euclidean length of each drawn level's vector. */
  lengths: Float32Array;
  /** Numbers in a level's vector. */
  width: number;
  /** Vectors of one number, such as random intercepts: that number of each drawn level. Null for wider ones. */
  values: Float32Array | null;
  /** The true effect of each drawn level, as simulated, where it and the vector are one number each; else null. */
  effects: Float32Array | null;
  /** Of a finished method that has one; null for others and while training. */
  posterior: LevelPosteriorView | null;
}

/** Posterior of the drawn levels' vectors, in the unit of the vectors. */
export interface LevelPosteriorView {
  /** drawn × width, row-major. */
  means: Float32Array;
  /** drawn × width, row-major. */
  variances: Float32Array;
  /** Variance of each dimension before any data, as set or as estimated; null where neither is known. */
  prior: number[] | null;
  /** Estimated residual variance in the same unit; null where there is none. */
  noise: number | null;
}

/** Test predictions of one finished method, sampled for drawing. */
export interface PredictionView {
  method: string;
  testRows: number;
  /** Regression: a random sample in the response's own unit. */
  actual: Float64Array;
  predicted: Float64Array;
  /** Binary: the ROC curve, at most 200 points. Null for regression. */
  roc: { falsePositive: Float32Array; truePositive: Float32Array } | null;
}

/**
 * Test metrics of one method. Null: not defined for this task or without truth. Definitions: docs/methods.md C. Those of a binary response are metrics of the
 * predictions as they are downloaded, never of their mirror image; AUC is NaN where the test rows hold one class only.
 */
export interface TestMetrics {
  mse: number | null;
  mae: number | null;
  r2: number | null;
  auc: number | null;
  logLoss: number | null;
  accuracy: number | null;
  rmseD: number | null;
  frobenius: number | null;
  spearman: number | null;
  aucB: number | null;
}

/** Keys of the metrics that are computed from predictions and responses of test rows. */
export type ScoreKey = 'mse' | 'mae' | 'r2' | 'auc' | 'logLoss' | 'accuracy';

/**
 * Binary metrics as the code behind the published numbers computes them (docs/methods.md C2, C3): each that of the predictions or of their mirror image 1 − p,
 * whichever is better. For tables of papers only.
 */
export interface MirroredMetrics {
  auc: number;
  logLoss: number;
  accuracy: number;
}

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
     * The same with the rows of a level taken together (cluster-robust), the largest over the categorical features; null where no feature has test rows
     * that share a level, or fewer than ten levels.
     */
    byLevel: number | null;
  }[];
}

/** Standard deviation of residuals in a group of rows, with its 95 % interval. */
export interface ResidualSpread {
  rows: number;
  mean: number;
  sd: number;
  low: number;
  high: number;
  /** Standard error of log sd. */
  logError: number;
}

/** A point of a normal quantile–quantile plot of residuals, in standard deviations from their mean. */
export interface QuantilePoint {
  normal: number;
  sample: number;
  /** Pointwise 95 % envelope of a normal sample of as many rows. */
  low: number;
  high: number;
}

/** Test rows of a regression against what a method predicts for them; everything in the response's own unit. Residual: observed minus fitted. */
export interface RegressionCheck {
  /** A random sample of rows for drawing. */
  drawn: { fitted: number[]; residual: number[] };
  /** Windows of equal numbers of rows by fitted value; [] where there are too few rows or one fitted value. */
  windows: { fitted: number; median: number; sd: number; rows: number }[];
  /** Residuals of the lowest fifth of the rows by fitted value, of those between, of the highest fifth; null where there are too few. */
  fifths: { bottom: ResidualSpread; middle: ResidualSpread; top: ResidualSpread } | null;
  /** Null for fewer than 20 rows. In each tail about 0.5 % of the rows lie beyond the point kept in `tails`. */
  normal: { points: QuantilePoint[]; tails: { left: QuantilePoint; right: QuantilePoint; share: number } } | null;
  /**
   * Normal predictive intervals about the fitted values; null without a predictive standard deviation. `source`: 'validation', the root of the mean squared
   * error of the validation rows, the same for every row; 'model', the method's own, here the mean over the test rows.
   */
  predictive: {
    sd: number;
    source: 'validation' | 'model';
    coverage: { nominal: number; share: number; low: number; high: number }[];
    /** Shares of rows in ten bins of the probability of a smaller response; each lies in `even` in 95 % of the cases where the intervals are right. */
    pit: number[];
    even: { low: number; high: number };
  } | null;
}

/** Test rows of a binary response against the probabilities of a method. */
export interface BinaryCheck {
  /** Bins of equal numbers of rows by probability: its mean and the share of ones with its Wilson interval. */
  bins: { predicted: number; observed: number; rows: number; low: number; high: number }[];
  brier: number;
  /** Brier score of giving every row the share of ones. */
  brierOfShare: number;
  /** Of a logistic regression on the log odds; null where it has no maximum. */
  slope: { value: number; standardError: number } | null;
  /** With the slope held at 1: calibration in the large. */
  intercept: { value: number; standardError: number } | null;
}

/** How the predictions of one finished method stand up to the test rows. */
export interface CheckView {
  method: string;
  testRows: number;
  targetName: string;
  /**
   * Per categorical feature, residuals by the training rows of the level (bins as in `CountBin`); `spread` is null for few rows. For a binary response of Pearson
   * residuals (y − p) / √(p (1 − p)), whose standard deviation is 1 where the probabilities are right.
   */
  byCount: { feature: string; bins: { least: number; most: number | null; rows: number; spread: ResidualSpread | null }[] }[];
  regression: RegressionCheck | null;
  binary: BinaryCheck | null;
}

/** Test loss of the methods of a run, fitted again on parts of its training rows. */
export interface LearningCurve {
  /** Shares of the training and validation rows, rising to 1, and the rows they come to. */
  shares: { share: number; rows: number }[];
  /** Per method a loss (squared error or negative log likelihood) at every share; null where it gave no result. */
  methods: { method: string; points: ({ loss: number; standardError: number | null } | null)[] }[];
}

/** An estimated parameter of a random-effects model, with its standard error where the theory gives one. */
export interface Estimate {
  /** 'Variance of s', 'Asym'. */
  name: string;
  /** As TeX: '\\sigma_b^2'. */
  symbol: string;
  kind: 'variance' | 'fixed effect';
  /** Index of the categorical feature it belongs to; null for the residual variance and fixed effects. */
  feature: number | null;
  /**
   * From a model: in the unit of the dataset's y (standardised when that is), squared for a variance. In results: in the response's own. NaN (null once
   * recorded) where the data do not determine it; `note` says why.
   */
  value: number;
  standardError: number | null;
  /** The value stands in the data's own units already (days, millimetres), however x and y were scaled. */
  ownUnit?: true;
  /** A variance of level vectors of a network, whose scale is the method's own: nothing compares with it, and no two methods share an axis. */
  ofVectors?: true;
  /** What is particular about it, as a clause: 'left out: a combination of x and z', 'by penalised quasi-likelihood'. */
  note?: string;
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
  /** Levels on which pairwise distances were computed, and of how many. Null without truth or level vectors. */
  distanceLevels: { sampled: number; of: number } | null;
  /** Of a random-effects method, in the response's own unit; [] for others. */
  estimates: Estimate[];
  /** Where settings were grid-searched. */
  search?: GridSearch;
  /** Best epochs of both validation losses. Absent in results of earlier versions, as are the next two. */
  best?: BestEpochs;
  /** What the method was trained with, where the spec left it to a rule or to the data. */
  chosen?: ChosenTraining;
  /** Whether post-training was kept, where the protocol asks whether it lowers the predictive validation loss. */
  postTraining?: KeptPostTraining;
  /**
   * Standard errors of `metrics` over the test rows of this one fit: of means of losses by row, of R² by the delta method, of AUC by DeLong. Null where the
   * metric has none. Absent in results of earlier versions.
   */
  standardErrors?: Record<ScoreKey, number | null>;
  /** Binary responses. A binary result without it is of an earlier version, whose `metrics` are the mirrored ones themselves. */
  mirrored?: { metrics: MirroredMetrics; beforePostTraining: MirroredMetrics | null };
  /** Per categorical feature: test rows by the training rows of their level, unseen levels first. Absent in results of earlier versions. */
  byCount?: CountBin[][];
}

/** Which protocol a method was trained by, and the numbers that it came to. */
export interface ChosenTraining {
  protocol: 'published' | 'recommended';
  batchSize: number;
  /** Null: never stops early. */
  patience: number | null;
  /** Null for an algorithm of its own, which takes no gradient steps. */
  learningRate: number | null;
  /** Numbers in a level's vector; null for a method without that setting. */
  d: number | null;
  /** Learning rates tried, each with the least predictive validation loss it reached (null: diverged) in `epochs` epochs; null where none was searched. */
  rates: { tried: { learningRate: number; loss: number | null }[]; epochs: number; seconds: number } | null;
}

/** Predictive validation loss (level vectors of the training part) before post-training and at its best epoch; kept only where it fell. */
export interface KeptPostTraining {
  kept: boolean;
  before: number;
  after: number;
  bestEpoch: number;
}

/** Candidates of a grid search with the predictive validation loss each ended with (null: diverged), and the index of the one taken. */
export interface GridSearch {
  tried: { title: string; loss: number | null }[];
  chosen: number;
}

export interface RunProgress {
  epoch: number;
  epochs: number;
  /** Training rows per second over all methods, measured over the last seconds. 0 before it is known. */
  rowsPerSecond: number;
  /** Upper bound of the seconds left; null when not known. */
  secondsLeft: number | null;
  elapsedSeconds: number;
}

/** Everything the page knows of a run; what a recorded run holds (typed arrays as plain arrays there). */
export interface RunSnapshot {
  spec: ExperimentSpec;
  summary: DatasetSummary;
  lanes: Lane[];
  curves: Curves[];
  embeddings: EmbeddingView[];
  predictions: PredictionView[];
  results: MethodResult[];
  /** Absent in recordings of earlier versions. */
  comparison?: MetricComparison[];
  progress: RunProgress;
}

/** Events of the worker over the held MessagePort. `run` is the run's generation number; late ones are dropped. */
export type LabEvent =
  | { type: 'status'; run: number; status: RunStatus; preparing: Preparing | null; error: LabError | null }
  | { type: 'summary'; run: number; summary: DatasetSummary }
  | { type: 'lanes'; run: number; lanes: Lane[]; progress: RunProgress }
  /** New epochs only: `from` is the number of epochs sent before. */
  | { type: 'curves'; run: number; from: number; curves: Curves }
  | { type: 'embedding'; run: number; view: EmbeddingView }
  | { type: 'prediction'; run: number; view: PredictionView }
  | { type: 'result'; run: number; result: MethodResult }
  /** Once every method has its results or will have none, and there are at least two. */
  | { type: 'comparison'; run: number; comparison: MetricComparison[] }
  /** The column of an experiment's unit that trains; its lane once known. */
  | { type: 'unit'; experiment: string; cell: string; repetition: number; column: string; lane: Lane | null }
  /** The share of training rows that a learning curve fits now, and the method's lane. */
  | { type: 'learning'; share: number; place: number; of: number; lane: Lane | null }
  | { type: 'table-progress'; progress: TableProgress }
  | { type: 'device-lost'; error: LabError };

/** One repetition of a cell of a paper's experiment, or of a study of the lab, to be fitted. */
export interface UnitRequest {
  /** Id of the experiment; of a study what `studyExperimentId` makes of it. */
  experiment: string;
  /** A study of the lab; absent: an experiment of the catalogue. */
  study?: Study;
  cell: string;
  /** From 1. */
  repetition: number;
  /** Ids of the columns to fit; those that `before` has are kept. */
  columns: string[];
  before: UnitRecord | null;
  /** Fingerprint of the opened table, for an experiment on a person's own data. */
  fingerprint: string | null;
}

/** A file for the person to keep. */
export interface Download {
  name: string;
  /** UTF-8 text, transferred. */
  bytes: Uint8Array;
}

/** The Comlink surface of lab.worker.ts. Refusals reject with a LabError (see `toLabError` in workers/spec). */
export interface LabApi {
  /** Sends events to this port from now on. */
  connect(port: MessagePort): void;
  /** Climbs down the backend ladder with a self-test; the same answer when called again. */
  start(options: { backend: BackendId | null; wasmPath: string }): Promise<EngineInfo>;
  /** Answers at once while the worker lives: the watchdog's heartbeat. */
  ping(): number;
  /** Parses a file; progress arrives as events. Rejects with code 'cancelled' after `cancelTable`. Tables opened before stay open. */
  openTable(file: File, options?: ReadingOptions): Promise<TablePreview>;
  /**
   * Reads an open table in another way: exactly these steps. Steps of columns need no further look at the file; others read it again, with progress, and give
   * the table another fingerprint. A refusal leaves the table as it was.
   */
  reread(fingerprint: string, steps: Step[]): Promise<TablePreview>;
  cancelTable(): void;
  /** Re-examines the opened table, as it was read last, under other roles: levels, missing, task, and what is wrong with the choice, if anything. */
  checkRoles(fingerprint: string, columns: ColumnChoice[], missing: MissingPolicy, testFraction: number): Promise<RoleCheck>;
  /** Prepares the data of a spec and says what it is, without training. */
  summarize(spec: ExperimentSpec): Promise<DatasetSummary>;
  /** Starts a run; `pauseAfter` epochs (null: never) it pauses by itself. Resolves when the run has ended or was replaced. */
  run(spec: ExperimentSpec, generation: number, pauseAfter: number | null): Promise<void>;
  pause(): void;
  /** Goes on; `epochs` of null means to the end. */
  resume(epochs: number | null): void;
  /** Ends every method now; results are taken where it stands. */
  stop(): void;
  /** Drops the run and everything it holds on the device. */
  reset(): Promise<void>;
  /** Slow motion for class: at most so many epochs of every method a second; null for full speed. */
  setPace(epochsPerSecond: number | null): void;
  /** Which categorical feature embedding snapshots show. */
  watchFeature(feature: number): void;
  /** Predictions for the test rows: row number, actual, one column per finished method. */
  predictionsCsv(): Promise<Download>;
  /** Level vectors of one method: feature, level, training rows, e1 … ed. */
  embeddingsCsv(method: string): Promise<Download>;
  /** Residuals, intervals or calibration of a finished method on the test rows. */
  checkMethod(method: string): Promise<CheckView>;
  /** Fits the methods of the ended run on 10, 25 and 50 % of its training rows. Rejects while something trains, and with code 'cancelled' after `cancelLearning`. */
  learningCurve(): Promise<LearningCurve>;
  cancelLearning(): Promise<void>;
  /** Fits one repetition of a cell and gives its record. Rejects with code 'cancelled' after `cancelUnit`, and while a run trains. */
  fitUnit(request: UnitRequest): Promise<UnitRecord>;
  pauseUnit(): void;
  resumeUnit(): void;
  /** Drops the repetition in progress and everything it holds. */
  cancelUnit(): Promise<void>;
  /** Tensors and bytes held now, for tests and the badge. */
  memory(): { tensors: number; bytes: number; gpuBytes: number | null };
}

export interface RoleCheck {
  /** Null when the roles can be used. */
  error: LabError | null;
  /** Why each task cannot be used with this target, or null when it can. */
  refusals: { regression: LabError | null; binary: LabError | null };
  task: Task;
  rows: { train: number; validation: number; test: number; dropped: number };
  /** p and q of each categorical feature, for the parameter counts. */
  p: number;
  levels: number[];
  /** What to know of these roles before training; [] with an error. */
  warnings: DataWarning[];
  /** What the page can offer to mend; [] with an error. */
  notices: RoleNotice[];
}
