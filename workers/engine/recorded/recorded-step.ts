import * as tf from '@tensorflow/tfjs';
import { eachPiece, mapPieces, type Piece, type PieceData, piecesOf } from '../../data/pieces';
import { largestDifference } from '../captured/compare';
import { drawNoise, type NoiseShape } from '../noise';
import type { TracedBatch, TracedPlanOptions } from '../traced-plan';
import { threadLost } from '../wasm/threads';
import { innerResults, place } from './arena';
import { Buffer, sizeOf, spread, type View, whole } from './arrays';
import { at, Builder, type Host, type Plain } from './builder';
import { bytesOfPlain, encode, SLOT } from './encode';
import { recordFailure } from './failure';
import { fuse, needed, type Scheduled } from './fuse';
import { lower, requireKnown } from './lower';
import { CutOff, type Machine } from './machine';
import { numbersOf, type Trace, type Traced, traceDifference, traceStep } from './trace';

/** A parameter in the machine's memory, and how Adam moves it. */
export interface Trained {
  name: string;
  variable: tf.Variable;
  weights: Buffer;
  firstMoments: Buffer;
  secondMoments: Buffer;
  lazy: boolean;
  floor: number;
  rate: number;
}

/** What the steps of a plan, of whatever number of rows, have in common. */
export interface Common extends Pick<TracedPlanOptions, 'loss' | 'noiseShapes' | 'noiseSeed'> {
  machine: Machine;
  dataset: PieceData;
  trained: Trained[];
  /** Variables that a step assigns what the loss computes for them. */
  carried: ReadonlyMap<string, tf.Variable>;
  /** Variables other than parameters, by where they are. */
  others: Map<tf.Variable, Buffer>;
  /** Numbers of the data that a row of them is, in the machine's memory; empty where they are too many. */
  rowNumbers: ReadonlyMap<ArrayLike<number>, Buffer>;
  /** Numbers of tensors from before a step, which all steps share. */
  numbers: Map<Float32Array, Buffer>;
  /** Where steps, which run one after the other, keep what is between their instructions. */
  arena: { base: number; bytes: number };
}

/**
 * Numbers of a first run that differ by less, in parts of the largest, are rounding and the order of sums.
 */
const TOLERANCE = 1e-3;

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A step of a fixed number of rows, as instructions in the machine's memory. */
export class RecordedStep {
  readonly rows: number;
  readonly #common: Common;
  readonly #pieces: Piece[];
  readonly #noise: readonly NoiseShape[];
  readonly #trace: Trace;
  /** Where the numbers of each piece of the batch go. */
  readonly #inputs: Buffer[];
  /** Where the numbers of rows go, for pieces that the machine gathers. */
  readonly #places: Buffer;
  #loss!: View;
  #ends: View[] = [];
  #from = 0;
  #training = 0;
  #to = 0;
  #hosts: { at: number; compute: Host['compute'] }[] = [];
  /** Operations of its instructions. */
  operations = 0;
  /** Milliseconds of a step through tfjs without Adam, and of the recorded one. */
  readonly milliseconds = { tfjs: Number.POSITIVE_INFINITY, recorded: Number.POSITIVE_INFINITY };

  /**
   * Traces the step on these rows and writes its instructions. Throws LabFailure naming what cannot be
   * recorded, a RangeError where memory is lacking.
   *
   * @param repetitions traces that must be alike
   */
  constructor(common: Common, rows: Uint32Array, repetitions: number) {
    this.#common = common;
    this.rows = rows.length;
    this.#pieces = eachPiece(piecesOf(common.dataset));
    this.#noise = common.noiseShapes(rows.length);
    this.#trace = this.#traceOnce(rows);
    for (let i = 1; i < repetitions; i++) this.check(rows);
    this.#inputs = this.#pieces.map(({ width }) => new Buffer(width * rows.length));
    this.#places = common.machine.keep(new Buffer(rows.length));
    this.#assemble();
    this.#verify(rows);
  }

  /** Traces once more and throws LabFailure if the step has become another one. */
  check(rows: Uint32Array): void {
    const difference = traceDifference(this.#trace, this.#traceOnce(rows));
    if (difference) throw difference;
  }

  /** One training step on these rows; returns the loss. */
  run(rows: Uint32Array): number {
    const { machine } = this.#common;
    this.#fill(rows);
    this.#compute(this.#to);
    return machine.floats[this.#loss.buffer.address / 4 + this.#loss.offset];
  }

  /**
   * Runs the instructions before this address, and what JavaScript computes between them. Throws LabFailure
   * when a thread is lost while the weights change.
   */
  #compute(to: number): void {
    const { machine } = this.#common;
    let from = this.#from;
    try {
      for (const { at, compute } of this.#hosts) {
        machine.run(from, at, this.operations);
        compute((buffer) => machine.of(buffer));
        from = at;
      }
      machine.run(from, to, this.operations);
    } catch (failure) {
      if (!(failure instanceof CutOff)) throw failure;
      if (failure.at >= this.#training) throw threadLost();
      // Nothing but the arena has changed, and the machine is on one thread now.
      this.#compute(to);
    }
  }

  #fill(rows: Uint32Array): void {
    const { machine } = this.#common;
    machine.of(this.#places).set(rows);
    for (const [i, piece] of this.#pieces.entries()) if (piece.width > 0 && !this.#table(piece)) piece.takeInto(rows, machine.of(this.#inputs[i]));
  }

  /** The numbers of all rows that a piece is taken from, where the machine has them. */
  #table({ source }: Piece): Buffer | undefined {
    return source.from === 'rows' ? this.#common.rowNumbers.get(source.values) : undefined;
  }

  /** Gathers the pieces whose numbers the machine has; the others have places that `#fill` writes to. */
  #gather(builder: Builder): void {
    const places = whole(this.#places, [this.rows]);
    for (const [i, piece] of this.#pieces.entries()) {
      const [input, table] = [this.#inputs[i], this.#table(piece)];
      if (!table) this.#common.machine.keep(input);
      else if (piece.width > 0) {
        const numbers = whole(table, [table.size]);
        const words = [at(numbers), at(places), { buffer: input, offset: 0 }, 1, table.size / piece.width, this.rows, piece.width];
        builder.plain('gather', words, [numbers, places], [input]);
      }
    }
  }

  #traceOnce(rows: Uint32Array): Trace {
    const { dataset, trained, carried, loss, noiseSeed } = this.#common;
    const tensors: tf.Tensor[] = [];
    const batch = mapPieces(piecesOf(dataset), (piece) => {
      const tensor = tf.tensor(piece.take(rows), [rows.length, ...piece.shape], piece.dtype);
      tensors.push(tensor);
      return tensor;
    }) as unknown as TracedBatch;
    const noise = drawNoise(this.#noise, noiseSeed, 0);
    const began = performance.now();
    try {
      return traceStep(
        trained.map(({ variable }) => variable),
        carried,
        [...tensors, ...noise],
        () => loss(batch, noise),
      );
    } finally {
      this.milliseconds.tfjs = Math.min(this.milliseconds.tfjs, performance.now() - began);
      tf.dispose([...tensors, ...noise]);
    }
  }

  /** Instructions for all kernels of the trace, with buffers in the machine's memory. */
  #assemble(): void {
    const { machine, trained, carried, others, numbers } = this.#common;
    const builder = new Builder(machine.threads);
    this.#gather(builder);
    const noise = this.#draw(builder);
    const arrays = new Map<Traced, View>();
    const weights = new Map(trained.map(({ variable, weights }): [tf.Variable, Buffer] => [variable, weights]));
    const given = [...this.#inputs, ...noise];
    const known = (traced: Traced): void => {
      if (arrays.has(traced)) return;
      const { shape, variable, values, place } = traced;
      if (traced.from === 'given') arrays.set(traced, whole(given[place as number], shape));
      else if (values) arrays.set(traced, builder.numbers(values, shape));
      else if (variable) arrays.set(traced, whole(weights.get(variable) ?? this.#other(variable), shape));
    };
    requireKnown(this.#trace.kernels);
    for (const kernel of this.#trace.kernels) {
      for (const traced of kernel.list) known(traced);
      for (const [i, view] of lower(kernel, arrays, builder).entries()) arrays.set(kernel.outputs[i], view);
    }
    const fixed = new Set([...weights.values(), ...others.values()]);
    const end = (traced: Traced): View => {
      known(traced);
      const view = builder.packed(spread(arrays.get(traced) as View, traced.shape));
      // A later instruction changes what is trained: what it reads must not be that itself.
      return fixed.has(view.buffer) ? builder.elementwise('copy', [view], view.shape) : view;
    };
    const { loss, gradients, next } = this.#trace;
    const lossEnd = end(loss);
    const gradientEnds = gradients.map((gradient) => gradient && end(gradient));
    const nextEnds = next.map(end);
    const updates = new Builder();
    for (const [i, gradient] of gradientEnds.entries()) if (gradient) this.#adam(updates, trained[i], gradient);
    for (const [i, variable] of [...carried.values()].entries()) this.#assign(updates, nextEnds[i], others.get(variable) as Buffer);
    const ends = [lossEnd, ...gradientEnds.filter((view) => view !== null), ...nextEnds];
    const wanted = new Set(ends.map(({ buffer }) => buffer));
    const scheduled = fuse(needed(builder.instructions, wanted));
    for (const [buffer, values] of builder.constants) this.#constant(buffer, values, numbers);
    const inner = innerResults(scheduled, wanted);
    this.#write(scheduled, updates.instructions as Plain[], wanted, inner);
    machine.reserve();
    for (const [buffer, values] of builder.constants) machine.of(buffer).set(values);
    this.#loss = lossEnd;
    this.#ends = ends;
  }

  /** Numbers that other steps have too lie in one place. */
  #constant(buffer: Buffer, values: Float32Array, numbers: Map<Float32Array, Buffer>): void {
    const same = numbers.get(values);
    if (same) buffer.address = same.address;
    else numbers.set(values, this.#common.machine.keep(buffer));
  }

  #other(variable: tf.Variable): Buffer {
    const { others, machine } = this.#common;
    const buffer = others.get(variable) ?? machine.keep(new Buffer(variable.size));
    others.set(variable, buffer);
    return buffer;
  }

  /** Noise, each of which takes the columns of the counter that follow those of the one before. */
  #draw(builder: Builder): Buffer[] {
    let first = 0;
    return this.#noise.map(([rows, columns, kind]) => {
      const buffer = new Buffer(rows * columns);
      const words = [{ buffer, offset: 0 }, rows, columns, first, kind === 'uniform' ? 1 : 0];
      if (buffer.size > 0) builder.plain('draw', words, [], [buffer]);
      first += columns;
      return buffer;
    });
  }

  #adam(builder: Builder, { variable, weights, firstMoments, secondMoments, lazy, floor, rate }: Trained, gradient: View): void {
    if (rate === 0 || variable.size === 0) return;
    const width = lazy ? variable.size / variable.shape[0] : 0;
    const places = [weights, firstMoments, secondMoments].map((buffer) => ({ buffer, offset: 0 }));
    builder.plain('adam', [...places, at(gradient), variable.size, width, { float: floor }, { float: rate }], [gradient], []);
  }

  #assign(builder: Builder, value: View, to: Buffer): void {
    if (to.size > 0) builder.plain('copy', [at(value), 4 * to.size, { buffer: to, offset: 0 }, 4 * to.size, 1, to.size], [value], []);
  }

  /** Gives the buffers their places and writes the program. */
  #write(scheduled: readonly Scheduled[], updates: readonly Plain[], wanted: ReadonlySet<Buffer>, inner: ReadonlySet<Buffer>): void {
    const { machine, arena } = this.#common;
    place(scheduled, wanted, inner, (bytes) => {
      // Steps of fewer rows work where that of a full batch does.
      if (bytes > arena.bytes) Object.assign(arena, { base: machine.regions.take(Math.ceil(bytes / 4)), bytes });
      return arena.base;
    });
    // Once for its size, once with the addresses that follow from it.
    const sized = encode([...scheduled, ...updates], inner);
    const slotBytes = sized.slots * SLOT;
    const program = machine.regions.take(sized.words.length);
    const slots = machine.regions.take((machine.threads * slotBytes) / 4);
    const { words, length, hosts, operations } = encode([...scheduled, ...updates], inner, { program, slots, slotBytes, part: machine.part });
    machine.reserve();
    machine.words.set(words, program / 4);
    this.operations = operations;
    this.#from = program;
    this.#hosts = hosts.map(({ after, compute }) => ({ at: program + 4 * after, compute }));
    this.#to = program + 4 * length;
    this.#training = this.#to - updates.reduce((sum, update) => sum + bytesOfPlain(update), 0);
  }

  /** Computes the step once without training, and compares its loss, gradients and next state with tfjs's. */
  #verify(rows: Uint32Array): void {
    const { machine, noiseSeed, trained, others } = this.#common;
    for (const { variable, weights } of trained) machine.of(weights).set(numbersOf(variable));
    for (const [variable, buffer] of others) machine.of(buffer).set(numbersOf(variable));
    this.#fill(rows);
    machine.setStep(0, noiseSeed, 0);
    this.#compute(this.#training);
    const began = performance.now();
    this.#compute(this.#training);
    this.milliseconds.recorded = performance.now() - began;
    const expected = this.#trace.values;
    const actual = this.#ends.map(({ buffer, offset, shape }) => machine.of(buffer).slice(offset, offset + sizeOf(shape)));
    const difference = largestDifference(
      joined(actual),
      joined(expected),
      expected.map(({ length }) => length),
    );
    if (!(difference <= TOLERANCE)) throw recordFailure('record-differs', `its first run differs from tfjs by ${difference.toExponential(1)}`);
  }
}
