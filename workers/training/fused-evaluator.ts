import * as tf from '@tensorflow/tfjs';
import { type Dataset, vectorFeatures } from '../data/dataset';
import { tagsOf } from '../engine/description';
import type { FusedPlan, KeptWeights, NoiseKey, SecondStage } from '../engine/step-plan';
import type { Estimate, Model } from '../methods/method';
import type { Evaluator, LevelTable, NoiseSource, OtherRows, PlainPosterior, Prediction } from './evaluator';
import { fusedRows } from './fused-rows';
import { ModelEvaluator } from './model-evaluator';
import { NeededRows } from './needed-rows';
import type { PlanOptions } from './plan-options';

/** Copies a fused plan's weights into the variables of its model. */
export async function writeBack(fused: FusedPlan, model: Model): Promise<void> {
  const values = await fused.parameters();
  for (const [name, variable] of model.parameters) tf.tidy(() => variable.assign(tf.tensor(values.get(name) as Float32Array, variable.shape)));
}

/**
 * Evaluates through a fused plan, which holds the weights. The model's own variables keep the initial ones
 * until something is asked that only the model can answer.
 */
export class FusedEvaluator implements Evaluator {
  readonly batchSize: number;
  readonly #plan: FusedPlan;
  readonly #model: Model;
  /** The columns that the plan sees: without tags where its description has none. */
  readonly #seen: Pick<Dataset, 'categorical' | 'tags'>;
  readonly #ofModel: ModelEvaluator;
  readonly #needed: NeededRows;
  /** In use. */
  #tables: LevelTable[] = [];

  constructor(plan: FusedPlan, options: Pick<PlanOptions, 'model' | 'dataset' | 'batchSize' | 'learningRate'>) {
    this.#plan = plan;
    this.#model = options.model;
    const { categorical, tags } = options.dataset;
    const { fused } = options.model;
    this.#seen = { categorical, tags: fused && tagsOf(fused).length > 0 ? tags : undefined };
    this.#needed = new NeededRows(this.#seen);
    this.batchSize = options.batchSize;
    this.#ofModel = new ModelEvaluator(options);
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

  objective(rows: Uint32Array, noise: NoiseKey): Promise<number> {
    return this.#plan.objective(rows, noise);
  }

  async learnLevelVectors(batches: AsyncIterable<Uint32Array>, noise: NoiseSource, wanted?: Uint32Array): Promise<void> {
    const from = this.#plan.levelVectorsFrom;
    const ofTags = this.#plan.drawsTags ? { seed: noise.seed, step: noise.step++ } : undefined;
    if (from !== 'tables') {
      for await (const rows of batches) {
        const key = { seed: noise.seed, step: from === 'draws' ? noise.step++ : 0 };
        this.#plan.addToLevelVectors(rows, key, wanted && this.#needed.of(rows, wanted));
      }
    }
    const learned = await this.#plan.levelVectors(ofTags);
    const features = vectorFeatures(this.#seen);
    this.setLevelVectors(
      learned.map((values, k) => {
        const levels = features[k].cardinality;
        return { values, levels, d: values.length / levels };
      }),
    );
  }

  async levelVectors(): Promise<LevelTable[]> {
    return [...this.#tables];
  }

  setLevelVectors(tables: readonly LevelTable[]): void {
    this.#tables = [...tables];
    this.#plan.setLevelVectors(tables.map(({ values }) => values));
  }

  async predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Prediction> {
    return { values: await this.#plan.predict(rows, noise), width: 1 };
  }

  async onOtherRows(data: Dataset): Promise<OtherRows> {
    const plan = await this.#plan.onOtherRows?.(fusedRows(data));
    if (!plan) {
      await writeBack(this.#plan, this.#model);
      this.#ofModel.setLevelVectors(this.#tables);
      return this.#ofModel.onOtherRows(data);
    }
    plan.setLevelVectors(this.#tables.map(({ values }) => values));
    return {
      samplesPrediction: this.samplesPrediction,
      predict: async (rows, noise) => ({ values: await plan.predict(rows, noise), width: 1 }),
      // No description attends.
      attention: async () => null,
      dispose: () => plan.dispose(),
    };
  }

  async secondStage(): Promise<SecondStage> {
    return this.#plan.secondStage();
  }

  async levelPosterior(batches: AsyncIterable<Uint32Array>): Promise<PlainPosterior | null> {
    if (!this.#model.levelPosterior) return null;
    await writeBack(this.#plan, this.#model);
    return this.#ofModel.levelPosterior(batches);
  }

  async estimates(tables: readonly LevelTable[]): Promise<Estimate[]> {
    if (!this.#model.estimates) return [];
    await writeBack(this.#plan, this.#model);
    return this.#ofModel.estimates(tables);
  }

  weights(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.#plan.parameters();
  }

  keepWeights(): KeptWeights {
    return this.#plan.keepWeights();
  }

  dispose(): void {
    this.#ofModel.dispose();
  }
}
