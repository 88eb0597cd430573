import type { FusedDescription, FusedPlan, FusedProblem, KeptWeights, NoiseKey, SecondStage } from '../plan';
import { FusedStep } from './fused-step';
import { stepModule } from './module';

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

  run(steps: number, one: (batch: { from: number; count: number }) => number): void {
    for (let i = 0; i < steps && this.#next < this.#rows; i++) {
      const count = Math.min(this.batchSize, this.#rows - this.#next);
      this.#loss.push(one({ from: this.#next, count }));
      this.#counts.push(count);
      this.#next += count;
    }
  }

  take(): { loss: Float32Array; rows: number[] } {
    const taken = { loss: Float32Array.from(this.#loss), rows: this.#counts };
    this.#loss = [];
    this.#counts = [];
    return taken;
  }
}

/** The fused plan in WebAssembly with SIMD, on one thread: bitwise repeatable. */
class WasmPlan implements FusedPlan {
  readonly largestBatch: number;
  readonly levelVectorsFrom: FusedPlan['levelVectorsFrom'];
  readonly #step: FusedStep;
  readonly #description: FusedDescription;
  readonly #problem: FusedProblem;
  readonly #epoch: Epoch;
  /** Steps since the beginning of training: the counter of the noise, and one less than Adam's. */
  #steps = 0;
  #collecting = false;

  constructor(module: WebAssembly.Module, description: FusedDescription, problem: FusedProblem) {
    this.#step = new FusedStep(module, description, problem);
    this.#description = description;
    this.#problem = problem;
    this.#epoch = new Epoch(problem.batchSize);
    this.largestBatch = this.#step.layout.largestBatch;
    this.levelVectorsFrom = description.kind !== 'encoder' ? 'tables' : description.extraction === 'sample' ? 'draws' : 'means';
  }

  setOrder(order: Uint32Array): void {
    this.#step.setEpochRows(order);
    this.#epoch.begin(order.length);
  }

  get remaining(): number {
    return this.#epoch.remaining;
  }

  run(steps: number): void {
    this.#epoch.run(steps, (batch) => {
      const key = { seed: this.#problem.noiseSeed, step: this.#steps++ };
      return this.#step.batch(batch, key, this.#steps).total;
    });
  }

  async losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    return this.#epoch.take();
  }

  async objective(rows: Uint32Array, noise: NoiseKey): Promise<number> {
    return this.#step.batch(rows, noise, -1).total;
  }

  addToLevelVectors(rows: Uint32Array, noise: NoiseKey): void {
    if (this.levelVectorsFrom === 'tables') return;
    if (!this.#collecting) this.#step.clearVectors();
    this.#collecting = true;
    this.#step.addVectors(rows, noise, this.levelVectorsFrom === 'draws');
  }

  async levelVectors(): Promise<Float32Array[]> {
    const { kind } = this.#description;
    if (kind === 'no-levels') return [];
    if (kind === 'encoder') {
      if (!this.#collecting) this.#step.clearVectors();
      this.#collecting = false;
      this.#step.meanVectors();
      return this.#step.readVectors();
    }
    const parameters = this.#step.read('parameters');
    return this.#problem.features.map((_, k) => parameters.get(`embedding${k}/${kind === 'tables' ? 'table' : 'mean'}`) as Float32Array);
  }

  setLevelVectors(vectors: readonly Float32Array[]): void {
    this.#collecting = false;
    this.#step.writeVectors(vectors);
  }

  async predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Float32Array> {
    return this.#step.predict(rows, noise);
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
    const now = this.#step.rawParameters;
    const kept = now.slice();
    return { update: () => kept.set(now), load: () => now.set(kept), dispose() {} };
  }

  /** Its memory goes with the last reference to the plan. */
  dispose(): void {}
}

/**
 * Prepares the fused plan of a method on its data with the given initial parameters (by name, row-major). Rejects when WebAssembly with SIMD or
 * the memory cannot be had; the caller then takes another plan.
 */
export async function createWasmPlan(
  description: FusedDescription,
  problem: FusedProblem,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<FusedPlan> {
  const plan = new WasmPlan(await stepModule(), description, problem);
  plan.setParameters(parameters);
  return plan;
}
