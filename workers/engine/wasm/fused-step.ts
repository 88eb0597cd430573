import type { FusedDescription, FusedProblem, NoiseKey, TagLists } from '../step-plan';
import { type MemoryLayout, memoryLayout } from './memory-layout';
import { instantiateStep, type StepExports, stepMemory, stepModule } from './module';
import { CALLS, PHASES, wordsOf } from './structures';
import { ALONE, type Crew, joinThreads, threadLost } from './threads';

/** What a batch's losses are made of; `total` is what is minimised. */
export interface StepLosses {
  total: number;
  nll: number;
  kl: number;
  penalty: number;
}

export interface StepOptions {
  /** Room for noise given to `batch`. */
  injectedNoise?: boolean;
  /** Threads of large calls; 1, the default, takes the build without threads. */
  threads?: number;
  /** Operations below which a call stays on one thread. */
  alone?: number;
  /** Bytes of data that are copied at most; the rows of larger data are put into the memory call by call. */
  copyLimit?: number;
  /** Milliseconds after which threads that do not come back are given up. */
  patience?: number;
}

/** Rows of a batch: a stretch of the epoch's rows, or these. */
export type BatchRows = Uint32Array | { from: number; count: number };

/** What a call is about; the rest of the structure `Call`. */
interface Call {
  numbers?: number;
  count?: number;
  noise?: number;
  key?: NoiseKey;
  option?: number;
  to?: number;
  first?: number;
  last?: number;
  places?: number;
}

/** Places of the fields of a call, in words. */
const WORD = wordsOf('Call');
const OFFER = wordsOf('Offer');
const PATIENCE = 10_000;
/** Operations of a part of a step, on each thread: some milliseconds. */
const PART = 5e8;

function readRows(floats: Float32Array, at: number, rows: number, columns: number, stride: number): Float32Array {
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) values.set(floats.subarray(at + i * stride, at + i * stride + columns), i * columns);
  return values;
}

/** Threads were lost in the middle of a step done in parts: it begins again. */
class CutOff extends Error {}

/**
 * One problem in the memory of the compiled step: data, parameters, optimiser, and calls on single batches.
 */
export class FusedStep {
  readonly layout: MemoryLayout;
  readonly #description: FusedDescription;
  readonly #problem: FusedProblem;
  /** Where the data of a row that stays are in the memory, −1 for others; null where all or none stay. */
  #places: Int32Array | null = null;
  /** Rows of the epoch where their data are not all in the memory, else null. */
  #epochRows: Uint32Array | null = null;
  readonly #plain: WebAssembly.Module;
  readonly #alone: number;
  #crew: Crew | null = null;
  /** Memory that threads share, until they have it. */
  #memory: WebAssembly.Memory | null = null;
  #exports!: StepExports;
  #floats!: Float32Array;
  #words!: Int32Array;
  #losses!: Float64Array;

  /** On one thread. Throws a RangeError when the memory cannot be had. */
  constructor(
    plain: WebAssembly.Module,
    description: FusedDescription,
    problem: FusedProblem,
    options: StepOptions = {},
    shared?: WebAssembly.Module,
  ) {
    this.#plain = plain;
    this.#description = description;
    this.#alone = options.alone ?? ALONE;
    this.#problem = problem;
    this.layout = memoryLayout(description, problem, options.injectedNoise, options.threads, options.copyLimit);
    const { layout } = this;
    const memory = stepMemory(layout.bytes, shared !== undefined);
    layout.write(memory.buffer, options.patience ?? PATIENCE);
    this.#use(shared ?? plain, memory);
    if (layout.kept === layout.rowCount) {
      this.#floats.set(problem.x, layout.x / 4);
      this.#floats.set(problem.y, layout.y / 4);
      for (const [k, { codes, setStarts, tags }] of layout.features.entries()) {
        if (setStarts === 0) this.#words.set(problem.features[k].codes, codes / 4);
        else {
          const { offsets, ids } = this.#lists(k);
          this.#words.set(offsets, setStarts / 4);
          this.#words.set(ids, tags / 4);
        }
      }
    } else if (layout.kept > 0 && problem.learned) {
      this.#places = new Int32Array(layout.rowCount).fill(-1);
      for (let i = 0; i < layout.kept; i++) this.#places[problem.learned[i]] = i;
      this.#put(problem.learned, 0);
    }
    if (shared) this.#memory = memory;
  }

  /**
   * With `threads` > 1 on that many where they can be had, else on one. Rejects when the memory or the
   * compiled step cannot be had.
   */
  static async create(description: FusedDescription, problem: FusedProblem, options: StepOptions = {}): Promise<FusedStep> {
    const plain = await stepModule();
    if ((options.threads ?? 1) > 1) {
      try {
        const shared = await stepModule('threads');
        const step = new FusedStep(plain, description, problem, options, shared);
        step.#crew = await joinThreads(shared, step.#memory as WebAssembly.Memory, step.layout.problems);
        step.#memory = null;
        return step;
      } catch (failure) {
        console.warn(`A plan takes one thread: ${failure instanceof Error ? failure.message : String(failure)}.`);
      }
    }
    return new FusedStep(plain, description, problem, { ...options, threads: 1 });
  }

  /** Threads of a large call. */
  get threads(): number {
    return this.#crew && !this.#crew.lost ? this.#crew.threads : 1;
  }

  /** The column of tags that feature k is: the last features are. */
  #lists(k: number): TagLists {
    const columns = this.#problem.tags ?? [];
    return columns[k - (this.layout.features.length - columns.length)];
  }

  /** Frees the memory that other threads hold; calls after it run on one thread. */
  dispose(): void {
    this.#crew?.leave();
  }

  #use(module: WebAssembly.Module, memory: WebAssembly.Memory): void {
    this.#exports = instantiateStep(module, memory, this.layout.problems[0]);
    this.#floats = new Float32Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    this.#losses = new Float64Array(memory.buffer, this.layout.losses, 3);
  }

  /** Leaves threads that are lost: a memory of its own with the same content, which they cannot reach. */
  #goOnAlone(): void {
    this.#crew = null;
    const memory = stepMemory(this.layout.bytes, false);
    new Float32Array(memory.buffer).set(this.#floats);
    this.#use(this.#plain, memory);
    const what = this.#words[this.layout.call / 4 + WORD.what];
    // A sort may have been cut off; between calls of a step these are zero.
    if (what === CALLS.step || what === CALLS.begin)
      for (const { counts, levels } of this.layout.features) this.#words.fill(0, counts / 4, counts / 4 + levels);
  }

  /**
   * Has a call done by as many threads as its operations are worth. Throws LabFailure when a thread is lost
   * while it changes the weights.
   */
  #do(what: number, call: Call, operations: number): void {
    if (this.#crew?.lost) {
      this.#goOnAlone();
      if (what > CALLS.begin) throw new CutOff();
    }
    const { numbers = 0, count = 0, noise = 0, key, option = 0, to = 0, first = 0, last = 0, places = 0 } = call;
    const at = this.layout.call / 4;
    const crew = operations < this.#alone ? null : this.#crew;
    const words = this.#words;
    words[at + WORD.what] = what;
    words[at + WORD.threads] = crew?.threads ?? 1;
    words[at + WORD.numbers] = numbers;
    words[at + WORD.count] = count;
    words[at + WORD.noise] = noise;
    words[at + WORD.noiseStep] = key?.step ?? 0;
    words[at + WORD.seed] = key?.seed ?? 0;
    words[at + WORD.option] = option;
    words[at + WORD.to] = to;
    words[at + WORD.first] = first;
    words[at + WORD.last] = last;
    words[at + WORD.changing] = 0;
    words[at + WORD.places] = places;
    if (!crew) {
      this.#exports.work();
      return;
    }
    // A phase without parts: threads that come before the first wait for it.
    Atomics.store(words, this.layout.offer / 4 + OFFER.phase, PHASES.none << 24);
    try {
      crew.wake();
      this.#exports.work();
    } catch (failure) {
      crew.giveUp(`the threads did not come back (${failure instanceof Error ? failure.message : String(failure)})`);
      const changing = this.#words[at + WORD.changing] === 1;
      this.#goOnAlone();
      if (changing) throw threadLost();
      if (what > CALLS.begin) throw new CutOff();
      this.#words[at + WORD.threads] = 1;
      this.#exports.work();
    }
  }

  /** Operations of a step on so many rows, with an Adam step on all parameters. */
  #stepOperations(rows: number, adamStep: number): number {
    const { encoder, decoder, other } = this.layout.rowOperations;
    const products = (encoder + decoder) * (adamStep < 0 ? 1 : 3) + other;
    return rows * products + (adamStep > 0 ? this.layout.parameterBytes * 2 : 0);
  }

  /** Rows of the coming epoch, each of the data at most once; not to be changed before the epoch ends. */
  setEpochRows(rows: Uint32Array): void {
    if (rows.length > this.layout.rowCount) throw new RangeError(`an epoch has ${rows.length} rows and the data ${this.layout.rowCount}`);
    this.#epochRows = this.#find(rows, this.layout.epochRows / 4) ? null : rows;
  }

  /**
   * The batch `[from, from + count)` of the epoch's rows, or (rows given) these rows: its losses and, with
   * `adamStep` 0, its gradients; with `adamStep` > 0 an Adam step of that number too; with −1 the losses
   * alone. `noise` injects standard normals, features × rows × d (K × d of a column of tags that draw).
   */
  batch(rows: BatchRows, key: NoiseKey, adamStep: number, noise?: readonly Float32Array[]): StepLosses {
    const call = this.#batchCall(rows, key, adamStep, noise);
    this.#do(CALLS.step, call, this.#stepOperations(call.count, adamStep));
    return this.#stepLosses();
  }

  /** True when a step on so many rows takes long enough to be done in parts. */
  wantsParts(rows: number): boolean {
    return this.#stepOperations(rows, 1) > 2 * PART * this.threads;
  }

  /**
   * The same in parts of some milliseconds, for the caller to do something else in between. Nothing else may
   * be called on this step meanwhile.
   */
  *batchInParts(rows: BatchRows, key: NoiseKey, adamStep: number): Generator<void, StepLosses> {
    for (;;) {
      try {
        yield* this.#parts(this.#batchCall(rows, key, adamStep), adamStep);
        return this.#stepLosses();
      } catch (failure) {
        if (!(failure instanceof CutOff)) throw failure;
      }
    }
  }

  *#parts(call: Required<Pick<Call, 'count' | 'first' | 'last'>>, adamStep: number): Generator<void> {
    const { kind } = this.#description;
    const encoder = kind === 'encoder';
    const intercepts = kind === 'random-intercepts';
    const lookups = kind === 'tables' && this.#description.lookups !== undefined;
    const { rowOperations, block, threads } = this.layout;
    // Whole blocks for each thread, so that the number of parts does not change what one thread computes.
    const most = (PART * threads) / (3 * (rowOperations.encoder + rowOperations.decoder) + rowOperations.other);
    const stretch = Math.ceil(most / (block * threads)) * block * threads;
    const run = (what: number): void => this.#do(what, call, this.#stepOperations(call.count, adamStep));
    const inStretches = function* (what: number): Generator<void> {
      for (call.first = 0; call.first < call.count; call.first = call.last) {
        call.last = Math.min(call.count, call.first + stretch);
        run(what);
        yield;
      }
    };
    run(CALLS.begin);
    yield;
    if (encoder || intercepts) yield* inStretches(CALLS.encode);
    if (encoder || intercepts || lookups) {
      run(CALLS.means);
      yield;
    }
    yield* inStretches(CALLS.decode);
    run(CALLS.levels);
    yield;
    if (encoder && adamStep >= 0) yield* inStretches(CALLS.backward);
    if (lookups && adamStep >= 0) {
      run(CALLS.backward);
      yield;
    }
    run(CALLS.finish);
  }

  #batchCall(rows: BatchRows, key: NoiseKey, adamStep: number, noise?: readonly Float32Array[]) {
    const size = rows instanceof Uint32Array ? rows.length : rows.count;
    if (size > this.layout.stepRows) throw new RangeError(`a step of ${size} rows; ${this.layout.stepRows} is the most`);
    let at = 0;
    for (const values of noise ?? []) {
      this.#floats.set(values, this.layout.noise / 4 + at);
      at += values.length;
    }
    // Not spread: that takes 2 µs, a fifth of a small step.
    const { numbers, count } = this.#placed(rows);
    return { numbers, count, noise: noise ? this.layout.noise : 0, key, option: adamStep, first: 0, last: 0 };
  }

  #stepLosses(): StepLosses {
    const [nll, kl, penalty] = this.#losses;
    const beta = this.#description.kind === 'encoder' || this.#description.kind === 'sampled-tables' ? this.#description.beta : 0;
    return { total: nll + beta * kl + penalty, nll, kl, penalty };
  }

  /** Forgets the sums of level vectors. */
  clearVectors(): void {
    const { features, record } = this.layout;
    for (const { vectors, variances, levels } of features) {
      this.#floats.fill(0, vectors / 4, vectors / 4 + (levels + 1) * record);
      if (variances) this.#floats.fill(0, variances / 4, variances / 4 + (levels + 1) * record);
    }
  }

  /** Adds the rows at these places of `rows`, in increasing order, or all. */
  addVectors(rows: Uint32Array, key: NoiseKey, sampled: boolean, places?: Uint32Array): void {
    const { encoder, other } = this.layout.rowOperations;
    const call: Call = { ...this.#placed(rows), key, option: sampled ? 1 : 0 };
    if (places) {
      if (places.length > rows.length || places.some((place) => place >= rows.length)) throw new RangeError(`a place beyond the ${rows.length} rows`);
      this.#words.set(places, this.layout.collected / 4);
      call.places = this.layout.collected;
      call.count = places.length;
    }
    this.#do(CALLS.addVectors, call, (call.count ?? 0) * (encoder + other));
  }

  meanVectors(): void {
    const { features, record } = this.layout;
    const numbers = features.reduce((sum, { levels }) => sum + levels * record, 0);
    this.#do(CALLS.meanVectors, {}, numbers * 4);
  }

  readVectors(): Float32Array[] {
    const { features, d, record } = this.layout;
    return features.map(({ vectors, levels }) => this.#read(vectors / 4, levels, d, record));
  }

  /** Variances of those vectors of tags that draw; null for other features. */
  readVariances(): (Float32Array | null)[] {
    const { features, d, record } = this.layout;
    return features.map(({ variances, levels }) => (variances ? this.#read(variances / 4, levels, d, record) : null));
  }

  writeVectors(values: readonly Float32Array[]): void {
    const { features, d, record } = this.layout;
    for (const [k, { vectors, levels }] of features.entries()) this.#write(values[k], vectors / 4, levels, d, record);
  }

  predict(rows: Uint32Array, key: NoiseKey | null): Float32Array {
    const { decoder, other } = this.layout.rowOperations;
    const call = { ...this.#placed(rows), key: key ?? undefined, option: key ? 1 : 0, to: this.layout.predictions };
    this.#do(CALLS.predict, call, rows.length * (decoder + other));
    const from = this.layout.predictions / 4;
    return this.#floats.slice(from, from + rows.length);
  }

  /** Moments of the second stage's Adam back to zero. */
  clearSecondStage(): void {
    for (const address of [this.layout.stageM, this.layout.stageV]) this.#floats.fill(0, address / 4, (address + this.layout.denseBytes) / 4);
  }

  /** Squared error of the decoder on a batch; with `adamStep` > 0 a step on it. */
  secondStage(rows: BatchRows, adamStep: number): number {
    const { decoder, other } = this.layout.rowOperations;
    const call = { ...this.#placed(rows), option: adamStep };
    this.#do(CALLS.secondStage, call, call.count * (decoder * (adamStep > 0 ? 3 : 1) + other));
    return this.#losses[0];
  }

  /** By name, row-major: the parameters, their moments, or the gradients of the last batch. */
  read(what: 'parameters' | 'gradients' | 'firstMoments' | 'secondMoments'): Map<string, Float32Array> {
    return this.#named(this.#floats, this.layout[what] / 4);
  }

  /** By name, row-major, of parameters that were kept as they lie in memory (`rawParameters`). */
  readRaw(parameters: Float32Array): Map<string, Float32Array> {
    return this.#named(parameters, 0);
  }

  #named(floats: Float32Array, base: number): Map<string, Float32Array> {
    return new Map(
      this.layout.places.map(({ name, rows, columns, offset, stride }) => [name, readRows(floats, base + offset, rows, columns, stride)]),
    );
  }

  /** Throws when a parameter is missing or has another size. */
  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    this.write('parameters', values);
  }

  /** The same of the parameters or of their moments. */
  write(what: 'parameters' | 'firstMoments' | 'secondMoments', values: ReadonlyMap<string, Float32Array>): void {
    for (const { name, rows, columns, offset, stride } of this.layout.places) {
      const given = values.get(name);
      if (given?.length !== rows * columns)
        throw new Error(`the fused step takes ${rows} × ${columns} numbers for "${name}" and got ${given?.length ?? 'none'}`);
      this.#write(given, this.layout[what] / 4 + offset, rows, columns, stride);
    }
  }

  /**
   * All parameters as they lie in memory now, for keeping and putting back: a view that is not to be kept.
   */
  get rawParameters(): Float32Array {
    return this.#floats.subarray(this.layout.parameters / 4, (this.layout.parameters + this.layout.parameterBytes) / 4);
  }

  /**
   * Standard normals of a step, rows × columns with rows a multiple of four: for tests. They pass through the
   * predictions' place.
   */
  normals(rows: number, columns: number, key: NoiseKey): Float32Array {
    const from = this.layout.predictions / 4;
    this.#exports.fillNormals(this.layout.predictions, rows, columns, key.step, key.seed);
    return this.#floats.slice(from, from + rows * columns);
  }

  /** Address and count of row numbers, put into memory where they are not of the epoch. */
  #placed(rows: BatchRows): { numbers: number; count: number } {
    if (!(rows instanceof Uint32Array) && !this.#epochRows) return { numbers: this.layout.epochRows + rows.from * 4, count: rows.count };
    const asked = rows instanceof Uint32Array ? rows : (this.#epochRows as Uint32Array).subarray(rows.from, rows.from + rows.count);
    const { kept, largestBatch, rows: numbers } = this.layout;
    if (asked.length > largestBatch) throw new RangeError(`${asked.length} rows in one call; ${largestBatch} is the most`);
    if (!this.#find(asked, numbers / 4)) {
      this.#put(asked, kept);
      for (let i = 0; i < asked.length; i++) this.#words[numbers / 4 + i] = kept + i;
    }
    return { numbers, count: asked.length };
  }

  /** Writes where the data of these rows are to the words from `to` on; false where some are not there. */
  #find(rows: Uint32Array, to: number): boolean {
    const { kept, rowCount } = this.layout;
    if (kept === rowCount) {
      this.#words.set(rows, to);
      return true;
    }
    const places = this.#places;
    if (!places || rows.length > kept) return false;
    for (let i = 0; i < rows.length; i++) {
      const place = places[rows[i]];
      if (place < 0) return false;
      this.#words[to + i] = place;
    }
    return true;
  }

  /**
   * Puts the data of rows into memory from place `at` on; as fast as the step itself finds them in a copy of
   * the data.
   */
  #put(rows: Uint32Array, at: number): void {
    const { layout } = this;
    const { x, y, p, features } = this.#problem;
    const floats = this.#floats;
    const words = this.#words;
    const yAt = layout.y / 4 + at;
    for (let i = 0, to = layout.x / 4 + at * p; i < rows.length; i++) {
      const row = rows[i];
      for (let from = row * p, end = from + p; from < end; from++) floats[to++] = x[from];
      floats[yAt + i] = y[row];
    }
    for (const [k, { codes: first, setStarts, tags }] of layout.features.entries()) {
      if (setStarts > 0) {
        this.#putSets(this.#lists(k), rows, setStarts / 4 + at, tags / 4);
        continue;
      }
      const { codes } = features[k];
      for (let i = 0, to = first / 4 + at; i < rows.length; i++) words[to + i] = codes[rows[i]];
    }
  }

  /** Sets of rows at these words: where each begins, behind the tags that are there, and its tags. */
  #putSets({ offsets, ids }: TagLists, rows: Uint32Array, starts: number, tags: number): void {
    const words = this.#words;
    let count = words[starts];
    for (let i = 0; i < rows.length; i++) {
      words[starts + i] = count;
      for (let from = offsets[rows[i]], end = offsets[rows[i] + 1]; from < end; from++) words[tags + count++] = ids[from];
    }
    words[starts + rows.length] = count;
  }

  #read(at: number, rows: number, columns: number, stride: number): Float32Array {
    return readRows(this.#floats, at, rows, columns, stride);
  }

  #write(values: Float32Array, at: number, rows: number, columns: number, stride: number): void {
    for (let i = 0; i < rows; i++) this.#floats.set(values.subarray(i * columns, (i + 1) * columns), at + i * stride);
  }
}
