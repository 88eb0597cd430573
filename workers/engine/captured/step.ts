import * as tf from '@tensorflow/tfjs';
import { traceDifference } from './compare';
import { byteSize, engine, type WebGpuBackend } from './internals';
import { adamKernel, finishKernel, gatherKernel, grid, noiseKernel } from './kernels';
import { isPinned, PinnedVariable } from './pinned';
import type { ResidentTable } from './resident';
import { Scratch, type ScratchMemory } from './scratch';
import { Constant, captureFailure, type Pipelines, type Resource, type Trace, traceStep } from './trace';

/** Rows as tensors: what a loss takes (workers/methods/method.ts, Batch). */
export interface CapturedBatch {
  /** [rows, p] */
  x: tf.Tensor2D;
  /** K × [rows] int32 */
  z: tf.Tensor1D[];
  /** [rows, 1] */
  y: tf.Tensor2D;
}

/** What the steps of a plan, of whatever number of rows, have in common. */
export interface Common {
  backend: WebGpuBackend;
  device: GPUDevice;
  pipelines: Pipelines;
  parameters: PinnedVariable[];
  /** Both moments of each parameter. */
  moments: GPUBuffer[];
  /** Variables other than the parameters that the loss reads. */
  others: PinnedVariable[];
  state: GPUBuffer;
  order: GPUBuffer;
  table: ResidentTable;
  scratch: ScratchMemory;
  outside: OutsideTensors;
  p: number;
  features: number;
  loss(batch: CapturedBatch, noise: tf.Tensor[]): tf.Scalar;
  noiseShapes(rows: number): [number, number][];
}

/** Tensors from before the step that it reads: held, so that their buffers stay theirs. */
export class OutsideTensors {
  readonly #backend: WebGpuBackend;
  readonly #buffers = new Map<object, GPUBuffer>();
  readonly #held: tf.Tensor[] = [];
  readonly #copies: GPUBuffer[] = [];

  constructor(backend: WebGpuBackend) {
    this.#backend = backend;
  }

  /** The buffer that stands for a tensor in the plan. */
  of(buffer: GPUBuffer, { dataId, shape, dtype }: tf.TensorInfo, { parameters, others }: Pick<Common, 'parameters' | 'others'>): GPUBuffer {
    const known = this.#buffers.get(dataId);
    if (known) return known;
    if ([...parameters, ...others].some((pinned) => pinned.buffer === buffer)) return buffer;
    const variable = Object.values(engine().state.registeredVariables).find((candidate) => candidate.dataId === dataId);
    if (variable) {
      const pinned = new PinnedVariable(this.#backend, variable);
      others.push(pinned);
      this.#buffers.set(dataId, pinned.buffer);
      return pinned.buffer;
    }
    let own = buffer;
    if (isPinned(buffer)) {
      own = this.#backend.device.createBuffer({ size: buffer.size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
      const encoder = this.#backend.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, 0, own, 0, byteSize(shape));
      this.#backend.device.queue.submit([encoder.finish()]);
      this.#copies.push(own);
    }
    this.#backend.incRef(dataId);
    this.#held.push(tf.keep(engine().makeTensorFromTensorInfo({ dataId, shape, dtype })));
    this.#buffers.set(dataId, own);
    return own;
  }

  dispose(): void {
    tf.dispose(this.#held);
    for (const copy of this.#copies) copy.destroy();
  }
}

interface Command {
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: readonly [number, number, number];
}

/** Repetitions of a trace that must be alike: a setting that alternates shows in the third. */
const TRACES = 3;

/** A captured step of a fixed number of rows. */
export class CapturedStep {
  readonly rows: number;
  readonly #common: Common;
  readonly #compileNow: boolean;
  readonly #batch: CapturedBatch;
  readonly #noise: tf.Tensor[];
  readonly #trace: Trace;
  #commands: Command[] = [];
  #finish: { pipeline: GPUComputePipeline; loss: GPUBindGroupEntry } | null = null;
  #buffers: GPUBuffer[] = [];

  /** Traces the step. Throws LabFailure naming what cannot be captured. Kernels are compiled at once, or in the background until `compiled`. */
  constructor(common: Common, rows: number, compileNow: boolean) {
    this.#compileNow = compileNow;
    this.#common = common;
    this.rows = rows;
    this.#batch = {
      x: this.#input([rows, common.p], 'float32') as tf.Tensor2D,
      y: this.#input([rows, 1], 'float32') as tf.Tensor2D,
      z: Array.from({ length: common.features }, () => this.#input([rows], 'int32') as tf.Tensor1D),
    };
    this.#noise = common.noiseShapes(rows).map((shape) => this.#input(shape, 'float32'));
    try {
      this.#trace = this.#traceOnce();
      for (let i = 1; i < TRACES; i++) {
        const difference = traceDifference(this.#trace, this.#traceOnce());
        if (difference) throw difference;
      }
    } catch (thrown) {
      this.dispose();
      throw thrown;
    }
  }

  /** Dispatches of a step. */
  get dispatches(): number {
    return this.#commands.length;
  }

  /** Waits until tfjs's kernels of this step are compiled. */
  async compiled(): Promise<void> {
    const { backend, pipelines } = this.#common;
    for (const operation of this.#trace.operations) {
      operation.pipeline = await operation.pipeline;
      pipelines[operation.key] = operation.pipeline;
      // So that tfjs need not compile it for evaluation.
      backend.pipelineCache[operation.key] ??= operation.pipeline;
    }
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
    const { device, state, order, table, parameters, moments } = this.#common;
    this.#resolve(this.#trace);
    const { operations, loss, gradients } = this.#trace;
    const constants = this.#packed(
      operations.flatMap(({ bindings }) => bindings.flatMap(({ resource }) => (resource instanceof Constant ? [resource.bytes] : []))),
      [loss, ...gradients].flatMap((resource) => (resource instanceof Constant ? [resource.bytes] : [])),
      GPUBufferUsage.STORAGE,
      device.limits.minStorageBufferOffsetAlignment,
    );
    const uniforms = this.#packed(
      operations.map((operation) => operation.uniforms),
      [],
      GPUBufferUsage.UNIFORM,
      device.limits.minUniformBufferOffsetAlignment,
    );
    const place = (resource: Resource, bytes: number): GPUBufferBinding => {
      if (resource instanceof Constant) return constants(resource.bytes);
      return { buffer: resource instanceof Scratch ? this.#common.scratch.of(resource) : resource, size: bytes };
    };
    const ours = [{ buffer: state }];

    this.#inputCommands([...ours, { buffer: order }, { buffer: table.buffer }]);
    for (const { pipeline, bindings, uniforms: bytes, workgroups } of operations) {
      const resources = [...bindings.map((binding) => place(binding.resource, binding.bytes)), uniforms(bytes)];
      this.#command(pipeline as GPUComputePipeline, resources, workgroups);
    }
    const trained = parameters.flatMap(({ buffer, variable }, i) => {
      const gradient = gradients[i];
      return gradient ? [{ size: variable.size, resources: [{ buffer }, { buffer: moments[i] }, place(gradient, byteSize(variable.shape))] }] : [];
    });
    for (const some of inGroups(trained, Math.floor((device.limits.maxStorageBuffersPerShaderStage - 1) / 3))) {
      const { code, threads } = adamKernel(some.map(({ size }) => size));
      this.#command(this.#pipeline(code), [...ours, ...some.flatMap(({ resources }) => resources)], grid(threads));
    }
    this.#finish = { pipeline: this.#pipeline(finishKernel(this.rows).code), loss: { binding: 1, resource: place(loss, 4) } };
    this.#commands.push({ pipeline: this.#finish.pipeline, group: null as unknown as GPUBindGroup, workgroups: [1, 1, 1] });
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
    let last: GPUComputePipeline | null = null;
    for (const { pipeline, group, workgroups } of this.#commands) {
      if (pipeline !== last) pass.setPipeline(pipeline);
      last = pipeline;
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1], workgroups[2]);
    }
  }

  dispose(): void {
    tf.dispose([this.#batch.x, this.#batch.y, ...this.#batch.z, ...(this.#noise ?? [])]);
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers = [];
    this.#commands = [];
  }

  /** A tensor with memory and without a value: a kernel of ours writes it before tfjs's read it. */
  #input(shape: number[], dtype: 'float32' | 'int32'): tf.Tensor {
    if (byteSize(shape) === 0) return tf.keep(tf.tensor([], shape, dtype));
    const { backend } = this.#common;
    const info = backend.makeTensorInfo(shape, dtype);
    backend.uploadToGPU(info.dataId);
    return tf.keep(engine().makeTensorFromTensorInfo(info));
  }

  #bufferOf(tensor: tf.Tensor): GPUBuffer {
    return this.#common.backend.tensorMap.get(tensor.dataId).resource as GPUBuffer;
  }

  #traceOnce(): Trace {
    const { backend, pipelines, parameters, loss } = this.#common;
    const variables = parameters.map(({ variable }) => variable);
    const trace = traceStep({ backend, pipelines, compileNow: this.#compileNow }, variables, () => loss(this.#batch, this.#noise));
    // A later kernel of ours changes parameters in place: what it reads must not be one of them.
    for (const end of [trace.loss, ...trace.gradients])
      if (end instanceof GPUBuffer) throw captureFailure('capture-untouched', 'its loss or a gradient is a tensor from before the step');
    return trace;
  }

  /** Puts the buffers of the plan in the place of those tensors were in. */
  #resolve({ operations, outside }: Trace): void {
    const inputs = new Set([this.#batch.x, this.#batch.y, ...this.#batch.z, ...this.#noise].map((tensor) => tensor.dataId));
    for (const { bindings } of operations)
      for (const binding of bindings) {
        if (!(binding.resource instanceof GPUBuffer)) continue;
        const info = outside.get(binding.resource) as tf.TensorInfo;
        if (!inputs.has(info.dataId)) binding.resource = this.#common.outside.of(binding.resource, info, this.#common);
      }
  }

  /** Rows of the batch from the resident table, and the noise. */
  #inputCommands(sources: GPUBufferBinding[]): void {
    const { device, p, table } = this.#common;
    const most = device.limits.maxStorageBuffersPerShaderStage;
    const { x, y, z } = this.#batch;
    const columns = [{ tensor: x, first: 0, width: p }, ...[y, ...z].map((tensor, i) => ({ tensor, first: p + i, width: 1 }))];
    for (const some of inGroups(
      columns.filter(({ width }) => width > 0),
      most - sources.length,
    )) {
      const { code, threads } = gatherKernel(this.rows, table.columns, some);
      this.#command(this.#pipeline(code), [...sources, ...some.map(({ tensor }) => ({ buffer: this.#bufferOf(tensor) }))], grid(threads));
    }
    let first = 0;
    const noise = this.#noise.map((tensor) => {
      const output = { tensor, first, width: tensor.shape[1] as number };
      first += output.width;
      return output;
    });
    for (const some of inGroups(noise, most - 1)) {
      const { code, threads } = noiseKernel(this.rows, some);
      this.#command(this.#pipeline(code), [sources[0], ...some.map(({ tensor }) => ({ buffer: this.#bufferOf(tensor) }))], grid(threads));
    }
  }

  #pipeline(code: string): GPUComputePipeline {
    const { device, pipelines } = this.#common;
    pipelines[code] ??= device.createComputePipeline({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
    });
    return pipelines[code] as GPUComputePipeline;
  }

  #command(pipeline: GPUComputePipeline, resources: GPUBufferBinding[], workgroups: readonly [number, number, number]): void {
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const group = this.#common.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    this.#commands.push({ pipeline, group, workgroups });
  }

  /** Puts pieces of bytes, equal ones once, into one buffer; the returned function says where a piece is. */
  #packed(pieces: Uint8Array[], more: Uint8Array[], usage: number, alignment: number): (bytes: Uint8Array) => GPUBufferBinding {
    const known = new Map<string, number>();
    const places = new Map<Uint8Array, number>();
    let end = 0;
    for (const bytes of [...pieces, ...more]) {
      const key = bytes.length > 256 ? null : bytes.join();
      const at = places.get(bytes) ?? (key === null ? undefined : known.get(key)) ?? end;
      places.set(bytes, at);
      if (key !== null) known.set(key, at);
      if (at === end) end += Math.ceil(bytes.length / alignment) * alignment;
    }
    const buffer = this.#common.device.createBuffer({ size: Math.max(4, end), usage, mappedAtCreation: true });
    const memory = new Uint8Array(buffer.getMappedRange());
    for (const [bytes, at] of places) memory.set(bytes, at);
    buffer.unmap();
    this.#buffers.push(buffer);
    return (bytes) => ({ buffer, offset: places.get(bytes), size: bytes.length });
  }
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let i = 0; i < items.length; i += size) groups.push(items.slice(i, i + size));
  return groups;
}
