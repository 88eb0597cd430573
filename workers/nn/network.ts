import type * as tf from '@tensorflow/tfjs';
import type { NoiseShape } from '../engine/noise';
import type { Members } from '../ops/members';

/** The rows of a batch as a network sees them. */
export interface NetworkInput {
  /** [rows, p] */
  x: tf.Tensor2D;
  /** Levels of each feature, or sets of tags: K in all. */
  members: readonly Members[];
  /** Vectors of the rows, K × [rows, d]. */
  vectors: readonly tf.Tensor2D[];
}

export interface NetworkOutput {
  /** [rows, outputs]: the regression mean, a logit, or a logit for each class. */
  decoded: tf.Tensor2D;
  /** What the network adds to the loss of a step. */
  penalty?: tf.Scalar;
  /** Next values of its `state`, when training. */
  state?: Record<string, tf.Tensor>;
}

/**
 * What stands between level vectors and the prediction: an MLP on them, a transformer, their inner product.
 * Level vectors may come from tables, a shared table or an encoder; a network does not know which.
 */
export interface Network {
  parameters(): [string, tf.Variable][];
  /** Moving averages, by name. */
  readonly state?: ReadonlyMap<string, tf.Variable>;
  /** Names of parameters that are tables by level. */
  readonly tables?: readonly string[];
  /** Shapes of the noise that `apply` takes in training. */
  noiseShapes(rows: number): readonly NoiseShape[];
  /**
   * `noise` has the shapes of `noiseShapes` in training, and is null at validation and prediction: no
   * dropout, moving averages.
   */
  apply(input: NetworkInput, noise: readonly tf.Tensor[] | null): NetworkOutput;
}
