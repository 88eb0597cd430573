import type { NoiseKey } from '../../engine/step-plan';
import type { Evaluator } from '../evaluator';

/** Weights by name, as an evaluator gives them. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** What results leave behind so that rows can be followed through them. */
export interface KeptForTraces {
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

/** The weights of now, where they are few enough to be kept; else null. */
export async function keepable(evaluator: Evaluator, parameters: number): Promise<Weights | null> {
  return parameters > MOST_KEPT ? null : evaluator.weights();
}
