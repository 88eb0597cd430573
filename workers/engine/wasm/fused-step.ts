import type { FusedDescription, FusedProblem, NoiseKey } from '../plan';
import { type Layout, layoutOf } from './layout';
import { instantiateStep, type StepExports } from './module';

/** What a batch's losses are made of; `total` is what is minimised. */
export interface StepLosses {
  total: number;
  nll: number;
  kl: number;
  penalty: number;
}

/** One problem in the memory of the compiled step: data, parameters, optimiser, and calls on single batches. */
export class FusedStep {
  readonly layout: Layout;
  readonly #description: FusedDescription;
  readonly #exports: StepExports;
  readonly #floats: Float32Array;
  readonly #words: Int32Array;
  readonly #losses: Float64Array;
  readonly #moments: Float32Array[];

  /** Throws a RangeError when the memory cannot be had. `injectedNoise`: room for noise given to `batch`. */
  constructor(module: WebAssembly.Module, description: FusedDescription, problem: FusedProblem, injectedNoise = false) {
    this.#description = description;
    const layout = layoutOf(description, problem, injectedNoise);
    const { memory, exports } = instantiateStep(module, layout.bytes);
    this.layout = layout;
    this.#exports = exports;
    this.#floats = new Float32Array(memory);
    this.#words = new Int32Array(memory);
    this.#losses = new Float64Array(memory, layout.losses, 3);
    this.#moments = [layout.stageM, layout.stageV].map((address) => new Float32Array(memory, address, layout.denseBytes / 4));
    layout.write(memory);
    this.#floats.set(problem.x, layout.x / 4);
    this.#floats.set(problem.y, layout.y / 4);
    for (const [k, feature] of layout.features.entries()) this.#words.set(problem.features[k].codes, feature.codes / 4);
    exports.init(layout.problem);
  }

  /** Rows of the coming epoch, each of the data at most once. */
  setEpochRows(rows: Uint32Array): void {
    if (rows.length > this.layout.rowCount) throw new RangeError(`an epoch has ${rows.length} rows and the data ${this.layout.rowCount}`);
    this.#words.set(rows, this.layout.epochRows / 4);
  }

  /**
   * The batch `[from, from + count)` of the epoch's rows, or (rows given) these rows: its losses and, with `adamStep` 0, its gradients; with
   * `adamStep` > 0 an Adam step of that number too; with −1 the losses alone. `noise` injects standard normals, features × rows × d.
   */
  batch(rows: Uint32Array | { from: number; count: number }, key: NoiseKey, adamStep: number, noise?: readonly Float32Array[]): StepLosses {
    const size = rows instanceof Uint32Array ? rows.length : rows.count;
    if (size > this.layout.stepRows) throw new RangeError(`a step of ${size} rows; ${this.layout.stepRows} is the most`);
    let at = 0;
    for (const values of noise ?? []) {
      this.#floats.set(values, this.layout.noise / 4 + at);
      at += values.length;
    }
    const [address, count] = rows instanceof Uint32Array ? this.#place(rows) : [this.layout.epochRows + rows.from * 4, rows.count];
    this.#exports.step(address, count, noise ? this.layout.noise : 0, key.step, key.seed, adamStep);
    const [nll, kl, penalty] = this.#losses;
    const beta = this.#description.kind === 'encoder' || this.#description.kind === 'sampled-tables' ? this.#description.beta : 0;
    return { total: nll + beta * kl + penalty, nll, kl, penalty };
  }

  /** Forgets the sums of level vectors. */
  clearVectors(): void {
    const { features, record } = this.layout;
    for (const { vectors, levels } of features) this.#floats.fill(0, vectors / 4, vectors / 4 + (levels + 1) * record);
  }

  addVectors(rows: Uint32Array, key: NoiseKey, sampled: boolean): void {
    this.#exports.addVectors(...this.#place(rows), key.step, key.seed, sampled ? 1 : 0);
  }

  meanVectors(): void {
    this.#exports.meanVectors();
  }

  readVectors(): Float32Array[] {
    const { features, d, record } = this.layout;
    return features.map(({ vectors, levels }) => this.#read(vectors / 4, levels, d, record));
  }

  writeVectors(values: readonly Float32Array[]): void {
    const { features, d, record } = this.layout;
    for (const [k, { vectors, levels }] of features.entries()) this.#write(values[k], vectors / 4, levels, d, record);
  }

  predict(rows: Uint32Array, key: NoiseKey | null): Float32Array {
    this.#exports.predict(...this.#place(rows), key?.step ?? 0, key?.seed ?? 0, key ? 1 : 0, this.layout.predictions);
    const from = this.layout.predictions / 4;
    return this.#floats.slice(from, from + rows.length);
  }

  /** Moments of the second stage's Adam back to zero. */
  clearSecondStage(): void {
    for (const moments of this.#moments) moments.fill(0);
  }

  /** Squared error of the decoder on a batch; with `adamStep` > 0 a step on it. */
  secondStage(rows: Uint32Array | { from: number; count: number }, adamStep: number): number {
    const [address, count] = rows instanceof Uint32Array ? this.#place(rows) : [this.layout.epochRows + rows.from * 4, rows.count];
    this.#exports.secondStage(address, count, adamStep);
    return this.#losses[0];
  }

  /** By name, row-major: the parameters, or the gradients of the last batch. */
  read(what: 'parameters' | 'gradients'): Map<string, Float32Array> {
    const base = this.layout[what] / 4;
    return new Map(this.layout.places.map(({ name, rows, columns, offset, stride }) => [name, this.#read(base + offset, rows, columns, stride)]));
  }

  /** Throws when a parameter is missing or has another size. */
  writeParameters(values: ReadonlyMap<string, Float32Array>): void {
    for (const { name, rows, columns, offset, stride } of this.layout.places) {
      const given = values.get(name);
      if (given?.length !== rows * columns)
        throw new Error(`the fused step takes ${rows} × ${columns} numbers for "${name}" and got ${given?.length ?? 'none'}`);
      this.#write(given, this.layout.parameters / 4 + offset, rows, columns, stride);
    }
  }

  /** All parameters as they lie in memory, for keeping and putting back. */
  get rawParameters(): Float32Array {
    return this.#floats.subarray(this.layout.parameters / 4, (this.layout.parameters + this.layout.parameterBytes) / 4);
  }

  /** Standard normals of a step, rows × columns with rows a multiple of four: for tests. They pass through the predictions' place. */
  normals(rows: number, columns: number, key: NoiseKey): Float32Array {
    const from = this.layout.predictions / 4;
    this.#exports.fillNormals(this.layout.predictions, rows, columns, key.step, key.seed);
    return this.#floats.slice(from, from + rows * columns);
  }

  /** Row numbers into memory: [address, count]. */
  #place(rows: Uint32Array): [number, number] {
    if (rows.length > this.layout.largestBatch) throw new RangeError(`${rows.length} rows in one call; ${this.layout.largestBatch} is the most`);
    this.#words.set(rows, this.layout.rows / 4);
    return [this.layout.rows, rows.length];
  }

  #read(at: number, rows: number, columns: number, stride: number): Float32Array {
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < rows; i++) values.set(this.#floats.subarray(at + i * stride, at + i * stride + columns), i * columns);
    return values;
  }

  #write(values: Float32Array, at: number, rows: number, columns: number, stride: number): void {
    for (let i = 0; i < rows; i++) this.#floats.set(values.subarray(i * columns, (i + 1) * columns), at + i * stride);
  }
}
