import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../../data/dataset';
import { shapeOf } from '../../data/tag-rows';
import type { Model } from '../../methods/method';
import { buildModel } from '../../methods/registry';
import { RandomStream } from '../../random/random';
import type { LevelTable } from '../evaluator';
import type { Finished } from '../results';
import type { Trainer } from '../trainer';
import type { KeptForTraces, Weights } from './kept';

/** All that following a row needs, whether the run goes on or is over. */
export interface TraceSource extends KeptForTraces {
  id: string;
  settings: Record<string, unknown>;
  dataset: Dataset;
  batchSize: number;
  /** As the model is told: the divisor of its KL term. */
  nominalBatch: number;
  learningRate: number;
  weightSeed: number;
  /** Rows that level vectors are learned from, in the order of the evaluator's batches. */
  learned: Uint32Array;
  of: 'now' | 'result';
  /** Of results. */
  result: { vectors: LevelTable[]; predictions: Float64Array } | null;
}

function common({ id, settings, dataset, batchSize, training, orderSeed }: Trainer) {
  const { batchSize: nominalBatch, learningRate } = training;
  return { id, settings, dataset, batchSize, nominalBatch, learningRate, weightSeed: orderSeed };
}

/** A method as it trains. Must be asked between pieces of its work. */
export async function sourceNow(trainer: Trainer): Promise<TraceSource> {
  const { evaluator, noise, lane, dataset } = trainer;
  const weights = await evaluator.weights();
  // The numbers that its next evaluation would draw; its counter stays where it is.
  const key = { ...noise };
  return {
    ...common(trainer),
    learned: dataset.split.train,
    of: 'now',
    result: null,
    epoch: lane.epoch,
    weights,
    predicting: weights,
    extraction: key,
    prediction: key,
  };
}

/** A method with results, through the weights that these come from. */
export function sourceOfResult(trainer: Trainer, kept: KeptForTraces, { vectors, predictions }: Finished): TraceSource {
  const { train, validation } = trainer.dataset.split;
  return { ...common(trainer), ...kept, learned: Uint32Array.from([...train, ...validation]), of: 'result', result: { vectors, predictions } };
}

/**
 * A model of its own with these weights: what the run's does meanwhile stays undisturbed. The caller disposes
 * of it.
 */
export function modelOf({ id, settings, dataset, nominalBatch, weightSeed }: TraceSource, weights: Weights): Model {
  const problem = { ...shapeOf(dataset), batchSize: nominalBatch };
  const model = buildModel(id, problem, settings, new RandomStream(weightSeed, 'weights'), dataset);
  for (const [name, variable] of model.parameters) {
    const values = weights.get(name);
    if (values) tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
  return model;
}
