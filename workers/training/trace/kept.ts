import type { NoiseKey } from '../../engine/step-plan';
import type { Trainer } from '../trainer';
import { traceRefusal } from './refusal';

/** Weights by name, as an evaluator gives them. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** How a method was built and trained, so far as following a row needs it. */
export interface TracedTraining {
  settings: Record<string, unknown>;
  batchSize: number;
  /** As the model is told: the divisor of its KL term. */
  nominalBatch: number;
  learningRate: number;
}

export function trainingOf({ settings, batchSize, training }: Trainer): TracedTraining {
  return { settings, batchSize, nominalBatch: training.batchSize, learningRate: training.learningRate };
}

/**
 * What results leave behind so that rows can be followed through them, also in a run that was taken up from a
 * checkpoint and has no trainer of the method.
 */
export interface KeptForTraces extends TracedTraining {
  /** The epoch that the weights are of. */
  epoch: number;
  /** Before post-training, which takes the encoder away. */
  weights: Weights;
  /** With which test rows were predicted. */
  predicting: Weights;
  /**
   * Noise of the first batch of rows that the level vectors were learned from, and of the first test rows.
   */
  extraction: NoiseKey;
  prediction: NoiseKey;
}

/** Most numbers of a method that are kept after its end: 16 MiB. */
const MOST_KEPT = 4 * 2 ** 20;

/**
 * The weights of now, where rows can be followed through them and they are few enough to be kept; else null.
 */
export async function keepable({ id, dataset, lane, evaluator, settings }: Trainer): Promise<Weights | null> {
  return traceRefusal(id, dataset, settings) || lane.parameters > MOST_KEPT ? null : evaluator.weights();
}
