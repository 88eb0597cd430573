import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { StepPlan } from '../engine/plan';
import type { LevelVectors, Model } from '../methods/method';
import { eachBatch, eachSlice, epochOrder } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import type { Learner } from './evaluate';
import { makeStepPlan } from './make-plan';
import type { Pacer } from './pacer';

interface StageTwoOptions {
  batchSize: number;
  epochs: number;
  patience: number | null;
  learningRate: number;
  orderSeed: number;
}

/** Post-training as a plan and the losses of the validation batches. */
interface Stage {
  plan: StepPlan;
  validationLosses(): AsyncGenerator<{ loss: number; count: number }>;
}

async function prepare({ model, fused }: Learner, dataset: Dataset, vectors: LevelVectors, options: StageTwoOptions): Promise<Stage> {
  const { validation } = dataset.split;
  if (fused) {
    fused.setLevelVectors(await Promise.all(vectors.map(async (table) => (await table.data()) as Float32Array)));
    const plan = fused.secondStage();
    return {
      plan,
      async *validationLosses() {
        for (const slice of eachSlice(validation, options.batchSize)) yield { loss: await plan.objective(slice), count: slice.length };
      },
    };
  }
  const stage = model.secondStage as NonNullable<Model['secondStage']>;
  const plan = await makeStepPlan({
    dataset,
    batchSize: options.batchSize,
    parameters: stage.parameters,
    loss: (batch) => ({ total: stage.loss(batch, vectors) }),
    noiseShapes: () => [],
    learningRate: options.learningRate,
    noiseSeed: 0,
  });
  return {
    plan,
    async *validationLosses() {
      for (const batch of eachBatch(dataset, validation, options.batchSize)) {
        const loss = tf.tidy(() => stage.loss(batch, vectors));
        const [value] = await loss.data();
        loss.dispose();
        yield { loss: value, count: batch.y.shape[0] };
      }
    },
  };
}

/**
 * Post-training (METHODS.md A10): level vectors frozen, a fresh Adam on the second stage's parameters, the last 10 % of the training rows as validation,
 * early stopping with the same patience, last weights kept. Returns the epochs it took.
 */
export async function postTrain(learner: Learner, dataset: Dataset, vectors: LevelVectors, options: StageTwoOptions, pacer: Pacer): Promise<number> {
  if (!learner.model.secondStage) return 0;
  const stage = await prepare(learner, dataset, vectors, options);
  const { plan } = stage;
  try {
    const rule = new EarlyStopping(options.patience);
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      plan.setOrder(epochOrder(dataset.split.train, options.orderSeed, epoch));
      while (plan.remaining > 0) {
        await plan.run(plan.stepsAtOnce ?? 1);
        await pacer.breathe();
      }
      const { loss: trained } = await plan.losses();
      if (!trained.every(Number.isFinite)) return epoch;
      const losses: number[] = [];
      const rows: number[] = [];
      for await (const { loss, count } of stage.validationLosses()) {
        losses.push(loss);
        rows.push(count);
        await pacer.breathe();
      }
      if (rule.update(epoch, epochLoss('by-rows', losses, rows)).stop || pacer.stopped) return epoch;
    }
    return options.epochs;
  } finally {
    plan.dispose();
  }
}
