import { ADAM } from '../constants';
import type { StepPlan } from '../step-plan';
import type { BatchPlace } from './batch-lists';
import type { Machine } from './machine';
import { MOST_STEPS, type Pace } from './pace';
import type { Readback } from './readback';
import { BACKWARD } from './wgsl/common';

/** What the steps of a training are made of. */
export interface StepQueueOptions {
  sequence: readonly string[];
  references: 'slots' | 'levels';
  learningRate: number;
  noiseSeed: number;
  /** The loss from its terms [reconstruction, KL, penalty]. */
  total(nll: number, kl: number, penalty: number): number;
}

/** Counts for measurements. */
export interface StepStatistics {
  steps: number;
  submits: number;
  dispatchesPerStep: number;
  /** Milliseconds of JavaScript spent on queuing the steps. */
  javascript: number;
}

/**
 * The steps of one training on a machine: their epoch, their counters, and their losses in the machine's
 * ring.
 */
export class StepQueue implements StepPlan {
  readonly statistics: StepStatistics;
  readonly #machine: Machine;
  readonly #pace: Pace;
  readonly #readback: Readback;
  readonly #options: StepQueueOptions;
  readonly #input = { lossAt: 0, stamp: 0, seed: 0, noiseStep: 0, flags: BACKWARD, rate: 0 };
  #places: BatchPlace[] = [];
  #next = 0;
  /** Steps since the beginning: the counter of the noise, and one less than Adam's. */
  #steps = 0;
  /** Places in the ring and rows of the steps whose losses have not been read. */
  #lossAt: number[] = [];
  #rows: number[] = [];
  #drained: Promise<{ loss: number[]; rows: number[] }>[] = [];

  constructor(machine: Machine, pace: Pace, readback: Readback, options: StepQueueOptions) {
    this.#machine = machine;
    this.#pace = pace;
    this.#readback = readback;
    this.#options = options;
    this.#input.seed = options.noiseSeed;
    this.statistics = { steps: 0, submits: 0, dispatchesPerStep: options.sequence.length, javascript: 0 };
  }

  setOrder(order: Uint32Array): void {
    this.#places = this.#machine.setOrder(order, this.#options.references);
    this.#next = 0;
  }

  get remaining(): number {
    return this.#places.length - this.#next;
  }

  get stepsAtOnce(): number {
    return this.#pace.steps;
  }

  /** Steps since the beginning. */
  get steps(): number {
    return this.#steps;
  }

  /** Goes on as after so many steps; none may wait for their losses. */
  goOnFrom(steps: number): void {
    this.#steps = steps;
  }

  async run(steps: number): Promise<void> {
    for (let left = Math.min(steps, this.remaining); left > 0; ) {
      const count = Math.min(left, MOST_STEPS, this.#machine.ring);
      this.#submit(count);
      left -= count;
      await this.#pace.submitted(count);
    }
  }

  #submit(count: number): void {
    const from = performance.now();
    const { ring } = this.#machine;
    if (this.#lossAt.length + count > ring) this.#drain();
    const { learningRate } = this.#options;
    for (let s = 0; s < count; s++) {
      const place = this.#places[this.#next + s];
      const t = ++this.#steps;
      const input = this.#input;
      input.lossAt = t % ring;
      input.stamp = t;
      input.noiseStep = t - 1;
      input.rate = (learningRate * Math.sqrt(1 - ADAM.beta2 ** t)) / (1 - ADAM.beta1 ** t);
      this.#lossAt.push(input.lossAt);
      this.#rows.push(place.rows);
      this.#machine.write(s, place, input);
    }
    this.#machine.submit(this.#options.sequence, this.#places, this.#next, count);
    this.#next += count;
    this.statistics.steps += count;
    this.statistics.submits++;
    this.statistics.javascript += performance.now() - from;
  }

  /** Orders a copy of the ring for the steps so far, without waiting. */
  #drain(): void {
    if (this.#lossAt.length === 0) return;
    const [places, rows] = [this.#lossAt, this.#rows];
    this.#lossAt = [];
    this.#rows = [];
    const { buffers, ring } = this.#machine;
    const read = this.#readback
      .read(buffers.losses, 0, 4 * ring)
      .then((values) => ({ loss: places.map((at) => this.#options.total(values[4 * at], values[4 * at + 1], values[4 * at + 2])), rows }));
    // A failure is told by `losses`, which may come later.
    read.catch(() => {});
    this.#drained.push(read);
  }

  async losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    this.#drain();
    const drained = this.#drained;
    this.#drained = [];
    const parts = await Promise.all(drained);
    return { loss: Float32Array.from(parts.flatMap(({ loss }) => loss)), rows: parts.flatMap(({ rows }) => rows) };
  }

  dispose(): void {
    this.#places = [];
    this.#next = 0;
  }
}
