import { type Dataset, predictionWidth } from '../data/dataset';
import { LabFailure } from '../data/failure';
import { windowsAnEpoch } from '../data/series/epoch';
import { shapeOf } from '../data/tag-rows';
import type { KeptWeights, ResumablePlan } from '../engine/step-plan';
import type { Model, OwnFit, Problem } from '../methods/method';
import { refusalOf } from '../methods/refusals';
import { aboutMethod, buildModel } from '../methods/registry';
import { correlationsOf } from '../mixed/graph-levels';
import { RandomStream } from '../random/random';
import { epochRows, withoutSmallBatch } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import { learnLevelVectors, predictiveLoss, predictRows, validationObjective } from './evaluate';
import { type Evaluator, type NoiseSource, ofWidth } from './evaluator';
import type { BestEpochs, Lane } from './lane';
import { type ChosenPlan, makePlan, recordedBytes } from './make-plan';
import { ModelEvaluator } from './model-evaluator';
import { isExhaustion } from './out-of-memory';
import type { Pacer } from './pacer';
import type { PlanOptions } from './plan-options';
import { type ProtocolFacts, type ResolvedTraining, resolveTraining } from './protocol';
import type { TrainingSettings } from './schema';
import { startVectors } from './start-vectors';
import type { TrainerCheckpoint } from './trainer-checkpoint';

export interface TrainerOptions {
  id: string;
  settings: Record<string, unknown>;
  dataset: Dataset;
  training: TrainingSettings;
  weightSeed: number;
}

/** What the rules of a protocol ask of a dataset. */
export function protocolFacts(dataset: Dataset): ProtocolFacts {
  const { series, split } = dataset;
  return {
    trainRows: series ? windowsAnEpoch(series, split.train) : split.train.length,
    levels: dataset.categorical.map(({ cardinality }) => cardinality),
  };
}

/** Seed of the noise of training steps; their counter goes on from 0 through all epochs. */
export const trainingNoiseSeed = (weightSeed: number): number => new RandomStream(weightSeed, 'training noise').uint32();

/**
 * The model of a method with its initial weights, and what a plan of it needs. Who asked for it disposes of
 * it. Throws LabFailure 'method-refused'.
 *
 * @param start finds the vectors that it begins with
 * @param breathe is awaited between parts of the work on edges between levels, and may throw to give up
 */
async function planOptions(
  { id, settings, weightSeed, dataset, training: asked }: TrainerOptions,
  start: () => Promise<Problem['start']> = async () => undefined,
  breathe: () => Promise<void> = async () => undefined,
): Promise<{ training: ResolvedTraining; problem: Problem; planned: PlanOptions }> {
  const training = resolveTraining(asked, protocolFacts(dataset));
  const problem = { ...shapeOf(dataset), batchSize: training.batchSize };
  const about = aboutMethod(id);
  const refusal = refusalOf(about, problem);
  if (refusal) throw new LabFailure('method-refused', refusal, `Take ${about.label} out of the methods, or choose other data.`);
  const found = await start();
  const { graph, categorical } = dataset;
  // The model finds them there.
  if (graph && about.edges) await correlationsOf(graph, categorical[graph.feature].cardinality, breathe);
  const begun = found ? { ...problem, start: found } : problem;
  const model = buildModel(id, begun, settings, new RandomStream(weightSeed, 'weights'), dataset);
  const planned = {
    model,
    dataset: model.inputs ? { ...dataset, ...model.inputs } : dataset,
    batchSize: model.batchSize ?? training.batchSize,
    learningRate: training.learningRate,
    lazyTables: training.tableUpdates === 'lazy',
    noiseSeed: trainingNoiseSeed(weightSeed),
  };
  return { training, problem, planned };
}

/** Rows of an epoch (1-based) in the order of its steps. */
function orderOf({ model, dataset, batchSize }: Pick<PlanOptions, 'model' | 'dataset' | 'batchSize'>, seed: number, epoch: number): Uint32Array {
  const { train } = dataset.split;
  const shuffled = model.epochOrder?.(train, seed, epoch) ?? epochRows(dataset, train, seed, epoch);
  return withoutSmallBatch(shuffled, batchSize, model.leastBatch ?? 1);
}

/**
 * Bytes that the recorded plan of a method will hold, before it is made (`recordedBytes`); null where its
 * steps are computed otherwise, or where that cannot be told. Vectors that it begins with change nothing.
 *
 * @param breathe is awaited between parts of the work on edges between levels, and may throw to give up
 */
export async function methodBytes(options: TrainerOptions, breathe?: () => Promise<void>): Promise<number | null> {
  if (aboutMethod(options.id).ownAlgorithm) return null;
  const { planned } = await planOptions(options, undefined, breathe);
  try {
    return recordedBytes(planned, orderOf(planned, options.weightSeed, 1));
  } finally {
    planned.model.dispose();
  }
}

/** What one epoch ended with. */
export interface EpochEnd {
  epoch: number;
  training: number;
  objective: number;
  predictive: number;
}

/** One method in training: model, optimiser, curves and the stopping rule. */
export class Trainer {
  readonly id: string;
  readonly model: Model;
  /** Answers with the weights of now, wherever they are. */
  readonly evaluator: Evaluator;
  readonly batchSize: number;
  readonly lane: Lane;
  readonly curves = { training: [] as number[], objective: [] as number[], predictive: [] as number[] };
  readonly rule: EarlyStopping;
  /** Settings with numbers in the place of rules. */
  readonly training: ResolvedTraining;
  /** Best epochs of both validation losses, whichever stops. */
  readonly #bests = { objective: new EarlyStopping(null), predictive: new EarlyStopping(null) };
  /** Seconds spent in epochs up to the stop, pauses left out. */
  epochSeconds = 0;
  readonly orderSeed: number;
  readonly noise: NoiseSource;
  readonly #options: TrainerOptions;
  /** Null for a method with an algorithm of its own. */
  readonly #plan: ResumablePlan | null;
  #best: KeptWeights | null = null;

  /**
   * Builds the model and chooses the plan that trains it. `breathe` is awaited between pieces of work, with
   * the share of the data that is on the device while they are copied there, and may end it by throwing.
   * `pretrained` hears the share of vectors that are found before the model is built, and may do so too.
   * `from`: where it was saved, and goes on. An algorithm of its own begins again.
   *
   * @throws LabFailure 'record-damaged' where what was saved is of another model
   */
  static async create(
    options: TrainerOptions,
    breathe?: (uploaded?: number) => Promise<void>,
    pretrained: (share: number) => Promise<void> = async () => breathe?.(),
    from: TrainerCheckpoint | null = null,
  ): Promise<Trainer> {
    const { id, settings, weightSeed } = options;
    const start = () => startVectors(id, settings, options.dataset, weightSeed, pretrained);
    const { training, problem, planned } = await planOptions(options, start, async () => breathe?.());
    const { model, dataset, batchSize } = planned;
    let trainer: Trainer | null = null;
    try {
      const chosen = model.ownFit ? null : await makePlan({ ...planned, uploaded: breathe }, breathe, from?.lane.engine?.kind);
      trainer = new Trainer(
        { ...options, dataset },
        training,
        batchSize,
        model,
        chosen,
        model.parameterCount ?? aboutMethod(id).parameterCount(problem, settings),
      );
      if (from) trainer.#restore(from);
      return trainer;
    } catch (failure) {
      (trainer ?? model).dispose();
      throw failure;
    }
  }

  private constructor(
    options: TrainerOptions,
    training: ResolvedTraining,
    batchSize: number,
    model: Model,
    chosen: ChosenPlan | null,
    parameters: number,
  ) {
    const { id, weightSeed } = options;
    this.#options = options;
    this.training = training;
    this.id = id;
    this.model = model;
    const { dataset } = options;
    this.evaluator = chosen?.evaluator ?? new ModelEvaluator({ model, dataset, batchSize, learningRate: training.learningRate });
    this.batchSize = batchSize;
    this.orderSeed = weightSeed;
    this.noise = { seed: new RandomStream(weightSeed, 'evaluation noise').uint32(), step: 0 };
    this.rule = new EarlyStopping(training.patience);
    this.#plan = chosen?.plan ?? null;
    this.lane = {
      method: id,
      status: 'waiting',
      epoch: 0,
      bestEpoch: null,
      stopEpoch: null,
      stopReason: null,
      predictive: null,
      parameters,
      engine: chosen?.engine ?? { kind: 'own algorithm', millisecondsPerStep: null, tried: [] },
    };
  }

  /** The data it trains on: that of the run, with the model's own numeric features where it has them. */
  get dataset(): Dataset {
    return this.#options.dataset;
  }

  get best(): BestEpochs {
    const { objective, predictive } = this.#bests;
    return { objective: objective.bestEpoch || null, predictive: predictive.bestEpoch || null };
  }

  /** Settings of the method it was built with. */
  get settings(): Record<string, unknown> {
    return this.#options.settings;
  }

  /** True while epochs still add to a curve: before the stop, or past it, only to be drawn. */
  get active(): boolean {
    return this.lane.status === 'waiting' || this.lane.status === 'training' || this.lane.status === 'past-stop';
  }

  /**
   * Trains one epoch and evaluates both validation losses. `onRows` hears of every batch. Without
   * `everyLevel` the vectors of levels that validation does not meet may be anything: the losses are the
   * same, and quicker to be had. Level vectors of the training part are in use afterwards.
   */
  async epoch(pacer: Pacer, onRows: (rows: number) => void, everyLevel = true): Promise<EpochEnd> {
    const { dataset, training, evaluator, noise } = this;
    const { train, validation: heldOut } = dataset.split;
    const started = performance.now();
    const pausedBefore = pacer.pausedMilliseconds;
    const epoch = this.lane.epoch + 1;
    if (this.lane.status === 'waiting') this.lane.status = 'training';
    const { trained, objective } = this.#plan ? await this.#steps(this.#plan, epoch, pacer, onRows) : await this.#iteration(pacer, onRows);
    await learnLevelVectors(evaluator, train, noise, pacer, everyLevel ? undefined : heldOut);
    const predictive = predictiveLoss(dataset, heldOut, ofWidth(predictionWidth(dataset), await predictRows(evaluator, heldOut, noise, pacer)));
    this.curves.training.push(trained);
    this.curves.objective.push(objective);
    this.curves.predictive.push(predictive);
    this.lane.epoch = epoch;
    if (this.lane.status === 'training') {
      if (Number.isFinite(predictive)) this.lane.predictive = predictive;
      const update = this.rule.update(epoch, training.stopOn === 'objective' ? objective : predictive);
      this.lane.bestEpoch = this.rule.bestEpoch || null;
      this.#bests.objective.update(epoch, objective);
      this.#bests.predictive.update(epoch, predictive);
      this.lane.best = this.best;
      if (update.improved && training.restoreBest) this.#keepBest();
      if (update.stop) this.stop('patience');
      else if (this.model.ownFit?.converged) this.stop('converged');
      else if (epoch === training.epochs) this.stop('last epoch');
      this.epochSeconds += (performance.now() - started - (pacer.pausedMilliseconds - pausedBefore)) / 1000;
    } else if (epoch === training.epochs) {
      this.lane.status = 'done';
    }
    const broken = [
      ['training loss', trained],
      ['validation objective', objective],
      ['predictive validation loss', predictive],
    ].find(([, value]) => !Number.isFinite(value));
    if (broken) {
      // Past the stop the results are safe, and only the drawing ends.
      if (this.lane.stopEpoch !== null && this.lane.status !== 'stopped') this.lane.status = 'done';
      else this.diverge(epoch, `the ${broken[0]} is ${Number.isNaN(broken[1]) ? 'not a number' : 'infinite'}`);
    }
    return { epoch, training: trained, objective, predictive };
  }

  /** An epoch of gradient steps, and the objective on the validation rows. */
  async #steps(plan: ResumablePlan, epoch: number, pacer: Pacer, onRows: (rows: number) => void): Promise<{ trained: number; objective: number }> {
    const { validation } = this.dataset.split;
    const pausedBefore = pacer.pausedMilliseconds;
    const started = performance.now();
    const order = orderOf(this, this.orderSeed, epoch);
    plan.setOrder(order);
    for (let left = plan.remaining; left > 0; left = plan.remaining) {
      await plan.run(plan.stepsAtOnce ?? 1);
      onRows(Math.min(this.batchSize * (left - plan.remaining), order.length));
      await pacer.breathe();
    }
    const batches = await plan.losses();
    const spent = performance.now() - started - (pacer.pausedMilliseconds - pausedBefore);
    const bytes = plan.bytes === undefined ? {} : { bytes: plan.bytes };
    if (this.lane.engine) this.lane.engine = { ...this.lane.engine, millisecondsPerStep: spent / Math.max(1, batches.loss.length), ...bytes };
    return {
      trained: epochLoss(this.model.epochLoss, batches.loss, batches.rows),
      objective: await validationObjective(this.evaluator, validation, this.noise, pacer),
    };
  }

  /** An iteration of the method's own algorithm. */
  async #iteration(pacer: Pacer, onRows: (rows: number) => void): Promise<{ trained: number; objective: number }> {
    const { training, objective } = await (this.model.ownFit as OwnFit).iterate(() => pacer.breathe());
    onRows(this.dataset.split.train.length);
    return { trained: training, objective };
  }

  /** Ends training after the current epoch; results are taken from here. */
  stop(reason: string): void {
    this.lane.status = 'stopped';
    this.lane.stopEpoch = this.lane.epoch;
    this.lane.stopReason = reason;
  }

  /** Ends a method without results. The lane holds the epoch and, apart from it, the reason as a clause. */
  diverge(epoch: number, why: string): void {
    this.lane.status = 'diverged';
    this.lane.stopEpoch = epoch;
    this.lane.stopReason = why;
  }

  /** What it needs to go on elsewhere. Between two epochs. */
  async save(): Promise<TrainerCheckpoint> {
    const { training, objective, predictive } = this.curves;
    // What is over takes no more steps.
    const plan = this.active ? this.#plan : null;
    return {
      lane: { ...this.lane },
      curves: {
        training: Float64Array.from(training),
        objective: Float64Array.from(objective),
        predictive: Float64Array.from(predictive),
      },
      rule: this.rule.save(),
      bests: { objective: this.#bests.objective.save(), predictive: this.#bests.predictive.save() },
      epochSeconds: this.epochSeconds,
      noiseStep: this.noise.step,
      plan: plan && (await plan.save()),
      best: plan && this.#best && (await this.#best.values()),
    };
  }

  #restore(from: TrainerCheckpoint): void {
    try {
      this.#takeUp(from);
    } catch (failure) {
      if (failure instanceof LabFailure || isExhaustion(failure)) throw failure;
      const why = failure instanceof Error ? failure.message : String(failure);
      throw new LabFailure(
        'record-damaged',
        `What was kept of ${aboutMethod(this.id).label} does not fit its model: ${why}.`,
        'It may be of another version of the lab. The settings are in the address; press Train to run again.',
      );
    }
  }

  #takeUp({ lane, curves, rule, bests, epochSeconds, noiseStep, plan, best }: TrainerCheckpoint): void {
    if (!this.#plan || !plan) return;
    if (best) {
      this.#plan.restore({ ...plan, weights: best });
      this.#keepBest();
    }
    this.#plan.restore(plan);
    Object.assign(this.lane, { ...lane, engine: this.lane.engine });
    for (const name of ['training', 'objective', 'predictive'] as const) for (const value of curves[name]) this.curves[name].push(value);
    this.rule.restore(rule);
    this.#bests.objective.restore(bests.objective);
    this.#bests.predictive.restore(bests.predictive);
    this.epochSeconds = epochSeconds;
    this.noise.step = noiseStep;
  }

  /** Loads the weights that results are taken from and returns their epoch. */
  loadResultWeights(): number {
    if (!this.#best) return this.lane.epoch;
    this.#best.load();
    return this.rule.bestEpoch;
  }

  #keepBest(): void {
    if (this.#best) this.#best.update();
    else this.#best = this.evaluator.keepWeights();
  }

  dispose(): void {
    this.#best?.dispose();
    this.#best = null;
    this.evaluator.dispose();
    this.#plan?.dispose();
    this.model.dispose();
  }
}
