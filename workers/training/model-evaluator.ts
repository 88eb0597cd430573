import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { Checkpoint } from '../engine/checkpoint';
import { EVALUATION_ROWS } from '../engine/constants';
import { drawNoise } from '../engine/noise';
import type { KeptWeights, NoiseKey, SecondStage } from '../engine/step-plan';
import { readValues } from '../engine/variables';
import type { Batch, Estimate, LevelVectors, Model } from '../methods/method';
import { disposeBatch, makeBatch } from './batches';
import type { AttentionWeights, Evaluator, LevelTable, NoiseSource, OtherRows, PlainPosterior, Prediction } from './evaluator';
import type { PlanOptions } from './plan-options';
import { makeStepPlan } from './tfjs-plan';

/** Tables read back. */
const readBack = (tables: LevelVectors): Promise<LevelTable[]> =>
  Promise.all(tables.map(async (table) => ({ values: (await table.data()) as Float32Array, levels: table.shape[0], d: table.shape[1] })));

const toTensors = (tables: readonly LevelTable[]): LevelVectors => tables.map(({ values, levels, d }) => tf.tensor2d(values, [levels, d]));

async function numberOf(scalar: tf.Scalar): Promise<number> {
  try {
    return (await scalar.data())[0];
  } finally {
    scalar.dispose();
  }
}

/**
 * Evaluates through the tfjs definition of a model, whose variables hold the weights. Tensors stay inside.
 */
export class ModelEvaluator implements Evaluator, OtherRows {
  readonly batchSize: number;
  readonly #model: Model;
  readonly #dataset: Dataset;
  readonly #learningRate: number;
  /** In use. */
  #vectors: LevelVectors = [];

  constructor({ model, dataset, batchSize, learningRate }: Pick<PlanOptions, 'model' | 'dataset' | 'batchSize' | 'learningRate'>) {
    this.#model = model;
    this.#dataset = dataset;
    this.batchSize = batchSize;
    this.#learningRate = learningRate;
  }

  /** A window weighs as much as its steps. */
  get evaluationRows(): number {
    return Math.max(1, Math.floor(EVALUATION_ROWS / (this.#dataset.series?.length ?? 1)));
  }

  get epochLoss(): Model['epochLoss'] {
    return this.#model.epochLoss;
  }

  get samplesPrediction(): boolean {
    return this.#model.samplesPrediction;
  }

  get hasSecondStage(): boolean {
    return this.#model.secondStage !== undefined;
  }

  async objective(rows: Uint32Array, noise: NoiseKey): Promise<number> {
    const drawn = drawNoise(this.#model.noiseShapes(rows.length), noise.seed, noise.step);
    return numberOf(this.#computed(rows, drawn, (batch) => this.#model.loss(batch, drawn, false).total));
  }

  async learnLevelVectors(batches: AsyncIterable<Uint32Array>, noise: NoiseSource): Promise<void> {
    this.#use([]);
    this.#use(await this.#model.levelVectors(this.#batches(batches), (shapes) => drawNoise(shapes, noise.seed, noise.step++)));
  }

  levelVectors(): Promise<LevelTable[]> {
    return readBack(this.#vectors);
  }

  setLevelVectors(tables: readonly LevelTable[]): void {
    this.#use(toTensors(tables));
  }

  async predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Prediction> {
    const drawn = noise ? drawNoise(this.#model.noiseShapes(rows.length), noise.seed, noise.step) : [];
    const output = this.#computed(rows, drawn, (batch) => this.#model.predict(batch, this.#vectors, drawn));
    try {
      return { values: (await output.data()) as Float32Array, width: output.shape[1] };
    } finally {
      output.dispose();
    }
  }

  async onOtherRows(data: Dataset): Promise<OtherRows> {
    const others = new ModelEvaluator({ model: this.#model, dataset: data, batchSize: this.batchSize, learningRate: this.#learningRate });
    others.#use(this.#vectors.map((table) => table.clone()));
    return others;
  }

  async attention(rows: Uint32Array): Promise<AttentionWeights[] | null> {
    const weigh = this.#model.attention?.bind(this.#model);
    if (!weigh) return null;
    const batch = makeBatch(this.#dataset, rows);
    const weights = tf.tidy(() => weigh(batch));
    disposeBatch(batch);
    try {
      return await Promise.all(
        weights.map(async (table) => ({ values: (await table.data()) as Float32Array, heads: table.shape[1], places: table.shape[2] })),
      );
    } finally {
      tf.dispose(weights);
    }
  }

  async secondStage(): Promise<SecondStage> {
    const stage = this.#model.secondStage;
    if (!stage) throw new Error('this method has no second stage');
    const vectors = this.#vectors;
    const plan = await makeStepPlan({
      dataset: this.#dataset,
      batchSize: this.batchSize,
      parameters: stage.parameters,
      loss: (batch) => ({ total: stage.loss(batch, vectors) }),
      noiseShapes: () => [],
      learningRate: this.#learningRate,
      noiseSeed: 0,
    });
    return {
      setOrder: (order) => plan.setOrder(order),
      get remaining() {
        return plan.remaining;
      },
      get stepsAtOnce() {
        return plan.stepsAtOnce;
      },
      run: (steps) => plan.run(steps),
      losses: () => plan.losses(),
      objective: async (rows) => numberOf(this.#computed(rows, [], (batch) => stage.loss(batch, vectors))),
      dispose: () => plan.dispose(),
    };
  }

  async levelPosterior(batches: AsyncIterable<Uint32Array>): Promise<PlainPosterior | null> {
    if (!this.#model.levelPosterior) return null;
    const { means, variances, priorVariances } = await this.#model.levelPosterior(this.#batches(batches));
    try {
      return { means: await readBack(means), variances: await readBack(variances), priorVariances };
    } finally {
      tf.dispose([...means, ...variances]);
    }
  }

  async estimates(tables: readonly LevelTable[]): Promise<Estimate[]> {
    if (!this.#model.estimates) return [];
    const vectors = toTensors(tables);
    try {
      return await this.#model.estimates(vectors);
    } finally {
      tf.dispose(vectors);
    }
  }

  weights(): Promise<ReadonlyMap<string, Float32Array>> {
    return readValues(this.#model.parameters);
  }

  keepWeights(): KeptWeights {
    return new Checkpoint(new Map([...this.#model.parameters, ...(this.#model.state ?? [])]));
  }

  dispose(): void {
    this.#use([]);
  }

  #use(vectors: LevelVectors): void {
    tf.dispose(this.#vectors);
    this.#vectors = vectors;
  }

  /** What `of` computes from these rows; the noise that it took is freed with them. */
  #computed<Result extends tf.Tensor>(rows: Uint32Array, noise: tf.Tensor[], of: (batch: Batch) => Result): Result {
    const batch = makeBatch(this.#dataset, rows);
    try {
      return tf.tidy(() => of(batch));
    } finally {
      disposeBatch(batch);
      tf.dispose(noise);
    }
  }

  /** The rows of these batches as tensors, as often as it is gone through. */
  #batches(batches: AsyncIterable<Uint32Array>): AsyncIterable<Batch> {
    const dataset = this.#dataset;
    return {
      async *[Symbol.asyncIterator]() {
        for await (const rows of batches) {
          const batch = makeBatch(dataset, rows);
          try {
            yield batch;
          } finally {
            disposeBatch(batch);
          }
        }
      },
    };
  }
}
