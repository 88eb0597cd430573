import * as tf from '@tensorflow/tfjs';
import { eachPiece, mapPieces, type Piece, piecesOf } from '../../data/pieces';
import { drawNoise, type NoiseShape } from '../noise';
import type { TracedBatch } from '../traced-plan';
import { arrange, innerResults, lives } from './arena';
import { Buffer, spread, type View, whole } from './arrays';
import { at, Builder, type Plain } from './builder';
import type { Common, Trained } from './common';
import { type Encoded, encode, SLOT } from './encode';
import { fuse, needed, type Scheduled } from './fuse';
import { lower, requireKnown } from './lower';
import type { Layout } from './machine';
import { type Trace, type Traced, traceStep } from './trace';

/** A step of a fixed number of rows as instructions, whose buffers have no places yet. */
export interface Assembled {
  scheduled: readonly Scheduled[];
  /** What changes the weights and the state, after all else. */
  updates: readonly Plain[];
  /** Where the numbers of each piece of the batch go. */
  inputs: readonly Buffer[];
  /** Where the numbers of rows go, for pieces that the machine gathers. */
  places: Buffer;
  /** Numbers from JavaScript. */
  constants: ReadonlyMap<Buffer, Float32Array>;
  /** Buffers that are read when the list is through. */
  wanted: ReadonlySet<Buffer>;
  /** Results that need no memory. */
  inner: ReadonlySet<Buffer>;
  loss: View;
  /** Loss, gradients and next state. */
  ends: readonly View[];
}

/** The numbers of all training rows that a piece is taken from, where the machine has them. */
export const tableOf = ({ rowNumbers }: Common, { source }: Piece): Buffer | undefined =>
  source.from === 'rows' ? rowNumbers.get(source.values) : undefined;

/** Traces the step of these rows (see `traceStep`); `timed` hears how many milliseconds it took. */
export function traceRows(
  { dataset, trained, carried, loss, noiseShapes, noiseSeed }: Common,
  rows: Uint32Array,
  timed?: (milliseconds: number) => void,
): Trace {
  const tensors: tf.Tensor[] = [];
  const batch = mapPieces(piecesOf(dataset), (piece) => {
    const tensor = tf.tensor(piece.take(rows), [rows.length, ...piece.shape], piece.dtype);
    tensors.push(tensor);
    return tensor;
  }) as unknown as TracedBatch;
  const noise = drawNoise(noiseShapes(rows.length), noiseSeed, 0);
  const began = performance.now();
  try {
    return traceStep(
      trained.map(({ variable }) => variable),
      carried,
      [...tensors, ...noise],
      () => loss(batch, noise),
    );
  } finally {
    timed?.(performance.now() - began);
    tf.dispose([...tensors, ...noise]);
  }
}

/** Noise, each of which takes the columns of the counter that follow those of the one before. */
function draw(builder: Builder, shapes: readonly NoiseShape[]): Buffer[] {
  let first = 0;
  return shapes.map(([rows, columns, kind]) => {
    const buffer = new Buffer(rows * columns);
    const words = [{ buffer, offset: 0 }, rows, columns, first, kind === 'uniform' ? 1 : 0];
    if (buffer.size > 0) builder.plain('draw', words, [], [buffer]);
    first += columns;
    return buffer;
  });
}

/** Pieces of the batch: gathered where the machine has their numbers; JavaScript writes the others. */
function gather(builder: Builder, common: Common, rows: number, places: Buffer): Buffer[] {
  const numbersOfRows = whole(places, [rows]);
  return eachPiece(piecesOf(common.dataset)).map((piece) => {
    const input = new Buffer(piece.width * rows);
    const table = tableOf(common, piece);
    if (table && piece.width > 0) {
      const numbers = whole(table, [table.size]);
      const words = [at(numbers), at(numbersOfRows), { buffer: input, offset: 0 }, 1, table.size / piece.width, rows, piece.width];
      builder.plain('gather', words, [numbers, numbersOfRows], [input]);
    }
    return input;
  });
}

function adam(builder: Builder, { variable, weights, firstMoments, secondMoments, lazy, floor, rate }: Trained, gradient: View): void {
  if (rate === 0 || variable.size === 0) return;
  const width = lazy ? variable.size / variable.shape[0] : 0;
  const places = [weights, firstMoments, secondMoments].map((buffer) => ({ buffer, offset: 0 }));
  builder.plain('adam', [...places, at(gradient), variable.size, width, { float: floor }, { float: rate }], [gradient], []);
}

function assign(builder: Builder, value: View, to: Buffer): void {
  if (to.size > 0) builder.plain('copy', [at(value), 4 * to.size, { buffer: to, offset: 0 }, 4 * to.size, 1, to.size], [value], []);
}

/**
 * Instructions for all kernels of a trace of so many rows. Variables that no step has met so far get a place
 * with the others.
 */
export function assemble(common: Common, trace: Trace, rows: number): Assembled {
  const { machine, trained, carried, others } = common;
  const builder = new Builder(machine.threads);
  const places = new Buffer(rows);
  const inputs = gather(builder, common, rows, places);
  const given = [...inputs, ...draw(builder, common.noiseShapes(rows))];
  const arrays = new Map<Traced, View>();
  const weights = new Map(trained.map(({ variable, weights }): [tf.Variable, Buffer] => [variable, weights]));
  const other = (variable: tf.Variable): Buffer => {
    const buffer = others.get(variable) ?? machine.keep(new Buffer(variable.size));
    others.set(variable, buffer);
    return buffer;
  };
  const known = (traced: Traced): void => {
    if (arrays.has(traced)) return;
    const { shape, variable, values, place } = traced;
    if (traced.from === 'given') arrays.set(traced, whole(given[place as number], shape));
    else if (values) arrays.set(traced, builder.numbers(values, shape));
    else if (variable) arrays.set(traced, whole(weights.get(variable) ?? other(variable), shape));
  };
  requireKnown(trace.kernels);
  for (const kernel of trace.kernels) {
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
  const { loss, gradients, next } = trace;
  const lossEnd = end(loss);
  const gradientEnds = gradients.map((gradient) => gradient && end(gradient));
  const nextEnds = next.map(end);
  const updates = new Builder();
  for (const [i, gradient] of gradientEnds.entries()) if (gradient) adam(updates, trained[i], gradient);
  for (const [i, variable] of [...carried.values()].entries()) assign(updates, nextEnds[i], others.get(variable) as Buffer);
  const ends = [lossEnd, ...gradientEnds.filter((view) => view !== null), ...nextEnds];
  const wanted = new Set(ends.map(({ buffer }) => buffer));
  const scheduled = fuse(needed(builder.instructions, wanted));
  const inner = innerResults(scheduled, wanted);
  return { scheduled, updates: updates.instructions as Plain[], inputs, places, constants: builder.constants, wanted, inner, loss: lossEnd, ends };
}

/** Buffers of pieces that JavaScript writes, and of the numbers of rows. */
export const filled = (common: Common, { inputs, places }: Assembled): Buffer[] => [
  places,
  ...eachPiece(piecesOf(common.dataset)).flatMap((piece, i) => (tableOf(common, piece) ? [] : [inputs[i]])),
];

/** A program, and where it lies. */
export interface LaidOut extends Encoded {
  program: number;
}

/** Words of the blocks of all threads. */
export const slotWords = (machine: Layout, slots: number): number => (machine.threads * slots * SLOT) / 4;

/** Gives every buffer of a step its place, and writes the program. */
export function layOut(common: Common, step: Assembled): LaidOut {
  const { machine, arena, numbers } = common;
  const { scheduled, updates, wanted, inner } = step;
  for (const buffer of filled(common, step)) machine.keep(buffer);
  for (const [buffer, values] of step.constants) {
    // Numbers that other steps have too lie in one place.
    const same = numbers.get(values);
    if (same) buffer.address = same.address;
    else numbers.set(values, machine.keep(buffer));
  }
  const { from, bytes } = arrange(lives(scheduled, wanted, inner));
  // Steps of fewer rows work where that of a full batch does.
  if (bytes > arena.bytes) Object.assign(arena, { base: machine.regions.take(Math.ceil(bytes / 4)), bytes });
  for (const [buffer, own] of from) buffer.address = arena.base + own;
  // Once for its size, once with the addresses that follow from it.
  const sized = encode([...scheduled, ...updates], inner);
  const program = machine.regions.take(sized.words.length);
  const slots = machine.regions.take(slotWords(machine, sized.slots));
  return { program, ...encode([...scheduled, ...updates], inner, { program, slots, slotBytes: sized.slots * SLOT, part: machine.part }) };
}
