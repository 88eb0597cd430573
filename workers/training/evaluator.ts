import type { Dataset } from '../data/dataset';
import type { KeptWeights, NoiseKey, SecondStage } from '../engine/step-plan';
import type { Estimate } from '../methods/method';

/**
 * Which noise evaluations draw: a seed and the next value of a counter that no training step uses. Who draws
 * counts it on.
 */
export interface NoiseSource {
  seed: number;
  step: number;
}

/** Level vectors of one categorical feature: levels × d numbers, row-major. */
export interface LevelTable {
  values: Float32Array;
  levels: number;
  d: number;
}

/**
 * Predictions of rows: rows × width numbers, row-major, on the response scale of the data (standardised when
 * they are; probabilities for a binary response).
 */
export interface Prediction {
  values: Float32Array;
  /**
   * Numbers a row: 1, a probability for each of several classes, or the outputs of a window; what scores
   * predictions asks for it by `ofWidth`.
   */
  width: number;
}

/** A posterior of level vectors: K tables each. */
export interface PlainPosterior {
  means: { values: Float32Array; d: number }[];
  variances: { values: Float32Array; d: number }[];
  /** Prior variance of each dimension, K × d, where the model says so itself. */
  priorVariances?: Float32Array[];
}

/**
 * What can be asked of a model in training, whatever trains it: a fused plan, which holds the weights itself
 * (fused-evaluator.ts), or a captured plan, an eager one or an algorithm of its own over the variables of a
 * tfjs model (model-evaluator.ts).
 *
 * Rows are row numbers of the data that it was made for; what their inputs are (numbers and codes today)
 * concerns only the evaluator. Numbers come and go as plain arrays, which nobody writes to afterwards. A call
 * takes one batch of rows, so that the caller can pace and cancel: evaluate.ts has the loops. One call is
 * awaited before the next.
 *
 * Predictions and the second stage take the level vectors *in use*: those of `learnLevelVectors` or
 * `setLevelVectors`, whichever was called last. There are none before.
 */
export interface Evaluator {
  /**
   * Nominal rows of a batch: the most that an `objective` takes. Predictions and level vectors take
   * EVALUATION_ROWS.
   */
  readonly batchSize: number;
  /** Most rows that a prediction takes; absent: EVALUATION_ROWS. */
  readonly evaluationRows?: number;
  /** How objectives of batches become one (docs/methods.md A0). */
  readonly epochLoss: 'by-rows' | 'by-batches';
  /** True when a prediction draws noise. */
  readonly samplesPrediction: boolean;
  readonly hasSecondStage: boolean;
  /** The training objective of these rows as one batch, without dropout, in the unit of the model's loss. */
  objective(rows: Uint32Array, noise: NoiseKey): Promise<number>;
  /**
   * Learns level vectors from all rows of the batches with the weights of now, and puts them in use. A model
   * whose level vectors are parameters asks for no batch, one that needs two passes goes through the batches
   * twice. A batch that draws takes one value of the counter.
   * With `wanted`, the vectors of the levels of these rows are the same bit for bit, while others may be
   * anything: encoding fewer rows is quicker.
   */
  learnLevelVectors(batches: AsyncIterable<Uint32Array>, noise: NoiseSource, wanted?: Uint32Array): Promise<void>;
  /** The level vectors in use, a table a feature; [] for a method without. */
  levelVectors(): Promise<LevelTable[]>;
  /** Puts level vectors in use that `levelVectors` gave earlier. */
  setLevelVectors(tables: readonly LevelTable[]): void;
  /** Predictions of these rows; `noise` is null unless `samplesPrediction`. */
  predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Prediction>;
  /**
   * Predicts rows of other data of the same shape (with other sets of tags, say) with the weights of now and
   * the level vectors in use. The caller disposes of it, and asks for it again after either has changed.
   */
  onOtherRows(data: Dataset): Promise<OtherRows>;
  /**
   * Post-training as a plan: a fresh Adam at the learning rate of training, on some of the parameters. The
   * level vectors in use must stay so until the caller disposes of the plan. One at a time. Rejects where
   * there is none.
   */
  secondStage(): Promise<SecondStage>;
  /** Posterior of the level vectors given all rows of the batches; null for a method without one. */
  levelPosterior(batches: AsyncIterable<Uint32Array>): Promise<PlainPosterior | null>;
  /**
   * Estimated variances and fixed effects, in the unit of the data's y, given these level vectors; [] for a
   * method without.
   */
  estimates(tables: readonly LevelTable[]): Promise<Estimate[]>;
  /** Values of all parameters of now by name, row-major (copies). */
  weights(): Promise<ReadonlyMap<string, Float32Array>>;
  /** Takes the weights of now, to be put back later. */
  keepWeights(): KeptWeights;
  /** Frees what the evaluator holds itself. The plan and the model are those of whoever made it. */
  dispose(): void;
}

/** Weights that attention gives to the places of each row: rows × heads × places. */
export interface AttentionWeights {
  values: Float32Array;
  heads: number;
  places: number;
}

/** A model of now over rows that it neither learns from nor is judged by. */
export interface OtherRows extends Pick<Evaluator, 'predict' | 'samplesPrediction' | 'evaluationRows' | 'dispose'> {
  /** For each column of tags; null for a method that does not attend to tags. */
  attention(rows: Uint32Array): Promise<AttentionWeights[] | null>;
}

/** Predictions of so many numbers a row, row-major. Throws for others: they do not belong to the response. */
export function ofWidth(asked: number, { values, width }: Prediction): Float32Array {
  if (width !== asked) throw new Error(`predictions of ${width} numbers per row belong to no response of ${asked}`);
  return values;
}

/** A prediction of one number per row. */
export const oneARow = (prediction: Prediction): Float32Array => ofWidth(1, prediction);
