import { Machine } from '../engine/webgpu/machine';
import { BACKWARD } from '../engine/webgpu/wgsl/common';
import type { BenchRow, Ceiling } from './schema';
import { median } from './statistics';
import { describe, flopsOfKernels, P, workOf } from './work';
import type { Workload } from './workload';

/** A pass is made this long, ms: browsers round timestamps to 0.1 ms. */
const PASS_MILLISECONDS = 4;
const MOST_REPEATS = 256;
const ROUNDS = 5;

/** Milliseconds of what `record` dispatches, by the GPU's own clock where it has one, else from outside. */
class Stopwatch {
  readonly #queries: GPUQuerySet | null;
  readonly #resolved: GPUBuffer;
  readonly #read: GPUBuffer;

  constructor(readonly device: GPUDevice) {
    this.#queries = device.features.has('timestamp-query') ? device.createQuerySet({ type: 'timestamp', count: 2 }) : null;
    this.#resolved = device.createBuffer({ size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
    this.#read = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  }

  get clock(): Ceiling['clock'] {
    return this.#queries ? 'timestamp' : 'wall';
  }

  /** `record` submits one compute pass; it gets the descriptor of that pass. */
  async time(record: (pass: GPUComputePassDescriptor) => void): Promise<number> {
    const { device } = this;
    await device.queue.onSubmittedWorkDone();
    const began = performance.now();
    const queries = this.#queries;
    record(queries ? { timestampWrites: { querySet: queries, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 } } : {});
    if (!queries) {
      await device.queue.onSubmittedWorkDone();
      return performance.now() - began;
    }
    const commands = device.createCommandEncoder();
    commands.resolveQuerySet(queries, 0, 2, this.#resolved, 0);
    commands.copyBufferToBuffer(this.#resolved, 0, this.#read, 0, 16);
    device.queue.submit([commands.finish()]);
    await this.#read.mapAsync(GPUMapMode.READ);
    const [start, end] = new BigUint64Array(this.#read.getMappedRange().slice(0));
    this.#read.unmap();
    return Number(end - start) / 1e6;
  }

  /**
   * Milliseconds of one of the things that `record` does so many times: the median of some passes that are
   * long enough for the clock.
   */
  async timeOne(record: (pass: GPUComputePassDescriptor, times: number) => void): Promise<number> {
    await this.time((pass) => record(pass, 1));
    const once = await this.time((pass) => record(pass, 1));
    const times = Math.max(1, Math.min(MOST_REPEATS, Math.round(PASS_MILLISECONDS / Math.max(once, 1e-3))));
    const measured: number[] = [];
    for (let i = 0; i < ROUNDS; i++) measured.push((await this.time((pass) => record(pass, times))) / times);
    return median(measured);
  }

  dispose(): void {
    this.#queries?.destroy();
    this.#resolved.destroy();
    this.#read.destroy();
  }
}

/** The adapter's device for measurements, with timestamps where it has them; null without WebGPU. */
export async function measuringDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const { limits } = adapter;
  return adapter.requestDevice({
    requiredFeatures: (['timestamp-query', 'subgroups'] as GPUFeatureName[]).filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    },
  });
}

const COPY = `
@group(0) @binding(0) var<storage, read> a : array<vec4f>;
@group(0) @binding(1) var<storage, read_write> c : array<vec4f>;
@compute @workgroup_size(256) fn main(@builtin(global_invocation_id) id : vec3u, @builtin(num_workgroups) groups : vec3u) {
  for (var i = id.x; i < arrayLength(&a); i += groups.x * 256u) { c[i] = a[i]; }
}`;

/** The textbook product of square matrices by 16 × 16 tiles in shared memory, one output a thread. */
const MULTIPLY = `
override n : u32;
@group(0) @binding(0) var<storage, read> a : array<f32>;
@group(0) @binding(1) var<storage, read_write> c : array<f32>;
var<workgroup> left : array<array<f32, 16>, 16>;
var<workgroup> right : array<array<f32, 16>, 16>;
@compute @workgroup_size(16, 16) fn main(@builtin(global_invocation_id) id : vec3u, @builtin(local_invocation_id) at : vec3u) {
  var sum = 0.0;
  for (var t = 0u; t < n; t += 16u) {
    left[at.y][at.x] = a[id.y * n + t + at.x];
    right[at.y][at.x] = a[(t + at.y) * n + id.x];
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) { sum += left[at.y][k] * right[k][at.x]; }
    workgroupBarrier();
  }
  c[id.y * n + id.x] = sum;
}`;

/**
 * What a plain copy and a plain product reach on this device. Small sizes on an adapter in software, which
 * would take minutes.
 */
export async function measureCeiling(device: GPUDevice, hardware: boolean): Promise<Ceiling> {
  const watch = new Stopwatch(device);
  const n = hardware ? 2048 : 256;
  const bytes = hardware ? 128 * 2 ** 20 : 8 * 2 ** 20;
  const usage = GPUBufferUsage.STORAGE;
  const buffers = [bytes, bytes].map((size) => device.createBuffer({ size, usage }));
  const pipeline = (code: string, constants?: Record<string, number>): GPUComputePipeline =>
    device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code }), entryPoint: 'main', constants } });
  const timed = (stage: GPUComputePipeline, groups: [number, number]): Promise<number> => {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: stage.getBindGroupLayout(0), entries });
    return watch.timeOne((descriptor, times) => {
      const commands = device.createCommandEncoder();
      const pass = commands.beginComputePass(descriptor);
      pass.setPipeline(stage);
      pass.setBindGroup(0, group);
      for (let i = 0; i < times; i++) pass.dispatchWorkgroups(...groups);
      pass.end();
      device.queue.submit([commands.finish()]);
    });
  };
  const copy = await timed(pipeline(COPY), [Math.min(4096, bytes / 16 / 256), 1]);
  const multiply = await timed(pipeline(MULTIPLY, { n }), [n / 16, n / 16]);
  for (const buffer of buffers) buffer.destroy();
  const { clock } = watch;
  watch.dispose();
  return { copy: (2 * bytes) / copy / 1e6, multiply: (2 * n ** 3) / multiply / 1e6, clock };
}

/**
 * GPU microseconds of each kernel of the lab's step. A kernel is dispatched many times in one pass, whose
 * beginning and end the GPU stamps; the plan's machine opens that pass, so its descriptor is added on the
 * way.
 */
export async function measureKernels(device: GPUDevice, { method, q, batch, x, y, codes }: Workload): Promise<NonNullable<BenchRow['kernels']>> {
  const watch = new Stopwatch(device);
  const problem = { task: 'regression', x, p: P, y, features: [{ codes, levels: q }], batchSize: batch, learningRate: 0.001, noiseSeed: 1 } as const;
  const machine = await Machine.create(device, describe(method), problem, { trainingOnly: true });
  const begin = GPUCommandEncoder.prototype.beginComputePass;
  let descriptor: GPUComputePassDescriptor = {};
  GPUCommandEncoder.prototype.beginComputePass = function (given) {
    return begin.call(this, { ...given, ...descriptor });
  };
  try {
    const { params } = machine.buffers;
    device.queue.writeBuffer(
      params,
      0,
      Float32Array.from({ length: params.size / 4 }, (_, i) => (((i * 37) % 101) - 50) / 500),
    );
    const places = machine.setOrder(Uint32Array.from({ length: batch }, (_, i) => i));
    const input = { lossAt: 0, stamp: 1, seed: 1, noiseStep: 0, flags: BACKWARD, rate: 0.001 };
    const flops = flopsOfKernels(method, batch);
    const measured: NonNullable<BenchRow['kernels']> = [];
    for (const name of machine.program.train) {
      const milliseconds = await watch.timeOne((pass, times) => {
        descriptor = pass;
        machine.write(0, places[0], input);
        machine.submit(Array<string>(times).fill(name), places);
        descriptor = {};
      });
      const operations = flops[name];
      // Adam is the kernel that does little else than move its parameters and moments.
      const moved = name === 'update' ? 24 * workOf(method, q).parameters : null;
      measured.push({
        name,
        microseconds: 1000 * milliseconds,
        gflops: operations === undefined ? null : operations / milliseconds / 1e6,
        gigabytes: moved === null ? null : moved / milliseconds / 1e6,
      });
    }
    return measured;
  } finally {
    GPUCommandEncoder.prototype.beginComputePass = begin;
    machine.dispose();
    watch.dispose();
  }
}
