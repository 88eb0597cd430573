import type * as tf from '@tensorflow/tfjs';
import type { Split } from '../data/dataset';
import type { PieceData } from '../data/pieces';
import type { NoiseShape } from './noise';
import type { StepLoss } from './step-loss';

/** Rows as tensors: what a loss takes (workers/methods/method.ts, Batch). */
export interface TracedBatch {
  /** [rows, p] */
  x: tf.Tensor2D;
  /** K × [rows] int32 */
  z: tf.Tensor1D[];
  /** A column of tags each: ids [rows, places] int32, mask [rows, places]. */
  tags?: { ids: tf.Tensor2D; mask: tf.Tensor2D }[];
  /** Windows of series: [rows, steps, channels]. */
  window?: tf.Tensor3D;
  /** [rows, outputs] */
  y: tf.Tensor2D;
  /** [rows, 1]: 1 where the event of a time was seen; absent without times. */
  event?: tf.Tensor2D;
}

/** What a plan needs that traces a tfjs loss and runs what it has written down. */
export interface TracedPlanOptions {
  dataset: PieceData & { split: Pick<Split, 'train'> };
  batchSize: number;
  /** Rows of an epoch, where they are not as many as the training part (windows of series). */
  epochRows?: number;
  parameters: ReadonlyMap<string, tf.Variable>;
  /** Variables that a step assigns what the loss computes for them. */
  state?: ReadonlyMap<string, tf.Variable>;
  /** Names of parameters whose rows with a zero gradient stay as they are (lazy Adam). */
  lazy?: ReadonlySet<string>;
  /** Least values of parameters by name. */
  floors?: ReadonlyMap<string, number>;
  /** Factors on the learning rate of parameters by name, 1 for all others; 0: a parameter stays as it is. */
  rates?: ReadonlyMap<string, number>;
  /**
   * The total loss whose gradient a step follows, and the next state, as plain tfjs over tensors of fixed
   * shape.
   */
  loss(batch: TracedBatch, noise: tf.Tensor[]): StepLoss;
  noiseShapes(rows: number): readonly NoiseShape[];
  learningRate: number;
  /** Seeds the noise of training steps. */
  noiseSeed: number;
}

/** Rows of the batches of an epoch: full ones, and a short last one. */
export function rowCounts(length: number, batchSize: number): number[] {
  const last = length % batchSize;
  return [...(length >= batchSize ? [batchSize] : []), ...(last > 0 ? [last] : [])];
}
