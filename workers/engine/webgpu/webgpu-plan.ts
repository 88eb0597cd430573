import { lookUp } from '../description';
import type { FusedDescription, FusedPlan, FusedProblem, KeptWeights, NoiseKey, PlanState, SecondStage } from '../step-plan';
import { drawTags } from '../tag-draws';
import type { BatchPlace } from './batch-lists';
import { packParameters, unpackParameters } from './buffer-layout';
import { Machine, type MachineOptions } from './machine';
import { Pace } from './pace';
import { Readback } from './readback';
import { StepQueue, type StepStatistics } from './step-queue';
import { DRAW } from './wgsl/common';

/** The fused plan in WGSL. No float atomics: two runs on one adapter are equal bit for bit. */
export class WebGpuPlan implements FusedPlan {
  readonly largestBatch: number;
  readonly levelVectorsFrom: FusedPlan['levelVectorsFrom'];
  readonly drawsTags: boolean;
  readonly #machine: Machine;
  readonly #description: FusedDescription;
  readonly #problem: FusedProblem;
  readonly #readback: Readback;
  readonly #pace: Pace;
  readonly #steps: StepQueue;
  #collecting = false;

  static async create(
    device: GPUDevice,
    description: FusedDescription,
    problem: FusedProblem,
    parameters: ReadonlyMap<string, Float32Array>,
    options: MachineOptions = {},
  ): Promise<WebGpuPlan> {
    const plan = new WebGpuPlan(await Machine.create(device, description, problem, options), description, problem);
    plan.setParameters(parameters);
    await plan.#pace.calibrate();
    return plan;
  }

  private constructor(machine: Machine, description: FusedDescription, problem: FusedProblem) {
    const { device, program } = machine;
    this.#machine = machine;
    this.#description = description;
    this.#problem = problem;
    this.#readback = new Readback(device);
    this.#pace = new Pace(device.queue);
    this.#steps = new StepQueue(machine, this.#pace, this.#readback, {
      sequence: program.train,
      references: description.kind === 'encoder' ? 'slots' : 'levels',
      learningRate: problem.learningRate,
      noiseSeed: problem.noiseSeed,
      total: this.#total,
    });
    this.largestBatch = machine.capacity;
    const samples = description.kind === 'encoder' && description.extraction === 'sample';
    this.drawsTags = samples && machine.drawnTags !== null;
    // Rows draw nothing where all features are tags that draw.
    if (description.kind !== 'encoder') this.levelVectorsFrom = 'tables';
    else this.levelVectorsFrom = samples && machine.drawnTags !== 0 ? 'draws' : 'means';
  }

  /** Of the training steps so far, and bytes of the plan's buffers. */
  get statistics(): StepStatistics & { bytesOnDevice: number } {
    return { ...this.#steps.statistics, bytesOnDevice: this.#machine.bytesOnDevice };
  }

  readonly #total = (nll: number, kl: number, penalty: number): number => {
    const beta = this.#description.kind === 'encoder' || this.#description.kind === 'sampled-tables' ? this.#description.beta : 0;
    return nll + beta * kl + penalty;
  };

  setOrder(order: Uint32Array): void {
    this.#steps.setOrder(order);
  }

  get remaining(): number {
    return this.#steps.remaining;
  }

  get stepsAtOnce(): number {
    return this.#steps.stepsAtOnce;
  }

  run(steps: number): Promise<void> {
    return this.#steps.run(steps);
  }

  losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    return this.#steps.losses();
  }

  /** Runs kernels on one batch outside training; its losses come to the place after the ring. */
  #evaluate(sequence: readonly string[], place: BatchPlace, noise: NoiseKey, flags = 0, before?: (commands: GPUCommandEncoder) => void): void {
    const input = { lossAt: this.#machine.ring, stamp: 0, seed: noise.seed, noiseStep: noise.step, flags, rate: 0 };
    this.#machine.write(0, place, input);
    this.#machine.submit(sequence, [place], 0, 1, before);
  }

  /** [reconstruction, KL, penalty] of the last evaluation. */
  #evaluated(): Promise<Float32Array> {
    return this.#readback.read(this.#machine.buffers.losses, 4 * this.#machine.ring, 4);
  }

  async objective(rows: Uint32Array, noise: NoiseKey): Promise<number> {
    const place = this.#machine.place(rows);
    this.#evaluate(this.#machine.program.objective, place, noise);
    const [nll, kl, penalty] = await this.#evaluated();
    return this.#total(nll, kl, penalty);
  }

  addToLevelVectors(rows: Uint32Array, noise: NoiseKey): void {
    if (this.levelVectorsFrom === 'tables') return;
    const clear = this.#collecting ? undefined : (commands: GPUCommandEncoder) => commands.clearBuffer(this.#machine.buffers.vectors);
    this.#collecting = true;
    this.#evaluate(this.#machine.program.collect, this.#machine.place(rows), noise, 0, clear);
  }

  async levelVectors(noise?: NoiseKey): Promise<Float32Array[]> {
    const { layout, buffers } = this.#machine;
    const { d, levels, record, firstLevel, levelCounts } = layout;
    if (layout.K === 0) return [];
    const vectors = levelCounts.map((count) => new Float32Array(count * d));
    if (this.levelVectorsFrom === 'tables') {
      const tables = await this.#readback.read(buffers.params, layout.tableAt, layout.tableSize);
      const lookups = this.#description.kind === 'tables' ? this.#description.lookups : undefined;
      if (lookups && layout.maps) {
        const values = layout.maps.tables.map(({ rows, width, at }) => tables.subarray(at, at + rows * width));
        return levelCounts.map((_, k) => lookUp(lookups, values, k));
      }
      for (const [k, values] of vectors.entries()) {
        for (let level = 0; level < levelCounts[k]; level++) {
          const from = (firstLevel[k] + level) * record;
          values.set(tables.subarray(from, from + d), level * d);
        }
      }
      return vectors;
    }
    if (!this.#collecting) return vectors;
    this.#collecting = false;
    const drawn = this.drawsTags ? this.#machine.drawnTags : null;
    const variancesAt = levels * (d + 1);
    const sums = await this.#readback.read(buffers.vectors, 0, drawn === null ? variancesAt : variancesAt + (levels - drawn) * d);
    const variances = vectors.map(({ length }, k) => (drawn === null || firstLevel[k] < drawn ? null : new Float32Array(length)));
    for (const [k, values] of vectors.entries()) {
      const variance = variances[k];
      for (let level = 0; level < levelCounts[k]; level++) {
        const from = firstLevel[k] + level;
        const inverse = 1 / Math.max(1, sums[levels * d + from]);
        for (let m = 0; m < d; m++) values[level * d + m] = sums[from * d + m] * inverse;
        if (drawn === null || !variance) continue;
        for (let m = 0; m < d; m++) variance[level * d + m] = sums[variancesAt + (from - drawn) * d + m] * inverse * inverse;
      }
    }
    if (noise) drawTags(vectors, variances, d, noise);
    return vectors;
  }

  setLevelVectors(vectors: readonly Float32Array[]): void {
    const { layout, buffers, device } = this.#machine;
    this.#collecting = false;
    if (layout.K === 0) return;
    for (const [k, values] of vectors.entries())
      device.queue.writeBuffer(buffers.vectors, 4 * layout.firstLevel[k] * layout.d, values as Float32Array<ArrayBuffer>);
  }

  async predict(rows: Uint32Array, noise: NoiseKey | null): Promise<Float32Array> {
    const { program, buffers } = this.#machine;
    this.#evaluate(program.predict, this.#machine.place(rows, 'levels'), noise ?? { seed: 0, step: 0 }, noise ? DRAW : 0);
    return this.#readback.read(buffers.predictions, 0, rows.length);
  }

  secondStage(): SecondStage {
    const machine = this.#machine;
    const { program, device, buffers } = machine;
    if (program.stageTrain.length === 0) throw new Error('only a method with an encoder has a second stage');
    const commands = device.createCommandEncoder();
    commands.clearBuffer(buffers.stageMoments);
    device.queue.submit([commands.finish()]);
    const stage = new StepQueue(machine, this.#pace, this.#readback, {
      sequence: program.stageTrain,
      references: 'levels',
      learningRate: this.#problem.learningRate,
      noiseSeed: 0,
      total: (squared) => squared,
    });
    return {
      setOrder: (order) => stage.setOrder(order),
      get remaining() {
        return stage.remaining;
      },
      get stepsAtOnce() {
        return stage.stepsAtOnce;
      },
      run: (steps) => stage.run(steps),
      losses: () => stage.losses(),
      objective: async (rows) => {
        this.#evaluate(program.stageObjective, machine.place(rows, 'levels'), { seed: 0, step: 0 });
        return (await this.#evaluated())[0];
      },
      dispose: () => stage.dispose(),
    };
  }

  async parameters(): Promise<Map<string, Float32Array>> {
    const { layout, buffers } = this.#machine;
    return unpackParameters(layout, await this.#readback.read(buffers.params, 0, layout.storedSize));
  }

  setParameters(values: ReadonlyMap<string, Float32Array>): void {
    const { layout, buffers, device } = this.#machine;
    device.queue.writeBuffer(buffers.params, 0, packParameters(layout, values));
  }

  /**
   * Gradients of the one step that has run since the plan was made, by name: what Adam's first moments hold,
   * up to a factor. For tests.
   */
  async gradientsOfFirstStep(): Promise<Map<string, Float32Array>> {
    const { firstMoments } = await this.save();
    return new Map([...firstMoments].map(([name, values]) => [name, values.map((moment) => 10 * moment)]));
  }

  async save(): Promise<PlanState> {
    const { layout, buffers } = this.#machine;
    const { size, tableAt, tableSize, storedSize } = layout;
    const weights = await this.parameters();
    const moments = await this.#readback.read(buffers.moments, 0, 2 * (size + tableSize));
    const [firstMoments, secondMoments] = [0, 1].map((which) => {
      const stored = new Float32Array(storedSize);
      for (let i = 0; i < size; i++) stored[i] = moments[2 * i + which];
      for (let e = 0; e < tableSize; e++) stored[tableAt + e] = moments[2 * (size + e) + which];
      return unpackParameters(layout, stored);
    });
    return { steps: this.#steps.steps, weights, firstMoments, secondMoments };
  }

  restore({ steps, weights, firstMoments, secondMoments }: PlanState): void {
    const { layout, buffers, device } = this.#machine;
    const { size, tableAt, tableSize } = layout;
    const moments = new Float32Array(2 * (size + tableSize));
    for (const [which, values] of [firstMoments, secondMoments].entries()) {
      const stored = packParameters(layout, values);
      for (let i = 0; i < size; i++) moments[2 * i + which] = stored[i];
      for (let e = 0; e < tableSize; e++) moments[2 * (size + e) + which] = stored[tableAt + e];
    }
    this.setParameters(weights);
    device.queue.writeBuffer(buffers.moments, 0, moments);
    this.#steps.goOnFrom(steps);
  }

  /** Terms of the losses of steps, as the ring holds them now: for tests. */
  async terms(step: number): Promise<{ nll: number; kl: number; penalty: number }> {
    const { buffers, ring } = this.#machine;
    const [nll, kl, penalty] = await this.#readback.read(buffers.losses, 4 * (step % ring), 4);
    return { nll, kl, penalty };
  }

  keepWeights(): KeptWeights {
    const { device, buffers } = this.#machine;
    const { params } = buffers;
    const kept = device.createBuffer({ size: params.size, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
    const copy = (from: GPUBuffer, to: GPUBuffer): void => {
      const commands = device.createCommandEncoder();
      commands.copyBufferToBuffer(from, 0, to, 0, params.size);
      device.queue.submit([commands.finish()]);
    };
    copy(params, kept);
    return {
      update: () => copy(params, kept),
      load: () => copy(kept, params),
      values: async () => {
        const { layout } = this.#machine;
        return unpackParameters(layout, await this.#readback.read(kept, 0, layout.storedSize));
      },
      dispose: () => kept.destroy(),
    };
  }

  dispose(): void {
    this.#readback.dispose();
    this.#machine.dispose();
  }
}

/**
 * Prepares the fused plan of a method on this device with the given initial parameters (by name, row-major).
 * Rejects when the device has no room for the problem or refuses a kernel; the caller then takes another
 * plan.
 */
export function createWebGpuPlan(
  device: GPUDevice,
  description: FusedDescription,
  problem: FusedProblem,
  parameters: ReadonlyMap<string, Float32Array>,
  options: MachineOptions = {},
): Promise<WebGpuPlan> {
  return WebGpuPlan.create(device, description, problem, parameters, options);
}
