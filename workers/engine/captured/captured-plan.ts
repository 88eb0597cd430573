import type * as tf from '@tensorflow/tfjs';
import { LabFailure } from '../../data/failure';
import { correctionsAfter } from '../adam';
import { runsOnProcessor } from '../backends/adapter';
import type { PlanState, ResumablePlan } from '../step-plan';
import { rowCounts, type TracedPlanOptions } from '../traced-plan';
import type { Uploaded } from '../upload';
import { assignValues, readValues } from '../variables';
import { Pace } from '../webgpu/pace';
import { Readback } from '../webgpu/readback';
import { flush, webGpuBackend } from './internals';
import { initialState, STATE, STATE_BYTES } from './kernels';
import { LossRing } from './loss-ring';
import { type Moments, makeMoments } from './moments';
import { OutsideTensors } from './outside';
import { PinnedVariable } from './pinned';
import { residentTable } from './resident';
import { captureFailure } from './resources';
import { ScratchMemory } from './scratch';
import { CapturedStep, type Common } from './step';

export interface CapturedPlanOptions extends TracedPlanOptions {
  /** Awaited between chunks of the data on their way to the device; may end it by throwing. */
  uploaded?: Uploaded;
  /**
   * False on a device that computes nothing (Dawn's null backend), to measure JavaScript alone. Else the
   * first step is compared with tfjs.
   */
  compare?: boolean;
  /**
   * False: the step is tfjs's own dispatches, to find out whether a fault is one of putting them together.
   */
  fuse?: boolean;
  /**
   * Whether a thread alone computes a sum. Absent: on a processor, where threads wait long for each other.
   */
  serial?: boolean;
}

/** A captured plan, and what a step of a full batch is made of. */
export interface CapturedPlan extends ResumablePlan {
  readonly dispatches: number;
  /** The dispatches by name: tfjs's kernels, and ours. */
  readonly kernels: string[];
  /** The same of a step of so many rows; none where there is no such step. */
  kernelsOf(rows: number): string[];
}

/** Most steps of one call of `run`: a captured step takes some JavaScript too. */
const MOST_STEPS = 64;

/**
 * Any tfjs loss as a list of dispatches made once: forward, gradients, Adam. A step takes its rows, its noise
 * and Adam's rate from the state on the device, so that replaying it takes no tfjs, creates nothing and
 * uploads nothing. The model's variables hold the weights, as with the eager plan.
 */
class Captured implements CapturedPlan {
  readonly #options: CapturedPlanOptions;
  readonly #common: Common;
  readonly #steps: Map<number, CapturedStep>;
  readonly #ring: LossRing;
  readonly #pace: Pace;
  #orderLength = 0;
  #next = 0;
  #epochs = 0;
  /** Steps since the beginning of training. */
  #stepsRun = 0;

  constructor(options: CapturedPlanOptions, common: Common, steps: Map<number, CapturedStep>) {
    this.#options = options;
    this.#common = common;
    this.#steps = steps;
    this.#ring = new LossRing(common.device);
    this.#pace = new Pace(common.device.queue);
  }

  get kernels(): string[] {
    return [...this.#steps.values()][0].kernels;
  }

  kernelsOf(rows: number): string[] {
    return this.#steps.get(rows)?.kernels ?? [];
  }

  get dispatches(): number {
    return this.kernels.length;
  }

  get stepsAtOnce(): number {
    return Math.min(this.#pace.steps, MOST_STEPS);
  }

  get remaining(): number {
    return Math.ceil((this.#orderLength - this.#next) / this.#options.batchSize);
  }

  setOrder(order: Uint32Array): void {
    const { dataset, batchSize } = this.#options;
    const { device } = this.#common;
    if (order.length > dataset.rows)
      throw captureFailure('capture-order', `an epoch of ${order.length} rows has more than the data (${dataset.rows})`);
    this.#sync();
    for (const rows of rowCounts(order.length, batchSize)) if (!this.#steps.has(rows)) this.#addStep(rows);
    this.#epochs++;
    // A number that JavaScript changes by the epoch is not seen at the start; it is at one of these.
    if (this.#epochs > 1 && Number.isInteger(Math.log2(this.#epochs))) for (const step of this.#steps.values()) step.check();
    this.#orderLength = order.length;
    this.#next = 0;
    device.queue.writeBuffer(this.#common.order, 0, order as Uint32Array<ArrayBuffer>);
    device.queue.writeBuffer(this.#common.state, 4 * STATE.cursor, new Uint32Array([0]));
    if (this.#ring.reserve(this.remaining)) {
      device.queue.writeBuffer(this.#common.state, 4 * STATE.slot, new Uint32Array([this.#ring.slot, this.#ring.capacity]));
      for (const step of this.#steps.values()) step.setRing(this.#ring.buffer);
    }
  }

  run(steps: number): void | Promise<void> {
    const { batchSize } = this.#options;
    const { backend, device } = this.#common;
    if (this.remaining === 0) return;
    this.#sync();
    flush(backend);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    let count = 0;
    for (; count < steps && this.#next < this.#orderLength; count++) {
      const rows = Math.min(batchSize, this.#orderLength - this.#next);
      (this.#steps.get(rows) as CapturedStep).encode(pass);
      this.#ring.expect(rows);
      this.#next += rows;
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    this.#stepsRun += count;
    return this.#pace.submitted(count);
  }

  losses(): Promise<{ loss: Float32Array; rows: number[] }> {
    return this.#ring.take();
  }

  async save(): Promise<PlanState> {
    const { parameters, moments } = this.#named();
    const weights = await readValues([...parameters, ...(this.#options.state ?? [])]);
    const firstMoments = new Map<string, Float32Array>();
    const secondMoments = new Map<string, Float32Array>();
    const readback = new Readback(this.#common.device);
    for (const [name, { size }] of parameters) {
      const own = moments.get(name);
      const both = own ? await readback.read(own.buffer, 2 * own.first, 2 * size) : new Float32Array(0);
      firstMoments.set(
        name,
        both.filter((_, i) => i % 2 === 0),
      );
      secondMoments.set(
        name,
        both.filter((_, i) => i % 2 === 1),
      );
    }
    readback.dispose();
    return { steps: this.#stepsRun, weights, firstMoments, secondMoments };
  }

  restore({ steps, weights, firstMoments, secondMoments }: PlanState): void {
    const { parameters, moments } = this.#named();
    const { device, state } = this.#common;
    for (const [name, variable] of [...parameters, ...(this.#options.state ?? [])]) assignValues(variable, name, weights);
    for (const [name, { size }] of parameters) {
      const own = moments.get(name);
      if (!own) continue;
      const both = new Float32Array(2 * size);
      const [first, second] = [firstMoments.get(name), secondMoments.get(name)];
      for (let i = 0; i < size; i++) {
        both[2 * i] = first?.[i] ?? 0;
        both[2 * i + 1] = second?.[i] ?? 0;
      }
      device.queue.writeBuffer(own.buffer, 8 * own.first, both);
    }
    // The corrections of the state are those of the coming step.
    const [correction1, correction2] = correctionsAfter(steps + 1);
    const rate = (this.#options.learningRate * Math.sqrt(correction2)) / correction1;
    device.queue.writeBuffer(state, 4 * STATE.step, new Uint32Array([steps]));
    device.queue.writeBuffer(state, 4 * STATE.rate, new Float32Array([rate]));
    device.queue.writeBuffer(state, 4 * STATE.correction1, new Float32Array([correction1, correction2]));
    this.#stepsRun = steps;
  }

  /** Parameters, and where their moments are, by name; those without entries have none. */
  #named(): { parameters: ReadonlyMap<string, tf.Variable>; moments: ReadonlyMap<string, Moments> } {
    const { parameters } = this.#options;
    return { parameters, moments: new Map([...filled(parameters).keys()].map((name, i) => [name, this.#common.moments[i]])) };
  }

  dispose(): void {
    for (const step of this.#steps.values()) step.dispose();
    this.#ring.dispose();
    disposeCommon(this.#common);
  }

  /** Measures what the pace of `run` is built on. */
  calibrate(): Promise<void> {
    return this.#pace.calibrate();
  }

  #sync(): void {
    for (const pinned of this.#common.parameters) pinned.sync();
    for (const pinned of this.#common.others) pinned.sync();
  }

  /**
   * A step of a number of rows that was not foreseen. Nothing compares it with tfjs before
   * it trains, so that it is tfjs's own dispatches; its kernels compile when they first run.
   */
  #addStep(rows: number): void {
    const step = new CapturedStep({ ...this.#common, fuse: false }, rows);
    step.assemble();
    if (this.#ring.capacity > 0) step.setRing(this.#ring.buffer);
    this.#steps.set(rows, step);
  }
}

function disposeCommon({ parameters, others, moments, state, order, table, scratch, outside }: Common): void {
  for (const pinned of [...parameters, ...others]) pinned.dispose();
  for (const buffer of new Set([...moments.map((own) => own.buffer), state, order])) buffer.destroy();
  table.release();
  scratch.dispose();
  outside.dispose();
}

/**
 * Those with entries: the kernel of a layer without inputs (no numeric column) has none, and a device binds
 * no buffer of no bytes.
 */
const filled = (variables: ReadonlyMap<string, tf.Variable> = new Map()): Map<string, tf.Variable> =>
  new Map([...variables].filter(([, { size }]) => size > 0));

/** Failures that may lie in generated kernels, and not in the loss. */
const OF_THE_DEVICE: readonly string[] = ['capture-device', 'capture-differs'];

async function makeCommon(options: CapturedPlanOptions): Promise<Common> {
  const { dataset, loss, noiseShapes, learningRate, noiseSeed } = options;
  const parameters = filled(options.parameters);
  const carried = filled(options.state);
  const backend = webGpuBackend();
  const { device } = backend;
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const table = await residentTable(device, dataset, options.uploaded);
  const state = device.createBuffer({ size: STATE_BYTES, usage: storage });
  device.queue.writeBuffer(state, 0, initialState(learningRate, noiseSeed));
  return {
    backend,
    device,
    pipelines: Object.create(backend.pipelineCache),
    parameters: [...parameters.values()].map((variable) => new PinnedVariable(backend, variable)),
    moments: makeMoments(
      device,
      [...parameters.values()].map(({ size }) => size),
    ),
    lazy: [...parameters.keys()].map((name) => options.lazy?.has(name) ?? false),
    floors: [...parameters.keys()].map((name) => options.floors?.get(name)),
    rates: [...parameters.keys()].map((name) => options.rates?.get(name) ?? 1),
    carried,
    others: [...carried.values()].map((variable) => new PinnedVariable(backend, variable)),
    state,
    order: device.createBuffer({ size: Math.max(4, 4 * dataset.rows), usage: storage }),
    table,
    scratch: new ScratchMemory(device),
    outside: new OutsideTensors(backend),
    fuse: options.fuse ?? true,
    serial: options.serial ?? runsOnProcessor(device),
    loss,
    noiseShapes,
  };
}

/**
 * Captures the training step of a loss on WebGPU. The parameters keep their values; nothing is trained yet.
 * Throws LabFailure naming what cannot be captured: a value read back, a number of JavaScript that changes
 * from step to step, an assignment to a variable, a tensor kept beyond the step, data too large for the
 * device.
 */
export async function createCapturedPlan(options: CapturedPlanOptions): Promise<CapturedPlan> {
  const common = await makeCommon(options);
  try {
    return await assembled(options, common).catch((failure: unknown) => {
      if (!common.fuse || (failure instanceof LabFailure && !OF_THE_DEVICE.includes(failure.code))) throw failure;
      // A device that refuses a generated kernel, or computes it otherwise: slower, not wrong, and reported.
      console.warn(`Kernels are not put together: ${failure instanceof Error ? failure.message : String(failure)}`);
      common.fuse = false;
      return assembled(options, common);
    });
  } catch (thrown) {
    disposeCommon(common);
    throw thrown;
  }
}

async function assembled(options: CapturedPlanOptions, common: Common): Promise<CapturedPlan> {
  const steps = new Map<number, CapturedStep>();
  try {
    const { device } = common;
    const { train } = options.dataset.split;
    const length = options.epochRows ?? train.length;
    for (const rows of rowCounts(length, options.batchSize)) steps.set(rows, new CapturedStep(common, rows));
    await Promise.all([...steps.values()].map((step) => step.compiled()));
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    let scopes: Promise<(GPUError | null)[]>;
    let plan: Captured;
    try {
      for (const step of steps.values()) step.assemble();
      plan = new Captured(options, common, steps);
    } finally {
      // Also where assembling throws: a scope that stays open swallows the errors of all that comes after.
      scopes = Promise.all([device.popErrorScope(), device.popErrorScope()]);
    }
    const problems = await scopes;
    for (const problem of problems) if (problem) throw captureFailure('capture-device', `the GPU refuses it with "${problem.message}"`);
    const order = Uint32Array.from({ length }, (_, i) => train[i % train.length]);
    device.queue.writeBuffer(common.order, 0, order);
    if (options.compare !== false) for (const step of steps.values()) await step.verify();
    await plan.calibrate();
    return plan;
  } catch (thrown) {
    for (const step of steps.values()) step.dispose();
    throw thrown;
  }
}
