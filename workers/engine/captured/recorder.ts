import * as tf from '@tensorflow/tfjs';
import type { LabFailure } from '../../data/failure';
import {
  byteSize,
  deviceBytes,
  type Engine,
  engine,
  flush,
  type KernelRequest,
  type Program,
  type TensorData,
  tensorUsage,
  type WebGpuBackend,
} from './internals';
import {
  type Call,
  type CallTensor,
  Constant,
  captureFailure,
  type Datum,
  type Operation,
  type Pipelines,
  type Resource,
  type TraceContext,
  Uncompiled,
} from './resources';
import { Scratch, ScratchOrder } from './scratch';

/** Replaces members of an object; the returned function puts the old ones back. */
function replace<T extends object>(target: T, members: { [K in keyof T]?: unknown }): () => void {
  const kept = Object.keys(members).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  for (const [name, value] of Object.entries(members)) Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    for (const [name, descriptor] of kept) {
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  };
}

/** What a uniform buffer holds is kept here instead of in a buffer. */
interface Uniforms {
  bytes: Uint8Array<ArrayBuffer>;
}

interface Entry {
  resource: { resource: Resource; bytes: number } | { buffer: Uniforms };
}

/** The members of tfjs's backend that see a step's work, replaced by ones that write it down. */
export class Recorder {
  readonly operations: Operation[] = [];
  readonly calls: Call[] = [];
  readonly outside = new Map<GPUBuffer, tf.TensorInfo>();
  /** Data made since the recording began. */
  readonly created = new Set<object>();
  /** The first thing that cannot be captured; kept in case the loss catches the exception. */
  failure: LabFailure | null = null;
  readonly #backend: WebGpuBackend;
  readonly #pipelines: Pipelines;
  readonly #scratch = new ScratchOrder();
  readonly #producers = new WeakMap<object, string>();
  readonly #datums = new Map<object, Datum>();
  #running = false;
  #kernel = 'no kernel';
  #restore: (() => void)[] = [];

  constructor({ backend, pipelines }: TraceContext) {
    this.#backend = backend;
    this.#pipelines = pipelines;
  }

  data(dataId: object): TensorData<Resource> {
    return this.#backend.tensorMap.get(dataId) as unknown as TensorData<Resource>;
  }

  fail(code: string, what: string): LabFailure {
    this.failure ??= captureFailure(code, what);
    return this.failure;
  }

  start(): void {
    const backend = this.#backend;
    const { device, queue, bufferManager } = backend;
    flush(backend);
    const forward = tf.env().getBool('WEBGPU_CPU_FORWARD');
    // Small tensors would otherwise be computed on the CPU, out of sight.
    tf.env().set('WEBGPU_CPU_FORWARD', false);
    const tfjs: Engine = engine();
    let entries: Entry[] = [];
    const pass = { setPipeline() {}, setBindGroup() {}, dispatchWorkgroups() {}, end() {} };
    const failVariable = (variable: tf.Variable): LabFailure =>
      this.fail('capture-assigned', `the loss assigns to the variable "${variable.name}" (shape [${variable.shape}])`);
    const uncaught = (what: string) => () => {
      throw this.fail('capture-operation', `"${this.#kernel}" ${what}`);
    };
    const write = backend.write;
    const record = backend.recordAndSubmit;
    const release = backend.releaseResource;
    this.#restore = [
      () => tf.env().set('WEBGPU_CPU_FORWARD', forward),
      replace(tfjs, { runKernel: this.#namingKernels(tfjs), runKernelFunc: this.#notingCalls(tfjs) }),
      replace(tf.Variable.prototype, {
        assign(this: tf.Variable) {
          throw failVariable(this);
        },
      }),
      replace(backend, {
        pipelineCache: this.#pipelines,
        computePassEncoder: pass,
        commandEncoder: {
          beginComputePass: () => pass,
          copyBufferToBuffer: uncaught('copies memory'),
          copyBufferToTexture: uncaught('copies memory'),
        },
        // A tensor that the step disposes of gives its memory back at once: the commands before are recorded,
        // and run in order.
        commandQueueOwnedIds: { add() {}, has: () => false },
        dispatchCountInPass: 0,
        uniformPendingDisposal: [],
        submitQueue() {},
        ensureCommandEncoderReady() {},
        endComputePassEncoder() {},
        device: {
          limits: device.limits,
          features: device.features,
          createShaderModule: (descriptor: GPUShaderModuleDescriptor) => descriptor,
          createComputePipeline: (descriptor: GPUComputePipelineDescriptor) => new Uncompiled(descriptor),
          createBindGroup: (descriptor: { entries: Entry[] }) => {
            entries = descriptor.entries;
          },
        },
        queue: {
          writeBuffer: (buffer: Uniforms, _offset: number, bytes: ArrayBuffer) => {
            buffer.bytes = new Uint8Array(bytes.slice(0));
          },
        },
        bufferManager: {
          acquireBuffer: (_size: number, usage: number): Uniforms => {
            if (!(usage & GPUBufferUsage.UNIFORM)) uncaught('asks for memory of its own')();
            return { bytes: new Uint8Array() };
          },
          releaseBuffer: (buffer: GPUBuffer) => bufferManager.releaseBuffer(buffer),
        },
        write: (values: ArrayLike<number> | null, shape: number[], dtype: tf.DataType) => {
          const dataId = write.call(backend, values, shape, dtype);
          this.created.add(dataId);
          return dataId;
        },
        uploadToGPU: (dataId: object) => {
          const data = this.data(dataId);
          if (data.resource) return;
          if (!data.values) data.resource = this.#scratch.acquire(byteSize(data.shape));
          else if (this.created.has(dataId)) data.resource = new Constant(deviceBytes(data.values, data.dtype), data.dtype);
          else {
            const buffer = bufferManager.acquireBuffer(byteSize(data.shape), tensorUsage());
            queue.writeBuffer(buffer, 0, deviceBytes(data.values, data.dtype));
            data.resource = buffer;
            data.values = null;
          }
        },
        releaseResource: (dataId: object) => {
          const data = this.data(dataId);
          if (data?.resource instanceof Scratch) this.#scratch.release(data.resource);
          else if (!(data?.resource instanceof Constant)) return release.call(backend, dataId);
          data.resource = null;
        },
        tensorToBinding: (tensor: tf.TensorInfo) => {
          const { resource } = this.data(tensor.dataId);
          if (resource instanceof GPUBuffer) this.outside.set(resource, tensor);
          return { resource, bytes: byteSize(tensor.shape) };
        },
        recordAndSubmit: (program: Program, output: tf.TensorInfo, inputs: tf.TensorInfo[], uniforms?: unknown) => {
          if (!(this.data(output.dataId).resource instanceof Scratch))
            throw this.fail('capture-in-place', `"${this.#kernel}" writes into a tensor that was there before it`);
          const pipeline = program.pipeline;
          program.pipeline = { getBindGroupLayout: () => null };
          record.call(backend, program, output, inputs, uniforms);
          const last = entries[entries.length - 1].resource as { buffer: Uniforms };
          this.operations.push({
            kernel: this.#kernel,
            key: program.shaderKey,
            pipeline,
            workgroups: [...program.dispatch],
            bindings: entries.slice(0, -1).map((entry) => entry.resource as Operation['bindings'][number]),
            uniforms: last.buffer.bytes,
          });
          this.#producers.set(output.dataId, this.#kernel);
        },
        readSync: (dataId: object) => this.#read(dataId),
        // A promise that stays open ends the caller's chain quietly: the step has failed already.
        read: async (dataId: object) => {
          try {
            return this.#read(dataId);
          } catch {
            return new Promise(() => undefined);
          }
        },
        readToGPU: (dataId: object) => this.#read(dataId, true),
        getBufferData: uncaught('reads memory'),
        copyBuffer: uncaught('copies memory'),
      }),
    ];
  }

  stop(): void {
    for (const restore of this.#restore.reverse()) restore();
    this.#restore = [];
  }

  #namingKernels(tfjs: Engine): Engine['runKernel'] {
    const run = tfjs.runKernel;
    return (name, inputs, attributes) => {
      const outer = this.#kernel;
      this.#kernel = name;
      try {
        return run.call(tfjs, name, inputs, attributes);
      } finally {
        this.#kernel = outer;
      }
    };
  }

  /** Writes down kernels that are no part of another, with the dispatches they make. */
  #notingCalls(tfjs: Engine): Engine['runKernelFunc'] {
    const run = tfjs.runKernelFunc;
    return (request) => {
      if (!request.kernelName || request.forwardFunc || this.#running) return run.call(tfjs, request);
      this.#running = true;
      const before = this.operations.length;
      try {
        const results = run.call(tfjs, request);
        this.#note(request, [results].flat(), this.operations.slice(before));
        return results;
      } finally {
        this.#running = false;
      }
    };
  }

  #note({ kernelName = '', inputs, attrs }: KernelRequest, outputs: readonly tf.Tensor[], operations: readonly Operation[]): void {
    const of = ({ dataId, shape, dtype }: tf.Tensor): CallTensor => ({ datum: this.datum(dataId), shape: shape.slice(), dtype });
    const named = Object.entries(inputs).flatMap(([name, tensor]): [string, CallTensor][] => (tensor ? [[name, of(tensor)]] : []));
    this.calls.push({ name: kernelName, attributes: { ...attrs }, inputs: Object.fromEntries(named), outputs: outputs.map(of), operations });
  }

  datum(dataId: object): Datum {
    const { dtype, resource = null, values } = this.data(dataId);
    const datum = this.#datums.get(dataId) ?? { dtype, resource: null, values: null };
    this.#datums.set(dataId, datum);
    datum.resource ??= resource;
    if (this.created.has(dataId)) datum.values ??= values;
    return datum;
  }

  #read(dataId: object, toDevice = false): ArrayLike<number> {
    const { values, shape } = this.data(dataId);
    if (values && !toDevice && this.created.has(dataId)) return values;
    const producer = this.#producers.get(dataId);
    const origin = producer ? `of "${producer}"` : 'of a tensor from before the step';
    throw this.fail('capture-read-back', `the value ${origin} (shape [${shape}]) is read back while the loss is computed`);
  }

  /** Takes the recorded memory away from tensors that outlive the step. True when there are any. */
  detachEscaped(): boolean {
    let escaped = false;
    for (const dataId of this.created) {
      if (!this.#backend.tensorMap.has(dataId)) continue;
      const data = this.data(dataId);
      escaped = true;
      // Nothing has run, so that a computed value does not exist: better loudly no number than memory of the
      // step.
      if (!data.values) data.values = new Float32Array(byteSize(data.shape) / 4).fill(Number.NaN);
      data.resource = null;
    }
    return escaped;
  }
}
