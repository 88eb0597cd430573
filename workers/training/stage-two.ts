import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import type { KeptWeights, StepPlan } from '../engine/plan';
import type { LevelVectors, Model } from '../methods/method';
import type { KeptPostTraining } from '../protocol';
import { eachBatch, eachSlice, epochOrder } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import { type Learner, type NoiseSource, predictiveLoss, predictRows } from './evaluate';
import { makeStepPlan } from './make-plan';
import type { Pacer } from './pacer';

export interface StageTwoOptions {
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

/** Runs an epoch of the second stage. False: its training loss is no longer finite. */
async function trainEpoch({ plan }: Stage, rows: Uint32Array, orderSeed: number, epoch: number, pacer: Pacer): Promise<boolean> {
  plan.setOrder(epochOrder(rows, orderSeed, epoch));
  while (plan.remaining > 0) {
    await plan.run(plan.stepsAtOnce ?? 1);
    await pacer.breathe();
  }
  const { loss } = await plan.losses();
  return loss.every(Number.isFinite);
}

/**
 * Post-training (docs/methods.md A10): level vectors frozen, a fresh Adam on the second stage's parameters, the last 10 % of the training rows as validation,
 * early stopping with the same patience, last weights kept. Returns the epochs it took.
 */
export async function postTrain(learner: Learner, dataset: Dataset, vectors: LevelVectors, options: StageTwoOptions, pacer: Pacer): Promise<number> {
  if (!learner.model.secondStage) return 0;
  const stage = await prepare(learner, dataset, vectors, options);
  try {
    const rule = new EarlyStopping(options.patience);
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      if (!(await trainEpoch(stage, dataset.split.train, options.orderSeed, epoch, pacer))) return epoch;
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
    stage.plan.dispose();
  }
}

/** A learner that can put its weights aside. */
interface KeepingLearner extends Learner {
  readonly noise: NoiseSource;
  keepWeights(): KeptWeights;
}

/**
 * Post-training of the recommended protocol: `vectors` are of the training part alone, so that the predictive validation loss is honest; it stops the stage,
 * and the weights of its best epoch are left loaded. Where no epoch is better than before, those are the weights it came with.
 */
export async function postTrainIfBetter(
  learner: KeepingLearner,
  dataset: Dataset,
  vectors: LevelVectors,
  options: StageTwoOptions,
  pacer: Pacer,
): Promise<{ epochs: number; kept: KeptPostTraining }> {
  const { validation } = dataset.split;
  const honestLoss = async () => predictiveLoss(dataset, validation, await predictRows(learner, dataset, validation, vectors, learner.noise, pacer));
  const before = await honestLoss();
  const rule = new EarlyStopping(options.patience);
  rule.update(0, before);
  const best = learner.keepWeights();
  let after = Number.POSITIVE_INFINITY;
  let bestEpoch = 0;
  let epoch = 0;
  const stage = await prepare(learner, dataset, vectors, options);
  try {
    while (epoch < options.epochs && !pacer.stopped) {
      epoch++;
      if (!(await trainEpoch(stage, dataset.split.train, options.orderSeed, epoch, pacer))) break;
      const loss = await honestLoss();
      if (loss < after) {
        after = loss;
        bestEpoch = epoch;
      }
      const { improved, stop } = rule.update(epoch, loss);
      if (improved) best.update();
      if (stop) break;
    }
  } finally {
    stage.plan.dispose();
    best.load();
    best.dispose();
  }
  return { epochs: epoch, kept: { kept: rule.bestEpoch > 0, before, after: bestEpoch === 0 ? before : after, bestEpoch } };
}
