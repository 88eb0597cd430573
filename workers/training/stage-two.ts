import { type Dataset, predictionWidth } from '../data/dataset';
import type { StepPlan } from '../engine/step-plan';
import { eachSlice, epochOrder } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import { predictiveLoss, predictRows } from './evaluate';
import { type Evaluator, type NoiseSource, ofWidth } from './evaluator';
import type { KeptPostTraining } from './method-result';
import type { Pacer } from './pacer';

export interface StageTwoOptions {
  epochs: number;
  patience: number | null;
  orderSeed: number;
}

/** Runs an epoch of the second stage. False: its training loss is no longer finite. */
async function trainEpoch(plan: StepPlan, rows: Uint32Array, orderSeed: number, epoch: number, pacer: Pacer): Promise<boolean> {
  plan.setOrder(epochOrder(rows, orderSeed, epoch));
  while (plan.remaining > 0) {
    await plan.run(plan.stepsAtOnce ?? 1);
    await pacer.breathe();
  }
  const { loss } = await plan.losses();
  return loss.every(Number.isFinite);
}

/**
 * Post-training (docs/methods.md A10): level vectors frozen, a fresh Adam on the second stage's parameters,
 * the last 10 % of the training rows as validation, early stopping with the same patience, last weights kept.
 * Level vectors are those in use. Returns the epochs it took.
 */
export async function postTrain(evaluator: Evaluator, { split }: Dataset, options: StageTwoOptions, pacer: Pacer): Promise<number> {
  if (!evaluator.hasSecondStage) return 0;
  const stage = await evaluator.secondStage();
  try {
    const rule = new EarlyStopping(options.patience);
    for (let epoch = 1; epoch <= options.epochs; epoch++) {
      if (!(await trainEpoch(stage, split.train, options.orderSeed, epoch, pacer))) return epoch;
      const losses: number[] = [];
      const rows: number[] = [];
      for (const slice of eachSlice(split.validation, evaluator.batchSize)) {
        losses.push(await stage.objective(slice));
        rows.push(slice.length);
        await pacer.breathe();
      }
      if (rule.update(epoch, epochLoss('by-rows', losses, rows)).stop || pacer.stopped) return epoch;
    }
    return options.epochs;
  } finally {
    stage.dispose();
  }
}

/**
 * Post-training of the recommended protocol: the level vectors in use are of the training part alone, so that
 * the predictive validation loss is honest; it stops the stage, and the weights of its best epoch are left
 * loaded. Where no epoch is better than before, those are the weights it came with.
 */
export async function postTrainIfBetter(
  evaluator: Evaluator,
  dataset: Dataset,
  noise: NoiseSource,
  options: StageTwoOptions,
  pacer: Pacer,
): Promise<{ epochs: number; kept: KeptPostTraining }> {
  const { validation } = dataset.split;
  const honestLoss = async () =>
    predictiveLoss(dataset, validation, ofWidth(predictionWidth(dataset), await predictRows(evaluator, validation, noise, pacer)));
  const before = await honestLoss();
  const rule = new EarlyStopping(options.patience);
  rule.update(0, before);
  const best = evaluator.keepWeights();
  let after = Number.POSITIVE_INFINITY;
  let bestEpoch = 0;
  let epoch = 0;
  const stage = await evaluator.secondStage();
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
    stage.dispose();
    best.load();
    best.dispose();
  }
  return { epochs: epoch, kept: { kept: rule.bestEpoch > 0, before, after: bestEpoch === 0 ? before : after, bestEpoch } };
}
