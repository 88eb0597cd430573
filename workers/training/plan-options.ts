import type { Dataset } from '../data/dataset';
import type { Uploaded } from '../engine/upload';
import type { Model } from '../methods/method';

/** What a plan is made from: a model with its initial weights, the data, and how steps go. */
export interface PlanOptions {
  model: Model;
  dataset: Dataset;
  batchSize: number;
  learningRate: number;
  /** Adam leaves rows of tables that a batch did not show as they are. */
  lazyTables?: boolean;
  /** Seeds the noise of training steps. */
  noiseSeed: number;
  /** Awaited between chunks of the data on their way to a device; may end it by throwing. */
  uploaded?: Uploaded;
}
