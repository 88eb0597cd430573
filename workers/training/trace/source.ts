import type { Dataset } from '../../data/dataset';
import { shapeOf } from '../../data/tag-rows';
import { assignValues } from '../../engine/variables';
import type { Model } from '../../methods/method';
import { buildModel } from '../../methods/registry';
import { RandomStream } from '../../random/random';
import type { LevelTable } from '../evaluator';
import type { Finished } from '../results';
import type { Run } from '../run';
import type { Trainer } from '../trainer';
import { type KeptForTraces, trainingOf, type Weights } from './kept';

/** All that following a row needs, whether the run goes on or is over. */
export interface TraceSource extends KeptForTraces {
  id: string;
  dataset: Dataset;
  weightSeed: number;
  /** Rows that level vectors are learned from, in the order of the evaluator's batches. */
  learned: Uint32Array;
  of: 'now' | 'result';
  /** Of results. */
  result: { vectors: LevelTable[]; predictions: Float64Array } | null;
}

/** A method as it trains. Must be asked between pieces of its work. */
export async function sourceNow(trainer: Trainer): Promise<TraceSource> {
  const { id, evaluator, noise, lane, dataset, orderSeed } = trainer;
  const weights = await evaluator.weights();
  // The numbers that its next evaluation would draw; its counter stays where it is.
  const key = { ...noise };
  return {
    ...trainingOf(trainer),
    id,
    dataset,
    weightSeed: orderSeed,
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
export function sourceOfResult(
  { dataset, plan }: Pick<Run, 'dataset' | 'plan'>,
  kept: KeptForTraces,
  { result: { method }, vectors, predictions }: Finished,
): TraceSource {
  const { train, validation } = dataset.split;
  const learned = Uint32Array.from([...train, ...validation]);
  return { ...kept, id: method, dataset, weightSeed: plan.seeds.weights, learned, of: 'result', result: { vectors, predictions } };
}

/**
 * A model of its own with these weights: what the run's does meanwhile stays undisturbed. The caller disposes
 * of it.
 */
export function modelOf(
  { id, settings, dataset, nominalBatch, weightSeed }: Pick<TraceSource, 'id' | 'settings' | 'dataset' | 'nominalBatch' | 'weightSeed'>,
  weights: Weights,
): Model {
  const problem = { ...shapeOf(dataset), batchSize: nominalBatch };
  const model = buildModel(id, problem, settings, new RandomStream(weightSeed, 'weights'), dataset);
  for (const [name, variable] of model.parameters) {
    if (weights.has(name)) assignValues(variable, name, weights);
  }
  return model;
}
