import type { PlanState } from '../engine/step-plan';
import type { StoppingState } from './early-stopping';
import type { Lane } from './lane';
import type { GridSearch } from './method-result';
import type { FoundRate } from './rate-search';
import type { Finished } from './results';
import type { ScheduleState } from './snapshot-schedule';
import type { Snapshot } from './snapshots';

/** One method in training, between two epochs. Plain data. */
export interface TrainerCheckpoint {
  lane: Lane;
  curves: { training: Float64Array; objective: Float64Array; predictive: Float64Array };
  rule: StoppingState;
  bests: { objective: StoppingState; predictive: StoppingState };
  epochSeconds: number;
  /** The next value of the counter of evaluation noise. */
  noiseStep: number;
  /**
   * Weights, moments and counters. Null where nothing of it can go on: an algorithm of its own has no steps,
   * and begins again.
   */
  plan: PlanState | null;
  /** Weights of the best epoch so far; null before there is one, and where they are not kept. */
  best: ReadonlyMap<string, Float32Array> | null;
}

/** What a run found out of a method before it trained, which need not be found again. */
export interface Prepared {
  /** Those that it was built with: of the candidate that was taken. */
  settings: Record<string, unknown>;
  /** That of "auto"; absent: as the spec says. */
  rate?: FoundRate;
  search?: GridSearch;
}

/** One method of a run. */
export interface MethodCheckpoint extends Prepared {
  id: string;
  /** Null before the method was prepared. */
  trainer: TrainerCheckpoint | null;
  /** Its snapshots are next to it. */
  finished: Finished | null;
  /** What it was after earlier epochs; [] where the run keeps none. */
  snapshots: Snapshot[];
}

/**
 * A run between two epochs: enough for another worker to go on, bit for bit where the same engine computes
 * (docs/design.md, "Checkpoints"). Plain data: numbers, texts, typed arrays, arrays, objects, maps.
 */
export interface RunCheckpoint {
  version: 1;
  methods: MethodCheckpoint[];
  schedule: ScheduleState | null;
  /** Seconds of training, pauses left out. */
  elapsedSeconds: number;
}
