import { messageTurn } from '../../data/message-turn';
import { lookUp, namesOf, tagsOf } from '../description';
import type { FusedDescription, FusedPlan, FusedProblem, FusedRows, KeptWeights, NoiseKey, PlanState, SecondStage } from '../step-plan';
import { drawTags } from '../tag-draws';
import { type BatchRows, FusedStep, type StepOptions } from './fused-step';
import { Intercepts } from './intercepts';
import { planThreads } from './threads';

/** A long step lets messages in about this often. */
const BREATH_MILLISECONDS = 12;

/** Walks an epoch's rows in batches and keeps their losses. */
class Epoch {
  #rows = 0;
  #next = 0;
  #loss: number[] = [];
  #counts: number[] = [];

  constructor(readonly batchSize: number) {}

  begin(rows: number): void {
    this.#rows = rows;
    this.#next = 0;
  }

  get remaining(): number {
    return Math.ceil((this.#rows - this.#next) / this.batchSize);
  }

  /** Rows of the next batch; null at the end. */
  next(): { from: number; count: number } | null {
    const count = Math.min(this.batchSize, this.#rows - this.#next);
    if (count <= 0) return null;
    this.#next += count;
    return { from: this.#next - count, count };
  }

  ran(count: number, loss: number): void {
    this.#loss.push(loss);
    this.#counts.push(count);
  }

  run(steps: number, one: (batch: { from: number; count: number }) => number): void {
    for (let i = 0; i < steps; i++) {
      const batch = this.next();
      if (!batch) return;
      this.ran(batch.count, one(batch));
    }
  }

  take(): { loss: Float32Array; rows: number[] } {
    const taken = { loss: Float32Array.from(this.#loss), rows: this.#counts };
    this.#loss = [];
    this.#counts = [];
    return taken;
  }
}

/** The fused plan in WebAssembly with SIMD: bitwise repeatable for each number of threads. */
class WasmPlan implements FusedPlan {
  readonly largestBatch: number;
  readonly levelVectorsFrom: FusedPlan['levelVectorsFrom'];
  readonly drawsTags: boolean;
  readonly #step: FusedStep;
  readonly #description: FusedDescription;
  readonly #problem: FusedProblem;
  readonly #epoch: Epoch;
  readonly #intercepts: Intercepts | null;
  /** Steps since the beginning of training: the counter of the noise, and one less than Adam's. */
  #steps = 0;
  #collecting = false;

  constructor(step: FusedStep, description: FusedDescription, problem: FusedProblem) {
    this.#step = step;
    this.#description = description;
    this.#problem = problem;
    this.#epoch = new Epoch(problem.batchSize);
    this.#intercepts = description.kind === 'random-intercepts' ? new Intercepts(problem) : null;
    this.largestBatch = this.#step.layout.largestBatch;
    const { features } = step.layout;
    this.drawsTags = description.kind === 'encoder' && description.extraction === 'sample' && features.some(({ drawn }) => drawn > 0);
    // Rows draw nothing where all features are tags that draw.
    const rowsDraw = features.some(({ drawn }) => drawn === 0);
    if (description.kind === 'encoder') this.levelVectorsFrom = description.extraction === 'sample' && rowsDraw ? 'draws' : 'means';
    else this.levelVectorsFrom = this.#intercepts ? 'means' : 'tables';
  }

  setOrder(order: Uint32Array): void {
    this.#step.setEpochRows(order);
    this.#epoch.begin(order.length);
  }

  get remaining(): number {
    return this.#epoch.remaining;
  }

  run(steps: number): void | Promise<void> {
    if (this.#step.wantsParts(this.#problem.batchSize)) return this.#runInParts(steps);
    this.#epoch.run(steps, (batch) => this.#step.batch(batch, this.#nextKey(), this.#steps).total);
  }

  /** Steps that take long let messages in (a pause, a stop) before they end. */
  async #runInParts(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      const batch = this.#epoch.next();
      if (!batch) return;
      this.#epoch.ran(batch.count, await this.#inParts(batch, this.#nextKey(), this.#steps));
    }
  }

  async #inParts(rows: BatchRows, key: NoiseKey, adamStep: number): Promise<number> {
    const parts = this.#step.batchInParts(rows, key, adamStep);
    let since = performance.now();
    for (;;) {
      const part = parts.next();
      if (part.done) return part.value.total;
      if (performance.now() - since < BREATH_MILLISECONDS) continue;
      await messageTurn();
      since = performance.now();
    }
  }

  /** Noise of the next training step, which is then the newest. */
  #nextKey(): NoiseKey {
    return { seed: this.#problem.noiseSeed, step: this.#steps++ };
  }

  async losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    return this.#epoch.take();
  }

  async objective(rows: Uint32Array, noise: NoiseKey): Promise<number> {
    if (this.#step.wantsParts(rows.length)) return this.#inParts(rows, noise, -1);
    return this.#step.batch(rows, noise, -1).total;
  }

  addToLevelVectors(rows: Uint32Array, noise: NoiseKey, places?: Uint32Array): void {
    if (this.levelVectorsFrom === 'tables') return;
    if (!this.#collecting) {
      this.#step.clearVectors();
      this.#intercepts?.clear();
    }
    this.#collecting = true;
    if (this.#intercepts) {
      this.#intercepts.add(rows, this.#step.predict(rows, null));
      return;
    }
    this.#step.addVectors(rows, noise, this.levelVectorsFrom === 'draws', places);
  }

  async levelVectors(noise?: NoiseKey): Promise<Float32Array[]> {
    const { kind } = this.#description;
    if (kind === 'no-levels') return [];
    if (kind === 'encoder') {
      if (!this.#collecting) this.#step.clearVectors();
      this.#collecting = false;
      this.#step.meanVectors();
      const vectors = this.#step.readVectors();
      if (this.drawsTags && noise) drawTags(vectors, this.#step.readVariances(), this.#step.layout.d, noise);
      return vectors;
    }
    const parameters = this.#step.read('parameters');
    if (this.#intercepts) {
      if (!this.#collecting) this.#intercepts.clear();
      this.#collecting = false;
      const [residual, level] = ['sigma2e', 'sigma2b'].map((name) => (parameters.get(name) as Float32Array)[0]);
      return [this.#intercepts.means(residual, level)];
    }
    const { features } = this.#problem;
    const table = (k: number): Float32Array =>
      parameters.get(namesOf(this.#description, k, features.length)[kind === 'tables' ? 'table' : 'mean']) as Float32Array;
    const lookups = kind === 'tables' ? this.#description.lookups : undefined;
    if (!lookups) return [...features, ...tagsOf(this.#description)].map((_, k) => table(k));
    const tables = lookups.tables.map((_, t) => table(t));
    return lookups.features.map((_, k) => lookUp(lookups, tables, k));
  }

  setLevelVectors(vectors: readonly Float32Array[]): void {
    this.#collecting = false;
    if (this.#intercepts) this.#intercepts.set(vectors[0]);
    else this.#step.writeVectors(vectors);
  }

  async predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Float32Array> {
    const predicted = this.#step.predict(rows, noise);
    return this.#intercepts?.added(rows, predicted) ?? predicted;
  }

  /** On one thread: to have others join takes as long as to predict. */
  async onOtherRows(data: FusedRows): Promise<WasmPlan> {
    const problem = { ...this.#problem, ...data, learned: undefined, batchSize: 1 };
    const step = await FusedStep.create(this.#description, problem, { copyLimit: 0 });
    step.rawParameters.set(this.#step.rawParameters);
    return new WasmPlan(step, this.#description, problem);
  }

  secondStage(): SecondStage {
    const step = this.#step;
    const epoch = new Epoch(this.#problem.batchSize);
    let steps = 0;
    step.clearSecondStage();
    return {
      setOrder(order) {
        step.setEpochRows(order);
        epoch.begin(order.length);
      },
      get remaining() {
        return epoch.remaining;
      },
      run: (count) => epoch.run(count, (batch) => step.secondStage(batch, ++steps)),
      losses: async () => epoch.take(),
      objective: async (rows) => step.secondStage(rows, 0),
      dispose() {},
    };
  }

  async parameters(): Promise<Map<string, Float32Array>> {
    return this.#step.read('parameters');
  }

  setParameters(values: ReadonlyMap<string, Float32Array>): void {
    this.#step.writeParameters(values);
  }

  keepWeights(): KeptWeights {
    const kept = this.#step.rawParameters.slice();
    return {
      update: () => kept.set(this.#step.rawParameters),
      load: () => this.#step.rawParameters.set(kept),
      values: async () => this.#step.readRaw(kept),
      dispose() {},
    };
  }

  async save(): Promise<PlanState> {
    const [weights, firstMoments, secondMoments] = (['parameters', 'firstMoments', 'secondMoments'] as const).map((what) => this.#step.read(what));
    return { steps: this.#steps, weights, firstMoments, secondMoments };
  }

  restore({ steps, weights, firstMoments, secondMoments }: PlanState): void {
    this.#step.writeParameters(weights);
    this.#step.write('firstMoments', firstMoments);
    this.#step.write('secondMoments', secondMoments);
    this.#steps = steps;
  }

  get bytes(): number {
    return this.#step.layout.bytes;
  }

  /** Its memory goes with the last reference to the plan, those of other threads among them. */
  dispose(): void {
    this.#step.dispose();
  }
}

/**
 * Prepares the fused plan of a method on its data with the given initial parameters (by name, row-major), on
 * the engine's threads (`planThreads`) unless the options say otherwise. Rejects when WebAssembly with SIMD
 * or the memory cannot be had; the caller then takes another plan.
 */
export async function createWasmPlan(
  description: FusedDescription,
  problem: FusedProblem,
  parameters: ReadonlyMap<string, Float32Array>,
  options: StepOptions = {},
): Promise<FusedPlan> {
  const step = await FusedStep.create(description, problem, { threads: planThreads(), ...options });
  step.writeParameters(parameters);
  return new WasmPlan(step, description, problem);
}
