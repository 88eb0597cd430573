import { EVALUATION_ROWS } from '../constants';
import { checkDescription, tagsOf } from '../description';
import type { FusedDescription, FusedProblem } from '../step-plan';
import { type Uploaded, uploadRows } from '../upload';
import { BatchLists, type BatchPlace, chooseChunk } from './batch-lists';
import { type BufferLayout, bufferLayout } from './buffer-layout';
import { fillIndexMaps } from './index-maps';
import { type Program, programOf } from './kernels';
import { MOST_STEPS } from './pace';
import { unsupported } from './support';
import { BACKWARD, STEP_BYTES, STEP_FIELDS, STEP_STRIDE } from './wgsl/common';
import { gradientParts, type Kernel, type KernelModel, LOSS_PARTS, partialAt } from './wgsl/kernel';
import { stacksOf } from './wgsl/stacks';
import { firstDrawn, slotRecord } from './wgsl/tags';

/** Steps whose losses the ring holds at least. */
const LEAST_RING = 256;

/** A kernel on the device with its buffers. */
interface Stage {
  kernel: Kernel;
  descriptor: GPUComputePipelineDescriptor;
  /** Null until it is compiled. */
  pipeline: GPUComputePipeline | null;
  group: GPUBindGroup;
}

/** What one step or evaluation is told in addition to the place of its batch. */
export interface StepInput {
  lossAt: number;
  stamp: number;
  seed: number;
  noiseStep: number;
  flags: number;
  /** Adam's rate with its bias correction. */
  rate: number;
}

export interface MachineOptions {
  /**
   * Noise of all rows (features × n × d), then of tags that draw (their number × d), instead of the
   * counter-based: for tests.
   */
  injectedNoise?: Float32Array<ArrayBuffer>;
  /** Makes the kernels of training alone, for a self-test: others take time to compile. */
  trainingOnly?: boolean;
  /** Awaited between chunks of the upload; may end it by throwing. */
  uploaded?: Uploaded;
  /** Memory of a workgroup to plan with, where the device has more: for tests. */
  workgroupBytes?: number;
  /** Kernels for a processor that computes in quads (KernelModel), or for a GPU. Absent: as the device is. */
  quads?: boolean;
}

/** Whether the device is a processor that calls four lanes a subgroup. */
function computesInQuads({ features, adapterInfo }: GPUDevice): boolean {
  if (!features.has('subgroups' as GPUFeatureName)) return false;
  const { architecture, description, subgroupMinSize, subgroupMaxSize } = adapterInfo as Partial<GPUAdapterInfo>;
  return subgroupMinSize === 4 && subgroupMaxSize === 4 && /swiftshader/i.test(`${architecture} ${description}`);
}

/** The KL term of a level without rows, whose mean and log-variance are 0. */
function klOfAbsentLevel(description: FusedDescription): number {
  if (description.kind !== 'encoder') return 0;
  const { d, priorVariance } = description;
  return 0.5 * d * (Math.log(priorVariance) - 1 + 1 / priorVariance);
}

/**
 * Kernels, buffers and bind groups of one problem on a device, made once; a step only writes its uniform and
 * records dispatches.
 */
export class Machine {
  readonly layout: BufferLayout;
  readonly program: Program;
  readonly lists: BatchLists;
  /** Most rows of an evaluation, and nominal rows of a batch. */
  readonly capacity: number;
  readonly batch: number;
  /** Losses in the ring; one more place after it is for evaluations. */
  readonly ring: number;
  /** The words of an epoch's batches, then those of an evaluation. */
  readonly words: Uint32Array<ArrayBuffer>;
  readonly evaluationAt: number;
  readonly buffers: Record<string, GPUBuffer>;
  readonly #stages = new Map<string, Stage>();
  readonly #problem: FusedProblem;
  readonly #model: KernelModel;
  readonly #klAbsent: number;
  readonly #references: 'slots' | 'levels';
  readonly #uniform: GPUBuffer;
  readonly #bytes = new ArrayBuffer(STEP_STRIDE * MOST_STEPS);
  readonly #u32 = new Uint32Array(this.#bytes);
  readonly #f32 = new Float32Array(this.#bytes);
  readonly #offsets = Uint32Array.from({ length: MOST_STEPS }, (_, i) => i * STEP_STRIDE);
  readonly #chosen: ReturnType<typeof chooseChunk>;

  /**
   * Rejects with the sizes when the device has no room for the problem, with the message of a kernel that it
   * refuses, or with what the kernels do not know.
   */
  static async create(device: GPUDevice, description: FusedDescription, problem: FusedProblem, options: MachineOptions = {}): Promise<Machine> {
    device.pushErrorScope('validation');
    device.pushErrorScope('out-of-memory');
    let machine: Machine | null = null;
    let thrown: unknown = null;
    try {
      checkDescription(
        description,
        problem.features.map(({ levels }) => levels),
        problem.tags?.length,
      );
      const lacking = unsupported(description);
      if (lacking) throw new Error(`the fused WebGPU step does not know ${lacking}`);
      machine = new Machine(device, description, problem, options);
      await machine.#prepare(options.trainingOnly === true);
      await machine.#upload(options.uploaded);
    } catch (failure) {
      thrown = failure;
    }
    const memory = await device.popErrorScope();
    const invalid = await device.popErrorScope();
    if (machine && !thrown && !memory && !invalid) return machine;
    machine?.dispose();
    throw thrown ?? new Error(memory ? `the GPU has no memory left (${memory.message})` : `the GPU refuses a kernel (${invalid?.message})`);
  }

  private constructor(
    readonly device: GPUDevice,
    description: FusedDescription,
    problem: FusedProblem,
    { injectedNoise, workgroupBytes, quads }: MachineOptions,
  ) {
    const { p, features } = problem;
    const tags = tagsOf(description).length > 0 ? (problem.tags ?? []) : [];
    const n = problem.y.length;
    this.#problem = problem;
    this.layout = bufferLayout(description, p, [...features.map(({ levels }) => levels), ...tags.map((column) => column.tags)]);
    this.batch = Math.max(1, Math.min(problem.batchSize, n));
    this.capacity = Math.max(this.batch, Math.min(EVALUATION_ROWS, n));
    this.#klAbsent = klOfAbsentLevel(description) / problem.batchSize;
    this.#references = description.kind === 'encoder' ? 'slots' : 'levels';
    const used = description.kind === 'no-levels' ? [] : [...features, ...tags];
    this.#chosen = chooseChunk(used, problem);
    this.lists = new BatchLists(used, this.layout.firstLevel, this.#chosen.chunk);
    const steps = Math.ceil(n / this.batch);
    this.evaluationAt = Math.floor(n / this.batch) * this.lists.words(this.batch) + this.lists.words(n % this.batch);
    this.words = new Uint32Array(this.evaluationAt + this.lists.words(this.capacity));
    this.ring = Math.max(LEAST_RING, steps);
    // Its divisor of the KL term is the nominal size, also where the data have fewer rows.
    this.#model = {
      layout: this.layout,
      stacks: stacksOf(this.layout),
      description,
      binary: problem.task === 'binary',
      n,
      batch: problem.batchSize,
      // A tile may reach beyond the last row.
      stride: Math.ceil((this.capacity + 64) / 32) * 32,
      heavy: this.#chosen.heavy,
      injected: injectedNoise !== undefined,
      lazy: problem.lazyTables === true,
      quads: quads ?? computesInQuads(device),
      limits: {
        maxComputeWorkgroupStorageSize: Math.min(workgroupBytes ?? Number.POSITIVE_INFINITY, device.limits.maxComputeWorkgroupStorageSize),
        maxComputeInvocationsPerWorkgroup: device.limits.maxComputeInvocationsPerWorkgroup,
      },
    };
    this.program = programOf(this.#model);
    const lacking = [...this.program.kernels].find(
      ([, { bindings }]) => Object.keys(bindings).length > device.limits.maxStorageBuffersPerShaderStage,
    );
    if (lacking) throw new Error(`the kernel "${lacking[0]}" takes more buffers than this GPU allows`);
    this.#uniform = device.createBuffer({ size: STEP_STRIDE * MOST_STEPS, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.buffers = this.#makeBuffers(injectedNoise);
    if (this.layout.maps && description.kind === 'tables' && description.lookups)
      device.queue.writeBuffer(this.buffers.maps, 0, fillIndexMaps(description.lookups, this.layout.maps, this.layout.d, this.layout.firstLevel));
  }

  /** The first tag among the levels, where each tag has one draw; null where rows draw. */
  get drawnTags(): number | null {
    return firstDrawn(this.#model);
  }

  /** Bytes of all buffers. */
  get bytesOnDevice(): number {
    return Object.values(this.buffers).reduce((total, { size }) => total + size, this.#uniform.size);
  }

  #sizes(): Record<string, number> {
    const { layout, batch, capacity, lists } = this;
    const { K, d, record, encoderSize, decoderSize, size, tableSize, levels } = layout;
    const { stacks, stride } = this.#model;
    const place = (rows: number): BatchPlace => ({
      ...{ from: 0, rows, slots: lists.mostSlots(rows), chunks: lists.mostChunks(rows), absent: 0 },
      ...{ sourceAt: 0, referenceAt: 0, startAt: 0, memberAt: 0, slotLevelAt: 0, chunkAt: 0, slotChunkAt: 0 },
    });
    const chunks = Math.max(lists.mostChunks(batch), lists.mostChunks(capacity));
    const encoder = encoderSize > 0;
    const drawn = this.drawnTags;
    const sideParts = Object.values(this.program.sideParts).map((parts) => parts?.(place(capacity)) ?? 0);
    return {
      params: layout.storedSize,
      moments: 2 * (size + tableSize),
      stageMoments: encoder ? 2 * decoderSize : 0,
      rowData: this.#problem.y.length * (layout.p + 1),
      words: this.words.length,
      maps: layout.maps?.words ?? 0,
      draws: encoder ? K * capacity * 3 * d : 0,
      levels: encoder ? lists.mostSlots(capacity) * slotRecord(this.#model) : 0,
      rowGradients: K * capacity * (encoder ? d : record),
      partial: this.#chosen.heavy && encoder ? chunks * 3 * d : 0,
      stamps: record > 0 ? 2 * levels : 0,
      vectors: levels * (d + 1) + (drawn === null ? 0 : (levels - drawn) * d),
      acts: stacks.acts * stride,
      slopes: stacks.slopes * stride,
      part: partialAt(this.#model) + (encoder ? 0 : chunks * record),
      terms: 2 * LOSS_PARTS + Math.max(...sideParts),
      predictions: capacity,
      losses: 4 * (this.ring + 1),
    };
  }

  #makeBuffers(injectedNoise?: Float32Array<ArrayBuffer>): Record<string, GPUBuffer> {
    const { device } = this;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const most = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
    const buffers: Record<string, GPUBuffer> = {};
    for (const [name, numbers] of Object.entries({ ...this.#sizes(), noise: injectedNoise?.length ?? 0 })) {
      if (4 * numbers > most) {
        const mib = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
        throw new Error(`the step needs a buffer of ${mib(4 * numbers)} for its ${name}, and this GPU allows ${mib(most)}`);
      }
      buffers[name] = device.createBuffer({ label: name, size: Math.max(16, 4 * numbers), usage: STORAGE | COPY_SRC | COPY_DST });
    }
    if (injectedNoise) device.queue.writeBuffer(buffers.noise, 0, injectedNoise);
    return buffers;
  }

  /** The numbers of the rows: x, then y. */
  #upload(uploaded?: Uploaded): Promise<void> {
    const { x, y, p } = this.#problem;
    return uploadRows(
      this.device,
      this.buffers.rowData,
      y.length,
      p + 1,
      ({ floats }, from, to) => {
        for (let row = from, at = 0; row < to; row++) {
          for (let j = 0; j < p; j++) floats[at++] = x[row * p + j];
          floats[at++] = y[row];
        }
      },
      uploaded,
    );
  }

  /**
   * Resolves when the kernels of training are there; those of evaluation compile meanwhile, and where one is
   * wanted earlier it is made on the spot.
   */
  async #prepare(trainingOnly: boolean): Promise<void> {
    const { train, kernels } = this.program;
    for (const [name, kernel] of kernels) if (!trainingOnly || train.includes(name)) this.#stages.set(name, this.#makeStage(name, kernel));
    const compile = async (stage: Stage): Promise<void> => {
      stage.pipeline ??= await this.device.createComputePipelineAsync(stage.descriptor);
    };
    const stages = [...this.#stages];
    const first = stages.filter(([name]) => train.includes(name)).map(([, stage]) => compile(stage));
    // A refusal comes again when the kernel is wanted.
    for (const [name, stage] of stages) if (!train.includes(name)) compile(stage).catch(() => {});
    await Promise.all(first);
  }

  #bufferOf(binding: string, kernel: string): GPUBuffer {
    if (binding === 'P') return this.buffers.params;
    if (binding === 'moments' && kernel === 'stageUpdate') return this.buffers.stageMoments;
    return this.buffers[binding];
  }

  #makeStage(name: string, kernel: Kernel): Stage {
    const { device } = this;
    const visibility = GPUShaderStage.COMPUTE;
    const bindings = Object.entries(kernel.bindings);
    const layout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: STEP_BYTES } },
        ...bindings.map(([, [access]], i) => ({
          binding: i + 1,
          visibility,
          buffer: { type: access === 'r' ? ('read-only-storage' as const) : ('storage' as const) },
        })),
      ],
    });
    const group = device.createBindGroup({
      layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniform, size: STEP_BYTES } },
        ...bindings.map(([binding], i) => ({ binding: i + 1, resource: { buffer: this.#bufferOf(binding, name) } })),
      ],
    });
    const descriptor = {
      label: name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: device.createShaderModule({ label: name, code: kernel.code }), entryPoint: 'main' },
    };
    return { kernel, group, descriptor, pipeline: null };
  }

  /** Puts the batches of an epoch in place, in this order, and uploads their lists. */
  setOrder(order: Uint32Array, references: 'slots' | 'levels' = this.#references): BatchPlace[] {
    if (order.length > this.#problem.y.length) throw new RangeError(`an epoch has ${order.length} rows and the data ${this.#problem.y.length}`);
    const places: BatchPlace[] = [];
    let at = 0;
    for (let from = 0; from < order.length; from += this.batch) {
      const rows = order.subarray(from, from + this.batch);
      places.push(this.lists.fill(this.words, at, rows, from, references));
      at += this.lists.words(rows.length);
    }
    this.device.queue.writeBuffer(this.buffers.words, 0, this.words, 0, at);
    return places;
  }

  /** Puts the rows of one evaluation in place. */
  place(rows: Uint32Array, references: 'slots' | 'levels' = this.#references): BatchPlace {
    if (rows.length > this.capacity) throw new RangeError(`${rows.length} rows in one call; ${this.capacity} is the most`);
    const at = this.evaluationAt;
    const place = this.lists.fill(this.words, at, rows, 0, references);
    this.device.queue.writeBuffer(this.buffers.words, 4 * at, this.words, at, place.chunkAt + place.chunks + 1 - at);
    return place;
  }

  /** Tells step `slot` of the coming submit its batch and numbers. */
  write(slot: number, place: BatchPlace, input: StepInput): void {
    const { kernels, sideParts } = this.program;
    const at = (slot * STEP_STRIDE) / 4;
    const u = this.#u32;
    u[at] = input.lossAt;
    u[at + 1] = input.stamp;
    u[at + 2] = input.seed;
    u[at + 3] = input.noiseStep;
    u[at + 4] = input.flags;
    u[at + 5] = place.rows;
    u[at + 6] = place.slots;
    u[at + 7] = place.chunks;
    u[at + 8] = place.sourceAt;
    u[at + 9] = place.referenceAt;
    u[at + 10] = place.startAt;
    u[at + 11] = place.memberAt;
    u[at + 12] = place.slotLevelAt;
    u[at + 13] = place.chunkAt;
    u[at + 14] = place.slotChunkAt;
    u[at + 15] = gradientParts(this.#model, place.rows);
    u[at + 16] = kernels.get('decode')?.parts?.(place) ?? 0;
    u[at + 17] = (input.flags & BACKWARD ? sideParts.train : sideParts.objective)?.(place) ?? 0;
    this.#f32[at + STEP_FIELDS.length] = input.rate;
    this.#f32[at + STEP_FIELDS.length + 1] = place.absent * this.#klAbsent;
  }

  /**
   * Submits kernels for the steps that were written: `sequence` for each of `places[first … first + count)`
   * in turn.
   */
  submit(sequence: readonly string[], places: readonly BatchPlace[], first = 0, count = 1, before?: (commands: GPUCommandEncoder) => void): void {
    const { queue } = this.device;
    queue.writeBuffer(this.#uniform, 0, this.#bytes, 0, STEP_STRIDE * count);
    const commands = this.device.createCommandEncoder();
    before?.(commands);
    const pass = commands.beginComputePass();
    for (let s = 0; s < count; s++) {
      const place = places[first + s];
      for (const name of sequence) {
        const stage = this.#stages.get(name) as Stage;
        stage.pipeline ??= this.device.createComputePipeline(stage.descriptor);
        pass.setPipeline(stage.pipeline);
        pass.setBindGroup(0, stage.group, this.#offsets, s, 1);
        pass.dispatchWorkgroups(stage.kernel.groups(place));
      }
    }
    pass.end();
    queue.submit([commands.finish()]);
  }

  dispose(): void {
    for (const buffer of [this.#uniform, ...Object.values(this.buffers ?? {})]) buffer?.destroy();
  }
}
