import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { Checkpoint } from '../engine/checkpoint';
import type { LevelVectors, Model } from '../methods/method';
import { aboutMethod, buildModel } from '../methods/registry';
import type { Lane } from '../protocol';
import { RandomStream } from '../random/random';
import { epochOrder, nominalBatchSize } from './batches';
import { EarlyStopping } from './early-stopping';
import { epochLoss } from './epoch-loss';
import { levelVectors, type NoiseSource, predictiveLoss, predictRows, validationObjective } from './evaluate';
import type { Pacer } from './pacer';
import { EagerPlan, type StepPlan } from './plan';
import type { TrainingSettings } from './schema';

export interface TrainerOptions {
  id: string;
  settings: Record<string, unknown>;
  dataset: Dataset;
  training: TrainingSettings;
  weightSeed: number;
}

/** What one epoch ended with. */
export interface EpochEnd {
  epoch: number;
  training: number;
  objective: number;
  predictive: number;
  /** Level vectors of the training part, for a snapshot; the caller disposes of them. */
  vectors: LevelVectors;
}

/** One method in training: model, optimiser, curves and the stopping rule. */
export class Trainer {
  readonly id: string;
  readonly model: Model;
  readonly batchSize: number;
  readonly lane: Lane;
  readonly curves = { training: [] as number[], objective: [] as number[], predictive: [] as number[] };
  readonly rule: EarlyStopping;
  /** Seconds spent in epochs up to the stop, pauses left out. */
  epochSeconds = 0;
  readonly orderSeed: number;
  readonly noise: NoiseSource;
  readonly #options: TrainerOptions;
  readonly #plan: StepPlan;
  #best: Checkpoint | null = null;

  constructor(options: TrainerOptions) {
    const { id, settings, dataset, training, weightSeed } = options;
    this.#options = options;
    this.id = id;
    this.batchSize = nominalBatchSize(dataset, training.batchSize);
    this.orderSeed = weightSeed;
    const problem = {
      task: dataset.task,
      p: dataset.p,
      levels: dataset.categorical.map((column) => column.cardinality),
      batchSize: this.batchSize,
    };
    this.model = buildModel(id, problem, settings, new RandomStream(weightSeed, 'weights'));
    this.noise = { seed: new RandomStream(weightSeed, 'evaluation noise').uint32(), step: 0 };
    this.rule = new EarlyStopping(training.patience);
    this.#plan = new EagerPlan({
      dataset,
      batchSize: this.batchSize,
      parameters: this.model.parameters,
      loss: (batch, noise) => this.model.loss(batch, noise).total,
      noiseShapes: (rows) => this.model.noiseShapes(rows),
      learningRate: training.learningRate,
      noiseSeed: new RandomStream(weightSeed, 'training noise').uint32(),
    });
    this.lane = {
      method: id,
      status: 'waiting',
      epoch: 0,
      bestEpoch: null,
      stopEpoch: null,
      stopReason: null,
      predictive: null,
      parameters: aboutMethod(id).parameterCount(problem, settings),
    };
  }

  /** True while epochs still add to a curve: before the stop, or past it for the eye. */
  get active(): boolean {
    return this.lane.status === 'waiting' || this.lane.status === 'training' || this.lane.status === 'past-stop';
  }

  /** Trains one epoch and evaluates both validation losses. `onRows` hears of every batch. */
  async epoch(pacer: Pacer, onRows: (rows: number) => void): Promise<EpochEnd> {
    const { dataset, training } = this.#options;
    const started = performance.now();
    const pausedBefore = pacer.pausedMilliseconds;
    const epoch = this.lane.epoch + 1;
    if (this.lane.status === 'waiting') this.lane.status = 'training';
    this.#plan.setOrder(epochOrder(dataset.split.train, this.orderSeed, epoch));
    for (let left = this.#plan.remaining; left > 0; left = this.#plan.remaining) {
      this.#plan.run(1);
      onRows(Math.min(this.batchSize, dataset.split.train.length));
      await pacer.breathe();
    }
    const batches = await this.#plan.losses();
    const trained = epochLoss(this.model.epochLoss, batches.loss, batches.rows);
    const objective = await validationObjective(this.model, dataset, this.batchSize, this.noise, pacer);
    const vectors = await levelVectors(this.model, dataset, dataset.split.train, this.noise, pacer);
    let predictive: number;
    try {
      const validation = await predictRows(this.model, dataset, dataset.split.validation, vectors, this.noise, pacer);
      predictive = predictiveLoss(dataset, dataset.split.validation, validation);
    } catch (thrown) {
      tf.dispose(vectors);
      throw thrown;
    }
    this.curves.training.push(trained);
    this.curves.objective.push(objective);
    this.curves.predictive.push(predictive);
    this.lane.epoch = epoch;
    this.lane.predictive = predictive;
    if (this.lane.status === 'training') {
      const update = this.rule.update(epoch, training.stopOn === 'objective' ? objective : predictive);
      this.lane.bestEpoch = this.rule.bestEpoch || null;
      if (update.improved && training.restoreBest) this.#keepBest();
      if (update.stop) this.stop('patience');
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
    return { epoch, training: trained, objective, predictive, vectors };
  }

  /** Ends training after the current epoch; results are taken from here. */
  stop(reason: string): void {
    this.lane.status = 'stopped';
    this.lane.stopEpoch = this.lane.epoch;
    this.lane.stopReason = reason;
  }

  diverge(epoch: number, why: string): void {
    this.lane.status = 'diverged';
    this.lane.stopEpoch = epoch;
    this.lane.stopReason = `diverged at epoch ${epoch}: ${why}`;
  }

  /** Loads the weights that results are taken from and returns their epoch. */
  loadResultWeights(): number {
    if (!this.#best) return this.lane.epoch;
    this.#best.load();
    return this.rule.bestEpoch;
  }

  #keepBest(): void {
    if (this.#best) this.#best.update();
    else this.#best = new Checkpoint(this.model.parameters);
  }

  dispose(): void {
    this.#best?.dispose();
    this.#best = null;
    this.#plan.dispose();
    this.model.dispose();
  }
}
