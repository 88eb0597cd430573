import * as tf from '@tensorflow/tfjs';
import type { Dataset } from '../data/dataset';
import { correctionsAfter, KerasAdam } from '../engine/adam';
import { drawNoise } from '../engine/noise';
import { nextState, type StepLoss } from '../engine/step-loss';
import type { PlanState, ResumablePlan } from '../engine/step-plan';
import type { TracedPlanOptions } from '../engine/traced-plan';
import type { Uploaded } from '../engine/upload';
import { assignValues, readValues } from '../engine/variables';
import type { Batch } from '../methods/method';
import { disposeBatch, makeBatch } from './batches';

export interface EagerPlanOptions extends Omit<TracedPlanOptions, 'dataset' | 'loss'> {
  dataset: Dataset;
  /** The total loss whose gradient a step follows, and the next state, as plain tfjs. */
  loss(batch: Batch, noise: tf.Tensor[]): StepLoss;
  /** Awaited between chunks of the data on their way to a device; may end it by throwing. */
  uploaded?: Uploaded;
}

/**
 * Runs each step op by op through tfjs. Works for every method on every backend; the definition that faster
 * plans must equal.
 */
export class EagerPlan implements ResumablePlan {
  readonly #options: EagerPlanOptions;
  readonly #adam: KerasAdam;
  readonly #variables: tf.Variable[];
  readonly #state: ReadonlyMap<string, tf.Variable>;
  #order: Uint32Array = new Uint32Array(0);
  #next = 0;
  /** Steps since the beginning of training: the counter of the noise. */
  #step = 0;
  #pending: { loss: tf.Scalar; rows: number }[] = [];

  constructor(options: EagerPlanOptions) {
    this.#options = options;
    this.#variables = [...options.parameters.values()];
    this.#state = options.state ?? new Map();
    this.#adam = new KerasAdam(options.parameters, options.learningRate, { lazy: options.lazy, floors: options.floors, rates: options.rates });
  }

  setOrder(order: Uint32Array): void {
    this.#order = order;
    this.#next = 0;
  }

  get remaining(): number {
    return Math.ceil((this.#order.length - this.#next) / this.#options.batchSize);
  }

  run(steps: number): void {
    const { dataset, batchSize, loss, noiseShapes, noiseSeed } = this.#options;
    for (let i = 0; i < steps && this.#next < this.#order.length; i++) {
      const end = Math.min(this.#next + batchSize, this.#order.length);
      const rows = end - this.#next;
      const batch = makeBatch(dataset, this.#order.subarray(this.#next, end));
      const noise = drawNoise(noiseShapes(rows), noiseSeed, this.#step);
      let next: tf.Tensor[] = [];
      const value = tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const step = loss(batch, noise);
          next = nextState(this.#state, step).map((tensor) => tf.keep(tensor));
          return step.total;
        }, this.#variables);
        this.#adam.step(grads);
        return value;
      });
      for (const [k, variable] of [...this.#state.values()].entries()) variable.assign(next[k]);
      tf.dispose(next);
      tf.dispose(noise);
      disposeBatch(batch);
      this.#pending.push({ loss: value, rows });
      this.#next = end;
      this.#step++;
    }
  }

  async losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return { loss: new Float32Array(0), rows: [] };
    const stacked = tf.stack(pending.map((entry) => entry.loss));
    const loss = (await stacked.data()) as Float32Array;
    tf.dispose([stacked, ...pending.map((entry) => entry.loss)]);
    return { loss: loss.slice(), rows: pending.map((entry) => entry.rows) };
  }

  async save(): Promise<PlanState> {
    const weights = await readValues([...this.#options.parameters, ...this.#state]);
    return { steps: this.#step, weights, ...(await this.#adam.save()) };
  }

  restore({ steps, weights, firstMoments, secondMoments, corrections }: PlanState): void {
    for (const [name, variable] of [...this.#options.parameters, ...this.#state]) assignValues(variable, name, weights);
    this.#adam.restore({ firstMoments, secondMoments, corrections: corrections ?? correctionsAfter(steps) });
    this.#step = steps;
  }

  dispose(): void {
    tf.dispose(this.#pending.map((entry) => entry.loss));
    this.#pending = [];
    this.#adam.dispose();
  }
}
