/**
 * Types of the calls and events between the page and the worker. Types only: importing this file pulls in no
 * code.
 */

import type { EdgeFileFacts } from './data/edges/edge-file';
import type { LabError } from './data/failure';
import type { RoleCheck, TablePreview, TableProgress } from './data/preview';
import type { ReadingOptions } from './data/reading/question';
import type { ColumnChoice, MissingPolicy, Step, TableSample } from './data/schema';
import type { DatasetSummary } from './data/summary';
import type { VectorFileFacts } from './data/vectors/vector-file';
import type { BackendId, EngineInfo } from './engine/info';
import type { ModelsApi, PredictProgress } from './exports/types';
import type { LevelMapStep, LevelsApi } from './levels/types';
import type { EmbeddingView } from './metrics/embedding-view';
import type { VarianceTest } from './mixed/after/variance-tests';
import type { UnitRecord } from './papers/types';
import type { ExperimentSpec } from './spec/experiment';
import type { Study } from './spec/study';
import type { KeptCheckpoint } from './store/checkpoint';
import type { CheckView } from './training/check';
import type { Download } from './training/downloads';
import type { Curves, Lane, PredictionView, RunProgress } from './training/lane';
import type { LearningCurve } from './training/learning-curve';
import type { MethodResult, MetricComparison } from './training/method-result';
import type { MixedIntervals, MixedIntervalsRequest, MixedView } from './training/mixed-view';
import type { RunEvent } from './training/run';
import type { TimeProbe } from './training/time-probe';
import type { StepTrace, TraceRequest } from './training/trace/types';

export type { EdgeFileFacts } from './data/edges/edge-file';
export type { LabError } from './data/failure';
export type { ColumnPreview, RoleCheck, RoleNotice, TablePreview, TableProgress, TagBlock, TagFacts } from './data/preview';
export type { ReadingAnswer, ReadingOptions, ReadingQuestion, TakenStep } from './data/reading/question';
export type { DatasetSummary, DataWarning } from './data/summary';
export type { VectorFileFacts } from './data/vectors/vector-file';
export type { BackendId, EngineInfo, LaneEngine } from './engine/info';
export type * from './exports/types';
export type * from './levels/types';
export type { Estimate } from './methods/method';
export type { EmbeddingView } from './metrics/embedding-view';
export type { LevelShares } from './metrics/level-shares';
export type { ScoreKey, TestMetrics } from './metrics/scores';
export type { VarianceTest } from './mixed/after/variance-tests';
export type { FixedEffect, FormulaFit } from './mixed/formula/result';
export type { Variogram } from './mixed/variogram';
export type { KeptCheckpoint } from './store/checkpoint';
export type { BinaryCheck, CheckView, RegressionCheck, ResidualSpread } from './training/check';
export type { Download } from './training/downloads';
export type { Curves, ForecastWindow, Lane, PredictionView, Preparing, RunProgress, RunStatus } from './training/lane';
export type { LearningCurve } from './training/learning-curve';
export type {
  AttendedRow,
  ClassResult,
  CountBin,
  MethodResult,
  MetricComparison,
  PairEffect,
  SeriesAttention,
  SeriesScores,
  SurvivalCurves,
  TagEffect,
  TagEffects,
  TagErrors,
  WindowScore,
} from './training/method-result';
export type { MixedInterval, MixedIntervals, MixedIntervalsRequest, MixedLevels, MixedView } from './training/mixed-view';
export type { TimeProbe } from './training/time-probe';
export type * from './training/trace/types';

/** Everything the page knows of a run. A recorded run holds the same, with typed arrays as plain arrays. */
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

type OfRun<Event> = Event extends unknown ? Event & { run: number } : never;

/**
 * Events of the worker over the held MessagePort. `run` is the run's generation number; late ones are
 * dropped.
 */
export type LabEvent =
  | OfRun<RunEvent>
  /** A run as it stands, for another worker to go on from. */
  | { type: 'checkpoint'; run: number; checkpoint: KeptCheckpoint }
  /** The column of an experiment's unit that is training, and its lane when it is known. */
  | { type: 'unit'; experiment: string; cell: string; repetition: number; column: string; lane: Lane | null }
  /** The share of training rows that a learning curve fits now, and the method's lane. */
  | { type: 'learning'; share: number; place: number; of: number; lane: Lane | null }
  | { type: 'levels-map'; step: LevelMapStep }
  /** Intervals of a mixed model, as far as they have come. */
  | { type: 'mixed-intervals'; state: MixedIntervals }
  | { type: 'predict-progress'; progress: PredictProgress }
  | { type: 'table-progress'; progress: TableProgress }
  | { type: 'device-lost'; error: LabError };

/** One repetition of a cell of a paper's experiment, or of a study of the lab, to be fitted. */
export interface UnitRequest {
  /** Id of the experiment; for a study, the id from `studyExperimentId`. */
  experiment: string;
  /** A study of the lab; absent: an experiment of the catalogue. */
  study?: Study;
  cell: string;
  /** From 1. */
  repetition: number;
  /** Ids of the columns to fit; columns that are in `before` are not fitted again. */
  columns: string[];
  before: UnitRecord | null;
  /** Fingerprint of the opened table, for an experiment on a person's own data. */
  fingerprint: string | null;
  /** Columns that ran out of memory when they were tried before, and why. */
  left?: ReadonlyMap<string, string>;
}

/**
 * What can be asked of a finished mixed model. All reject with a LabError, 'no-results' before it has
 * results.
 */
export interface MixedApi {
  /** Its fit in the columns' own units, with the effects of all levels. */
  mixedView(method: string): Promise<MixedView>;
  /** Likelihood ratio of each random effect that can go by itself. */
  mixedTests(method: string): Promise<VarianceTest[]>;
  /**
   * Profile or bootstrap intervals of all parameters, told as events meanwhile. Rejects with code 'cancelled'
   * after `mixedCancel`, and when others are asked for.
   */
  mixedIntervals(request: MixedIntervalsRequest): Promise<MixedIntervals>;
  mixedCancel(): void;
}

/**
 * The Comlink surface of lab.worker.ts. Refusals reject with a LabError (see `toLabError` in workers/spec).
 */
export interface LabApi extends LevelsApi, ModelsApi, MixedApi {
  /** Sends events to this port from now on. */
  connect(port: MessagePort): void;
  /**
   * Tries the backends from the fastest down, each with a self-test. When called again, it gives the same
   * answer.
   */
  start(options: { backend: BackendId | null; wasmPath: string }): Promise<EngineInfo>;
  /**
   * The watchdog's heartbeat: answers at once while the worker lives, with how often its work has rested so
   * far (`restsTaken`).
   */
  ping(): number;
  /**
   * Parses a file; progress arrives as events. Rejects with code 'cancelled' after `cancelTable`. Tables
   * opened before stay open.
   */
  openTable(file: File, options?: ReadingOptions): Promise<TablePreview>;
  /**
   * Reads an open table in another way: exactly these steps. Steps of columns need no further look at the
   * file; others read it again, with progress, and give the table another fingerprint. A refusal leaves the
   * table as it was.
   */
  reread(fingerprint: string, steps: Step[]): Promise<TablePreview>;
  cancelTable(): void;
  /** Tables that an earlier worker has read: they are read again when one of them is wanted. */
  knowTables(tables: { file: File; fingerprint: string; steps: Step[] }[]): void;
  /** Reads a file of level vectors, for specs that name its fingerprint. Files opened before stay open. */
  openVectors(file: File): Promise<VectorFileFacts>;
  /** Reads a file of edges between levels, for columns that name its fingerprint. Those before stay open. */
  openEdges(file: File): Promise<EdgeFileFacts>;
  /**
   * Examines the opened table again with other roles: levels, missing cells, task, and what is wrong with the
   * roles, if anything.
   */
  checkRoles(
    fingerprint: string,
    columns: ColumnChoice[],
    missing: MissingPolicy,
    testFraction: number,
    part?: { sample?: TableSample; seed: number },
  ): Promise<RoleCheck>;
  /** Prepares the data of a spec and describes them, without training. */
  summarize(spec: ExperimentSpec): Promise<DatasetSummary>;
  /**
   * Starts a run; it pauses by itself after `pauseAfter` epochs (null: never). `from`: the bytes of a
   * checkpoint, from which it goes on. `left`: methods that it goes on without, and why, as a sentence.
   * Resolves when the run has ended or was replaced.
   */
  run(
    spec: ExperimentSpec,
    generation: number,
    pauseAfter: number | null,
    from?: ArrayBuffer | null,
    left?: ReadonlyMap<string, string>,
  ): Promise<void>;
  pause(): void;
  /** Goes on; `epochs` of null means to the end. */
  resume(epochs: number | null): void;
  /** Ends every method now and takes results from its current weights. */
  stop(): void;
  /** Drops the run and everything it holds on the device. */
  reset(): Promise<void>;
  /** Slow motion for teaching: at most this many epochs of every method per second; null for full speed. */
  setPace(epochsPerSecond: number | null): void;
  /** Which categorical feature embedding snapshots show. */
  watchFeature(feature: number): void;
  /** Predictions for the test rows: row number, actual, one column per finished method. */
  predictionsCsv(): Promise<Download>;
  /** Level vectors of one method: feature, level, training rows, e1 … ed. */
  embeddingsCsv(method: string): Promise<Download>;
  /** Residuals, intervals or calibration of a finished method on the test rows. */
  checkMethod(method: string): Promise<CheckView>;
  /**
   * Follows one row through a method, between two pieces of the run's work or after its end. Rejects where a
   * method or the data have no diagram, and where its weights are not kept.
   */
  traceRow(request: TraceRequest): Promise<StepTrace>;
  /**
   * Fits the methods of the ended run on 10, 25 and 50 % of its training rows. Rejects while something
   * trains, and with code 'cancelled' after `cancelLearning`.
   */
  learningCurve(): Promise<LearningCurve>;
  cancelLearning(): Promise<void>;
  /**
   * Times an epoch of each method of a spec, before its run. Rejects while something trains, and with code
   * 'cancelled' when something begins to train.
   */
  timeRun(spec: ExperimentSpec): Promise<TimeProbe>;
  /**
   * Fits one repetition of a cell and gives its record. Rejects with code 'cancelled' after `cancelUnit`, and
   * while a run trains.
   */
  fitUnit(request: UnitRequest): Promise<UnitRecord>;
  pauseUnit(): void;
  resumeUnit(): void;
  /** Drops the repetition in progress and everything it holds. */
  cancelUnit(): Promise<void>;
  /** Tensors and bytes held now, for tests and the badge. */
  memory(): { tensors: number; bytes: number; gpuBytes: number | null };
}
