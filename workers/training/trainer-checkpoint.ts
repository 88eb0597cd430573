import type { PlanState } from '../engine/step-plan';
import type { StoppingState } from './early-stopping';
import type { Lane } from './lane';

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
