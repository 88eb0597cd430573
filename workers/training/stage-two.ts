import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { LevelVectors, Model } from '../methods/method';
import { eachBatch, epochOrder } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import type { Pacer } from './pacer';
import { EagerPlan } from './plan';

interface StageTwoOptions {
  batchSize: number;
  epochs: number;
  patience: number | null;
  learningRate: number;
  orderSeed: number;
}

/**
 * Post-training (METHODS.md A10): level vectors frozen, a fresh Adam on the second stage's parameters, the last 10 % of the training rows as validation,
 * early stopping with the same patience, last weights kept. Returns the epochs it took.
 */
export async function postTrain(model: Model, dataset: Dataset, vectors: LevelVectors, options: StageTwoOptions, pacer: Pacer): Promise<number> {
  const stage = model.secondStage;
  if (!stage || pacer.stopped) return 0;
  const plan = new EagerPlan({
    dataset,
    batchSize: options.batchSize,
    parameters: stage.parameters,
    loss: (batch) => stage.loss(batch, vectors),
    noiseShapes: () => [],
    learningRate: options.learningRate,
    noiseSeed: 0,
  });
  try {
    const rule = new EarlyStopping(options.patience);
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      plan.setOrder(epochOrder(dataset.split.train, options.orderSeed, epoch));
      while (plan.remaining > 0) {
        plan.run(1);
        await pacer.breathe();
      }
      const { loss: trained } = await plan.losses();
      if (!trained.every(Number.isFinite)) return epoch;
      const losses: number[] = [];
      const rows: number[] = [];
      for (const batch of eachBatch(dataset, dataset.split.validation, options.batchSize)) {
        const loss = tf.tidy(() => stage.loss(batch, vectors));
        losses.push((await loss.data())[0]);
        rows.push(batch.y.shape[0]);
        loss.dispose();
      }
      if (rule.update(epoch, epochLoss('by-rows', losses, rows)).stop || pacer.stopped) return epoch;
    }
    return options.epochs;
  } finally {
    plan.dispose();
  }
}
