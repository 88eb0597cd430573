import * as tf from '@tensorflow/tfjs';
import { nextState } from '../step-loss';
import type { TracedPlanOptions } from '../traced-plan';
import { largestDifference, traceDifference } from './compare';
import { compileAll } from './compile';
import { fusedTrace } from './fused-trace';
import { inGroups, StepInputs } from './inputs';
import { byteSize, flush, type WebGpuBackend } from './internals';
import { adamKernel, copyKernel, finishKernel, grid } from './kernels';
import type { Moments } from './moments';
import type { OutsideTensors } from './outside';
import { Packed } from './packed';
import type { PinnedVariable } from './pinned';
import type { ResidentTable } from './resident';
import { Constant, captureFailure, type Operation, type Pipelines, type Resource, type Trace, Uncompiled } from './resources';
import { Scratch, type ScratchMemory } from './scratch';
import { traceStep } from './trace';

/** What the steps of a plan, of whatever number of rows, have in common. */
export interface Common extends Pick<TracedPlanOptions, 'loss' | 'noiseShapes'> {
  backend: WebGpuBackend;
  device: GPUDevice;
  pipelines: Pipelines;
  parameters: PinnedVariable[];
  /** Where both moments of each parameter are. */
  moments: Moments[];
  /** Which of the parameters are tables that Adam updates lazily. */
  lazy: boolean[];
  /** Least value of each parameter, where it has one. */
  floors: (number | undefined)[];
  /** Factor on the learning rate of each parameter; 0 where no step moves it. */
  rates: number[];
  /** Variables that a step assigns what the loss computes for them: the first of the others. */
  carried: ReadonlyMap<string, tf.Variable>;
  /** Variables other than the parameters that the loss reads or a step assigns. */
  others: PinnedVariable[];
  state: GPUBuffer;
  order: GPUBuffer;
  table: ResidentTable;
  scratch: ScratchMemory;
  outside: OutsideTensors;
  /** Whether the device is a processor. */
  serial: boolean;
  /** Whether kernels are put together; else a step is tfjs's own dispatches. */
  fuse: boolean;
}

interface Command {
  /** What it computes, as a person knows it. */
  name: string;
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: readonly [number, number, number];
}

/** Repetitions of a trace that must be alike: a setting that alternates shows in the third. */
const TRACES = 3;

/**
 * Of each gradient, as many bytes are compared with tfjs; numbers that differ by less, in parts of the
 * largest, are rounding and the order of sums.
 */
const COMPARED_BYTES = 4096;
const TOLERANCE = 1e-3;

/** A captured step of a fixed number of rows. */
export class CapturedStep {
  readonly rows: number;
  readonly #common: Common;
  readonly #inputs: StepInputs;
  readonly #trace: Trace;
  /** The trace as it runs. */
  readonly #run: Trace;
  #commands: Command[] = [];
  #finish: { pipeline: GPUComputePipeline; loss: GPUBindGroupEntry } | null = null;
  /** Where the loss, the gradients and the next state are. */
  #ends: (GPUBufferBinding | null)[] = [];
  /** The first command that changes the state or a parameter. */
  #training = 0;
  #packed: Packed[] = [];

  /**
   * Traces the step. Throws LabFailure naming what cannot be captured.
   */
  constructor(common: Common, rows: number) {
    this.#common = common;
    this.rows = rows;
    this.#inputs = new StepInputs(common.backend, rows, common.table, common.noiseShapes(rows));
    try {
      this.#trace = this.#traceOnce();
      for (let i = 1; i < TRACES; i++) {
        const difference = traceDifference(this.#trace, this.#traceOnce());
        if (difference) throw difference;
      }
      this.#run = common.fuse ? fusedTrace(this.#trace, common.device.limits.maxStorageBuffersPerShaderStage, common.serial) : this.#trace;
    } catch (thrown) {
      this.dispose();
      throw thrown;
    }
  }

  /** The dispatches of a step by name. */
  get kernels(): string[] {
    return this.#commands.map(({ name }) => name);
  }

  /**
   * Compiles the kernels of this step, side by side, and tfjs's, so that it need not for the comparison and
   * for evaluation.
   */
  async compiled(): Promise<void> {
    const { backend, pipelines, device } = this.#common;
    await compileAll(device, pipelines, [...this.#run.operations, ...this.#trace.operations]);
    for (const { key } of this.#trace.operations) backend.pipelineCache[key] ??= pipelines[key];
  }

  /** Traces once more and throws LabFailure if the step has become another one. */
  check(): void {
    const again = this.#traceOnce();
    this.#resolve(again);
    const difference = traceDifference(this.#trace, again);
    if (difference) throw difference;
  }

  /** Gives memory to the trace and makes its bind groups. */
  assemble(): void {
    const { device, state, order, parameters, moments, lazy, floors, rates, others } = this.#common;
    for (const trace of new Set([this.#trace, this.#run])) this.#resolve(trace);
    const { operations, loss, gradients, next } = this.#run;
    const numbers = [...operations.flatMap(({ bindings }) => bindings.map(({ resource }) => resource)), loss, ...gradients, ...next];
    const constants = new Packed(
      device,
      numbers.flatMap((resource) => (resource instanceof Constant ? [resource.bytes] : [])),
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
      device.limits.minStorageBufferOffsetAlignment,
    );
    const uniforms = new Packed(
      device,
      operations.map((operation) => operation.uniforms),
      GPUBufferUsage.UNIFORM,
      device.limits.minUniformBufferOffsetAlignment,
    );
    this.#packed = [constants, uniforms];
    const place = (resource: Resource, bytes: number): GPUBufferBinding => {
      if (resource instanceof Constant) return constants.of(resource.bytes);
      return { buffer: resource instanceof Scratch ? this.#common.scratch.of(resource) : resource, size: bytes };
    };
    const ours = [{ buffer: state }];

    const most = device.limits.maxStorageBuffersPerShaderStage;
    const ordered = [...ours, { buffer: order }];
    for (const { code, threads, sources, outputs } of this.#inputs.gather(most - ordered.length))
      this.#command('batch', this.#pipeline(code), [...ordered, ...sources, ...outputs], grid(threads));
    for (const { code, threads, outputs } of this.#inputs.draw(most - 1))
      this.#command('noise', this.#pipeline(code), [...ours, ...outputs], grid(threads));
    for (const operation of operations) {
      const { bindings, uniforms: bytes, workgroups } = operation;
      const resources = [...bindings.map((binding) => place(binding.resource, binding.bytes)), uniforms.of(bytes)];
      this.#command(operation.kernel, this.#compiledNow(operation), resources, workgroups);
    }
    this.#training = this.#commands.length;
    this.#ends = [
      place(loss, 4),
      ...gradients.map((gradient, i) => gradient && place(gradient, byteSize(parameters[i].variable.shape))),
      ...next.map((value, i) => place(value, byteSize(others[i].variable.shape))),
    ];
    const trained = parameters.flatMap(({ buffer, variable }, i) => {
      const at = this.#ends[i + 1];
      const width = lazy[i] ? variable.size / variable.shape[0] : 0;
      if (!at || rates[i] === 0) return [];
      return [{ size: variable.size, width, floor: floors[i], rate: rates[i], moments: moments[i], resources: [{ buffer }, at] }];
    });
    for (let i = 0; i < trained.length; ) {
      // As many as a kernel can bind: state, buffers of moments, two of each parameter.
      let end = i + 1;
      const shared = (to: number): GPUBuffer[] => [...new Set(trained.slice(i, to).map((one) => one.moments.buffer))];
      while (end < trained.length && 1 + shared(end + 1).length + 2 * (end + 1 - i) <= most) end++;
      const some = trained.slice(i, end);
      const buffers = shared(end);
      const { code, threads } = adamKernel(
        some.map(({ moments: { buffer, first }, ...own }) => ({ ...own, moments: buffers.indexOf(buffer), first })),
        buffers.length,
      );
      const resources = [...ours, ...buffers.map((buffer) => ({ buffer })), ...some.flatMap((own) => own.resources)];
      this.#command('Adam', this.#pipeline(code), resources, grid(threads));
      i = end;
    }
    const copied = next.map((_, i) => ({
      size: others[i].variable.size,
      resources: [{ buffer: others[i].buffer }, this.#ends[1 + gradients.length + i] as GPUBufferBinding],
    }));
    for (const some of inGroups(copied, Math.floor(most / 2))) {
      const { code, threads } = copyKernel(some.map(({ size }) => size));
      this.#command(
        'state',
        this.#pipeline(code),
        some.flatMap(({ resources }) => resources),
        grid(threads),
      );
    }
    this.#finish = { pipeline: this.#pipeline(finishKernel(this.rows).code), loss: { binding: 1, resource: place(loss, 4) } };
    this.#commands.push({ name: 'loss', pipeline: this.#finish.pipeline, group: null as unknown as GPUBindGroup, workgroups: [1, 1, 1] });
  }

  /** Where losses go. Must be called before the first step, and again when the ring is replaced. */
  setRing(ring: GPUBuffer): void {
    if (!this.#finish) throw new Error('the step is not assembled');
    const { pipeline, loss } = this.#finish;
    const entries = [{ binding: 0, resource: { buffer: this.#common.state } }, loss, { binding: 2, resource: { buffer: ring } }];
    this.#commands[this.#commands.length - 1].group = this.#common.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  }

  /** Adds the dispatches of one step to a pass. */
  encode(pass: GPUComputePassEncoder): void {
    this.#encode(pass, this.#commands);
  }

  /**
   * Computes the step once without training, and compares its loss, gradients and next state with those of
   * tfjs on the same batch. Rejects with LabFailure where they differ. The rows of the batch must be the
   * first of the order.
   */
  async verify(): Promise<void> {
    const { backend, device, parameters, carried, loss } = this.#common;
    const places = this.#ends.flatMap((end) => (end ? [{ ...end, size: Math.min(end.size as number, COMPARED_BYTES) }] : []));
    const size = places.reduce((sum, end) => sum + end.size, 0);
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    flush(backend);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    this.#encode(pass, this.#commands.slice(0, this.#training));
    pass.end();
    let at = 0;
    for (const end of places) {
      encoder.copyBufferToBuffer(end.buffer, end.offset ?? 0, staging, at, end.size);
      at += end.size;
    }
    device.queue.submit([encoder.finish()]);
    const expected = tf.tidy(() => {
      const variables = parameters.map(({ variable }) => variable);
      let next: tf.Tensor[] = [];
      const { value, grads } = tf.variableGrads(() => {
        const step = loss(this.#inputs.batch, this.#inputs.noise);
        next = nextState(carried, step).map((tensor) => tf.keep(tensor));
        return step.total;
      }, variables);
      const ends = [value, ...variables.flatMap(({ name }) => (grads[name] ? [grads[name]] : [])), ...next];
      const compared = tf.concat(ends.map((end) => tf.slice(tf.reshape(end, [-1]), 0, Math.min(end.size, COMPARED_BYTES / 4))));
      tf.dispose(next);
      return compared;
    });
    try {
      const [, theirs] = await Promise.all([staging.mapAsync(GPUMapMode.READ), expected.data()]);
      const difference = largestDifference(
        new Float32Array(staging.getMappedRange()),
        theirs as Float32Array,
        places.map((end) => end.size / 4),
      );
      if (!(difference <= TOLERANCE)) throw captureFailure('capture-differs', `its first run differs from tfjs by ${difference.toExponential(1)}`);
    } finally {
      expected.dispose();
      staging.destroy();
    }
  }

  #encode(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
    let last: GPUComputePipeline | null = null;
    for (const { pipeline, group, workgroups } of commands) {
      if (pipeline !== last) pass.setPipeline(pipeline);
      last = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    }
  }

  dispose(): void {
    this.#inputs.dispose();
    for (const packed of this.#packed) packed.dispose();
    this.#packed = [];
    this.#commands = [];
  }

  #traceOnce(): Trace {
    const { backend, pipelines, parameters, carried, loss } = this.#common;
    const variables = parameters.map(({ variable }) => variable);
    const trace = traceStep({ backend, pipelines }, variables, carried, () => loss(this.#inputs.batch, this.#inputs.noise));
    // A later kernel of ours changes parameters in place: what it reads must not be one of them.
    for (const end of [trace.loss, ...trace.gradients, ...trace.next])
      if (end instanceof GPUBuffer)
        throw captureFailure('capture-untouched', 'its loss, a gradient or a next state is a tensor from before the step');
    return trace;
  }

  /** Puts the buffers of the plan in the place of those tensors were in. */
  #resolve({ operations, outside }: Trace): void {
    for (const { bindings } of operations)
      for (const binding of bindings) {
        if (!(binding.resource instanceof GPUBuffer)) continue;
        const info = outside.get(binding.resource) as tf.TensorInfo;
        if (!this.#inputs.has(info.dataId)) binding.resource = this.#common.outside.of(binding.resource, info, this.#common);
      }
  }

  /** Compiled before, or now: kernels of a step that is made while others train. */
  #compiledNow({ key, pipeline }: Operation): GPUComputePipeline {
    const { device, pipelines } = this.#common;
    const known = pipelines[key] ?? pipeline;
    const compiled = known instanceof Uncompiled ? device.createComputePipeline(known.whole(device)) : known;
    pipelines[key] = compiled;
    return compiled as GPUComputePipeline;
  }

  #pipeline(code: string): GPUComputePipeline {
    const { device, pipelines } = this.#common;
    pipelines[code] ??= device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
    });
    return pipelines[code] as GPUComputePipeline;
  }

  #command(name: string, pipeline: GPUComputePipeline, resources: GPUBufferBinding[], workgroups: readonly [number, number, number]): void {
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const group = this.#common.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    this.#commands.push({ name, pipeline, group, workgroups });
  }
}
