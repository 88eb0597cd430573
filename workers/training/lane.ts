/** A run as it goes on. */
import type { LaneEngine } from '../engine/info';

export type RunStatus = 'idle' | 'preparing' | 'running' | 'paused' | 'done' | 'stopped' | 'diverged' | 'failed';

/**
 * What a run prepares: its data (percent null before any is known), its place-th method of so many, that
 * method's copy of the data on the GPU, the vectors it begins from, or, where a method's settings are
 * grid-searched, the place-th candidate of so many.
 */
export type Preparing =
  | { kind: 'data'; percent: number | null }
  | { kind: 'method'; id: string; place: number; of: number }
  | { kind: 'upload'; id: string; percent: number }
  | { kind: 'pretraining'; id: string; percent: number }
  | { kind: 'search'; id: string; title: string; place: number; of: number; epoch: number };

export type LaneStatus = 'waiting' | 'training' | 'finishing' | 'stopped' | 'past-stop' | 'done' | 'diverged';

/** One method of a run, as its lane in the run bar shows it. */
export interface Lane {
  method: string;
  status: LaneStatus;
  /** Finished epochs. */
  epoch: number;
  /** Best epoch so far by the stopping rule (1-based), null before the first. */
  bestEpoch: number | null;
  /**
   * Best epoch so far (1-based) by each of the two validation losses, whichever the stopping rule looks at;
   * null before the first finite one. Absent in runs recorded by earlier versions.
   */
  best?: BestEpochs;
  /** The epoch after which results are taken, once known. */
  stopEpoch: number | null;
  /**
   * Why it stopped: 'patience' | 'last epoch' | 'converged' | 'by hand' | why it diverged, as a clause
   * without the epoch.
   */
  stopReason: string | null;
  /** Newest predictive validation loss up to the stop; null before the first epoch. */
  predictive: number | null;
  parameters: number;
  /**
   * It has no results for want of memory, and not because its loss broke: the status is 'diverged', and the
   * reason a sentence.
   */
  outOfMemory?: true;
  /** It cannot be fitted to these data; `stopReason` is a sentence. */
  refused?: true;
  /** Absent before the run has prepared it, and in runs recorded by earlier versions. */
  engine?: LaneEngine;
}

/**
 * The epoch (1-based) up to the stop with the least validation loss of each kind; null where none was finite.
 */
export interface BestEpochs {
  objective: number | null;
  predictive: number | null;
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

/**
 * Curves of one method: value e−1 belongs to epoch e. The predictive loss is in the response's own unit
 * (squared) or nats; the objective of validation and of training rows is in the model's, of a standardised
 * response where that is what it trains on.
 */
export interface Curves {
  method: string;
  predictive: Float32Array;
  objective: Float32Array;
  training: Float32Array;
}

/** Test predictions of one finished method, sampled for drawing. */
export interface PredictionView {
  method: string;
  testRows: number;
  /**
   * Of times to an event: test rows whose event was seen, of which those that are drawn are a sample. Absent
   * elsewhere, and in runs recorded by earlier versions, which drew censored rows too.
   */
  seenRows?: number;
  /**
   * Numbers in the data of the rows that are drawn; absent for windows, and in runs recorded by earlier
   * versions.
   */
  rows?: Uint32Array;
  /** Regression: a random sample in the response's own unit. Empty for several classes. */
  actual: Float64Array;
  predicted: Float64Array;
  /** Binary: the ROC curve, at most 200 points. Null for regression. */
  roc: { falsePositive: Float32Array; truePositive: Float32Array } | null;
  /** Of series: a sample of test windows, the same for every method. Absent for rows of a table. */
  windows?: ForecastWindow[];
}

/** A test window of a series, or of the target, with what one method predicted; all in its own unit. */
export interface ForecastWindow {
  /** Name of the series, or of the target. */
  name: string;
  /** Whether the series trained. */
  known: boolean;
  /** First step of the window and first step that is asked for, from 0. */
  start: number;
  asked: number;
  /** What the steps are called, from `start` to the last that is asked for; null: by their numbers. */
  times: readonly string[] | null;
  /** What the method saw of the series itself, or of the target (regression: it did not see it). */
  past: Float64Array;
  /** What came, and what was predicted, from step `asked` on. */
  actual: Float64Array;
  predicted: Float64Array;
}
