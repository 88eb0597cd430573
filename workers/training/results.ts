import { type Dataset, predictionWidth, severalClasses } from '../data/dataset';
import type { Estimate } from '../methods/method';
import { aboutMethod } from '../methods/registry';
import type { MirroredMetrics, TestMetrics } from '../metrics/scores';
import { inUnits } from '../mixed/variogram';
import { byCount } from './compare';
import { estimateInOwnUnit, inOwnUnit, learnLevelVectors, levelPosterior, predictiveLoss, predictRows } from './evaluate';
import { type LevelTable, ofWidth, type PlainPosterior } from './evaluator';
import { type KeptWeight, keptWeights } from './kept-weights';
import { sharesOfLevels } from './level-shares';
import type { KeptPostTraining, MethodResult, TagEffects } from './method-result';
import type { Pacer } from './pacer';
import { predictorOf } from './predictor/predictor';
import type { NoPredictor, Predictor } from './predictor/types';
import { seriesAttention } from './series-attention';
import { seriesScores } from './series-scores';
import type { KeptSnapshots } from './snapshots';
import { postTrain, postTrainIfBetter } from './stage-two';
import { survivalCurves } from './survival-curves';
import { tagEffects } from './tag-effects';
import { tagErrors } from './tag-errors';
import { setColumns } from './tag-sets';
import {
  classResult,
  embeddingMetrics,
  meanLevelVariance,
  NO_EMBEDDING_METRICS,
  pairsOfTest,
  predictionMetrics,
  publishedMetrics,
  scoreErrors,
} from './test-metrics';
import { type KeptForTraces, keepable, trainingOf } from './trace/kept';
import type { Trainer } from './trainer';
import { predictTypical } from './typical-rows';

/**
 * What a finished method leaves behind: its numbers, its test predictions and its level vectors, all on the
 * CPU.
 */
export interface Finished {
  result: MethodResult;
  /**
   * In the response's own unit or as probabilities, in the order of the test rows; of several classes one for
   * each, row by row.
   */
  predictions: Float64Array;
  /** Per categorical feature q × d, row-major; [] for a method without level vectors. */
  vectors: LevelTable[];
  /** Of the same features, for a method that has one. */
  posterior: PlainPosterior | null;
  /** As the model gives them: in the unit of the dataset's y, which is that of its vectors too. */
  estimates: Estimate[];
  /**
   * Predictive loss of the validation rows with the weights that `predictions` come from and level vectors of
   * the training part: a mean squared error in the response's own unit squared, or nats.
   */
  validationLoss: number;
  /**
   * Predictions of a typical row with each level in turn, per feature with level vectors, on the scale of the
   * dataset's y; absent where the run does not keep them.
   */
  typical?: Float32Array[];
  /**
   * For rows to be followed; absent where the run does not keep it, and for a method without a diagram or
   * with too many numbers.
   */
  traces?: KeptForTraces;
  /**
   * How it predicts, for a model file and for rows of other tables; absent where the run does not keep it.
   */
  predictor?: Predictor | NoPredictor;
  /** Its parameters by name; kept where `predictor` is. */
  weights?: KeptWeight[];
  /** What it was before the stop; absent where the run does not keep snapshots. */
  snapshots?: KeptSnapshots;
}

/**
 * Results of a stopped method: level vectors from all training rows (validation included, as published),
 * post-training, test predictions, metrics. No protocol trains the network again on training and validation
 * rows. The weights are put back afterwards, so that drawing past the stop goes on undisturbed. With
 * `typicalOf`, the run's data, typical rows of it are predicted too; `predictors`: how it predicts is kept;
 * `levelShares`: what it explains without and with levels is found.
 */
export async function takeResults(
  trainer: Trainer,
  seed: number,
  pacer: Pacer,
  distanceLevels?: number,
  typicalOf: Dataset | null = null,
  predictors = typicalOf !== null,
  levelShares = true,
): Promise<Finished> {
  const started = performance.now();
  const pausedBefore = pacer.pausedMilliseconds;
  const { model, evaluator, noise, lane, dataset, training } = trainer;
  const last = evaluator.keepWeights();
  const weightsFrom = trainer.loadResultWeights();
  const trainingRows = join(dataset.split.train, dataset.split.validation);
  try {
    if (!pacer.stopped) await model.ownFit?.finish?.(() => pacer.breathe());
    const extraction = { ...noise };
    await learnLevelVectors(evaluator, trainingRows, noise, pacer);
    const vectors = await evaluator.levelVectors();
    const weights = typicalOf && (await keepable(trainer));
    const prediction = { ...noise };
    const predict = async () => inOwnUnit(dataset, ofWidth(predictionWidth(dataset), await predictRows(evaluator, dataset.split.test, noise, pacer)));
    let predictions = await predict();
    let beforePostTraining: TestMetrics | null = null;
    let mirroredBefore: MirroredMetrics | null = null;
    let postTrainingEpochs: number | null = null;
    let keptPostTraining: KeptPostTraining | undefined;
    // A person who presses Stop wants to see results now, not after post-training.
    if (evaluator.hasSecondStage && !pacer.stopped) {
      beforePostTraining = { ...NO_EMBEDDING_METRICS, ...predictionMetrics(dataset, predictions) };
      mirroredBefore = publishedMetrics(dataset, predictions);
      const { epochs, patience } = training;
      const options = { epochs, patience, orderSeed: trainer.orderSeed };
      if (training.postTraining === 'as-set') {
        postTrainingEpochs = await postTrain(evaluator, dataset, options, pacer);
      } else {
        await learnLevelVectors(evaluator, dataset.split.train, noise, pacer);
        const stage = await postTrainIfBetter(evaluator, dataset, noise, options, pacer);
        postTrainingEpochs = stage.epochs;
        keptPostTraining = stage.kept;
        evaluator.setLevelVectors(vectors);
      }
      if (keptPostTraining?.kept ?? true) predictions = await predict();
    }
    const predicting = weights && (postTrainingEpochs ? await evaluator.weights() : weights);
    const last = predictors && (await evaluator.weights());
    const predictor = last && (await predictorOf(trainer, last, vectors));
    const ownWeights = last && (await keptWeights(trainer, last, vectors));
    const shares = levelShares && (await sharesOfLevels(trainer, predictions, seed, pacer));
    const effects = await effectsOfTags(trainer, seed, pacer);
    const typical = typicalOf && (await predictTypical(trainer, typicalOf, pacer));
    const validationLoss = await lossOnValidation(trainer, weightsFrom, keptPostTraining, postTrainingEpochs, pacer);
    const estimates = await evaluator.estimates(vectors);
    const own = estimates.map((estimate) => estimateInOwnUnit(dataset, estimate));
    const posterior = await levelPosterior(evaluator, trainingRows, pacer);
    await pacer.breathe();
    const mirrored = publishedMetrics(dataset, predictions);
    const classes = classResult(dataset, predictions);
    const series = seriesScores(dataset, predictions);
    await pacer.breathe();
    const survival = await survivalCurves(dataset, predictions, own, () => pacer.breathe());
    const attention = await seriesAttention(model, dataset);
    const mixed = model.mixed?.();
    const field = await model.variogram?.(() => pacer.breathe());
    const embedding = await embeddingMetrics(dataset, vectors, seed, pacer, distanceLevels);
    // Each of these goes through all test rows.
    const pairs = await pairsOfTest(dataset, predictions, () => pacer.breathe());
    const scores = predictionMetrics(dataset, predictions, pairs);
    await pacer.breathe();
    const standardErrors = scoreErrors(dataset, predictions, pairs);
    await pacer.breathe();
    const bins = byCount(dataset, predictions);
    await pacer.breathe();
    return {
      result: {
        method: trainer.id,
        parameters: lane.parameters,
        metrics: { ...embedding.metrics, ...scores },
        beforePostTraining,
        postTrainingEpochs,
        epochs: lane.stopEpoch ?? lane.epoch,
        bestEpoch: trainer.rule.bestEpoch,
        best: trainer.best,
        ...(keptPostTraining && { postTraining: keptPostTraining }),
        weightsFrom,
        levelVariance: meanLevelVariance(vectors),
        seconds: {
          epochs: trainer.epochSeconds,
          finishing: (performance.now() - started - (pacer.pausedMilliseconds - pausedBefore)) / 1000,
        },
        distanceLevels: embedding.distanceLevels,
        estimates: own,
        standardErrors,
        byCount: bins,
        ...(shares && { levelShares: shares }),
        ...(effects && { tagEffects: effects }),
        ...(setColumns(dataset).length > 0 && { tagErrors: tagErrors(dataset, predictions) }),
        ...(mixed && { mixed }),
        ...(classes && { classes }),
        ...(field && { variogram: inUnits(field, 1, dataset.targetScale ** 2) }),
        ...(survival && { survival }),
        ...(series && { series }),
        ...(attention && { seriesAttention: attention }),
        ...(mirrored && { mirrored: { metrics: mirrored, beforePostTraining: mirroredBefore } }),
      },
      predictions,
      vectors,
      posterior,
      estimates,
      validationLoss,
      ...(typical && { typical }),
      ...(predictor && { predictor }),
      ...(ownWeights && { weights: ownWeights }),
      ...(weights && predicting && { traces: { ...trainingOf(trainer), epoch: weightsFrom, weights, predicting, extraction, prediction } }),
    };
  } finally {
    last.load();
    last.dispose();
  }
}

/**
 * Effects of tags with the weights and level vectors of the results; undefined where rows have no sets of
 * their own, for a method that does not see them, and where a prediction is no one number.
 */
async function effectsOfTags({ id, model, evaluator, dataset, noise }: Trainer, seed: number, pacer: Pacer): Promise<TagEffects[] | undefined> {
  if (setColumns(dataset).length === 0 || !aboutMethod(id).tags || model.inputs || severalClasses(dataset) !== undefined) return undefined;
  return tagEffects({ evaluator, dataset, seed, noise: { ...noise }, pacer });
}

/**
 * The predictive validation loss of the result's weights: known from the curve, or from post-training where
 * it was judged by it, else computed.
 */
async function lossOnValidation(
  trainer: Trainer,
  weightsFrom: number,
  judged: KeptPostTraining | undefined,
  postTrainingEpochs: number | null,
  pacer: Pacer,
): Promise<number> {
  if (judged) return judged.kept ? judged.after : judged.before;
  if (!postTrainingEpochs) return trainer.curves.predictive[weightsFrom - 1] ?? Number.NaN;
  const { dataset, evaluator } = trainer;
  const { train, validation } = dataset.split;
  // Noise of its own: drawing past the stop must not notice.
  const noise = { ...trainer.noise };
  await learnLevelVectors(evaluator, train, noise, pacer, validation);
  return predictiveLoss(dataset, validation, ofWidth(predictionWidth(dataset), await predictRows(evaluator, validation, noise, pacer)));
}

function join(first: Uint32Array, second: Uint32Array): Uint32Array {
  const both = new Uint32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
