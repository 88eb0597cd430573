import * as tf from '@tensorflow/tfjs';
import { eachPiece, type Piece, piecesOf } from '../../data/pieces';
import { largestDifference } from '../captured/compare';
import { threadLost } from '../wasm/threads';
import { sizeOf } from './arrays';
import { type Assembled, assemble, layOut, tableOf, traceRows } from './assemble';
import type { Host } from './builder';
import type { Common } from './common';
import { bytesOfPlain } from './encode';
import { recordFailure } from './failure';
import { CutOff, type Machine } from './machine';
import { numbersOf, type Trace, traceDifference } from './trace';

/**
 * Numbers of a first run that differ by less, in parts of the largest, are rounding and the order of sums.
 */
const TOLERANCE = 1e-3;
/**
 * So far, in parts of their own, parameters are moved to see what rounding makes of a step: of ten thousand
 * rows of TabNet some lie so close to a kink of a ReLU that the gradient of the row is there or not.
 */
const NUDGE = 1e-6;

/** Whether a first run that differs from tfjs by so much differs by rounding. */
export const isRounding = (difference: number, ofNudged: () => number): boolean =>
  // No further than tfjs comes from itself, to rounding: the step makes rounding large.
  difference <= TOLERANCE || (Number.isFinite(difference) && difference <= ofNudged() + TOLERANCE);

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
  readonly #common: Common<Machine>;
  readonly #pieces: Piece[];
  readonly #trace: Trace;
  readonly #step: Assembled;
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
  constructor(common: Common<Machine>, rows: Uint32Array, repetitions: number) {
    this.#common = common;
    this.rows = rows.length;
    this.#pieces = eachPiece(piecesOf(common.dataset));
    this.#trace = this.#traceOnce(rows);
    for (let i = 1; i < repetitions; i++) this.check(rows);
    this.#step = assemble(common, this.#trace, rows.length);
    this.#write();
    this.#verify(rows);
  }

  /** Traces once more and throws LabFailure if the step has become another one. */
  check(rows: Uint32Array): void {
    const difference = traceDifference(this.#trace, this.#traceOnce(rows));
    if (difference) throw difference;
  }

  #traceOnce(rows: Uint32Array): Trace {
    return traceRows(this.#common, rows, (milliseconds) => {
      this.milliseconds.tfjs = Math.min(this.milliseconds.tfjs, milliseconds);
    });
  }

  /** One training step on these rows; returns the loss. */
  run(rows: Uint32Array): number {
    const { machine } = this.#common;
    const { loss } = this.#step;
    this.#fill(rows);
    this.#compute(this.#to);
    return machine.floats[loss.buffer.address / 4 + loss.offset];
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
    const { machine, places: placeOf } = this.#common;
    const { places, inputs } = this.#step;
    const to = machine.of(places);
    for (let i = 0; i < rows.length; i++) {
      const place = placeOf[rows[i]];
      if (place < 0) throw new Error(`row ${rows[i]} is no training row, and a step is to take it`);
      to[i] = place;
    }
    for (const [i, piece] of this.#pieces.entries())
      if (piece.width > 0 && !tableOf(this.#common, piece)) piece.takeInto(rows, machine.of(inputs[i]));
  }

  /** Writes the program and the numbers from JavaScript into the memory. */
  #write(): void {
    const { machine } = this.#common;
    const { updates, constants } = this.#step;
    const { program, words, length, hosts, operations } = layOut(this.#common, this.#step);
    machine.reserve();
    machine.words.set(words, program / 4);
    for (const [buffer, values] of constants) machine.of(buffer).set(values);
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
    const actual = this.#step.ends.map(({ buffer, offset, shape }) => machine.of(buffer).slice(offset, offset + sizeOf(shape)));
    const from = joined(expected);
    const lengths = expected.map(({ length }) => length);
    const difference = largestDifference(joined(actual), from, lengths);
    if (isRounding(difference, () => largestDifference(joined(this.#nudged(rows)), from, lengths))) return;
    throw recordFailure('record-differs', `its first run differs from tfjs by ${difference.toExponential(1)}`);
  }

  /** Loss, gradients and next state of tfjs with parameters that are moved by NUDGE, up and down in turn. */
  #nudged(rows: Uint32Array): Float32Array[] {
    const variables = this.#common.trained.map(({ variable }) => variable);
    const before = variables.map((variable) => Float32Array.from(numbersOf(variable)));
    const assign = (values: readonly Float32Array[]): void =>
      tf.tidy(() => {
        for (const [i, variable] of variables.entries()) if (variable.size > 0) variable.assign(tf.tensor(values[i], variable.shape));
      });
    assign(before.map((values) => values.map((value, i) => value * (i % 2 === 0 ? 1 + NUDGE : 1 - NUDGE))));
    try {
      return [...traceRows(this.#common, rows).values];
    } finally {
      assign(before);
    }
  }
}
